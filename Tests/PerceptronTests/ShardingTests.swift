import TestSupport
import Testing

@testable import Perceptron

/// Training in shards gives the same bits however many processes share them.
@Suite struct ShardingTests {
    /// All that a run leaves behind.
    struct Outcome: Equatable, Sendable {
        var parameters: [Double]
        var state: [Double]
        var losses: [Double]
        var validationLosses: [Double]
        var norms: [Double]

        init(_ model: MLP<Double>, _ history: History) {
            parameters = model.parameters
            state = model.state
            losses = history.losses + history.learningRates
            validationLosses = history.validationLosses + history.metrics.flatMap(\.values)
            norms = history.gradientNorms
        }
    }

    struct Setting: Sendable, CustomTestStringConvertible {
        var rows = 83
        var batchSize = 24
        var shards = 8
        var epochs = 3
        var layers: [any Layer] = [Linear(5, 7), ReLU(), Linear(7, 3), Softmax()]
        var optimizer: any Optimizer = Adam(learningRate: 0.02)
        var options = TrainingOptions<Double>(epochs: 3)
        let testDescription: String

        func trained(across group: (any ProcessGroup)?, threads: Int = 1) throws -> Outcome {
            var model = try MLP<Double>(layers, seed: 5)
            var options = options
            (options.epochs, options.batchSize, options.shards) = (epochs, batchSize, shards)
            (options.across, options.progress) = (group, .silent)
            if options.sampleWeights != nil { options.sampleWeights = (0..<rows).map { 0.25 * Double($0 % 5) } }
            let history = try model.train(
                inputs: RandomGenerator.inputs(rows: rows, columns: 5, seed: 2),
                targets: .classes(RandomGenerator.labels(rows: rows, below: 3, seed: 3)), loss: CrossEntropy(),
                optimizer: optimizer, options: options, threads: threads)
            return Outcome(model, history)
        }
    }

    static let normalized: [any Layer] = [
        Linear(5, 7), BatchNorm(7), ReLU(), Dropout(0.3), Linear(7, 6), BatchNorm(6, momentum: nil), Tanh(),
        Linear(6, 3), Softmax(),
    ]
    static let settings = [
        Setting(testDescription: "plain"),
        Setting(rows: 61, shards: 5, testDescription: "five shards"),
        Setting(rows: 6, batchSize: 4, testDescription: "shards without rows"),
        Setting(rows: 3, batchSize: 2, shards: 8, epochs: 2, testDescription: "fewer rows than processes"),
        Setting(
            layers: [Linear(5, 9), Dropout(0.4), Tanh(), Dropout(0.2), Linear(9, 3), Softmax()],
            testDescription: "dropout"),
        Setting(rows: 80, batchSize: 40, layers: normalized, testDescription: "batch norm"),
        Setting(
            options: TrainingOptions(epochs: 3, sampleWeights: []), testDescription: "sample weights"),
        Setting(
            options: TrainingOptions(epochs: 3, classWeights: [1, 0.5, 3]), testDescription: "class weights"),
        Setting(
            options: TrainingOptions(epochs: 3, gradientClipping: .norm(0.1), accumulating: 3, penalties: [.l2(0.01)]),
            testDescription: "clipping, accumulation, penalties"),
        Setting(optimizer: SharpnessAware(SGD(learningRate: 0.1, momentum: 0.9)), testDescription: "SAM"),
        Setting(
            rows: 80, batchSize: 40, layers: normalized, optimizer: SharpnessAware(Adam(learningRate: 0.01)),
            options: TrainingOptions(epochs: 3, averaging: .stochastic(from: 2)),
            testDescription: "SAM, batch norm and averaging"),
        Setting(
            epochs: 12,
            options: TrainingOptions(
                epochs: 12, validation: .fraction(0.2),
                earlyStopping: EarlyStopping(patience: 1, minimumImprovement: 0.02), metrics: [.accuracy]),
            testDescription: "validation and early stopping"),
        Setting(
            optimizer: Adam(learningRate: .reduceOnPlateau(from: 0.1, factor: 0.5, patience: 1)),
            testDescription: "plateau"),
        Setting(options: TrainingOptions(epochs: 3, sampling: .inOrder), testDescription: "in order"),
        Setting(options: TrainingOptions(epochs: 3, sampling: .wholeBatches), testDescription: "whole batches"),
        Setting(
            epochs: 9, options: TrainingOptions(epochs: 9, sampling: .withReplacement),
            testDescription: "with replacement"),
    ]

    @Test(arguments: settings) func bitsDoNotDependOnProcesses(_ setting: Setting) throws {
        let expected = try setting.trained(across: nil)
        #expect(expected.parameters.allSatisfy { $0.isFinite })
        for size in [2, 3, 4, 8, 9] {
            for (rank, result) in ThreadGroup.run(size, { try setting.trained(across: $0) }).enumerated() {
                #expect(try result.get() == expected, "process \(rank) of \(size)")
            }
        }
        #expect(try setting.trained(across: nil, threads: 3) == expected)
    }

    /// Summed by the group as it likes, the bits are others and the numbers nearly the same.
    @Test func theFastestSumIsEqualToRounding() throws {
        var setting = Self.settings[0]
        let expected = try setting.trained(across: nil)
        setting.options.gradientSum = .fastest
        let fastest = setting
        for result in ThreadGroup.run(3, { try fastest.trained(across: $0) }) {
            let outcome = try result.get()
            #expect(zip(outcome.parameters, expected.parameters).allSatisfy { abs($0 - $1) < 1e-9 })
        }
    }

    /// One batch in shards has the loss and the gradient of the batch.
    @Test(arguments: [nil, (0..<30).map { Double($0 % 4) }], [1, 4, 7])
    func shardsAreTheWholeBatch(_ weights: [Double]?, _ shards: Int) throws {
        let inputs = RandomGenerator.inputs(rows: 30, columns: 5, seed: 2)
        var generator = RandomGenerator(seed: 8)
        let targets = generator.matrix(30, 2, of: Double.self)
        func trained(_ shards: Int?) throws -> Outcome {
            var model = try MLP<Double>([Linear(5, 6), Tanh(), Linear(6, 2)], seed: 1)
            let history = try model.train(
                inputs: inputs, targets: targets, loss: MeanSquaredError(), optimizer: SGD(learningRate: 0.1),
                epochs: 5, batchSize: 30, sampleWeights: weights, gradientClipping: .norm(100), shards: shards,
                progress: .silent)
            return Outcome(model, history)
        }
        let (whole, parts) = (try trained(nil), try trained(shards))
        for (a, b) in [
            (whole.parameters, parts.parameters), (whole.losses, parts.losses), (whole.norms, parts.norms),
        ] {
            #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 })
        }
    }

    /// What dropout draws for a row depends on its place in the whole batch, not on its shard.
    @Test func dropoutKnowsTheWholeBatch() throws {
        var batches: [[Double]] = []
        for shards in [1, 2] {
            // All rows are the same: their outputs differ by what dropout draws. In order, place p is shard p mod 2.
            var model = try MLP<Double>([Dropout(0.5), Linear(40, 1, bias: false)], seed: 4)
            let rows = Matrix<Double>(rows: 8, columns: 40, repeating: 1)
            let targets = Matrix<Double>(rows: 8, columns: 1, repeating: 0)
            let history = try model.train(
                inputs: rows, targets: targets, loss: MeanSquaredError(), optimizer: SGD(learningRate: 1e-300),
                epochs: 1, batchSize: 8, sampling: .inOrder, shards: shards, progress: .silent)
            batches.append(history.losses)
        }
        #expect(abs(batches[0][0] - batches[1][0]) < 1e-12 * batches[0][0])
    }

    /// Each shard's statistics; the running ones are the mean over the shards, by rows, and count once a batch.
    @Test func batchNormAveragesItsShards() throws {
        let inputs = RandomGenerator.inputs(rows: 10, columns: 3, seed: 2)
        var model = try MLP<Double>([BatchNorm(3, momentum: 1), Linear(3, 1)], seed: 1)
        try model.train(
            inputs: inputs, targets: Matrix(rows: 10, columns: 1, repeating: 0), loss: MeanSquaredError(), epochs: 1,
            batchSize: 10, shards: 4, progress: .silent)
        let cut = ShardCut(rows: 10, shards: 4)
        for column in 0..<3 {
            var (mean, variance) = (0.0, 0.0)
            for shard in 0..<4 {
                let values = cut.rows(of: shard).map { inputs[$0, column] }
                let count = Double(values.count)
                let shardMean = values.reduce(0, +) / count
                mean += count / 10 * shardMean
                variance += count / 10 * values.reduce(0) { $0 + ($1 - shardMean) * ($1 - shardMean) } / (count - 1)
            }
            #expect(abs(model.state[column] - mean) < 1e-14)
            #expect(abs(model.state[3 + column] - variance) < 1e-14)
        }
        #expect(model.state[6] == 1)
    }

    /// Without shards nothing of this happens: see also the golden values of training.
    @Test func eightShardsWhereTheirNumberIsNotGiven() throws {
        let setting = Self.settings[0]
        let expected = try setting.trained(across: nil)
        let results = ThreadGroup.run(2) { group in
            var model = try MLP<Double>(setting.layers, seed: 5)
            let history = try model.train(
                inputs: RandomGenerator.inputs(rows: setting.rows, columns: 5, seed: 2),
                targets: RandomGenerator.labels(rows: setting.rows, below: 3, seed: 3), loss: CrossEntropy(),
                optimizer: setting.optimizer, epochs: 3, batchSize: setting.batchSize, across: group,
                progress: .silent)
            return Outcome(model, history)
        }
        for result in results { #expect(try result.get() == expected) }
    }

    // MARK: Processes that are told of each other

    /// What one of several does wrong, all throw.
    private func failures(
        _ size: Int, _ train: @escaping @Sendable (ThreadGroup, inout Trainer<Double>) throws -> Void
    ) -> [String] {
        let setting = Self.settings[0]
        return ThreadGroup.run(size) { group in
            var trainer = try Trainer(
                model: MLP<Double>(setting.layers, seed: 5), loss: CrossEntropy(), optimizer: setting.optimizer,
                threads: 1)
            try train(group, &trainer)
        }.map { result in
            switch result {
            case .success: "none"
            case .failure(let error): "\(error)"
            }
        }
    }

    static let inputs = RandomGenerator.inputs(rows: 83, columns: 5, seed: 2)
    static let classes = RandomGenerator.labels(rows: 83, below: 3, seed: 3)

    @Test func processesMustBeginWithTheSame() {
        let batchSizes = failures(3) { group, trainer in
            _ = try trainer.train(
                inputs: Self.inputs, targets: Self.classes, epochs: 1, batchSize: group.rank == 2 ? 31 : 32,
                across: group, progress: .silent)
        }
        #expect(Set(batchSizes) == ["process 2 trains with another batch size than process 0; all need the same"])
        let models = failures(3) { group, trainer in
            var model = trainer.model
            if group.rank == 1 { model.parameters[3] += 1e-12 }
            trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam(), threads: 1)
            _ = try trainer.train(
                inputs: Self.inputs, targets: Self.classes, epochs: 1, across: group, progress: .silent)
        }
        #expect(
            Set(models) == ["process 1 trains with another model or parameters than process 0; all need the same"])
    }

    /// Callbacks are those of the first process; the others stop with it, or fail with it.
    @Test func theFirstProcessCallsCallbacks() throws {
        let calls = Locked([Int](repeating: 0, count: 3))
        let histories = ThreadGroup.run(3) { group in
            var model = try MLP<Double>(Self.settings[0].layers, seed: 5)
            return try model.train(
                inputs: Self.inputs, targets: Self.classes, loss: CrossEntropy(), epochs: 9, batchSize: 20,
                callbacks: [
                    .everyEpoch { report in
                        calls.withLock { $0[group.rank] += 1 }
                        return report.epoch == 4 ? .stop : .proceed
                    }
                ], across: group, progress: .silent)
        }
        for history in histories { #expect(try history.get().ending == .stoppedByCallback) }
        for history in histories { #expect(try history.get().losses.count == 4) }
        #expect(calls.withLock { $0 } == [4, 0, 0])

        let messages = failures(3) { group, trainer in
            _ = try trainer.train(
                inputs: Self.inputs, targets: Self.classes, epochs: 2,
                callbacks: [.everyStep { (_) throws(PerceptronError) in throw .fileAccess("no space") }], across: group,
                progress: .silent)
        }
        #expect(messages == ["no space", "process 0: no space", "process 0: no space"])
    }

    @Test func divergenceIsSeenByAll() {
        let messages = failures(3) { group, trainer in
            trainer = try Trainer(
                model: MLP<Double>([Linear(5, 3)], seed: 1), loss: MeanSquaredError(),
                optimizer: SGD(learningRate: 1e200), threads: 1)
            _ = try trainer.train(
                inputs: Self.inputs, targets: Matrix(rows: 83, columns: 3, repeating: 1), epochs: 9, across: group,
                progress: .silent)
        }
        #expect(Set(messages).count == 1 && messages[0].contains("step"))
    }

    // MARK: Interruptions

    /// Stopped and gone on with by another number of processes, from a checkpoint: the bits are as if never stopped.
    @Test(arguments: [0, 5, 10]) func anotherNumberOfProcessesGoesOn(_ setting: Int) throws {
        try withTemporaryFolder { folder in
            let setting = Self.settings[setting]
            let file = folder.appending(path: "run.safetensors")
            @Sendable func goOn(_ group: any ProcessGroup, until last: Int, from: Bool) throws -> Outcome {
                var trainer =
                    from
                    ? try Trainer<Double>(
                        resumingFrom: file, loss: CrossEntropy(), optimizer: setting.optimizer, threads: 1)
                    : try Trainer(
                        model: MLP(setting.layers, seed: 5), loss: CrossEntropy(), optimizer: setting.optimizer,
                        threads: 1)
                var options = setting.options
                (options.epochs, options.batchSize) = (setting.epochs, setting.batchSize)
                (options.across, options.progress) = (group, .silent)
                options.callbacks = [.everyStep { $0.updates == last ? .stop : .proceed }]
                let history = try trainer.train(
                    inputs: RandomGenerator.inputs(rows: setting.rows, columns: 5, seed: 2),
                    targets: .classes(RandomGenerator.labels(rows: setting.rows, below: 3, seed: 3)),
                    options: options)
                if group.rank == 0, last > 0 { try trainer.saveCheckpoint(to: file) }
                return Outcome(trainer.model, history)
            }
            let expected = try setting.trained(across: nil)
            for result in ThreadGroup.run(4, { try goOn($0, until: 2, from: false) }) { _ = try result.get() }
            for result in ThreadGroup.run(2, { try goOn($0, until: 5, from: true) }) { _ = try result.get() }
            for result in ThreadGroup.run(3, { try goOn($0, until: 0, from: true) }) {
                #expect(try result.get() == expected)
            }
        }
    }

    @Test func anotherNumberOfShardsIsAnError() throws {
        var trainer = try Trainer(
            model: MLP<Double>([Linear(5, 3), Softmax()], seed: 5), loss: CrossEntropy(), optimizer: Adam())
        func train(_ shards: Int?) throws {
            try trainer.train(
                inputs: Self.inputs, targets: Self.classes, epochs: 2,
                callbacks: [.everyStep { $0.updates == 1 ? .stop : .proceed }], shards: shards, progress: .silent)
        }
        try train(8)
        for (shards, found) in [(4, "4"), (nil, "none")] {
            trainer.continuesRun = true
            let message = "the interrupted run had the shards 8; this call of train has \(found). "
            #expect(throws: PerceptronError.self) { try train(shards) }
            #expect(errorMessage { try train(shards) }.hasPrefix(message))
        }
    }

    @Test func impossibleShardsAreErrors() throws {
        var model = try MLP<Double>([BatchNorm(5), Linear(5, 3), Softmax()], seed: 5)
        func message(shards: Int, batchSize: Int) -> String {
            errorMessage {
                try model.train(
                    inputs: Self.inputs, targets: Self.classes, loss: CrossEntropy(), epochs: 1, batchSize: batchSize,
                    sampling: .wholeBatches, shards: shards, progress: .silent)
            }
        }
        #expect(message(shards: 0, batchSize: 20) == "shards are 0; they can be from 1 to 65536")
        #expect(message(shards: 8, batchSize: 15).contains("leave a shard of the last batch with 1"))
    }
}
