import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Perceptron

@Suite struct CrossValidationTests {
    private static let digits = {
        let rows = 0..<150
        return (inputs: Digits.all.inputs.rows(rows), classes: Array(Digits.all.classes.prefix(150)))
    }()

    private static func dataset() throws -> Dataset<Double> {
        try Dataset(
            inputs: digits.inputs, targets: digits.classes, weights: digits.classes.map { 1 + Double($0 % 3) })
    }

    /// Numbers that say which row they are, so that a prediction shows whose it is.
    private static func numbered(_ rows: Int) throws -> Dataset<Double> {
        let numbers = Matrix(rows: rows, columns: 1, elements: (0..<rows).map { Double($0) })
        return try Dataset(inputs: numbers, targets: numbers)
    }

    /// A prediction for each row, where that row is in the data, made without having seen it.
    @Test(arguments: [2, 5, 23], [1, 3]) func rowsStayWhereTheyAre(folds: Int, threads: Int) throws {
        let data = try Self.numbered(23)
        let result = try data.crossValidate(folds: folds, seed: 4, metrics: [.meanSquaredError], threads: threads) {
            training, validation, fold throws(PerceptronError) in
            #expect(training.rows + validation.rows == 23)
            let seen = Set(training.inputs.elements)
            #expect(validation.inputs.elements.allSatisfy { !seen.contains($0) })
            return validation.inputs
        }
        #expect(result.predictions == data.inputs)
        #expect(result.scores[0].values == [Double](repeating: 0, count: folds))
        for (fold, part) in try data.folds(folds, seed: 4).enumerated() {
            #expect(part.validation.inputs.elements.allSatisfy { result.folds[Int($0)] == fold })
        }
    }

    /// Rows of a part of a data set, in another order and one of them twice.
    @Test func ofAPart() throws {
        let order = [7, 3, 3, 0, 9, 5]
        let part = try Self.numbered(10).rows(order)
        let result = try part.crossValidate(folds: 3, metrics: []) { _, validation, fold throws(PerceptronError) in
            Matrix(validation.inputs.elements.map { [$0, Double(fold)] })
        }
        #expect((0..<6).map { result.predictions[$0, 0] } == order.map { Double($0) })
        #expect((0..<6).map { result.predictions[$0, 1] } == result.folds.map { Double($0 ?? -1) })
    }

    @Test func meansAndDeviations() throws {
        let data = try Self.numbered(12)
        let result = try data.crossValidate(folds: 3, metrics: [.meanAbsoluteError, .meanSquaredError]) {
            _, validation, fold throws(PerceptronError) in
            Matrix(validation.inputs.elements.map { [$0 + [1, 2, 6][fold]] })
        }
        #expect(result.scores.map(\.name) == ["MAE", "MSE"])
        #expect(result.scores[0].values == [1, 2, 6])
        #expect(result.scores[0].mean == 3)
        #expect(result.scores[0].standardDeviation == 7.0.squareRoot())
        #expect(result[metric: "MSE"]?.values == [1, 4, 36])
        #expect(result[metric: "RMSE"] == nil)
        #expect(
            result.description == """
                      mean      ±  fold 1  fold 2  fold 3
                MAE  3.000  2.646   1.000   2.000   6.000
                MSE  13.67  19.40    1.00    4.00   36.00
                """)
    }

    /// Each row with its weight, in the metrics of its fold.
    @Test func weightsCount() throws {
        let data = try Dataset<Double>(
            inputs: Matrix(rows: 4, columns: 1), targets: Matrix([[1], [2], [3], [4]]), weights: [1, 10, 100, 1000])
        let result = try data.crossValidate(folds: 2, metrics: [.meanAbsoluteError]) {
            _, validation, _ throws(PerceptronError) in validation.inputs
        }
        for fold in 0..<2 {
            let rows = (0..<4).filter { result.folds[$0] == fold }
            let weights = rows.map { [1.0, 10, 100, 1000][$0] }
            let sum = zip(rows, weights).reduce(0) { $0 + Double($1.0 + 1) * $1.1 }
            #expect(result.scores[0].values[fold] == sum / weights.reduce(0, +))
        }
    }

    /// A pipeline, trained on each fold; the same bits at any number of threads, and as by hand.
    @Test func pipeline() throws {
        let data = try Self.dataset()
        let pipeline = Pipeline<Double>(seed: 3) { features, outputs in
            [Linear(features, 12), ReLU(), Linear(12, outputs), Softmax()]
        }
        func validate(threads: Int?) throws -> CrossValidation<Double> {
            try pipeline.crossValidate(
                on: data, folds: 4, seed: 2, metrics: [.accuracy, .logLoss], loss: CrossEntropy(),
                optimizer: Adam(learningRate: 0.01), epochs: 4, progress: .silent, threads: threads)
        }
        let result = try validate(threads: 1)
        for threads in [2, 3, 8, nil] { #expect(try validate(threads: threads) == result) }
        for (fold, part) in try data.folds(4, seed: 2).enumerated() {
            var copy = pipeline
            try copy.train(
                on: part.training, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.01), epochs: 4,
                progress: .silent)
            let outputs = try copy.predict(part.validation)
            #expect(result.predictions.rows((0..<data.rows).filter { result.folds[$0] == fold }) == outputs)
            let targets = try #require(part.validation.classes)
            #expect(
                try result.scores[0].values[fold] == Metric.accuracy(outputs, targets, weights: part.validation.weights)
            )
        }
        #expect(pipeline.model == nil)
        #expect((result[metric: "accuracy"]?.mean ?? 0) > 0.5)
    }

    @Test(arguments: [1, 4]) func errors(threads: Int) throws {
        let data = try Self.numbered(20)
        func failing(
            _ predict: @Sendable (Dataset<Double>, Int) throws(PerceptronError) -> Matrix<Double>
        ) -> PerceptronError? {
            #expect(throws: PerceptronError.self) {
                try data.crossValidate(folds: 4, metrics: [.meanSquaredError], threads: threads) {
                    _, validation, fold throws(PerceptronError) in try predict(validation, fold)
                }
            }
        }
        let error = failing { validation, fold throws(PerceptronError) in
            if fold == 0 { return validation.inputs }
            throw .diverged(what: "the loss is nan", epoch: 1, step: fold)
        }
        #expect(error == .diverged(what: "fold 2 of 4: the loss is nan", epoch: 1, step: 1))
        let tooFew = failing { validation, _ in Matrix(rows: 1, columns: 1) }
        #expect(tooFew == .shapeMismatch("fold 1 of 4: 1 row predicted; there are 5 to predict"))
        let noNumber = failing { validation, _ in Matrix(rows: validation.rows, columns: 1, repeating: .nan) }
        #expect(noNumber?.description.hasPrefix("fold 1 of 4: outputs have nan") == true)
        #expect(throws: PerceptronError.self) {
            try data.crossValidate(folds: 4, metrics: [], threads: threads) {
                _, validation, fold throws(PerceptronError) in Matrix(rows: validation.rows, columns: 1 + fold)
            }
        }
        for folds in [-1, 0, 1, 21] {
            #expect(throws: PerceptronError.self) {
                try data.crossValidate(folds: folds, metrics: []) { _, rows, _ throws(PerceptronError) in rows.inputs }
            }
        }
        #expect(throws: PerceptronError.self) {
            try Dataset(inputs: data.inputs).crossValidate(metrics: []) { _, rows, _ throws(PerceptronError) in
                rows.inputs
            }
        }
    }

    // MARK: Before anything is trained

    /// Rows of three classes, the last of them rare, in groups of four.
    private static func rare() throws -> Dataset<Double> {
        let labels = (0..<40).map { $0 % 2 } + [2, 2, 2]
        return try Dataset(
            inputs: Matrix(rows: 43, columns: 1, elements: (0..<43).map(Double.init)), targets: labels,
            weights: labels.map { $0 == 1 ? 0 : 1 }, labelNames: ["red", "green", "blue"]
        ).grouped(by: .keys((0..<43).map { $0 / 4 }))
    }

    private static let foldFaults: [(String, @Sendable (Dataset<Double>, Counting) throws -> Void)] = [
        (
            "class \"blue\" has 3 rows, fewer than the 5 folds, so a fold would lack it; use fewer folds, leave "
                + "the class out, or allow it with stratified: false",
            { try validate(ungrouped($0), folds: 5, [.accuracy], $1) }
        ),
        (
            "class \"blue\" has rows in 1 group, fewer than the 2 folds, so a fold would lack it; use fewer "
                + "folds, leave the class out, or allow it with stratified: false",
            { try validate($0, folds: 2, [.accuracy], $1) }
        ),
        (
            "fold 2 of 5: ROC-AUC needs rows of class \"blue\" and rows that are not, with weights above 0; none is",
            { try validate(ungrouped($0, weighted: false), folds: 5, stratified: false, [.accuracy, .rocAUC], $1) }
        ),
        // All rows of that class weigh nothing.
        (
            "fold 1 of 3: ROC-AUC needs rows of class \"green\" and rows that are not, with weights above 0; none is",
            { try validate(ungrouped($0), folds: 3, [.rocAUC(.ofClass(1))], $1) }
        ),
        (
            "fold 1 of 3: `.binary` needs two classes; there are 3: name one of them, or an average",
            { try validate(ungrouped($0), folds: 3, [.rocAUC(.binary)], $1) }
        ),
        ("fold 1 of 7: R² needs at least two rows", { try validate(numbered(7), folds: 7, [.r2], $1) }),
        (
            "fold 1 of 3: the weights of the rows to predict are all 0; at least one must be positive",
            { data, counting in
                let last = try Dataset(
                    inputs: Matrix<Double>(rows: 8, columns: 1), targets: [0, 0, 0, 0, 0, 0, 1, 1],
                    weights: [1, 1, 0, 0, 1, 1, 1, 1])
                try validate(last, folds: 3, order: .forward, [.accuracy], counting)
            }
        ),
    ]

    /// How often something was trained.
    final class Counting: Sendable {
        let calls = Locked<Int>(0)
    }

    private static func ungrouped(_ data: Dataset<Double>, weighted: Bool = true) throws -> Dataset<Double> {
        try Dataset(
            inputs: data.inputs, targets: data.classes ?? [], weights: weighted ? data.weights : nil,
            labelNames: data.labelNames)
    }

    private static func validate(
        _ data: Dataset<Double>, folds: Int, stratified: Bool? = nil, order: SplitOrder = .shuffled,
        _ metrics: [Metric], _ counting: Counting
    ) throws {
        _ = try data.crossValidate(folds: folds, stratified: stratified, order: order, metrics: metrics) {
            _, validation, _ throws(PerceptronError) in
            counting.calls.withLock { $0 += 1 }
            return Matrix(rows: validation.rows, columns: max(1, validation.classCount))
        }
    }

    @Test(arguments: foldFaults.indices) func knownBeforeTraining(_ index: Int) throws {
        let (expected, body) = Self.foldFaults[index]
        let counting = Counting()
        let data = try Self.rare()
        let message = errorMessage { try body(data, counting) }
        #expect(message == expected)
        #expect(counting.calls.withLock { $0 } == 0)
    }

    /// Without stratification a class may lack; metrics that don't need it are computed.
    @Test func allowedWithoutStratification() throws {
        let counting = Counting()
        try Self.validate(Self.rare(), folds: 5, stratified: false, [.accuracy, .f1(.macro)], counting)
        #expect(counting.calls.withLock { $0 } == 5)
    }

    /// A category that the rows trained on lack, and a class that those held out for validation lack.
    @Test func preprocessedBeforeTraining() throws {
        let colours = Column("colour", .categorical(categories: ["red", "green"]))
        let data = try Dataset(
            inputs: Matrix<Double>((0..<20).map { [$0 == 7 ? 1 : 0] }), targets: (0..<20).map { $0 % 2 },
            columns: [colours])
        let counting = Counting()
        let pipeline = Pipeline<Double> { [Linear($0, $1), Softmax()] }
        func message(_ data: Dataset<Double>, _ validation: Pipeline<Double>.Validation? = nil) -> String {
            errorMessage {
                _ = try pipeline.crossValidate(
                    on: data, folds: 4, metrics: [.rocAUC], loss: CrossEntropy(), epochs: 1, validation: validation,
                    callbacks: [
                        .everyStep { _ in
                            counting.calls.withLock { $0 += 1 }
                            return .proceed
                        }
                    ], progress: .silent, threads: 1)
            }
        }
        #expect(message(data).contains("has \"green\" in column \"colour\", which did not occur there in the rows"))
        let numbers = try Dataset(inputs: data.inputs, targets: (0..<20).map { $0 % 2 })
        let others = try Dataset(inputs: Matrix<Double>([[1], [0]]), targets: [1, 1], labelNames: ["0", "1"])
        #expect(
            message(numbers, .rows(others))
                == "fold 1 of 4: ROC-AUC needs rows of class \"1\" and rows that are not, with weights above 0; all are"
        )
        #expect(counting.calls.withLock { $0 } == 0)
        #expect(message(numbers) == "nothing was thrown")
        #expect(counting.calls.withLock { $0 } == 4)
    }

    // MARK: What train has

    private static func trained(
        _ pipeline: Pipeline<Double>, on data: Dataset<Double>, order: SplitOrder = .shuffled,
        patience: Int = 3, callbacks: [TrainingCallback<Double>] = [], threads: Int? = nil
    ) throws -> CrossValidation<Double> {
        try pipeline.crossValidate(
            on: data, folds: 3, seed: 2, order: order, metrics: [.accuracy], loss: CrossEntropy(),
            optimizer: Adam(learningRate: 0.05), epochs: 30, validation: .fraction(0.2),
            earlyStopping: EarlyStopping(patience: patience), callbacks: callbacks, progress: .silent, threads: threads)
    }

    /// Each fold as if it were trained by hand, with its own early stopping.
    @Test(arguments: [SplitOrder.shuffled, .forward]) func asByHand(order: SplitOrder) throws {
        let data = try Self.dataset().shuffled(seed: 1)
        let pipeline = Pipeline<Double>(seed: 3) { [Linear($0, 12), ReLU(), Linear(12, $1), Softmax()] }
        let result = try Self.trained(pipeline, on: data, order: order)
        for threads in [1, 2, 5] {
            let other = try Self.trained(pipeline, on: data, order: order, threads: threads)
            #expect(other.histories == result.histories && other.scores == result.scores)
        }
        #expect(result.histories.count == 3)
        for (fold, part) in try data.folds(3, seed: 2, order: order).enumerated() {
            var copy = pipeline
            let history = try copy.train(
                on: part.training, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.05), epochs: 30,
                validation: .fraction(0.2, order: order), earlyStopping: EarlyStopping(patience: 3),
                metrics: [.accuracy], progress: .silent)
            #expect(result.histories[fold] == history)
            let outputs = try copy.predict(part.validation)
            #expect(result.predictions.rows((0..<data.rows).filter { result.folds[$0] == fold }) == outputs)
        }
        let without = (0..<data.rows).filter { result.folds[$0] == nil }
        #expect(without == (order == .shuffled ? [] : Array(0..<39)))
        #expect(result.predictions.rows(without).elements.allSatisfy { $0.isNaN })
        #expect(Set(result.histories.map(\.losses.count)).count > 1, "they end after different numbers of epochs")
    }

    @Test func callbacksSeeTheFold() throws {
        let data = try Self.dataset()
        let pipeline = Pipeline<Double>(seed: 3) { [Linear($0, $1), Softmax()] }
        let seen = Locked<[Int: [Int]]>([:])
        let result = try Self.trained(
            pipeline, on: data, patience: 100,
            callbacks: [
                .everyEpoch { report in
                    let fold = report.fold ?? 0
                    seen.withLock { $0[fold, default: []].append(report.epoch) }
                    return fold == 2 && report.epoch == 4 ? .stop : .proceed
                }
            ])
        #expect(seen.withLock { $0 } == [1: Array(1...30), 2: Array(1...4), 3: Array(1...30)])
        #expect(result.histories.map(\.ending) == [.completed, .stoppedByCallback, .completed])
        #expect(!result.predictions.elements.contains { $0.isNaN })
        let error = errorMessage {
            _ = try Self.trained(
                pipeline, on: data,
                callbacks: [
                    .everyStep { (report) throws(PerceptronError) in
                        if report.fold == 3 { throw .fileAccess("full") }
                        return .proceed
                    }
                ])
        }
        #expect(error == "fold 3 of 3: full")
        // Outside of a cross-validation there is none.
        var copy = pipeline
        try copy.train(
            on: data, loss: CrossEntropy(), epochs: 1,
            callbacks: [
                .everyEpoch { report in
                    #expect(report.fold == nil)
                    return .proceed
                }
            ], progress: .silent)
    }

    /// What is written in the training of a fold goes into its folder.
    @Test func filesOfEachFold() throws {
        let folder = try TemporaryFolder()
        let (board, saved) = (folder.file("board"), folder.file("saved"))
        _ = try Self.trained(
            Pipeline<Double> { [Linear($0, $1), Softmax()] }, on: Self.dataset(),
            callbacks: [.tensorBoard(folder: board), .checkpoints(in: saved)])
        for fold in 1...3 {
            let events = try FileManager.default.contentsOfDirectory(
                atPath: board.appending(path: "fold \(fold)").path(percentEncoded: false))
            #expect(events.count == 1 && events[0].hasPrefix("events.out.tfevents."))
            let latest = try #require(
                try Trainer<Double>.latestCheckpoint(in: saved.appending(path: "fold \(fold)")))
            let trainer = try Trainer<Double>(resumingFrom: latest, loss: CrossEntropy(), optimizer: Adam())
            #expect(trainer.model.inputFeatures == 64)
        }
        let outside = try Trainer<Double>.latestCheckpoint(in: saved)
        #expect(outside == nil)
    }

    /// Metrics are computed after epochs only where they are looked at.
    @Test func metricsAfterEpochs() throws {
        let data = try Self.dataset()
        let pipeline = Pipeline<Double> { [Linear($0, $1), Softmax()] }
        func names(
            _ validation: Pipeline<Double>.Validation?, _ earlyStopping: EarlyStopping?
        ) throws -> [String] {
            try pipeline.crossValidate(
                on: data, folds: 2, metrics: [.accuracy], loss: CrossEntropy(), epochs: 1, validation: validation,
                earlyStopping: earlyStopping, progress: .silent
            ).histories[1].metrics.map(\.name)
        }
        #expect(try names(nil, nil) == [])
        #expect(try names(nil, EarlyStopping()) == [])
        #expect(try names(nil, EarlyStopping(monitoring: .metric("accuracy"))) == ["accuracy"])
        #expect(try names(.fraction(0.5), nil) == ["accuracy"])
        let options = TrainingOptions<Double>(epochs: 0)
        #expect(
            errorMessage {
                _ = try pipeline.crossValidate(on: data, metrics: [], loss: CrossEntropy(), options: options)
            } == "epochs is 0; it must be at least 1")
    }

    @Test func progressText() {
        #expect(
            CrossValidationDisplay.summary(
                fold: 2, folds: 5, epochs: 30, seconds: 64, scores: [("accuracy", 0.95612), ("log loss", 0.12)])
                == "Fold 2/5: accuracy=0.956, log loss=0.12 [30 epochs, 01:04]")
        #expect(
            CrossValidationDisplay.summary(fold: 1, folds: 2, epochs: 1, seconds: 0, scores: [])
                == "Fold 1/2: [1 epoch, 00:00]")
    }

    /// Of several failures the lowest is reported, and at one thread nothing after it is begun.
    @Test func parallelMap() throws {
        for threads in [1, 2, 7] {
            let calls = Locked<Set<Int>>([])
            let error = #expect(throws: PerceptronError.self) {
                try WorkerPool.shared.map(50, threads: threads) { index, participant throws(PerceptronError) -> Int in
                    calls.withLock { _ = $0.insert(index) }
                    if index >= 20 { throw .invalidState("\(index)") }
                    return index
                }
            }
            #expect(error == .invalidState("20"))
            #expect(calls.withLock { Set(0...20).isSubset(of: $0) })
            if threads == 1 { #expect(calls.withLock { $0.count } == 21) }
            let squares = try WorkerPool.shared.map(50, threads: threads) { index, _ throws(PerceptronError) in
                index * index
            }
            #expect(squares == (0..<50).map { $0 * $0 })
        }
    }
}
