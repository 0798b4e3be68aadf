import Foundation
import Perceptron
import PerceptronTesting
import Testing

/// Every loss of the package, and what must be true of it: a new one is a line here.
@Suite struct LossCatalogueTests {
    static let suites: [LossSuite] = [
        LossSuite(MeanSquaredError(), columns: 3, targets: [.values, .classes]) { outputs, targets in
            mean(outputs, targets) { ($0 - $1) * ($0 - $1) }
        },
        LossSuite(
            CrossEntropy(), columns: 3, targets: [.classes, .distributions, .probabilities], behind: [Softmax()],
            subject: "CrossEntropy behind Softmax"
        ) { outputs, targets in
            3 * mean(outputs, targets) { -$1 * log($0) }
        },
        LossSuite(
            CrossEntropy(), columns: 3, targets: [.classes, .distributions, .probabilities], behind: [Sigmoid()],
            subject: "CrossEntropy behind Sigmoid"
        ) { outputs, targets in
            3 * mean(outputs, targets) { -$1 * log($0) }
        },
    ]

    /// Over rows and columns.
    private static func mean(
        _ outputs: Matrix<Double>, _ targets: Matrix<Double>, _ loss: (Double, Double) -> Double
    ) -> Double {
        zip(outputs.elements, targets.elements).reduce(0) { $0 + loss($1.0, $1.1) } / Double(outputs.elements.count)
    }

    @Test(arguments: suites.indices, LossSuite.Check.allCases)
    func loss(_ index: Int, _ check: LossSuite.Check) throws {
        try Self.suites[index].check(check)
    }
}
