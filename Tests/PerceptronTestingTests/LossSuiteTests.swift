import Perceptron
import PerceptronTesting
import Testing

/// A right loss passes; a wrong one fails in the checks that are meant for its fault.
@Suite struct LossSuiteTests {
    private func suite(_ fault: FaultyLoss.Fault?, invalid: [any Loss] = []) -> LossSuite {
        LossSuite(
            FaultyLoss(fault: fault), columns: 3, targets: TargetKind.allCases, behind: [Tanh()], invalid: invalid
        ) { outputs, targets in
            3 * zip(outputs.elements, targets.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                / Double(outputs.elements.count)
        }
    }

    @Test func aRightLossPasses() throws {
        try suite(nil).check()
    }

    @Test(
        arguments: [
            (.gradient, [.gradient]), (.value, [.value]), (.gradientIsNotWritten, [.gradient, .everyElement]),
            (.blocksAreMeans, [.blocks, .weights]), (.scale, [.value, .blocks, .weights]),
            (.classesAreOffByOne, [.classes]), (.float, [.floatAgainstDouble]),
            (.callsAreCounted, [.threads, .resuming]),
        ] as [(FaultyLoss.Fault, [LossSuite.Check])])
    func aFaultIsFound(_ fault: FaultyLoss.Fault, _ checks: [LossSuite.Check]) {
        for check in checks { #expect(throws: SuiteError.self, "\(check)") { try suite(fault).check(check) } }
    }

    @Test func aLossThatShouldThrowAndDoesNot() {
        let error = #expect(throws: SuiteError.self) { try suite(nil, invalid: [FaultyLoss()]).check(.arguments) }
        #expect("\(error, default: "")".hasPrefix("FaultyLoss, arguments: training with FaultyLoss("))
    }

    @Test func errorsNameTheTargets() {
        let error = #expect(throws: SuiteError.self) { try suite(.classesAreOffByOne).check() }
        #expect(
            "\(error, default: "")".contains("FaultyLoss, value: with classes as targets: the loss: element 0 is "))
    }
}
