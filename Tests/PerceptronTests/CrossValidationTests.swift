import Synchronization
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
        #expect((0..<6).map { result.predictions[$0, 1] } == result.folds.map { Double($0) })
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
                optimizer: Adam(learningRate: 0.01), epochs: 4, threads: threads)
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
        #expect(tooFew == .shapeMismatch("fold 1 of 4: 1 rows predicted; there are 5 to be predicted"))
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
