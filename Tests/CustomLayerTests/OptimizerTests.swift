import Perceptron
import PerceptronTesting
import Testing

/// An optimizer and a schedule that are written outside the package pass its suite.
@Suite struct OptimizerTests {
    @Test(arguments: OptimizerSuite.Check.allCases, [true, false])
    func momentum(_ check: OptimizerSuite.Check, apart: Bool) throws {
        // Warm, then slower and slower.
        let schedule = Schedule.custom("warm, then slower") { update, total in
            update < 10 ? 0.05 * Double(update) / 10 : 0.05 * (1 - 0.5 * Double(update) / Double(total))
        }
        try OptimizerSuite(
            Momentum(learningRate: schedule, treatsParametersApart: apart),
            invalid: [
                Momentum(momentum: 1), Momentum(learningRate: -1), Momentum(learningRate: .step(from: 1, every: 0)),
            ]
        ).check(check)
    }
}
