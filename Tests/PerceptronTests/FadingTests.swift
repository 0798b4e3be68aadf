import Foundation
import Testing

@testable import Perceptron

@Suite struct FadingTests {
    @Test(arguments: [
        (0.0, 1.0), (0.3, 1), (0.45, 1), (0.5, 1), (0.75, 0.5), (0.625, (1 + 0.5.squareRoot()) / 2), (1, 0),
    ])
    func factors(progress: Double, factor: Double) {
        #expect(abs(Fading.flatThenCosine.factor(at: progress) - factor) < 1e-15)
        #expect(Fading.none.factor(at: progress) == 1)
    }

    /// A run of eight updates: how many numbers are dropped in each.
    @Test func dropoutFadesOverARun() throws {
        let rows = 64
        let x = Matrix<Double>(rows: 8 * rows, columns: 32, elements: [Double](repeating: 1, count: 8 * rows * 32))
        let y = Matrix<Double>(rows: 8 * rows, columns: 32)
        for (fading, expected) in [
            (Fading.none, [Double](repeating: 0.5, count: 8)),
            (.flatThenCosine, (0..<8).map { 0.5 * Fading.flatThenCosine.factor(at: Double($0) / 8) }),
        ] {
            // The weights stay 1, so the loss is the mean square of what is left of 1.
            var trainer = try Trainer(
                model: MLP<Double>([Dropout(0.5, fading: fading), Scale(32)], seed: 1), loss: MeanSquaredError(),
                optimizer: SGD(learningRate: 1e-300))
            let seen = Locked<[Double]>([])
            try trainer.train(
                inputs: x, targets: y, epochs: 1, batchSize: rows,
                callbacks: [
                    .everyStep { report in
                        seen.withLock { $0.append(report.loss) }
                        return .proceed
                    }
                ], progress: .silent)
            // Kept with probability 1 − p, as 1 / (1 − p): the mean square is 1 / (1 − p).
            // A report has the mean of the epoch's losses so far.
            let sums = [0] + seen.withLock { $0 }.enumerated().map { Double($0 + 1) * $1 }
            #expect(sums.count == 9)
            for (index, p) in expected.enumerated() { #expect(abs(1 - 1 / (sums[index + 1] - sums[index]) - p) < 0.04) }
        }
    }

    private static let adam = AdamW(learningRate: 0.1, weightDecay: 0.5, decayFading: .flatThenCosine)

    /// Also within what changes an optimizer.
    @Test(arguments: [adam, adam.grouped(.layers([0])), SharpnessAware(adam)] as [any Optimizer])
    func decayFadesOverARun(_ optimizer: any Optimizer) throws {
        let (count, updates) = (5, 8)
        let start = (0..<count).map { Double($0) - 1.5 }
        let x = Matrix<Double>(rows: updates, columns: count)
        var model = try MLP<Double>([Linear(count, 1, bias: false)], seed: 1)
        model.parameters = start
        // The gradients are 0, so decay is all that there is.
        try model.train(
            inputs: x, targets: Matrix(rows: updates, columns: 1), loss: MeanSquaredError(),
            optimizer: optimizer, epochs: 1, batchSize: 1, progress: .silent)
        var factor = 1.0
        for update in 0..<updates {
            factor *= 1 - 0.05 * Fading.flatThenCosine.factor(at: Double(update) / Double(updates))
        }
        for (one, other) in zip(model.parameters, start) { #expect(abs(one - other * factor) < 1e-14) }
    }
}
