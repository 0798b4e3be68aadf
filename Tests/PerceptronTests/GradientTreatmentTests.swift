import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// What happens between the backward pass and the update, and after it.
@Suite struct GradientTreatmentTests {
    private static let x = RandomGenerator.inputs(rows: 14, columns: 4, seed: 2)
    private static let classes = RandomGenerator.labels(rows: 14, below: 3, seed: 3)

    private static func trainer(
        _ optimizer: any Optimizer = SGD(learningRate: 0.5), threads: Int? = nil
    ) throws -> Trainer<Double> {
        try Trainer(
            model: MLP([Linear(4, 6), Tanh(), Linear(6, 3), Softmax()], seed: 6), loss: CrossEntropy(),
            optimizer: optimizer, threads: threads)
    }

    private static func options(
        epochs: Int = 1, batchSize: Int = 14, _ change: (inout TrainingOptions<Double>) -> Void
    ) -> TrainingOptions<Double> {
        var options = TrainingOptions<Double>(
            epochs: epochs, batchSize: batchSize, sampling: .inOrder, progress: .silent)
        change(&options)
        return options
    }

    /// The gradient with which one update of all rows moved the parameters.
    private func gradient(_ change: (inout TrainingOptions<Double>) -> Void) throws -> (
        found: [Double], plain: [Double], at: MLP<Double>, norm: Double
    ) {
        var (trainer, plain) = (try Self.trainer(), try Self.trainer())
        let model = trainer.model
        let history = try trainer.train(inputs: Self.x, targets: .classes(Self.classes), options: Self.options(change))
        _ = try plain.forward(Self.x)
        try plain.backward(targets: Self.classes)
        let moved = zip(model.parameters, trainer.model.parameters).map { ($0 - $1) / 0.5 }
        return (moved, plain.gradients, model, history.gradientNorms[0])
    }

    private func length(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    @Test(arguments: [0.01, 0.3, 100]) func clippedByNorm(_ most: Double) throws {
        let (found, plain, _, norm) = try gradient { $0.gradientClipping = .norm(most) }
        let factor = min(1, most / (length(plain) + 1e-6))
        #expect(firstDifference(found, plain.map { $0 * factor }, relative: 1e-9) == nil)
        #expect(abs(norm - length(plain)) < 1e-12)
    }

    @Test(arguments: [0.01, 0.05, 10]) func clippedByValue(_ most: Double) throws {
        let (found, plain, _, norm) = try gradient { $0.gradientClipping = .value(most) }
        #expect(firstDifference(found, plain.map { max(-most, min(most, $0)) }, relative: 1e-9) == nil)
        #expect(abs(norm - length(plain)) < 1e-12)
    }

    @Test func penalised() throws {
        let (found, plain, model, norm) = try gradient { $0.penalties = [.l1(0.02), .l2(0.3), .l1(0.01), .l2(0.1)] }
        var expected = plain
        for tensor in model.parameterLayout where tensor.name == "weight" {
            for index in tensor.range {
                let w = model.parameters[index]
                expected[index] += 0.03 * (w > 0 ? 1 : -1) + 0.4 * w
            }
        }
        #expect(firstDifference(found, expected, relative: 1e-9) == nil)
        #expect(abs(norm - length(expected)) < 1e-12)
    }

    /// Frozen layers are penalised as little as they are moved.
    @Test func penaltiesAreNotForFrozenLayers() throws {
        var model = try Self.trainer().model
        try model.freeze(layers: [0])
        var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: SGD(momentum: 0.5))
        try trainer.train(
            inputs: Self.x, targets: .classes(Self.classes),
            options: Self.options(epochs: 2) { $0.penalties = [.l2(1)] })
        #expect(trainer.gradients[model.parameterLayout[0].range].allSatisfy { $0 == 0 })
        #expect(trainer.model.parameters[0..<30] == model.parameters[0..<30])
    }

    /// Four batches of 3 rows and one of 2: updates of 6, 6 and 2 rows are those of three larger batches.
    @Test(arguments: [nil, (0..<14).map { 0.5 + Double($0 % 3) }])
    func accumulatedBatchesAreOneLargeOne(_ weights: [Double]?) throws {
        var small = try Self.trainer(SGD(learningRate: .cosine(from: 0.5), momentum: 0.9))
        var large = small
        let updates = Locked<[Int]>([])
        let found = try small.train(
            inputs: Self.x, targets: .classes(Self.classes),
            options: Self.options(epochs: 3, batchSize: 3) {
                $0.accumulating = 2
                $0.sampleWeights = weights
                $0.callbacks = [
                    .everyStep { report in
                        updates.withLock { $0.append(report.updates) }
                        return .proceed
                    }
                ]
            })
        let expected = try large.train(
            inputs: Self.x, targets: .classes(Self.classes),
            options: Self.options(epochs: 3, batchSize: 6) { $0.sampleWeights = weights })
        #expect(firstDifference(small.model.parameters, large.model.parameters, relative: 1e-12) == nil)
        #expect(firstDifference(found.losses, expected.losses, relative: 1e-12) == nil)
        #expect(firstDifference(found.gradientNorms, expected.gradientNorms, relative: 1e-9) == nil)
        #expect(found.learningRates == expected.learningRates)
        #expect(updates.withLock { $0 } == [0, 1, 1, 2, 3, 3, 4, 4, 5, 6, 6, 7, 7, 8, 9])
    }

    /// Each of an update's batches is dropped from anew: a weight has the gradient of both, of one or of none.
    @Test func randomnessOfAccumulatedBatches() throws {
        var model = try MLP<Double>([Dropout(0.5), Linear(16, 1, bias: false)], seed: 1)
        model.parameters = [Double](repeating: 0, count: 16)
        try model.train(
            inputs: Matrix(rows: 2, columns: 16, repeating: 1), targets: Matrix(rows: 2, columns: 1, repeating: 1),
            loss: MeanSquaredError(), optimizer: SGD(learningRate: 1), epochs: 1, batchSize: 1, accumulating: 2,
            progress: .silent)
        #expect(Set(model.parameters) == [0, 2, 4])
    }

    @Test func averages() throws {
        for averaging in [WeightAveraging.exponential(decay: 0.7), .stochastic(from: 2)] {
            var (averaged, plain) = (try Self.trainer(), try Self.trainer())
            let steps = Locked<[[Double]]>([])
            try plain.train(
                inputs: Self.x, targets: .classes(Self.classes),
                options: Self.options(epochs: 4, batchSize: 5) {
                    $0.callbacks = [
                        .everyStep { report in
                            steps.withLock { $0.append(report.model.parameters) }
                            return .proceed
                        }
                    ]
                })
            let history = try averaged.train(
                inputs: Self.x, targets: .classes(Self.classes),
                options: Self.options(epochs: 4, batchSize: 5) {
                    $0.averaging = averaging
                    $0.validation = .rows(Self.x, Self.classes)
                })
            let all = steps.withLock { $0 }
            var expected: [Double]
            switch averaging {
            case .exponential:
                expected = all[0]
                for step in all.dropFirst() { expected = zip(expected, step).map { 0.7 * $0 + 0.3 * $1 } }
            case .stochastic:
                let ends = [all[5], all[8], all[11]]
                expected = mean(ends)
            }
            #expect(firstDifference(averaged.model.parameters, expected, relative: 1e-12) == nil)
            // What is validated is the average, and training doesn't see it.
            var end = try Trainer(model: averaged.model, loss: CrossEntropy(), optimizer: SGD())
            _ = try end.forward(Self.x)
            #expect(abs(try end.backward(targets: Self.classes) - history.validationLosses[3]) < 1e-12)
            let again = try Self.trainer().trainedLosses(Self.x, Self.classes)
            #expect(history.losses == again)
        }
    }

    private func mean(_ vectors: [[Double]]) -> [Double] {
        vectors[0].indices.map { index in vectors.reduce(0) { $0 + $1[index] } / Double(vectors.count) }
    }

    /// With everything in flight, a run that was stopped at any step goes on as if it had not been.
    @Test(arguments: [WeightAveraging.exponential(decay: 0.8), .stochastic(from: 2)], [true, false])
    func resumed(_ averaging: WeightAveraging, givesBackTheBest: Bool) throws {
        let folder = try TemporaryFolder()
        let file = folder.file("checkpoint")
        let optimizer = SharpnessAware(Adam(learningRate: .cosine(from: 0.05, warmUp: 2)), radius: 0.1)
        func train(_ trainer: inout Trainer<Double>, until last: Int = .max) throws -> History {
            let steps = Locked(0)
            return try trainer.train(
                inputs: Self.x, targets: .classes(Self.classes),
                options: Self.options(epochs: 3, batchSize: 3) {
                    $0.sampling = .shuffled
                    $0.accumulating = 3
                    $0.gradientClipping = .norm(0.2)
                    $0.penalties = [.l1(0.001)]
                    $0.averaging = averaging
                    $0.validation = .rows(Self.x, Self.classes.reversed())
                    $0.earlyStopping = givesBackTheBest ? EarlyStopping(patience: 9) : nil
                    $0.callbacks = [
                        .everyStep { _ in
                            steps.withLock {
                                $0 += 1
                                return $0 == last ? .stop : .proceed
                            }
                        }
                    ]
                })
        }
        var whole = try Self.trainer(optimizer)
        let history = try train(&whole)
        for stop in 1..<15 {
            var stopped = try Self.trainer(optimizer)
            _ = try train(&stopped, until: stop)
            try stopped.saveCheckpoint(to: file)
            var copy = stopped
            copy.continuesRun = true
            var resumed = try Trainer<Double>(resumingFrom: file, loss: CrossEntropy(), optimizer: optimizer)
            #expect(resumed.model.parameters == stopped.model.parameters)
            #expect(try train(&resumed) == history)
            #expect(resumed.model.parameters == whole.model.parameters)
            #expect(try train(&copy) == history)
            #expect(copy.model.parameters == whole.model.parameters)
        }
    }

    @Test func theBitsDontDependOnThreads() throws {
        var generator = RandomGenerator(seed: 4)
        let x = generator.matrix(120, 12, of: Float.self)
        let classes = generator.classes(120, below: 3)
        func run(threads: Int) throws -> [Float] {
            var trainer = try Trainer(
                model: MLP<Float>([Linear(12, 300), Tanh(), Dropout(0.2), Linear(300, 3), Softmax()], seed: 6),
                loss: CrossEntropy(), optimizer: SharpnessAware(AdamW()), threads: threads)
            try trainer.train(
                inputs: x, targets: .classes(classes),
                options: TrainingOptions(
                    epochs: 2, batchSize: 40, gradientClipping: .norm(0.1), accumulating: 2, penalties: [.l1(0.001)],
                    averaging: .exponential(decay: 0.5), progress: .silent))
            return trainer.model.parameters
        }
        let alone = try run(threads: 1)
        for threads in [2, 3, 5, 8] { #expect(try run(threads: threads) == alone) }
    }

    /// The gradient is that at w + ρ g/‖g‖, the loss that at w.
    @Test func sharpnessAware() throws {
        var trainer = try Self.trainer(SharpnessAware(SGD(learningRate: 0.5), radius: 0.3))
        var plain = try Self.trainer()
        let loss = try trainer.step(inputs: Self.x, targets: Self.classes)
        var model = plain.model
        _ = try plain.forward(Self.x)
        #expect(try plain.backward(targets: Self.classes) == loss)
        let norm = length(plain.gradients)
        let start = model.parameters
        model.parameters = zip(start, plain.gradients).map { $0 + 0.3 * $1 / norm }
        plain = try Trainer(model: model, loss: CrossEntropy(), optimizer: SGD())
        _ = try plain.forward(Self.x)
        try plain.backward(targets: Self.classes)
        let expected = zip(start, plain.gradients).map { $0 - 0.5 * $1 }
        #expect(firstDifference(trainer.model.parameters, expected, relative: 1e-10) == nil)
        // Also within what has groups.
        var grouped = try Self.trainer(
            SharpnessAware(SGD(learningRate: 0.5), radius: 0.3).grouped(.biases(learningRate: .times(1))))
        try grouped.step(inputs: Self.x, targets: Self.classes)
        #expect(grouped.model.parameters == trainer.model.parameters)
        #expect(
            errorMessage { _ = try Self.trainer(SharpnessAware(SGD(), radius: 0)) }
                == "SharpnessAware: the radius is 0.0; it must be positive and finite")
    }

    /// Running statistics are those of the first of the two passes.
    @Test func sharpnessAwareLeavesStatisticsAlone() throws {
        func state(_ optimizer: any Optimizer) throws -> [Double] {
            var trainer = try Trainer(
                model: MLP<Double>([Linear(4, 6), BatchNorm(6), Tanh(), Linear(6, 3), Softmax()], seed: 6),
                loss: CrossEntropy(), optimizer: optimizer)
            try trainer.step(inputs: Self.x, targets: Self.classes)
            return trainer.model.state
        }
        #expect(try state(SharpnessAware(SGD(), radius: 0.5)) == state(SGD()))
    }

    @Test func numbersOutOfTheirRanges() throws {
        var trainer = try Self.trainer()
        let before = trainer.model.parameters
        for (change, message) in [
            (
                { $0.gradientClipping = .norm(0) },
                "gradients are clipped at a norm of 0.0; it must be positive and finite"
            ),
            (
                { $0.gradientClipping = .value(-1) },
                "gradients are clipped at a value of -1.0; it must be positive and finite"
            ),
            (
                { $0.accumulating = 0 }, "accumulating is 0; it must be at least 1 batch"
            ),
            (
                { $0.penalties = [.l2(0.1), .l1(-1)] },
                "the penalty is .l1(-1.0); its factor must be finite and not negative"
            ),
            (
                { $0.averaging = .exponential(decay: 1) },
                "the decay of the average is 1.0; it must be at least 0 and below 1"
            ),
            ({ $0.averaging = .stochastic(from: 0) }, "averaging starts at epoch 0; it must be at least 1"),
        ] as [((inout TrainingOptions<Double>) -> Void, String)] {
            let found = errorMessage {
                _ = try trainer.train(
                    inputs: Self.x, targets: .classes(Self.classes), options: Self.options(change))
            }
            #expect(found == message)
        }
        #expect(trainer.model.parameters == before)
    }

    @Test func historyHasRatesAndNorms() throws {
        let schedule = Schedule.step(from: 0.1, every: 3)
        var trainer = try Self.trainer(SGD(learningRate: schedule))
        let history = try trainer.train(
            inputs: Self.x, targets: .classes(Self.classes), options: Self.options(epochs: 3, batchSize: 7) { _ in })
        #expect(history.learningRates == [2, 4, 6].map { schedule.rate(at: $0, of: 6) })
        #expect(history.gradientNorms.count == 3 && history.gradientNorms.allSatisfy { $0 > 0 })
        #expect(abs(history.gradientNorms[2] - length(trainer.gradients)) < 1e-12)
        let svg = history.svg()
        #expect(svg.contains(">Learning rate<") && svg.contains(">Gradient norm<"))
        let folder = try TemporaryFolder()
        try history.write(csv: folder.file("history.csv"))
        let lines = try String(contentsOf: folder.file("history.csv"), encoding: .utf8).split(separator: "\n")
        #expect(lines[0] == "epoch,loss,learning rate,gradient norm,kept")
        #expect(lines[2].hasPrefix("2,\(history.losses[1]),0.010000000000000002,\(history.gradientNorms[1]),0"))
    }
}

extension Trainer where Scalar == Double {
    /// The losses of four plain epochs.
    fileprivate func trainedLosses(_ x: Matrix<Double>, _ classes: [Int]) throws -> [Double] {
        var trainer = self
        return try trainer.train(
            inputs: x, targets: classes, epochs: 4, batchSize: 5, sampling: .inOrder, progress: .silent
        ).losses
    }
}
