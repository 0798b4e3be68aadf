import Testing

@testable import Perceptron

/// The same seed gives the same bits, at any number of threads.
@Suite struct DeterminismTests {
    struct Setting: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let layers: [any Layer]
        let rows: Int
        let batchSize: Int
        let loss: any Loss
        var classes = true
    }

    static let settings: [Setting] =
        [1, 7, 33, 300].map { batchSize in
            Setting(
                testDescription: "13-37-5, batch \(batchSize)",
                layers: [Linear(13, 37), ReLU(), Linear(37, 5), Softmax()],
                rows: min(301, 10 * batchSize + 1), batchSize: batchSize, loss: CrossEntropy())
        } + [
            Setting(
                testDescription: "every layer",
                layers: [
                    Linear(9, 31), ReLU(), Linear(31, 17, bias: false), Softmax(), Linear(17, 29), Sigmoid(),
                    Linear(29, 3),
                ], rows: 300, batchSize: 150, loss: MeanSquaredError(), classes: false),
            Setting(
                testDescription: "cut along columns",
                layers: [
                    Linear(130, 270), ReLU(), Linear(270, 330), Tanh(), Linear(330, 190), Sigmoid(), Linear(190, 7),
                    Softmax(),
                ], rows: 150, batchSize: 131, loss: CrossEntropy()),
            Setting(
                testDescription: "activations of inputs, normalisations",
                layers: [
                    Affine(9), Linear(9, 31), GELU(), Linear(31, 29), LayerNorm(29), SiLU(),
                    Linear(29, 17, bias: false),
                    Affine(17), LeakyReLU(), Linear(17, 17), ELU(), Softplus(), GELU(approximation: .tanh),
                    Linear(17, 3),
                ], rows: 300, batchSize: 150, loss: MeanSquaredError(), classes: false),
            Setting(
                testDescription: "normalisations cut along columns",
                layers: [
                    LayerNorm(130), Linear(130, 270), GELU(), Linear(270, 330), LayerNorm(330), SiLU(),
                    Linear(330, 190),
                    Affine(190), ELU(), Linear(190, 150), LeakyReLU(), Affine(150), Softplus(), Linear(150, 7),
                    Softmax(),
                ], rows: 150, batchSize: 131, loss: CrossEntropy()),
            Setting(
                testDescription: "random layers",
                layers: [
                    Dropout(0.1), Linear(130, 270), ReLU(), Dropout(0.5), Linear(270, 37), GaussianNoise(0.1), ELU(),
                    AlphaDropout(0.2), Linear(37, 7), Softmax(),
                ], rows: 300, batchSize: 131, loss: CrossEntropy()),
            Setting(
                testDescription: "layers with state and scratch",
                layers: [
                    BatchNorm(130), Linear(130, 270), ReLU(), BatchNorm(270), Linear(270, 1030), BatchNorm(1030),
                    Tanh(),
                    RMSNorm(1030), Dropout(0.1), Linear(1030, 7), Softmax(),
                ], rows: 300, batchSize: 131, loss: CrossEntropy()),
            Setting(
                testDescription: "layers with scratch for each pass",
                layers: [
                    PeriodicEmbedding(9, frequencies: 5, features: 4, deviation: 0.3),
                    EnsembleLinear(36, 64, members: 4), ReLU(), EnsembleLinear(64, 32, members: 4), ReLU(),
                    Linear(128, 7), Softmax(),
                ], rows: 400, batchSize: 200, loss: CrossEntropy()),
            Setting(
                testDescription: "CrossEntropy apart", layers: [Linear(7, 11), Sigmoid(), Linear(11, 4), Sigmoid()],
                rows: 290, batchSize: 200, loss: CrossEntropy(.probabilities), classes: false),
            Setting(
                testDescription: "MeanSquaredError of classes",
                layers: [Softmax(), Linear(7, 300), ReLU(), Linear(300, 4)],
                rows: 270, batchSize: 257, loss: MeanSquaredError()),
            Setting(
                testDescription: "many parameters", layers: [Linear(130, 257), ReLU(), Linear(257, 10), Softmax()],
                rows: 140, batchSize: 140, loss: CrossEntropy(), classes: false),
        ]

    private struct Run<Scalar: BLASScalar>: Equatable {
        let initial: [Scalar]
        let losses: [Double]
        let parameters: [Scalar]
        let state: [Scalar]
        let predictions: [Scalar]
    }

    private func run<Scalar: BLASScalar>(
        _ setting: Setting, _ type: Scalar.Type, seed: UInt64 = 7, sampling: Sampling = .shuffled, threads: Int?
    ) throws -> Run<Scalar> {
        var model = try MLP<Scalar>(setting.layers, seed: seed)
        let initial = model.parameters
        var generator = RandomGenerator(seed: 99)
        let inputs = generator.matrix(setting.rows, model.inputFeatures, of: type)
        let history: History
        if setting.classes {
            history = try model.train(
                inputs: inputs, targets: generator.classes(setting.rows, below: model.outputFeatures),
                loss: setting.loss, optimizer: Adam(learningRate: 0.01), epochs: 2, batchSize: setting.batchSize,
                sampling: sampling, progress: .silent, threads: threads)
        } else {
            history = try model.train(
                inputs: inputs, targets: generator.distributions(setting.rows, model.outputFeatures, of: type),
                loss: setting.loss, optimizer: Adam(learningRate: 0.01), epochs: 2, batchSize: setting.batchSize,
                sampling: sampling, progress: .silent, threads: threads)
        }
        let rows = generator.matrix(1100, model.inputFeatures, of: type)
        return Run(
            initial: initial, losses: history.losses, parameters: model.parameters, state: model.state,
            predictions: try model.predict(rows, threads: threads).elements)
    }

    private func threadsDoNotMatter<Scalar: BLASScalar>(_ setting: Setting, _ type: Scalar.Type) throws {
        let alone = try run(setting, type, threads: 1)
        #expect(alone.parameters.allSatisfy { $0.isFinite } && alone.parameters != alone.initial)
        for threads in [1, 2, 3, 5, 8, nil] {
            #expect(try run(setting, type, threads: threads) == alone, "threads: \(threads.map(String.init) ?? "nil")")
        }
    }

    @Test(arguments: settings) func anyNumberOfThreadsInDouble(_ setting: Setting) throws {
        try threadsDoNotMatter(setting, Double.self)
    }

    @Test(arguments: settings) func anyNumberOfThreadsInFloat(_ setting: Setting) throws {
        try threadsDoNotMatter(setting, Float.self)
    }

    private func seeds<Scalar: BLASScalar>(_ sampling: Sampling, _ type: Scalar.Type) throws {
        let setting = Self.settings[1]
        let first = try run(setting, type, sampling: sampling, threads: nil)
        #expect(try run(setting, type, sampling: sampling, threads: nil) == first)
        let other = try run(setting, type, seed: 8, sampling: sampling, threads: nil)
        #expect(other.initial != first.initial)
        #expect(other.parameters != first.parameters)
        #expect(other.losses != first.losses)
    }

    @Test(arguments: [Sampling.shuffled, .withReplacement, .inOrder]) func seedsInDouble(_ sampling: Sampling) throws {
        try seeds(sampling, Double.self)
    }

    @Test(arguments: [Sampling.shuffled, .withReplacement, .inOrder]) func seedsInFloat(_ sampling: Sampling) throws {
        try seeds(sampling, Float.self)
    }

    /// The seed reaches the order of rows too, not the parameters alone.
    @Test func seedDrawsTheOrder() throws {
        var generator = RandomGenerator(seed: 1)
        let inputs = generator.matrix(40, 3, of: Double.self)
        let classes = generator.classes(40, below: 2)
        func losses(seed: UInt64, sampling: Sampling) throws -> [Double] {
            var model = try MLP<Double>([Linear(3, 4), ReLU(), Linear(4, 2), Softmax()], seed: seed)
            model.parameters = model.parameters.indices.map { Double($0 % 5 - 2) / 4 }
            return try model.train(
                inputs: inputs, targets: classes, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.1), epochs: 2,
                batchSize: 8, sampling: sampling, progress: .silent
            ).losses
        }
        #expect(try losses(seed: 1, sampling: .shuffled) != losses(seed: 2, sampling: .shuffled))
        #expect(try losses(seed: 1, sampling: .withReplacement) != losses(seed: 2, sampling: .withReplacement))
        #expect(try losses(seed: 1, sampling: .inOrder) == losses(seed: 2, sampling: .inOrder))
    }

    /// Training goes on from the seed: a second call does not repeat the order of the first.
    @Test func callsGoOn() throws {
        var generator = RandomGenerator(seed: 2)
        let inputs = generator.matrix(30, 3, of: Double.self)
        let classes = generator.classes(30, below: 2)
        let model = try MLP<Double>([Linear(3, 2), Softmax()], seed: 4)
        var once = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        var twice = once
        let whole = try once.train(inputs: inputs, targets: classes, epochs: 4, batchSize: 7, progress: .silent)
        let first = try twice.train(inputs: inputs, targets: classes, epochs: 2, batchSize: 7, progress: .silent)
        let second = try twice.train(inputs: inputs, targets: classes, epochs: 2, batchSize: 7, progress: .silent)
        #expect(first.losses + second.losses == whole.losses)
        #expect(once.model.parameters == twice.model.parameters)
    }
}
