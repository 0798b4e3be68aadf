import Synchronization
import Testing

@testable import Perceptron

@Suite struct PermutationImportanceTests {
    /// Targets that hang on column 0 much, on column 2 a little, on the others not at all.
    private static let inputs: Matrix<Double> = {
        var generator = RandomGenerator(seed: 5)
        return generator.matrix(40, 4, of: Double.self)
    }()

    private static func outputs(_ inputs: Matrix<Double>) -> Matrix<Double> {
        Matrix((0..<inputs.rows).map { [3 * inputs[$0, 0] + inputs[$0, 2]] })
    }

    private static let targets = Targets.matrix(outputs(inputs))

    /// Against whole copies, each with one column in another order.
    @Test(arguments: [Metric.meanSquaredError, .r2], [1, 2, 5]) func asComputedByHand(metric: Metric, threads: Int)
        throws
    {
        let weights = (0..<40).map { Double($0 % 3) }
        let importance = try PermutationImportance(
            of: Self.inputs, targets: Self.targets, weights: weights, metric: metric, repeats: 3, seed: 9,
            threads: threads, predict: { inputs throws(PerceptronError) in Self.outputs(inputs) })
        #expect(importance.baseline == (metric.largerIsBetter ? 1 : 0))
        var seeds = RandomGenerator(seed: 9)
        for column in 0..<4 {
            var generator = RandomGenerator(seed: seeds.next())
            var order = Array(0..<40)
            for time in 0..<3 {
                generator.shuffle(&order)
                var permuted = Self.inputs
                for row in 0..<40 { permuted[row, column] = Self.inputs[order[row], column] }
                let value = try metric(Self.outputs(permuted), Self.targets, weights: weights)
                #expect(importance.values[column][time] == abs(importance.baseline - value))
            }
        }
        #expect(importance.means[0] > 2 * importance.means[2] && importance.means[2] > 0)
        #expect(importance.means[1] == 0 && importance.means[3] == 0)
        #expect(importance.standardDeviations[0] > 0 && importance.standardDeviations[1] == 0)
    }

    @Test func meansAndDeviations() throws {
        let importance = try PermutationImportance(
            of: Self.inputs, targets: Self.targets, metric: .meanAbsoluteError, repeats: 2,
            predict: { inputs throws(PerceptronError) in Self.outputs(inputs) })
        let (a, b) = (importance.values[2][0], importance.values[2][1])
        #expect(a != b)
        #expect(importance.means[2] == (a + b) / 2)
        #expect(abs(importance.standardDeviations[2] - abs(a - b) / 2) < 1e-15)
    }

    /// A model's, the same bits at any number of threads; what it learnt to look at is important.
    @Test func ofAModel() throws {
        let digits = Digits.all
        let inputs = digits.inputs.rows(0..<200)
        let classes = Array(digits.classes.prefix(200))
        var model = try MLP<Double>([Linear(64, 16), ReLU(), Linear(16, 10), Softmax()], seed: 1)
        try model.train(
            inputs: inputs, targets: classes, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.01), epochs: 5,
            progress: .silent)
        let importance = try model.permutationImportance(
            inputs: inputs, targets: classes, metric: .logLoss, repeats: 2, seed: 1, threads: 1)
        #expect(importance.values.count == 64)
        // The corner pixel is always white.
        #expect(importance.means[0] == 0)
        #expect(importance.means.max() ?? 0 > 0.05)
        for threads in [2, 3, 8] {
            let other = try model.permutationImportance(
                inputs: inputs, targets: classes, metric: .logLoss, repeats: 2, seed: 1, threads: threads)
            #expect(other == importance)
        }
        let otherwise = try model.permutationImportance(
            inputs: inputs, targets: classes, metric: .logLoss, repeats: 2, seed: 2)
        #expect(otherwise != importance)
    }

    /// The lowest column's error, whichever came first.
    @Test(arguments: [1, 4]) func errors(threads: Int) throws {
        let calls = Atomic<Int>(0)
        let error = #expect(throws: PerceptronError.self) {
            try PermutationImportance(
                of: Self.inputs, targets: Self.targets, metric: .r2, threads: threads,
                predict: { inputs throws(PerceptronError) in
                    let call = calls.wrappingAdd(1, ordering: .relaxed).oldValue
                    if call == 0 { return Self.outputs(inputs) }
                    let column = (0..<4).first { column in
                        (0..<40).contains { inputs[$0, column] != Self.inputs[$0, column] }
                    }
                    throw .invalidState("column \(column ?? -1)")
                })
        }
        #expect(error == .invalidState("column 0"))
        #expect(throws: PerceptronError.self) {
            try PermutationImportance(
                of: Self.inputs, targets: Self.targets, metric: .r2, repeats: 0,
                predict: { inputs throws(PerceptronError) in Self.outputs(inputs) })
        }
        #expect(throws: PerceptronError.self) {
            try PermutationImportance(
                of: Self.inputs, targets: Self.targets, metric: .r2, threads: 0,
                predict: { inputs throws(PerceptronError) in Self.outputs(inputs) })
        }
    }

    @Test func inWords() throws {
        let importance = try PermutationImportance(
            of: Matrix<Double>([[0, 1], [1, 1]]), targets: .classes([0, 1]), metric: .accuracy, repeats: 4, seed: 1,
            predict: { inputs throws(PerceptronError) in
                Matrix(inputs.elements.indices.compactMap { $0 % 2 == 0 ? [inputs.elements[$0]] : nil })
            })
        let mean = importance.means[0].fixed(4)
        let deviation = importance.standardDeviations[0].fixed(4)
        #expect(
            importance.description(columnNames: ["height", "age"]) == """
                column  importance       ±
                height      \(mean)  \(deviation)
                age         0.0000  0.0000
                """)
    }
}

/// The same of raw columns, which go through a pipeline's preprocessing.
@Suite struct PipelineImportanceTests {
    @Test func theColumnThatMattersIsFound() throws {
        var generator = RandomGenerator(seed: 4)
        let rows = 200
        let classes = generator.classes(rows, below: 2)
        let noise = generator.normals(rows)
        // A category that says it all, with other codes than classes have, and a number that says nothing.
        let inputs = Matrix(classes.indices.map { [noise[$0], Double(classes[$0] == 0 ? 2 : 1)] })
        let columns = [Column("noise"), Column("kind", .categorical(categories: ["a", "b", "c"]))]
        let data = try Dataset(
            inputs: inputs, targets: classes, weights: classes.map { 1 + Double($0) }, columns: columns,
            labelNames: ["no", "yes"])
        var pipeline = Pipeline<Double>(seed: 1) { features, outputs in
            [Linear(features, 8), ReLU(), Linear(8, outputs), Softmax()]
        }
        try pipeline.train(
            on: data, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.02), epochs: 20, progress: .silent)
        let importance = try pipeline.permutationImportance(on: data, metric: .logLoss, repeats: 3, seed: 7)
        #expect(importance.baseline == (try pipeline.evaluate(.logLoss, on: data)))
        #expect(importance.means[1] > 10 * abs(importance.means[0]))
        let trained = pipeline
        let expected = try PermutationImportance(
            of: inputs, targets: .classes(classes), weights: data.weights, metric: .logLoss, repeats: 3, seed: 7
        ) { (inputs) throws(PerceptronError) in
            try trained.predict(Dataset(inputs: inputs, columns: columns))
        }
        #expect(importance == expected)
    }

    @Test func beforeTraining() throws {
        let pipeline = Pipeline<Double> { features, outputs in [Linear(features, outputs)] }
        let data = try Dataset(inputs: Matrix<Double>([[1], [2]]), targets: [0, 1])
        #expect(throws: PerceptronError.invalidState("the pipeline is not trained yet; call train first")) {
            try pipeline.permutationImportance(on: data, metric: .accuracy)
        }
    }
}
