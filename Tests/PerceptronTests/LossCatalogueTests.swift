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
        LossSuite(MeanAbsoluteError(), columns: 3, targets: [.values, .classes]) { outputs, targets in
            mean(outputs, targets) { abs($0 - $1) }
        },
        LossSuite(
            Huber(delta: 0.7), columns: 3, targets: [.values, .classes], invalid: [Huber(delta: 0), Huber(delta: .nan)]
        ) { outputs, targets in
            mean(outputs, targets) { abs($0 - $1) <= 0.7 ? ($0 - $1) * ($0 - $1) / 2 : 0.7 * (abs($0 - $1) - 0.35) }
        },
        LossSuite(
            SmoothL1(beta: 0.4), columns: 3, targets: [.values, .classes], invalid: [SmoothL1(beta: -0.1)]
        ) { outputs, targets in
            mean(outputs, targets) { abs($0 - $1) < 0.4 ? ($0 - $1) * ($0 - $1) / 0.8 : abs($0 - $1) - 0.2 }
        },
        LossSuite(LogCosh(), columns: 3, targets: [.values, .classes]) { outputs, targets in
            mean(outputs, targets) { log(cosh($0 - $1)) }
        },
        LossSuite(
            Quantile([0.1, 0.5, 0.8]), columns: 6, targets: [.values], targetColumns: 2,
            invalid: [Quantile([]), Quantile([0, 0.5, 1]), Quantile([0.5, 0.5, 0.5, 0.5])]
        ) { outputs, targets in
            mean(outputs, repeated(targets, 3)) { [0.1, 0.5, 0.8][$2 % 3] * ($1 - $0) - min(0, $1 - $0) }
        },
        LossSuite(PoissonNLL(), columns: 2, targets: [.counts]) { outputs, targets in
            mean(outputs, targets) { exp($0) - $1 * $0 }
        },
        LossSuite(
            GaussianNLL(), columns: 4, targets: [.values], targetColumns: 2, invalid: [GaussianNLL(epsilon: 0)]
        ) { outputs, targets in
            mean(targets, targets) { target, _, index in
                let (mean, level) = (outputs[index / 2, index % 2], outputs[index / 2, 2 + index % 2])
                return (level + (target - mean) * (target - mean) / exp(level)) / 2
            }
        },
        LossSuite(CosineSimilarity(), columns: 3, targets: [.values, .classes]) { outputs, targets in
            let products = (0..<outputs.rows).map { row in
                dot(outputs, targets, row) / (dot(outputs, outputs, row) * dot(targets, targets, row)).squareRoot()
            }
            return 1 - products.reduce(0, +) / Double(outputs.rows)
        },
        LossSuite(
            CrossEntropy(), columns: 3, targets: [.classes, .distributions, .probabilities], behind: [Softmax()],
            invalid: [CrossEntropy(labelSmoothing: 2), CrossEntropy(.logits), BinaryCrossEntropy()],
            subject: "CrossEntropy behind Softmax"
        ) { outputs, targets in
            3 * mean(outputs, targets) { -$1 * log($0) }
        },
        LossSuite(
            CrossEntropy(), columns: 3, targets: [.classes, .distributions], behind: [LogSoftmax()],
            invalid: [CrossEntropy(.logits), BinaryCrossEntropy(), Hinge()], subject: "CrossEntropy behind LogSoftmax"
        ) { outputs, targets in
            3 * mean(outputs, targets) { -$1 * $0 }
        },
        LossSuite(
            MemberLoss(CrossEntropy(labelSmoothing: 0.1)), columns: 6, targets: [.classes, .distributions],
            targetColumns: 3, behind: [MemberMean(members: 2, softmax: true)],
            invalid: [
                MemberLoss(CrossEntropy(.logits)), MemberLoss(MeanSquaredError()),
                MemberLoss(CrossEntropy(labelSmoothing: 2)),
            ],
            subject: "MemberLoss of classes"),
        LossSuite(
            MemberLoss(Huber(delta: 0.7)), columns: 6, targets: [.values], targetColumns: 2,
            behind: [MemberMean(members: 3)], invalid: [MemberLoss(Huber(delta: 0)), MemberLoss(CrossEntropy())]),
        LossSuite(
            FocalLoss(gamma: 3), columns: 3, targets: [.classes, .distributions], behind: [LogSoftmax()],
            subject: "FocalLoss behind LogSoftmax"
        ) { outputs, targets in
            3 * mean(outputs, targets) { -$1 * pow(1 - exp($0), 3) * $0 }
        },
        LossSuite(
            CrossEntropy(.probabilities), columns: 3, targets: [.classes, .distributions, .probabilities],
            behind: [Sigmoid()], invalid: [CrossEntropy(), CrossEntropy(.logits)],
            subject: "CrossEntropy(.probabilities)"
        ) { outputs, targets in
            3 * mean(outputs, targets) { -$1 * log($0) }
        },
        LossSuite(
            CrossEntropy(.logits, labelSmoothing: 0.3), columns: 3, targets: [.classes, .distributions],
            invalid: [CrossEntropy(labelSmoothing: 0.3)], subject: "CrossEntropy(.logits)"
        ) { outputs, targets in
            let p = softmax(outputs)
            return 3 * mean(p, targets) { -(0.7 * $1 + 0.1) * log($0) }
        },
        LossSuite(
            BinaryCrossEntropy(), columns: 3, targets: [.classes, .probabilities], behind: [Sigmoid()],
            invalid: [BinaryCrossEntropy(labelSmoothing: -0.1), BinaryCrossEntropy(.logits), CrossEntropy()],
            subject: "BinaryCrossEntropy behind Sigmoid"
        ) { outputs, targets in
            mean(outputs, targets) { -$1 * log($0) - (1 - $1) * log(1 - $0) }
        },
        LossSuite(
            BinaryCrossEntropy(.logits), columns: 1, targets: [.classes, .probabilities],
            invalid: [BinaryCrossEntropy(), BinaryCrossEntropy(.logProbabilities), CrossEntropy(.logits)],
            subject: "BinaryCrossEntropy of one output"
        ) { outputs, targets in
            mean(outputs, targets) { log(1 + exp($0)) - $0 * $1 }
        },
        LossSuite(
            FocalLoss(gamma: 1.5), columns: 3, targets: [.classes, .distributions], behind: [Softmax()],
            invalid: [FocalLoss(gamma: -1), FocalLoss(.logits)], subject: "FocalLoss behind Softmax"
        ) { outputs, targets in
            3 * mean(outputs, targets) { -$1 * pow(1 - $0, 1.5) * log($0) }
        },
        LossSuite(
            FocalLoss(), columns: 1, targets: [.classes, .probabilities], behind: [Sigmoid()],
            subject: "FocalLoss behind Sigmoid"
        ) { outputs, targets in
            mean(outputs, targets) { -$1 * pow(1 - $0, 2) * log($0) - (1 - $1) * pow($0, 2) * log(1 - $0) }
        },
        LossSuite(
            KLDivergence(), columns: 3, targets: [.classes, .distributions], behind: [Softmax()],
            invalid: [KLDivergence(labelSmoothing: .nan), KLDivergence(.logits)]
        ) { outputs, targets in
            3 * mean(outputs, targets) { $1 == 0 ? 0 : $1 * log($1 / $0) }
        },
        LossSuite(
            Hinge(margin: 1.5), columns: 3, targets: [.classes, .distributions], invalid: [Hinge(margin: 0)]
        ) { outputs, targets in
            mean(targets, targets) { target, _, index in
                let (row, label) = (index / 3, index % 3)
                return target
                    * (0..<3).reduce(0) {
                        $1 == label ? $0 : $0 + max(0, 1.5 - outputs[row, label] + outputs[row, $1])
                    }
            }
        },
    ]

    private static func softmax(_ z: Matrix<Double>) -> Matrix<Double> {
        Matrix(
            (0..<z.rows).map { row in
                let powers = (0..<z.columns).map { exp(z[row, $0]) }
                return powers.map { $0 / powers.reduce(0, +) }
            })
    }

    private static func dot(_ a: Matrix<Double>, _ b: Matrix<Double>, _ row: Int) -> Double {
        (0..<a.columns).reduce(0) { $0 + a[row, $1] * b[row, $1] }
    }

    /// Each column as often.
    private static func repeated(_ matrix: Matrix<Double>, _ count: Int) -> Matrix<Double> {
        Matrix(
            rows: matrix.rows, columns: count * matrix.columns,
            elements: matrix.elements.flatMap {
                [Double](repeating: $0, count: count)
            })
    }

    /// Over rows and columns, given the place of each element.
    private static func mean(
        _ outputs: Matrix<Double>, _ targets: Matrix<Double>, _ loss: (Double, Double) -> Double
    ) -> Double {
        mean(outputs, targets) { output, target, _ in loss(output, target) }
    }

    private static func mean(
        _ outputs: Matrix<Double>, _ targets: Matrix<Double>, _ loss: (Double, Double, Int) -> Double
    ) -> Double {
        outputs.elements.indices.reduce(0) { $0 + loss(outputs.elements[$1], targets.elements[$1], $1) }
            / Double(outputs.elements.count)
    }

    @Test(arguments: suites.indices, LossSuite.Check.allCases)
    func loss(_ index: Int, _ check: LossSuite.Check) throws {
        try Self.suites[index].check(check)
    }
}
