import Foundation
import Perceptron

/// Checks for a list of layers, in training and prediction.
///
/// ```swift
/// try NetworkSuite([Linear(4, 6), Square(), Linear(6, 3)]).check()
/// ```
public struct NetworkSuite: TestSuite {
    /// The checks of a list of layers.
    public enum Check: String, CaseIterable, Sendable {
        /// The gradient of the loss with respect to the parameters is its slope, in Double.
        case parameterGradient
        /// The same with respect to the inputs.
        case inputGradient
        /// Outputs, loss and gradients in Float match those in Double up to rounding.
        case floatAgainstDouble
        /// Training and prediction are bit-identical with 1, 2, 3 and 5 threads.
        case threads
        /// Training that is stopped after any step and resumed gives the same bits: from a copy, and from a checkpoint
        /// if all layers are `Codable`.
        case resuming
        /// If all layers are `Codable`: a saved model predicts the same when it is loaded or memory-mapped.
        case file
        /// `Predictor` gives the same results as `predict`, for all rows together and for each row alone.
        case predictor
    }

    public let subject: String
    private let layers: [any Layer]
    private let loss: any Loss
    private let targetKind: TargetKind
    private let targetColumns: Int?
    private let given: Matrix<Double>?
    private let codes: Set<Int>

    /// Checks of a list of layers.
    ///
    /// - Parameters:
    ///   - layers: the layers of the model.
    ///   - loss: the loss that it is trained with.
    ///   - targets: the kind of targets.
    ///   - targetColumns: the number of target columns, if it differs from the model's output columns.
    ///   - inputs: input rows; random normal numbers if nil.
    ///   - codes: the input columns that hold codes, which have no slope.
    ///   - subject: its name in errors; the types of the layers if nil.
    public init(
        _ layers: [any Layer], loss: any Loss = MeanSquaredError(), targets: TargetKind = .values,
        targetColumns: Int? = nil, inputs: Matrix<Double>? = nil, codes: Set<Int> = [], subject: String? = nil
    ) {
        self.layers = layers
        self.loss = loss
        targetKind = targets
        self.targetColumns = targetColumns
        given = inputs
        self.codes = codes
        self.subject = subject ?? layers.map { "\(type(of: $0))" }.joined(separator: ", ")
    }

    public func run(_ check: Check) throws {
        switch check {
        case .parameterGradient: try checkParameterGradient()
        case .inputGradient: try checkInputGradient()
        case .floatAgainstDouble: try checkFloatAgainstDouble()
        case .threads:
            try checkThreads(Double.self)
            try checkThreads(Float.self)
        case .resuming:
            try checkResuming(Double.self)
            try checkResuming(Float.self)
        case .file:
            try checkFile(Double.self)
            try checkFile(Float.self)
        case .predictor:
            try checkPredictor(Double.self)
            try checkPredictor(Float.self)
        }
    }

    /// A model with slightly perturbed parameters, because initial values of 0 or 1 could hide a fault.
    private func model<Scalar: BLASScalar>(_: Scalar.Type) throws -> MLP<Scalar> {
        var model = try MLP<Scalar>(layers, seed: 11)
        var generator = RandomGenerator(seed: 3)
        model.parameters = model.parameters.map { Scalar(Float(Double($0) + 0.1 * generator.nextNormalPair().0)) }
        return model
    }

    private func inputs<Scalar: BLASScalar>(_ rows: Int, _ model: MLP<Scalar>) -> Matrix<Scalar> {
        let sample = InputSample(features: model.inputFeatures, given: given, codes: codes).rows(rows)
        return Matrix(rows: rows, columns: sample.columns, elements: sample.elements.map { Scalar($0) })
    }

    private func targets<Scalar: BLASScalar>(_ rows: Int, _ model: MLP<Scalar>) -> Targets<Scalar> {
        targetKind.draw(rows: rows, columns: targetColumns ?? model.outputFeatures).converted(to: Scalar.self)
    }

    private func trainer<Scalar: BLASScalar>(_ model: MLP<Scalar>, threads: Int? = nil) throws -> Trainer<Scalar> {
        try Trainer(model: model, loss: loss, optimizer: Adam(learningRate: 0.01), threads: threads)
    }

    /// The outputs, loss and gradients of a first step.
    private func pass<Scalar: BLASScalar>(
        _ model: MLP<Scalar>, _ inputs: Matrix<Scalar>, _ targets: Targets<Scalar>
    ) throws -> (outputs: [Scalar], loss: Double, gradient: [Scalar], inputGradient: [Scalar]) {
        var trainer = try trainer(model, threads: 1)
        let outputs = try trainer.forward(inputs)
        let loss = try trainer.backward(targets, computesInputGradient: true)
        return (outputs.elements, loss, trainer.gradients, trainer.inputGradient?.elements ?? [])
    }

    private func checkParameterGradient() throws {
        let model = try model(Double.self)
        let (inputs, targets) = (inputs(5, model), targets(5, model))
        try DifferenceQuotient.check(
            pass(model, inputs, targets).gradient,
            of: { parameters in
                var moved = model
                try moved.setParameters(parameters)
                return try pass(moved, inputs, targets).loss
            }, at: model.parameters, "the gradient of the parameters")
    }

    private func checkInputGradient() throws {
        let model = try model(Double.self)
        let (inputs, targets) = (inputs(5, model), targets(5, model))
        try DifferenceQuotient.check(
            pass(model, inputs, targets).inputGradient,
            of: { elements in
                try pass(model, Matrix(rows: 5, columns: inputs.columns, elements: elements), targets).loss
            }, at: inputs.elements, "the gradient of the inputs",
            skipping: { codes.contains($0 % inputs.columns) })
    }

    private func checkFloatAgainstDouble() throws {
        let (double, float) = (try model(Double.self), try model(Float.self))
        let expected = try pass(double, inputs(33, double), targets(33, double))
        let found = try pass(float, inputs(33, float), targets(33, float))
        let relative = Comparison.rounding(Float.self)
        try Comparison.close(found.outputs, expected.outputs, relative: relative, "outputs in Float")
        try Comparison.close([found.loss], [expected.loss], relative: relative, "the loss in Float")
        try Comparison.close(found.gradient, expected.gradient, relative: relative, "the parameters' gradient in Float")
        try Comparison.close(
            found.inputGradient, expected.inputGradient, relative: relative, "the inputs' gradient in Float")
    }

    private func checkThreads<Scalar: BLASScalar>(_: Scalar.Type) throws {
        func run(threads: Int) throws -> (parameters: [Scalar], predictions: [Scalar], losses: [Double]) {
            var trainer = try trainer(model(Scalar.self), threads: threads)
            // Two full batches and a partial one, with enough rows to be split.
            let history = try trainer.train(
                inputs(1100, trainer.model), targets(1100, trainer.model), epochs: 1, batchSize: 512)
            let model = trainer.model
            return (model.parameters, try model.predict(inputs(700, model), threads: threads).elements, history.losses)
        }
        let alone = try run(threads: 1)
        for threads in [1, 2, 3, 5] {
            let name = "\(counted(threads, "thread")), \(Scalar.self)"
            let other = try run(threads: threads)
            try Comparison.same(other.losses, alone.losses, "losses with \(name)")
            try Comparison.same(other.parameters, alone.parameters, "parameters with \(name)")
            try Comparison.same(other.predictions, alone.predictions, "predictions with \(name)")
        }
    }

    private func checkResuming<Scalar: BLASScalar>(_: Scalar.Type) throws {
        let steps = 4
        let begin = try trainer(model(Scalar.self))
        let batch = (inputs(13, begin.model), targets(13, begin.model))
        func train(_ trainer: inout Trainer<Scalar>, steps: Int) throws {
            for _ in 0..<steps { _ = try trainer.step(batch.0, batch.1) }
        }
        var whole = begin
        try train(&whole, steps: steps)
        for stop in 1..<steps {
            var stopped = begin
            try train(&stopped, steps: stop)
            var copy = stopped
            try train(&copy, steps: steps - stop)
            try Comparison.same(copy.model.parameters, whole.model.parameters, "a copy taken after step \(stop)")
            guard isCodable else { continue }
            try withTemporaryFile { file in
                try stopped.saveCheckpoint(to: file)
                var resumed = try Trainer<Scalar>(
                    resumingFrom: file, loss: loss, optimizer: Adam(learningRate: 0.01))
                try train(&resumed, steps: steps - stop)
                try Comparison.same(
                    resumed.model.parameters, whole.model.parameters, "resumed from a checkpoint after step \(stop)")
            }
        }
    }

    private var isCodable: Bool { layers.allSatisfy { $0 is any Layer & Codable } }

    private func checkFile<Scalar: BLASScalar>(_: Scalar.Type) throws {
        guard isCodable else { return }
        let model = try model(Scalar.self)
        let inputs = inputs(9, model)
        let expected = try model.predict(inputs).elements
        try withTemporaryFile { file in
            try model.save(to: file)
            let loaded = try MLP<Scalar>(contentsOf: file)
            try expect(
                loaded.parameterLayout == model.parameterLayout,
                "the loaded model has the parameters \(loaded.parameterLayout), not \(model.parameterLayout)")
            try Comparison.same(loaded.parameters, model.parameters, "parameters of the loaded model")
            try Comparison.same(try loaded.predict(inputs).elements, expected, "predictions of the loaded model")
            var mapped = try Predictor<Scalar>(contentsOf: file, mostRows: inputs.rows)
            // Products with transposed weights are rounded differently.
            try Comparison.close(
                predictions(&mapped, inputs.elements, expected.count), expected,
                relative: Comparison.rounding(Scalar.self), "predictions of the mapped model")
        }
    }

    private func checkPredictor<Scalar: BLASScalar>(_: Scalar.Type) throws {
        let model = try model(Scalar.self)
        let inputs = inputs(9, model)
        let expected = try model.predict(inputs)
        var predictor = try Predictor(model, mostRows: inputs.rows)
        for time in ["first", "second"] {
            try Comparison.same(
                predictions(&predictor, inputs.elements, expected.elements.count), expected.elements,
                "\(time) predictions of a predictor")
        }
        guard layers.allSatisfy(\.treatsRowsApart) else { return }
        var alone = try Predictor(model)
        let rows = try (0..<inputs.rows).flatMap {
            try predictions(&alone, inputs.rows([$0]).elements, expected.columns)
        }
        try Comparison.close(
            rows, expected.elements, relative: Comparison.rounding(Scalar.self), "predictions row by row")
    }

    private func predictions<Scalar: BLASScalar>(
        _ predictor: inout Predictor<Scalar>, _ inputs: [Scalar], _ count: Int
    ) throws -> [Scalar] {
        var outputs = [Scalar](repeating: .nan, count: count)
        var room = outputs.mutableSpan
        try predictor.predict(inputs.span, into: &room)
        return outputs
    }
}

/// Calls `body` with the URL of a temporary file, which is deleted afterwards.
private func withTemporaryFile(_ body: (URL) throws -> Void) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "perceptron-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    try body(file)
}
