import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Training on rows that stay in their files.
@Suite struct StreamedDatasetTests {
    private static let rows = [37, 1, 20]
    private static let x = RandomGenerator.inputs(rows: 58, columns: 5, seed: 1)
    private static let classes = RandomGenerator.labels(rows: 58, below: 3, seed: 2)
    private static let values = RandomGenerator.inputs(rows: 58, columns: 3, seed: 3)

    /// The rows in three files each, targets as classes or as a matrix.
    private func dataset(
        _ folder: TemporaryFolder, classes: Bool, blockRows: Int? = 4, windowBlocks: Int = 3
    ) throws -> StreamedDataset<Double> {
        var start = 0
        var (inputs, targets): ([URL], [URL]) = ([], [])
        for (part, count) in Self.rows.enumerated() {
            let range = start..<start + count
            inputs.append(folder.file("x\(part).npy"))
            targets.append(folder.file(classes ? "y\(part).idx" : "y\(part).npy"))
            try Self.x.rows(range).write(npy: inputs[part])
            if classes {
                let size = withUnsafeBytes(of: UInt32(count).bigEndian) { Array($0) }
                let labels = Self.classes[range].map { UInt8($0) }
                try Data([0, 0, 8, 1] + size + labels).write(to: targets[part])
            } else {
                try Self.values.rows(range).write(npy: targets[part])
            }
            start += count
        }
        return try StreamedDataset(inputs: inputs, targets: targets, blockRows: blockRows, windowBlocks: windowBlocks)
    }

    private func trainer(threads: Int? = nil) throws -> Trainer<Double> {
        try Trainer(
            model: MLP([Linear(5, 6), Tanh(), Linear(6, 3), Softmax()], seed: 6), loss: MeanSquaredError(),
            optimizer: Adam(learningRate: 0.02), threads: threads)
    }

    private func train(
        _ trainer: inout Trainer<Double>, inMemory targets: Targets<Double>, order: [Int], batchSize: Int
    ) throws -> History {
        let x = Self.x.rows(order)
        switch targets.rows(order) {
        case .matrix(let matrix):
            return try trainer.train(
                inputs: x, targets: matrix, epochs: 1, batchSize: batchSize, sampling: .inOrder, progress: .silent)
        case .classes(let classes):
            return try trainer.train(
                inputs: x, targets: classes, epochs: 1, batchSize: batchSize, sampling: .inOrder, progress: .silent)
        }
    }

    @Test(arguments: [true, false], [1, 8, 58, 100]) func inOrderIsAsInMemory(classes: Bool, batchSize: Int) throws {
        let folder = try TemporaryFolder()
        let dataset = try dataset(folder, classes: classes)
        #expect(dataset.rows == 58 && dataset.inputFeatures == 5)
        #expect(dataset.targetColumns == (classes ? nil : 3))
        var (streamed, whole) = try (trainer(), trainer())
        let a = try streamed.train(
            on: dataset, epochs: 1, batchSize: batchSize, sampling: .inOrder, progress: .silent)
        let b = try train(
            &whole, inMemory: classes ? .classes(Self.classes) : .matrix(Self.values), order: Array(0..<58),
            batchSize: batchSize)
        #expect(a == b)
        #expect(streamed.model.parameters == whole.model.parameters)
    }

    /// The order that the seed gives, in memory.
    @Test(arguments: [true, false], [1, 7, 100]) func shuffledIsThatOrderInMemory(classes: Bool, batchSize: Int) throws
    {
        let folder = try TemporaryFolder()
        let dataset = try dataset(folder, classes: classes)
        var (streamed, whole) = try (trainer(), trainer())
        var generator = streamed.generator
        var order = BlockOrder(
            partRows: Self.rows, blockRows: 4, windowBlocks: 3, seed: generator.next())
        var rows: [Int] = []
        while case let window = order.nextWindow(), !window.isEmpty {
            rows += window.map { $0.row + Self.rows.prefix($0.part).reduce(0, +) }
        }
        let a = try streamed.train(on: dataset, epochs: 1, batchSize: batchSize, progress: .silent)
        let b = try train(
            &whole, inMemory: classes ? .classes(Self.classes) : .matrix(Self.values), order: rows,
            batchSize: batchSize)
        #expect(a == b)
        #expect(streamed.model.parameters == whole.model.parameters)
    }

    @Test(arguments: [(1, 1), (4, 3), (5, 1), (100, 2), (3, 1000)])
    func everyRowComesOnceAndNotFarFromItsBlock(blockRows: Int, windowBlocks: Int) {
        var orders = Set<[Int]>()
        for seed in 0..<5 as Range<UInt64> {
            var order = BlockOrder(
                partRows: Self.rows, blockRows: blockRows, windowBlocks: windowBlocks, seed: seed)
            var all: [Int] = []
            while !order.upcoming.isEmpty {
                let blocks = order.upcoming
                let window = order.nextWindow()
                #expect(blocks.count <= windowBlocks)
                let expected = blocks.flatMap { block in block.rows.map { BlockOrder.Row(part: block.part, row: $0) } }
                #expect(window.count == expected.count && expected.allSatisfy { window.contains($0) })
                all += window.map { $0.row + Self.rows.prefix($0.part).reduce(0, +) }
            }
            #expect(order.nextWindow().isEmpty)
            #expect(all.sorted() == Array(0..<58))
            orders.insert(all)
        }
        #expect(orders.count == 5)
    }

    @Test func theSameSeedTheSameBitsAtAnyNumberOfThreads() throws {
        let folder = try TemporaryFolder()
        let dataset = try dataset(folder, classes: true)
        func run(_ threads: Int) throws -> (History, [Double]) {
            var trainer = try trainer(threads: threads)
            let history = try trainer.train(on: dataset, epochs: 3, batchSize: 8, progress: .silent)
            return (history, trainer.model.parameters)
        }
        let alone = try run(1)
        #expect(Set(alone.0.losses).count == 3)
        for threads in [1, 2, 5] { #expect(try run(threads) == alone) }
    }

    @Test func stoppedAtAnyStepAndResumed() throws {
        let folder = try TemporaryFolder()
        let dataset = try dataset(folder, classes: true)
        let validation = Validation.rows(Self.x, Self.classes)
        var whole = try trainer()
        let history = try whole.train(
            on: dataset, epochs: 2, batchSize: 9, validation: validation, progress: .silent)
        for stop in 1...14 {
            var trainer = try trainer()
            try trainer.train(
                on: dataset, epochs: 2, batchSize: 9, validation: validation,
                callbacks: [.everyStep { $0.updates == stop ? .stop : .proceed }], progress: .silent)
            try trainer.saveCheckpoint(to: folder.file("checkpoint"))
            trainer.continuesRun = true
            var fromFile = try Trainer<Double>(
                resumingFrom: folder.file("checkpoint"), loss: MeanSquaredError(), optimizer: Adam(learningRate: 0.02))
            let rest = try trainer.train(
                on: dataset, epochs: 2, batchSize: 9, validation: validation, progress: .silent)
            #expect(rest == history)
            #expect(trainer.model.parameters == whole.model.parameters)
            let again = try fromFile.train(
                on: dataset, epochs: 2, batchSize: 9, validation: validation, progress: .silent)
            #expect(again == history)
            #expect(fromFile.model.parameters == whole.model.parameters)
        }
    }

    // MARK: What is wrong with the files

    @Test func aValueThatIsNotFiniteIsNamedWhenItIsRead() throws {
        let folder = try TemporaryFolder()
        var x = Self.x
        x[40, 2] = .nan
        try x.write(npy: folder.file("x.npy"))
        try Self.values.write(npy: folder.file("y.npy"))
        let dataset = try StreamedDataset<Double>(inputs: [folder.file("x.npy")], targets: [folder.file("y.npy")])
        var trainer = try trainer()
        var whole = trainer
        let error = #expect(throws: PerceptronError.self) {
            try trainer.train(on: dataset, epochs: 1, batchSize: 10, sampling: .inOrder, progress: .silent)
        }
        #expect(
            error?.description
                == "\(folder.file("x.npy").path) has nan in row 40, column 2 (counted from 0); all values must be finite"
        )
        // The steps before it are done.
        for step in 0..<4 {
            let rows = step * 10..<step * 10 + 10
            try whole.step(inputs: Self.x.rows(rows), targets: Self.values.rows(rows))
        }
        #expect(trainer.model.parameters == whole.model.parameters)
    }

    @Test func aLabelThatIsNoClassIsNamed() throws {
        let folder = try TemporaryFolder()
        let dataset = try dataset(folder, classes: true)
        var trainer = try Trainer(
            model: MLP<Double>([Linear(5, 2), Softmax()]), loss: CrossEntropy(), optimizer: Adam())
        let row = try #require(Self.classes.firstIndex(of: 2))
        let error = #expect(throws: PerceptronError.self) {
            try trainer.train(on: dataset, epochs: 1, sampling: .inOrder, progress: .silent)
        }
        #expect(
            error?.description
                == "\(folder.file("y0.idx").path) has label 2 in row \(row) (counted from 0); the model gives 2 classes, 0 to 1"
        )
    }

    @Test func aLabelBeyondAllIntegersIsNamed() throws {
        let folder = try TemporaryFolder()
        try Self.x.rows(0..<1).write(npy: folder.file("x.npy"))
        var labels = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0])
        labels += Data("{'descr': '<u8', 'fortran_order': False, 'shape': (1,), }".utf8)
        labels += Data(repeating: 32, count: 127 - labels.count) + Data([10]) + Data(repeating: 0xFF, count: 8)
        try labels.write(to: folder.file("y.npy"))
        let dataset = try StreamedDataset<Double>(inputs: [folder.file("x.npy")], targets: [folder.file("y.npy")])
        var trainer = try trainer()
        #expect(
            errorMessage { try trainer.train(on: dataset, epochs: 1, progress: .silent) }.hasPrefix(
                "\(folder.file("y.npy").path) has label 18446744073709551616 in row 0"))
    }

    @Test func filesThatDoNotFit() throws {
        let folder = try TemporaryFolder()
        func file(_ name: String, _ rows: Int, _ columns: Int) throws -> URL {
            let url = folder.file(name)
            try Matrix<Double>(rows: rows, columns: columns).write(npy: url)
            return url
        }
        let (x, y) = try (file("x.npy", 4, 5), file("y.npy", 4, 3))
        let (short, wide) = try (file("short.npy", 3, 3), file("wide.npy", 4, 6))
        func open(_ inputs: [URL], _ targets: [URL], blockRows: Int? = nil) throws -> String {
            errorMessage { _ = try StreamedDataset<Double>(inputs: inputs, targets: targets, blockRows: blockRows) }
        }
        #expect(try open([x], []) == "1 file of inputs and 0 of targets; the numbers must be equal and at least 1")
        #expect(try open([], []) == "0 files of inputs and 0 of targets; the numbers must be equal and at least 1")
        #expect(
            try open([x], [y], blockRows: 0) == "blocks have 0 rows, windows 256 blocks; at least 1 is needed of both")
        #expect(try open([x], [short]) == "\(x.path) has 4 rows; \(short.path) has 3")
        #expect(try open([x, wide], [y, y]) == "\(wide.path) has 6 columns; the first file of inputs has 5")
        #expect(try open([x, x], [y, x]) == "\(x.path) has 5 columns; the first file of targets has 3 columns")
        #expect(try open([x], [folder.file("none.npy")]).hasPrefix("\(folder.file("none.npy").path): can't be read"))

        let dataset = try StreamedDataset<Double>(inputs: [x], targets: [y])
        func train(
            _ layers: [any Layer], sampling: Sampling = .shuffled, validation: Validation<Double>? = nil,
            metrics: [Metric] = []
        ) throws -> String {
            var model = try MLP<Double>(layers)
            let before = model.parameters
            defer { #expect(model.parameters == before) }
            return errorMessage {
                try model.train(
                    on: dataset, loss: MeanSquaredError(), epochs: 1, sampling: sampling, validation: validation,
                    metrics: metrics, progress: .silent)
            }
        }
        #expect(try train([Linear(6, 3)]) == "inputs have 5 columns; the model takes 6")
        #expect(try train([Linear(5, 2)]) == "targets have 3 columns; the model gives 2")
        #expect(
            try train([Linear(5, 3)], sampling: .withReplacement)
                == "rows of a streamed data set can be shuffled or in order; they can't be drawn one by one")
        let metric = Metric("none", largerIsBetter: true) { (_, _, _) throws(PerceptronError) in 0 }
        #expect(
            try train([Linear(5, 3)], metrics: [metric])
                == "metrics of a streamed data set need validation: .rows(…) or .fraction(…)")
    }
}
