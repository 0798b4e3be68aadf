import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Averages of parameters, and the statistics that belong to them (`Golden/make_averaging_golden.py`).
@Suite struct AveragingTests {
    struct File: Decodable {
        let inputs: [Double]
        let targets: [Double]
        let cases: [Case]
    }

    struct Case: Decodable {
        let name: String
        let start: [Double]
        let parameters: [Double]
        let state: [Double]
        let outputs: [Double]
    }

    private static let layers: [any Layer] = [Linear(3, 4), BatchNorm(4, momentum: 0.3), Tanh(), Linear(4, 2)]

    private static let averagings: [String: WeightAveraging] = [
        "exponential": .exponential(decay: 0.8), "stochastic": .stochastic(from: 2),
    ]

    private static func golden() throws -> File {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/averaging.json")
        return try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
    }

    @Test(arguments: [1, 3]) func asPyTorchDoes(threads: Int) throws {
        let golden = try Self.golden()
        #expect(golden.cases.count == 2)
        for test in golden.cases {
            var model = try MLP<Double>(Self.layers)
            model.parameters = test.start
            let x = Matrix(rows: 13, columns: 3, elements: golden.inputs)
            try model.train(
                inputs: x, targets: Matrix(rows: 13, columns: 2, elements: golden.targets), loss: MeanSquaredError(),
                optimizer: SGD(learningRate: 0.1, momentum: 0.5), epochs: 4, batchSize: 5, sampling: .inOrder,
                averaging: Self.averagings[test.name], progress: .silent, threads: threads)
            #expect(firstDifference(model.parameters, test.parameters, relative: 1e-10) == nil, "\(test.name)")
            #expect(firstDifference(model.state, test.state, relative: 1e-10) == nil, "\(test.name)")
            #expect(firstDifference(try model.predict(x).elements, test.outputs, relative: 1e-10) == nil)
        }
    }

    private static let x = RandomGenerator.inputs(rows: 23, columns: 3, seed: 2)
    private static let classes = RandomGenerator.labels(rows: 23, below: 3, seed: 3)

    /// The average of a run that failed is not that of the next.
    @Test func anotherRunHasAnAverageOfItsOwn() throws {
        var trainer = try Self.trainer()
        func train(
            _ trainer: inout Trainer<Double>, _ averaging: WeightAveraging?,
            _ callbacks: [TrainingCallback<Double>] = []
        ) throws {
            try trainer.train(
                inputs: Self.x, targets: Self.classes, epochs: 2, batchSize: 8, callbacks: callbacks,
                averaging: averaging, progress: .silent)
        }
        let failing = TrainingCallback<Double>.everyEpoch { (_) throws(PerceptronError) in
            throw .invalidState("no more")
        }
        #expect(throws: PerceptronError.self) { try train(&trainer, .exponential(decay: 0.9), [failing]) }
        #expect(trainer.engine.parameters.average != nil)
        trainer.continuesRun = false
        var without = trainer
        without.engine = Engine(copying: trainer.engine)
        without.engine.parameters.resume(average: nil, accumulated: nil)
        try train(&trainer, nil)
        try train(&without, nil)
        #expect(trainer.model.parameters == without.model.parameters)
    }

    private static func trainer(threads: Int? = nil) throws -> Trainer<Double> {
        try Trainer(
            model: MLP(
                [Linear(3, 6), Residual([BatchNorm(6), Tanh(), Dropout(0.2)]), Linear(6, 3), Softmax()], seed: 6),
            loss: CrossEntropy(), optimizer: SGD(learningRate: 0.3, momentum: 0.5), threads: threads)
    }

    private static func train(
        _ trainer: inout Trainer<Double>, from epoch: Int? = 2, sampling: Sampling = .shuffled,
        earlyStopping: EarlyStopping? = nil, until last: Int = .max
    ) throws -> History {
        try trainer.train(
            inputs: x, targets: classes, epochs: 4, batchSize: 7, sampling: sampling,
            validation: .rows(x, classes.map { ($0 + 1) % 3 }), earlyStopping: earlyStopping,
            callbacks: [.everyStep { $0.updates == last ? .stop : .proceed }],
            averaging: epoch.map { .stochastic(from: $0) }, progress: .silent)
    }

    /// The statistics are the means over the batches of an epoch of what a forward pass in training finds there.
    @Test func statisticsOfTheAverage() throws {
        var trainer = try Self.trainer()
        _ = try Self.train(&trainer, sampling: .inOrder)
        #expect(trainer.model.state[12] == 4)
        var plain = try Self.trainer()
        _ = try Self.train(&plain, from: nil, sampling: .inOrder)
        #expect(plain.model.state[12] == 16)

        // The first layer's outputs have no noise: their means and variances follow from the average alone.
        let first = try MLP<Double>([Linear(3, 6)])
        var linear = first
        linear.parameters = Array(trainer.model.parameters[0..<24])
        let outputs = try linear.predict(Self.x)
        for column in 0..<6 {
            var (meanOfMeans, meanOfVariances) = (0.0, 0.0)
            for rows in [0..<7, 7..<14, 14..<21, 21..<23] {
                let values = rows.map { outputs[$0, column] }
                let mean = values.reduce(0, +) / Double(values.count)
                meanOfMeans += mean / 4
                meanOfVariances += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1) / 4
            }
            #expect(abs(trainer.model.state[column] - meanOfMeans) < 1e-12)
            #expect(abs(trainer.model.state[6 + column] - meanOfVariances) < 1e-12)
        }
    }

    /// However training is stopped and goes on, and with any number of threads.
    @Test func statisticsResume() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("checkpoint")
        var whole = try Self.trainer(threads: 1)
        let history = try Self.train(&whole)
        for stop in 1..<16 {
            var stopped = try Self.trainer()
            _ = try Self.train(&stopped, until: stop)
            // As long as a run is interrupted its statistics are those of training.
            #expect(stopped.model.state[12] == Double(stop))
            try stopped.saveCheckpoint(to: file)
            var resumed = try Trainer<Double>(
                resumingFrom: file, loss: CrossEntropy(), optimizer: SGD(learningRate: 0.3, momentum: 0.5), threads: 3)
            #expect(try Self.train(&resumed) == history)
            #expect(sameBits(resumed.model.parameters, whole.model.parameters))
            #expect(sameBits(resumed.model.state, whole.model.state))
            // And what comes after.
            var again = whole
            #expect(try Self.train(&resumed) == Self.train(&again))
            #expect(sameBits(resumed.model.state, again.model.state))
        }
    }

    /// The best epoch's parameters are an average, or not yet one.
    @Test func statisticsOfTheBest() throws {
        for first in 1...4 {
            var trainer = try Self.trainer()
            let history = try Self.train(&trainer, from: first, earlyStopping: EarlyStopping(patience: 9))
            let kept = try #require(history.keptEpoch)
            #expect(trainer.model.state[12] == Double(kept >= first ? 4 : 4 * kept))
        }
    }

    /// Each batch is dropped from anew: with rows of ones what is left of four is a multiple of ½, and so were the mean of
    /// three batches if all were dropped from alike.
    @Test func randomnessOfTheStatistics() throws {
        var model = try MLP<Double>([Dropout(0.5), BatchNorm(16), Linear(16, 1)])
        try model.train(
            inputs: Matrix(rows: 12, columns: 16, repeating: 1), targets: Matrix(rows: 12, columns: 1),
            loss: MeanSquaredError(), epochs: 1, batchSize: 4, averaging: .stochastic(from: 1), progress: .silent)
        #expect(model.state[0..<16].contains { abs(2 * $0 - (2 * $0).rounded()) > 0.1 })
    }

    /// Of rows that lie in files, too.
    @Test func statisticsOfStreamedRows() throws {
        let folder = try TemporaryFolder()
        let (inputs, targets) = (folder.file("x.npy"), folder.file("y.npy"))
        var values = Matrix<Double>(rows: 23, columns: 3)
        for (row, label) in Self.classes.enumerated() { values[row, label] = 1 }
        try Self.x.write(npy: inputs)
        try values.write(npy: targets)
        var (streamed, inMemory) = (try Self.trainer(), try Self.trainer())
        let options = TrainingOptions<Double>(
            epochs: 3, batchSize: 7, sampling: .inOrder, averaging: .stochastic(from: 2), progress: .silent)
        try streamed.train(on: StreamedDataset(inputs: [inputs], targets: [targets]), options: options)
        try inMemory.train(inputs: Self.x, targets: .matrix(values), options: options)
        #expect(inMemory.model.state[12] == 4)
        #expect(sameBits(streamed.model.state, inMemory.model.state))
        #expect(sameBits(streamed.model.parameters, inMemory.model.parameters))
    }
}
