import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Preprocessing, weights and held out rows of data that stay in their files: as in memory, to the last bit.
@Suite struct StreamedPreprocessingTests {
    private static let partRows = [37, 1, 62]

    /// Rows in three files each, the same in memory, with holes, and weights of which some are 0.
    private struct Rows<Scalar: BLASScalar> {
        let folder: TemporaryFolder
        let memory: Dataset<Scalar>
        let files: (inputs: [URL], targets: [URL], weights: [URL])

        init(classes: Bool, holes: Bool = true, weighted: Bool = true) throws {
            folder = try TemporaryFolder()
            var generator = RandomGenerator(seed: 11)
            let x = Matrix<Scalar>(
                (0..<100).map { _ in
                    (0..<4).map { column -> Scalar in
                        let normal = generator.nextNormalPair().0 * pow(10, Double(column))
                        return holes && column > 1 && generator.nextUniform() < 0.2 ? .nan : Scalar(normal + 5)
                    }
                })
            let y = Matrix<Scalar>((0..<100).map { [x[$0, 0] * 30 + 400, Scalar($0) / 7] })
            let labels = (0..<100).map { _ in generator.nextInteger(below: 3) }
            let weights = (0..<100).map { _ in Double(generator.nextInteger(below: 4)) / 2 }
            let given = weighted ? weights : nil
            memory =
                try classes
                ? Dataset(inputs: x, targets: labels, weights: given)
                : Dataset(inputs: x, targets: y, weights: given)
            var start = 0
            var files: (inputs: [URL], targets: [URL], weights: [URL]) = ([], [], [])
            for (part, count) in StreamedPreprocessingTests.partRows.enumerated() {
                let range = start..<start + count
                start += count
                files.inputs.append(folder.file("x\(part).npy"))
                files.weights.append(folder.file("w\(part).npy"))
                files.targets.append(folder.file(classes ? "y\(part).idx" : "y\(part).npy"))
                try x.rows(range).write(npy: files.inputs[part])
                try Matrix(rows: count, columns: 1, elements: Array(weights[range])).write(npy: files.weights[part])
                if classes {
                    let size = withUnsafeBytes(of: UInt32(count).bigEndian) { Array($0) }
                    try Data([0, 0, 8, 1] + size + labels[range].map { UInt8($0) }).write(to: files.targets[part])
                } else {
                    try y.rows(range).write(npy: files.targets[part])
                }
            }
            self.files = files
        }

        func streamed(blockRows: Int? = 5, windowBlocks: Int = 3) throws -> StreamedDataset<Scalar> {
            try StreamedDataset(
                inputs: files.inputs, targets: files.targets, weights: memory.weights == nil ? nil : files.weights,
                blockRows: blockRows, windowBlocks: windowBlocks)
        }
    }

    private static let treatments: [(Preprocessing.Numeric, Preprocessing.Missing)] = [
        (.standard, .mean()), (.standard, .mean(indicators: false)), (.minMax(), .mean()),
        (.minMax(lower: -1, upper: 3), .constant(2)), (.unchanged, .mean()), (.standard, .constant(-1)),
    ]

    private func fitsAsInMemory<Scalar: BLASScalar>(_: Scalar.Type) throws {
        for weighted in [false, true] {
            let rows = try Rows<Scalar>(classes: false, weighted: weighted)
            for (numeric, missing) in Self.treatments {
                let preprocessing = Preprocessing(
                    numeric: numeric, missing: missing, columns: ["x1": .dropped], standardizesTargets: true)
                let expected = try preprocessing.fitted(to: rows.memory)
                for blockRows in [1, 5, 1000] {
                    let fitted = try preprocessing.fitted(to: rows.streamed(blockRows: blockRows))
                    #expect(fitted == expected, "\(numeric), \(missing), weighted: \(weighted)")
                }
            }
        }
    }

    @Test func fitsAsInMemoryInDouble() throws { try fitsAsInMemory(Double.self) }
    @Test func fitsAsInMemoryInFloat() throws { try fitsAsInMemory(Float.self) }

    /// Rows in the order of the files: the pipeline learns what it learns in memory.
    @Test(arguments: [true, false], [true, false]) func pipelineAsInMemory(classes: Bool, weighted: Bool) throws {
        let rows = try Rows<Double>(classes: classes, weighted: weighted)
        let loss: any Loss = classes ? CrossEntropy() : MeanSquaredError()
        var (streamed, memory) = (Self.pipeline(classes), Self.pipeline(classes))
        let metrics: [Metric] = classes ? [.accuracy] : [.meanAbsoluteError]
        let a = try streamed.train(
            on: rows.streamed(), loss: loss, epochs: 3, batchSize: 8, sampling: .inOrder,
            validation: .rows(rows.memory), metrics: metrics, progress: .silent)
        let b = try memory.train(
            on: rows.memory, loss: loss, epochs: 3, batchSize: 8, sampling: .inOrder,
            validation: .rows(rows.memory), metrics: metrics, progress: .silent)
        #expect(a == b)
        #expect(streamed.model?.parameters == memory.model?.parameters)
        #expect(streamed.labelNames == memory.labelNames && streamed.targetNames == memory.targetNames)
        #expect(try streamed.predict(rows.memory) == memory.predict(rows.memory))
    }

    static func pipeline(_ classes: Bool, seed: UInt64 = 2) -> Pipeline<Double> {
        Pipeline(preprocessing: Preprocessing(standardizesTargets: !classes), seed: seed) {
            let layers: [any Layer] = [Linear($0, 6), Tanh(), Linear(6, $1)]
            return classes ? layers + [Softmax()] : layers
        }
    }

    /// Which rows of the files a part has.
    private func places(of streamed: StreamedDataset<Double>) -> [Bool] {
        Self.partRows.enumerated().flatMap { part, count in
            (0..<count).map { streamed.contains(BlockOrder.Row(part: part, row: $0)) }
        }
    }

    @Test(arguments: [true, false]) func heldOutFraction(classes: Bool) throws {
        let rows = try Rows<Double>(classes: classes)
        let loss: any Loss = classes ? CrossEntropy() : MeanSquaredError()
        let metrics: [Metric] = classes ? [.accuracy] : [.meanAbsoluteError]
        let isHeld = places(of: try rows.streamed().split(testFraction: 0.3, seed: 2).test)
        let (left, held) = ((0..<100).filter { !isHeld[$0] }, (0..<100).filter { isHeld[$0] })
        #expect((15...45).contains(held.count))
        var memory = Self.pipeline(classes)
        let expected = try memory.train(
            on: rows.memory.rows(left), loss: loss, epochs: 2, batchSize: 7, sampling: .inOrder,
            validation: .rows(rows.memory.rows(held)), metrics: metrics, progress: .silent)
        for (blockRows, windowBlocks) in [(1, 1), (5, 3), (1000, 1)] {
            var pipeline = Self.pipeline(classes)
            let history = try pipeline.train(
                on: rows.streamed(blockRows: blockRows, windowBlocks: windowBlocks), loss: loss, epochs: 2,
                batchSize: 7, sampling: .inOrder, validation: .fraction(0.3), metrics: metrics, progress: .silent)
            #expect(history == expected)
            #expect(pipeline.model?.parameters == memory.model?.parameters)
        }
    }

    /// A model alone, too, holds out rows by its own seed, and goes on after an interruption.
    @Test func fractionOfATrainer() throws {
        let rows = try Rows<Double>(classes: true, holes: false)
        func trainer() throws -> Trainer<Double> {
            try Trainer(
                model: MLP([Linear(4, 3), Softmax()], seed: 3), loss: CrossEntropy(), optimizer: Adam())
        }
        var whole = try trainer()
        let isHeld = places(of: try rows.streamed().split(testFraction: 0.25, seed: whole.generator.seed(0)).test)
        let held = (0..<100).filter { isHeld[$0] }
        let history = try whole.train(
            on: rows.streamed(), epochs: 3, batchSize: 9, validation: .fraction(0.25), metrics: [.accuracy],
            progress: .silent)
        let evaluated = try Metric.accuracy(
            whole.model.predict(rows.memory.inputs.rows(held)), #require(rows.memory.targets).rows(held),
            weights: held.map { rows.memory.weights?[$0] ?? 1 })
        #expect(history[metric: "accuracy"]?.last == evaluated)
        for stop in [1, 5, 9, 12] {
            var interrupted = try trainer()
            try interrupted.train(
                on: rows.streamed(), epochs: 3, batchSize: 9, validation: .fraction(0.25), metrics: [.accuracy],
                callbacks: [.everyStep { $0.updates == stop ? .stop : .proceed }], progress: .silent)
            interrupted.continuesRun = true
            let rest = try interrupted.train(
                on: rows.streamed(), epochs: 3, batchSize: 9, validation: .fraction(0.25), metrics: [.accuracy],
                progress: .silent)
            #expect(rest == history && interrupted.model.parameters == whole.model.parameters)
        }
    }

    @Test func splits() throws {
        let rows = try Rows<Double>(classes: true)
        let all = try rows.streamed()
        let (training, test) = try all.split(testFraction: 0.4, seed: 1)
        #expect(training.rows + test.rows == 100)
        #expect(zip(places(of: training), places(of: test)).allSatisfy { $0 != $1 })
        #expect(places(of: training).count { $0 } == training.rows)
        #expect(try places(of: all.split(testFraction: 0.4, seed: 2).test) != places(of: test))
        // The same seed divides a part in another way.
        let (some, others) = try training.split(testFraction: 0.4, seed: 1)
        #expect(some.rows + others.rows == training.rows && others.rows > 10)
        #expect(zip(places(of: some), places(of: test)).allSatisfy { !($0 && $1) })
        let (targets, weights) = try others.targetsAndWeights(
            for: BatchLoss(CrossEntropy(), asked: CrossEntropy(), columns: 3, outputs: 3))
        let kept = (0..<100).filter { places(of: others)[$0] }
        #expect(targets == rows.memory.rows(kept).targets && weights == rows.memory.rows(kept).weights)
        for fraction in [0, 1, -1, .nan, 1e-9] {
            #expect(throws: PerceptronError.self) { try all.split(testFraction: fraction) }
        }
    }

    /// What was fitted in memory does for rows in files, quantiles and whitening as well.
    @Test func fittedToSomeOfTheRows() throws {
        let rows = try Rows<Double>(classes: true)
        let sample = rows.memory.rows(0..<50)
        for preprocessing in [
            Preprocessing(numeric: .quantile(), missing: .median()), Preprocessing(numeric: .robust()),
            Preprocessing(whitening: .count(2)),
        ] {
            let fitted = try preprocessing.fitted(to: sample)
            let streamed = try rows.streamed().preprocessed(by: fitted)
            #expect(streamed.inputFeatures == fitted.featureNames.count)
            let expected = try fitted.transform(rows.memory)
            var found: [Double] = []
            try streamed.forEachPiece(most: 7) { inputs, rows in
                found += inputs.array(0..<rows.count * streamed.inputFeatures)
            }
            #expect(firstDifference(found, expected.elements, relative: 1e-12) == nil)
            var model = try MLP<Double>([Linear(fitted.featureNames.count, 3), Softmax()])
            let history = try model.train(on: streamed, loss: CrossEntropy(), epochs: 2, progress: .silent)
            #expect(history.losses.count == 2)
        }
    }

    @Test func whatNeedsMemory() throws {
        let streamed = try Rows<Double>(classes: true).streamed()
        for (preprocessing, what) in [
            (
                Preprocessing(numeric: .robust()),
                "robust scaling (numeric: .robust) needs the values of a column in order"
            ),
            (
                Preprocessing(numeric: .quantile()),
                "scaling by quantiles (numeric: .quantile) needs the values of a column in order"
            ),
            (
                Preprocessing(missing: .median()),
                "filling in medians (missing: .median) needs the values of a column in order"
            ),
            (
                Preprocessing(missing: .mostFrequent()),
                "filling in what is most frequent (missing: .mostFrequent) needs all values of a column"
            ),
            (Preprocessing(whitening: .all), "whitening needs all rows at once"),
        ] {
            #expect(
                errorMessage { _ = try preprocessing.fitted(to: streamed) }
                    == "\(what), so they must be in memory: fit the preprocessing to some of the rows, and pass "
                    + "the result to preprocessed(by:)")
        }
    }

    @Test func messages() throws {
        let rows = try Rows<Double>(classes: true)
        let streamed = try rows.streamed()
        func message(_ body: () throws -> Void) -> String { errorMessage(body) }
        let path = rows.files.inputs[0].path
        // A hole where none may be, found in fitting and in reading.
        let hole = try #require(rows.memory.inputs.elements.firstIndex { $0.isNaN })
        let place = "in row \(hole / 4), column \(hole % 4) (counted from 0)"
        let strict = try Preprocessing(missing: .error).fitted(to: Dataset(inputs: Matrix<Double>(rows: 3, columns: 4)))
        var model = try MLP<Double>([Linear(4, 3), Softmax()])
        #expect(
            message {
                try model.train(
                    on: streamed.preprocessed(by: strict), loss: CrossEntropy(), epochs: 1, sampling: .inOrder,
                    progress: .silent)
            } == "\(path) has nan \(place); values must be finite, or NaN where one may be missing")
        #expect(
            message { _ = try Preprocessing(missing: .error).fitted(to: streamed) } == "\(path) has no value \(place)")
        // What preprocessing makes too large for the type.
        let tiny = try Preprocessing(numeric: .minMax(lower: 0, upper: 1e304), missing: .constant(0)).fitted(
            to: Dataset(inputs: Matrix<Double>([[0, 0, 0, 0], [1e-3, 1e-3, 1e-3, 1e-3]])))
        #expect(
            message {
                var wide = try MLP<Double>([Linear(tiny.featureNames.count, 3), Softmax()])
                try wide.train(
                    on: streamed.preprocessed(by: tiny), loss: CrossEntropy(), epochs: 1, sampling: .inOrder,
                    progress: .silent)
            } == "\(path), row 0 (counted from 0): preprocessing turns it into -inf, which Double can't represent")
        let narrow = try Preprocessing().fitted(to: Dataset(inputs: Matrix<Double>(rows: 2, columns: 3)))
        #expect(
            message { _ = try streamed.preprocessed(by: narrow) }
                == "inputs have 4 columns; the preprocessing was fitted to 3")
        #expect(
            message { _ = try streamed.preprocessed(by: strict).preprocessed(by: strict) }
                == "the rows are preprocessed already")
        #expect(
            message {
                var pipeline = Self.pipeline(true)
                try pipeline.train(
                    on: streamed, loss: CrossEntropy(), epochs: 1, validation: .fraction(0.2, order: .forward),
                    progress: .silent)
            } == "a fraction of files is drawn at random; give the last rows as validation: .rows(…)")
        // A class that the model doesn't give, among the rows held out.
        var small = try MLP<Double>([Linear(4, 2), Softmax()])
        #expect(
            message {
                try small.train(
                    on: Rows<Double>(classes: false, holes: false).streamed(), loss: MeanSquaredError(), epochs: 1,
                    validation: .rows(Rows<Double>(classes: true, holes: false).streamed()), progress: .silent)
            }.hasSuffix("/y0.idx has label 2 in row 0 (counted from 0); the model gives 2 classes, 0 to 1"))
        let complete = try Rows<Double>(classes: true, holes: false)
        let twos = try #require(complete.memory.classes).indices.filter { complete.memory.classes?[$0] == 2 }
        let two = try #require(twos.first)
        let others = complete.memory.rows((0..<100).filter { !twos.contains($0) })
        let error = message {
            try small.train(
                on: others, loss: CrossEntropy(), epochs: 1, validation: .rows(complete.streamed()), progress: .silent)
        }
        #expect(error.contains(" has label 2 in row \(two) (counted from 0); the model gives 2 classes"), "\(error)")
        // Weights.
        func open(_ weights: Matrix<Double>, _ count: Int = 1) throws -> String {
            let url = rows.folder.file("weights.npy")
            try weights.write(npy: url)
            return message {
                _ = try StreamedDataset<Double>(
                    inputs: [rows.files.inputs[0]], targets: [rows.files.targets[0]],
                    weights: [URL](repeating: url, count: count))
            }.replacing(url.path, with: "w")
        }
        var weights = Matrix<Double>(rows: 37, columns: 1, repeating: 1)
        #expect(try open(weights) == "nothing was thrown")
        #expect(try open(weights, 2) == "1 file of inputs and 2 of weights; the numbers must be equal")
        #expect(
            try open(Matrix(rows: 36, columns: 1))
                == "w has 36 rows and 1 column; a weight for each of 37 rows is needed")
        #expect(
            try open(Matrix(rows: 37, columns: 2))
                == "w has 37 rows and 2 columns; a weight for each of 37 rows is needed")
        #expect(try open(Matrix(rows: 37, columns: 1)) == "all weights are 0; at least one must be positive")
        weights[20, 0] = -1
        #expect(
            try open(weights) == "w has weight -1.0 in row 20 (counted from 0); all must be finite and not negative")
    }

    /// Weights are looked at some rows at a time, and counted through the file.
    @Test func aWeightFarDownTheFile() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("rows.npy")
        var column = Matrix<Double>(rows: 65_540, columns: 1, repeating: 1)
        column[65_538, 0] = -2
        try column.write(npy: file)
        let error = errorMessage {
            _ = try StreamedDataset<Double>(inputs: [file], targets: [file], weights: [file])
        }
        #expect(error.contains("rows.npy has weight -2.0 in row 65538 (counted from 0); all must be"), "\(error)")
    }
}
