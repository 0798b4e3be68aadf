import Foundation
import Perceptron
import ProcessSupport
import Testing

extension ProcessTests {
    /// Steps after the first, and predictions into the caller's memory, allocate nothing.
    @Suite(.enabled(if: allocation_count() >= 0, "this C library's allocations can't be counted"))
    struct AllocationTests {
        struct Case: CustomTestStringConvertible {
            let widths: [Int]
            let batch: Int
            var testDescription: String { "\(widths), batch \(batch)" }
        }

        static let cases = [
            Case(widths: [8, 32, 32, 4], batch: 32), Case(widths: [64, 128, 10], batch: 32),
            Case(widths: [13, 37, 5], batch: 33), Case(widths: [200, 256, 256, 7], batch: 150),
        ]

        @Test(arguments: cases, [1, 2, 3])
        func stepsAllocateNothing(_ test: Case, threads: Int) throws {
            try check(Double.self, test, threads)
            try check(Float.self, test, threads)
        }

        /// Each loss, with what a model ends in for it and how much wider its outputs are than its targets.
        static let losses: [(any Loss, [any Layer], Int)] = [
            (MeanSquaredError(), [], 1), (MeanAbsoluteError(), [], 1), (Huber(), [], 1), (SmoothL1(), [], 1),
            (LogCosh(), [], 1), (Quantile([0.1, 0.5]), [], 2), (PoissonNLL(), [], 1), (GaussianNLL(), [], 2),
            (CosineSimilarity(), [], 1), (CrossEntropy(labelSmoothing: 0.1), [Softmax()], 1),
            (CrossEntropy(.logits), [], 1), (BinaryCrossEntropy(), [Sigmoid()], 1), (FocalLoss(), [Softmax()], 1),
            (FocalLoss(), [Sigmoid()], 1), (KLDivergence(), [Softmax()], 1), (Hinge(), [], 1),
        ]

        /// With weights of rows and without, targets as a matrix and as classes.
        @Test(arguments: losses.indices, [1, 2]) func lossesAllocateNothing(_ index: Int, threads: Int) throws {
            let (loss, end, width) = Self.losses[index]
            let model = try MLP<Float>([Linear(8, 4)] + end)
            let inputs = Matrix<Float>(rows: 200, columns: 8, repeating: 0.5)
            let targets = Matrix<Float>(rows: 200, columns: 4 / width, repeating: 0.25)
            let classes = (0..<200).map { $0 % 4 }
            let weights = (0..<200).map { Double($0 % 3) }
            var trainer = try Trainer(model: model, loss: loss, optimizer: Adam(), threads: threads)
            func steps() throws {
                try trainer.step(inputs: inputs, targets: targets)
                try trainer.step(inputs: inputs, targets: targets, sampleWeights: weights)
                if width == 1 { try trainer.step(inputs: inputs, targets: classes, sampleWeights: weights) }
            }
            for _ in 0..<3 { try steps() }
            #expect(try allocations { try steps() } == 0)
        }

        /// Layers made of layers, at any depth.
        @Test(arguments: [1, 2, 3]) func compositesAllocateNothing(threads: Int) throws {
            let layers: [any Layer] = [
                Columns([
                    0..<4: [Linear(4, 40), ReLU(), Residual([BatchNorm(40), Linear(40, 40), Tanh()])], 4..<8: [],
                    8..<13: [Residual([RMSNorm(5), Linear(5, 84), Dropout(0.1)], projection: Linear(5, 84))],
                ]),
                Residual([Residual([Linear(128, 128), ReLU()]), Dropout(0.2), Linear(128, 128)]), Linear(128, 3),
                Softmax(),
            ]
            try check(Double.self, layers, inputs: 13, outputs: 3, batch: 100, threads)
            try check(Float.self, layers, inputs: 13, outputs: 3, batch: 100, threads)
        }

        static let optimizers: [any Optimizer] = [
            SGD(learningRate: .multiStep(from: 0.1, at: [3, 5]).warmUp(4), momentum: 0.9), Adam(amsgrad: true), NAdam(),
            AdamW(learningRate: .cosine(from: 0.001, over: 99)).grouped(.biases(weightDecay: 0.1)), RAdam(),
            RMSprop(momentum: 0.5, centered: true), Adagrad(), Adadelta(), Lion(), ScheduleFreeAdamW(), Muon(),
            SOAP(interval: 2), SharpnessAware(SGD()),
        ]

        @Test(arguments: optimizers.indices, [1, 2]) func optimizersAllocateNothing(_ index: Int, threads: Int) throws {
            let inputs = Matrix<Float>(rows: 40, columns: 60, repeating: 0.5)
            let targets = Matrix<Float>(rows: 40, columns: 3, repeating: 0.25)
            var trainer = try Trainer(
                model: MLP<Float>([Linear(60, 70), Tanh(), Linear(70, 3)]), loss: MeanSquaredError(),
                optimizer: Self.optimizers[index], threads: threads)
            for _ in 0..<3 { try trainer.step(inputs: inputs, targets: targets) }
            #expect(try allocations { try trainer.step(inputs: inputs, targets: targets) } == 0)
        }

        /// How many allocations ten calls make. What other threads of the process allocate meanwhile, those of the test
        /// library, say, is not theirs: they make as many every time, so the least of several counts is theirs.
        private func allocations(in body: () throws -> Void) rethrows -> Int {
            var least = Int.max
            for _ in 0..<6 where least > 0 {
                let before = allocation_count()
                for _ in 0..<10 { try body() }
                least = min(least, allocation_count() - before)
            }
            return least
        }

        static let treatments: [@Sendable (inout TrainingOptions<Float>) -> Void] = [
            { _ in }, { $0.gradientClipping = .norm(0.01) }, { $0.gradientClipping = .value(0.001) },
            { $0.accumulating = 3 }, { $0.penalties = [.l1(0.01), .l2(0.01)] },
            { $0.averaging = .exponential(decay: 0.9) }, { $0.averaging = .stochastic(from: 1) },
            {
                $0.gradientClipping = .norm(0.01)
                $0.accumulating = 2
                $0.penalties = [.l2(0.01)]
                $0.averaging = .exponential(decay: 0.9)
            },
        ]

        /// Of several counts, for what else runs in the process now and then allocates too.
        private func least(_ count: () throws -> Int) rethrows -> Int {
            var least = Int.max
            for _ in 0..<6 { least = min(least, try count()) }
            return least
        }

        /// A run of 18 steps more allocates as often.
        @Test(arguments: treatments.indices, [1, 2]) func runsAllocateNothingPerStep(_ index: Int, threads: Int) throws
        {
            let model = try MLP<Float>([Linear(60, 70), BatchNorm(70), Tanh(), Linear(70, 3)])
            var options = TrainingOptions<Float>(epochs: 3, batchSize: 20, progress: .silent)
            Self.treatments[index](&options)
            func allocations(rows: Int) throws -> Int {
                let inputs = Matrix<Float>(rows: rows, columns: 60, repeating: 0.5)
                let targets = Targets.matrix(Matrix<Float>(rows: rows, columns: 3, repeating: 0.25))
                var trainer = try Trainer(
                    model: model, loss: MeanSquaredError(), optimizer: SGD(momentum: 0.9), threads: threads)
                let before = allocation_count()
                try trainer.train(inputs: inputs, targets: targets, options: options)
                return allocation_count() - before
            }
            let (few, many) = (try least { try allocations(rows: 120) }, try least { try allocations(rows: 240) })
            // What else runs in the process adds or takes away a few.
            #expect(many - few < 9, "\(few) allocations of 18 steps, \(many) of 36")
        }

        static let methods: [@Sendable (Int) -> any FitMethod] = [
            { LBFGS(maximumIterations: $0, functionTolerance: 0) },
            { LevenbergMarquardt(maximumIterations: $0, functionTolerance: 0) },
            { LevenbergMarquardt(maximumIterations: $0, regularization: .bayesian, functionTolerance: 0) },
        ]

        /// 60 iterations allocate as often as 40: between these the history grows in the memory that it has.
        @Test(arguments: methods.indices, [1, 2]) func fitsAllocateNothingPerIteration(
            _ index: Int, threads: Int
        ) throws {
            var inputs = Matrix<Double>(rows: 300, columns: 2)
            var targets = Matrix<Double>(rows: 300, columns: 2)
            for row in 0..<300 {
                (inputs[row, 0], inputs[row, 1]) = (Double(row % 20) / 10 - 1, Double(row / 20) / 7 - 1)
                targets[row, 0] = sin(3 * inputs[row, 0]) * cos(2 * inputs[row, 1])
                targets[row, 1] = exp(-inputs[row, 0] * inputs[row, 1])
            }
            func allocations(iterations: Int) throws -> Int {
                var trainer = try Trainer(
                    model: MLP<Double>([Linear(2, 10), Tanh(), Linear(10, 2)], seed: 1), loss: MeanSquaredError(),
                    optimizer: Adam(), threads: threads)
                let before = allocation_count()
                let fit = try trainer.fit(
                    inputs: inputs, targets: targets, method: Self.methods[index](iterations),
                    sampleWeights: [Double](repeating: 2, count: 300), progress: .silent)
                #expect(fit.iterations == iterations)
                return allocation_count() - before
            }
            let (few, many) = (
                try least { try allocations(iterations: 40) }, try least { try allocations(iterations: 60) }
            )
            #expect(many - few < 10, "\(few) allocations of 40 iterations, \(many) of 60")
        }

        private func check<Scalar: BLASScalar>(_ type: Scalar.Type, _ test: Case, _ threads: Int) throws {
            let width = test.widths[0]
            var layers: [any Layer] = [
                PeriodicEmbedding(width, frequencies: 3, features: 2), EnsembleLinear(2 * width, 2, members: 2),
                Linear(4, width),
            ]
            for (input, output) in zip(test.widths, test.widths.dropFirst()) {
                layers += [Linear(input, output), BatchNorm(output), ReLU(), RMSNorm(output), Dropout(0.1)]
            }
            layers[layers.count - 1] = Softmax()
            try check(type, layers, inputs: test.widths[0], outputs: test.widths.last!, batch: test.batch, threads)
        }

        private func check<Scalar: BLASScalar>(
            _ type: Scalar.Type, _ layers: [any Layer], inputs columns: Int, outputs classes: Int, batch: Int,
            _ threads: Int
        ) throws {
            var generator = RandomGenerator(seed: 1)
            let inputs = Matrix<Scalar>(
                rows: batch, columns: columns,
                elements: (0..<batch * columns).map { _ in Scalar(generator.nextUniform()) })
            let targets = (0..<batch).map { $0 % classes }
            let model = try MLP<Scalar>(layers)
            var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam(), threads: threads)
            for _ in 0..<3 { try trainer.step(inputs: inputs, targets: targets) }
            #expect(try allocations { try trainer.step(inputs: inputs, targets: targets) } == 0, "training steps")

            var predictor = try Predictor(model, mostRows: batch, threads: threads)
            var outputs = [Scalar](repeating: 0, count: batch * classes)
            func predict() throws {
                var room = outputs.mutableSpan
                try predictor.predict(inputs.elements.span, into: &room)
            }
            for _ in 0..<3 { try predict() }
            #expect(try allocations { try predict() } == 0, "predictions")

            let file = FileManager.default.temporaryDirectory.appending(path: "perceptron-\(UUID().uuidString)")
            try model.save(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            predictor = try Predictor(contentsOf: file, mostRows: batch, threads: threads)
            for _ in 0..<3 { try predict() }
            #expect(try allocations { try predict() } == 0, "predictions from a file")
        }
    }
}
