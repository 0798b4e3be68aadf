import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Perceptron

/// Rows that each process has, or reads, for itself; and work that is dealt among processes.
@Suite struct ShardedDataTests {
    static let inputs = RandomGenerator.inputs(rows: 83, columns: 5, seed: 2)
    static let classes = RandomGenerator.labels(rows: 83, below: 3, seed: 3)
    static let weights = (0..<83).map { Double($0 % 4) }

    static func model() throws -> MLP<Double> {
        try MLP([Linear(5, 8), Tanh(), Dropout(0.1), Linear(8, 3), Softmax()], seed: 5)
    }

    /// The bits of all rows in memory, where each process has only its own.
    @Test(arguments: [1, 2, 3, 8, 11]) func eachProcessHasItsOwnRows(_ size: Int) throws {
        @Sendable func dataset() throws -> Dataset<Double> {
            try Dataset(
                inputs: Self.inputs, targets: Self.classes, weights: Self.weights, labelNames: ["a", "b", "c"])
        }
        let (training, held) = try dataset().split(testFraction: 0.2, seed: 1)
        @Sendable func trained(on rows: Dataset<Double>, across group: (any ProcessGroup)?) throws -> [Double] {
            var model = try Self.model()
            let history = try model.train(
                on: rows, loss: CrossEntropy(), epochs: 3, batchSize: 20, validation: .rows(held),
                metrics: [.accuracy], classWeights: [1, 2, 0.5], shards: 8, across: group, progress: .silent,
                threads: 1)
            return model.parameters + history.losses + history.validationLosses
        }
        let expected = try trained(on: training, across: nil)
        let rows = Locked(0)
        for result in ThreadGroup.run(
            size,
            { group in
                let own = try training.shard(of: group)
                rows.withLock { $0 += own.rows }
                return try trained(on: own, across: group)
            })
        {
            #expect(try result.get() == expected)
        }
        #expect(rows.withLock { $0 } == training.rows)
        // Nothing but these rows was read.
        for result in ThreadGroup.run(
            size,
            { group in
                let places = Array(group.rows(of: training.rows))
                let own = try Dataset(
                    inputs: training.inputs.rows(places), targets: training.targets!.rows(places).classes,
                    weights: places.map { training.weights![$0] }, labelNames: ["a", "b", "c"]
                ).shard(of: group, rows: training.rows)
                return try trained(on: own, across: group)
            })
        {
            #expect(try result.get() == expected)
        }
    }

    @Test func rowsThatAreNotThoseOfTheProcess() throws {
        let data = try Dataset(inputs: Self.inputs, targets: Self.classes)
        let group = ThreadGroup(rank: 1, of: .init(size: 2))
        let own = try data.shard(of: group)
        #expect(own.rows == 40)
        func message(_ data: Dataset<Double>, shards: Int? = nil, across: (any ProcessGroup)?) -> String {
            errorMessage {
                var model = try Self.model()
                try model.train(
                    on: data, loss: CrossEntropy(), epochs: 1, shards: shards, across: across, progress: .silent)
            }
        }
        #expect(message(own, across: nil).hasPrefix("the rows are those of one process of a group"))
        #expect(
            message(own, shards: 4, across: group)
                == "the rows are those of shards 4 to 7 of 8 (counted from 0); this process trains on shards 2 to 3 of 4"
        )
        #expect(message(own.rows([0, 2]), across: group).hasPrefix("these are some of the rows that 'shard' gave"))
        #expect(
            errorMessage { _ = try data.rows([1, 2, 3]).shard(of: group).shard(of: group, rows: 83) }
                == "process 1 of 2 has 0 rows; of 83 in 8 shards it needs 40")
        var pipeline = Pipeline<Double>(seed: 1) { inputs, outputs in [Linear(inputs, outputs), Softmax()] }
        #expect(
            errorMessage { try pipeline.train(on: own, loss: CrossEntropy(), epochs: 1, across: group) }
                .contains("preprocessing must see all"))
    }

    /// Rows that stay in their files, with some held out: each process reads its own, whatever the sizes of blocks.
    @Test(arguments: [1, 2, 3, 4, 9]) func streamedRowsAreReadByTheirProcess(_ size: Int) throws {
        try withTemporaryFolder { folder in
            var (x, y, w): ([URL], [URL], [URL]) = ([], [], [])
            for (part, rows) in [0..<37, 37..<40, 40..<83].enumerated() {
                x.append(folder.appending(path: "x\(part).npy"))
                y.append(folder.appending(path: "y\(part).npy"))
                w.append(folder.appending(path: "w\(part).npy"))
                try Self.inputs.rows(rows).write(npy: x[part])
                try Matrix<Double>(rows.map { [Self.inputs[$0, 0], Double($0)] }).write(npy: y[part])
                try Matrix<Double>(rows.map { [Self.weights[$0]] }).write(npy: w[part])
            }
            let files = (x, y, w)
            @Sendable func trained(across group: (any ProcessGroup)?, fraction: Double?) throws -> [Double] {
                let data = try StreamedDataset<Double>(
                    inputs: files.0, targets: files.1, weights: files.2, blockRows: 3, windowBlocks: 16)
                var model = try MLP<Double>([Linear(5, 8), Tanh(), Linear(8, 2)], seed: 5)
                let history = try model.train(
                    on: data, loss: MeanSquaredError(), epochs: 3, batchSize: 20,
                    validation: fraction.map { .fraction($0) }, shards: 8, across: group, progress: .silent,
                    threads: 1)
                return model.parameters + history.losses + history.validationLosses
            }
            for fraction in [nil, 0.3] {
                let expected = try trained(across: nil, fraction: fraction)
                for result in ThreadGroup.run(size, { try trained(across: $0, fraction: fraction) }) {
                    #expect(try result.get() == expected)
                }
            }
        }
    }

    /// Every row of an epoch is read once; the losses of a step without learning are those of rows in memory.
    @Test func streamedRowsAreAllTaken() throws {
        try withTemporaryFolder { folder in
            let (x, y) = (folder.appending(path: "x.npy"), folder.appending(path: "y.npy"))
            try Self.inputs.write(npy: x)
            try Matrix<Double>((0..<83).map { [Double($0)] }).write(npy: y)
            var losses: [Double] = []
            for shards in [nil, 1, 8] {
                var model = try MLP<Double>([Linear(5, 1)], seed: 5)
                losses += try model.train(
                    on: StreamedDataset(inputs: [x], targets: [y], blockRows: 4, windowBlocks: 3),
                    loss: MeanSquaredError(), optimizer: SGD(learningRate: 1e-300), epochs: 1, batchSize: 10,
                    shards: shards, progress: .silent
                ).losses
            }
            #expect(losses.allSatisfy { abs($0 - losses[0]) < 1e-9 * losses[0] })
        }
    }

    /// A row that one process can't read ends the training of all.
    @Test func aRowThatCanNotBeReadIsToldToAll() throws {
        try withTemporaryFolder { folder in
            let (x, y) = (folder.appending(path: "x.npy"), folder.appending(path: "y.npy"))
            var inputs = Self.inputs
            inputs[70, 1] = .nan
            try inputs.write(npy: x)
            try Matrix<Double>(rows: 83, columns: 1).write(npy: y)
            let results = ThreadGroup.run(3) { group in
                errorMessage {
                    var model = try MLP<Double>([Linear(5, 1)], seed: 5)
                    try model.train(
                        on: StreamedDataset(inputs: [x], targets: [y]), loss: MeanSquaredError(), epochs: 2,
                        batchSize: 20, across: group, progress: .silent, threads: 1)
                }
            }
            let messages = try results.map { try $0.get() }
            let found = "\(x.path) has nan in row 70, column 1 (counted from 0); all values must be finite"
            #expect(messages == ["process 2: " + found, "process 2: " + found, found])
        }
    }

    // MARK: Work that is dealt

    @Test func foldsAreDealt() throws {
        let data = try Dataset(inputs: Self.inputs, targets: Self.classes, weights: Self.weights.map { $0 + 1 })
        let pipeline = Pipeline<Double>(seed: 1) { inputs, outputs in
            [Linear(inputs, 6), Tanh(), Linear(6, outputs), Softmax()]
        }
        let trained = Locked([Int](repeating: 0, count: 3))
        @Sendable func validated(_ group: ThreadGroup?) throws -> CrossValidation<Double> {
            try pipeline.crossValidate(
                on: data, folds: 4, metrics: [.accuracy, .logLoss], loss: CrossEntropy(), epochs: 3,
                validation: .fraction(0.2), earlyStopping: EarlyStopping(patience: 1),
                callbacks: [
                    .everyEpoch { report in
                        if report.epoch == 1, let group { trained.withLock { $0[group.rank] += 1 } }
                        return .proceed
                    }
                ], across: group, progress: .silent, threads: 2)
        }
        let expected = try validated(nil)
        for result in ThreadGroup.run(3, { try validated($0) }) { #expect(try result.get() == expected) }
        #expect(trained.withLock { $0 } == [2, 1, 1])

        // The first fold that fails is the one whose error is thrown, in all.
        let results = ThreadGroup.run(2) { group in
            errorMessage {
                _ = try data.crossValidate(folds: 4, metrics: [], across: group) {
                    _, rows, fold throws(PerceptronError) in
                    if fold > 0 { throw .invalidState("no \(fold)") }
                    return Matrix(rows: rows.rows, columns: 1)
                }
            }
        }
        #expect(try results.map { try $0.get() } == ["process 1: fold 2 of 4: no 1", "fold 2 of 4: no 1"])
    }

    /// Trials give what they give in one process; the best is then fitted by all.
    @Test func trialsAreDealt() throws {
        let data = try TabularModelTests.table(rows: 60)
        var settings = TabularSettings()
        settings.layers = try LayerText("4 relu")
        let plain = TabularModel<Float>(.plain, members: 1, settings: settings, seed: 5)
        var alone = plain
        let expected = try alone.tune(on: data, budget: .trials(2), progress: .silent, threads: 2)
        let predictions = try [2].map { size in
            try ThreadGroup.run(size) { group in
                var model = plain
                #expect(
                    try model.tune(on: data, budget: .trials(2), across: group, progress: .silent, threads: 1)
                        == expected)
                return try model.predict(data).elements
            }.map { try $0.get() }
        }
        #expect(predictions.joined().allSatisfy { $0 == predictions[0][0] })
    }

    /// A fit with checkpoints, stopped and gone on with by fewer.
    @Test func aFitGoesOnWithOtherProcesses() throws {
        let data = try TabularModelTests.table(rows: 120)
        try withTemporaryFolder { folder in
            let parts = FitCheckpoints(folder.appending(path: "parts"))
            @Sendable func fitted(
                across group: ThreadGroup, _ checkpoints: FitCheckpoints?, until last: Int
            ) throws -> [Float] {
                var model = TabularModel<Float>(.plain, seed: 5)
                try model.fit(
                    data, epochs: 4, checkpoints: checkpoints,
                    callbacks: [.everyStep { $0.updates == last ? .stop : .proceed }], across: group,
                    progress: .silent, threads: 1)
                return try model.predict(data).elements
            }
            let whole = try ThreadGroup.run(1) { try fitted(across: $0, nil, until: 0) }[0].get()
            for result in ThreadGroup.run(3, { try fitted(across: $0, parts, until: 2) }) { _ = try result.get() }
            for result in ThreadGroup.run(2, { try fitted(across: $0, parts, until: 0) }) {
                #expect(try result.get() == whole)
            }
            #expect(!FileManager.default.fileExists(atPath: parts.folder.path))
        }
    }
}

extension Targets {
    fileprivate var classes: [Int] {
        guard case .classes(let classes) = self else { return [] }
        return classes
    }
}
