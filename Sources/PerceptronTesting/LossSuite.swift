import Perceptron

/// Checks for every loss.
///
/// ```swift
/// try LossSuite(Huber(), columns: 3, targets: [.values, .classes]).check()
/// ```
public struct LossSuite: TestSuite {
    /// The checks of a loss.
    public enum Check: String, CaseIterable, Sendable {
        /// The gradient with respect to the outputs is the loss's slope, in Double.
        case gradient
        /// The loss matches the reference, if there is one.
        case value
        /// Every element of the gradient is written, independently of its old value.
        case everyElement
        /// The loss of all rows is the mean of the losses of blocks of rows; the same holds for the gradients.
        case blocks
        /// A row of weight n counts as n rows, one of weight 0 as none; equal weights change nothing.
        case weights
        /// If the loss takes classes: they give the same results as one-hot rows, also with row and class weights.
        case classes
        /// Loss and gradient in Float match those in Double up to rounding.
        case floatAgainstDouble
        /// Each of the invalid losses throws before training.
        case arguments
        /// Behind a model: `NetworkSuite.Check.threads`.
        case threads
        /// Behind a model: `NetworkSuite.Check.resuming`.
        case resuming
    }

    /// A loss by its definition: the mean for outputs and targets, classes as their one-hot rows.
    public typealias Reference = @Sendable (_ outputs: Matrix<Double>, _ targets: Matrix<Double>) -> Double

    public let subject: String
    private let loss: any Loss
    private let columns: Int
    private let kinds: [TargetKind]
    private let targetColumns: Int
    private let layers: [any Layer]
    private let reference: Reference?
    private let invalid: [any Loss]

    /// Checks of a loss.
    ///
    /// - Parameters:
    ///   - loss: preferably with settings other than the defaults.
    ///   - columns: the number of output columns of the model.
    ///   - targets: the kinds of targets that it takes.
    ///   - targetColumns: the number of target columns; `columns` if nil.
    ///   - layers: the final layers that make the model's outputs valid for the loss: `[Softmax()]` for probabilities.
    ///   - reference: the loss by its definition.
    ///   - invalid: losses, each of which must throw before training.
    ///   - subject: its name in errors; its type if nil.
    public init(
        _ loss: any Loss, columns: Int, targets: [TargetKind], targetColumns: Int? = nil,
        behind layers: [any Layer] = [],
        invalid: [any Loss] = [], subject: String? = nil, reference: Reference? = nil
    ) {
        self.loss = loss
        self.columns = columns
        kinds = targets
        self.targetColumns = targetColumns ?? columns
        self.layers = layers
        self.reference = reference
        self.invalid = invalid
        self.subject = subject ?? "\(type(of: loss))"
    }

    public func run(_ check: Check) throws {
        if check == .arguments { return try checkArguments() }
        for kind in kinds {
            do {
                switch check {
                case .gradient: try checkGradient(kind)
                case .value: try checkValue(kind)
                case .everyElement: try checkEveryElement(kind)
                case .blocks: try checkBlocks(kind)
                case .weights: try checkWeights(kind)
                case .classes: try checkClasses(kind)
                case .floatAgainstDouble: try checkFloatAgainstDouble(kind)
                case .threads: try networkSuite(kind).run(.threads)
                case .resuming: try networkSuite(kind).run(.resuming)
                case .arguments: break
                }
            } catch {
                throw Finding("with \(kind.rawValue) as targets: \(error)")
            }
        }
    }

    /// The layers before the loss are wide enough for a batch to be split.
    private func networkSuite(_ kind: TargetKind) -> NetworkSuite {
        let width = 96
        return NetworkSuite(
            [Linear(6, width), Tanh(), Linear(width, width), Tanh(), Linear(width, columns)] + layers, loss: loss,
            targets: kind, targetColumns: targetColumns)
    }

    /// The loss of a model without parameters, and its gradient with respect to the inputs.
    private func evaluate<Scalar: BLASScalar>(
        _ inputs: Matrix<Scalar>, _ targets: Targets<Scalar>, weights: [Double]? = nil,
        after earlier: Matrix<Scalar>? = nil
    ) throws -> (loss: Double, gradient: Matrix<Scalar>) {
        var trainer = try trainer(loss, of: Scalar.self)
        if let earlier {
            _ = try trainer.forward(earlier)
            _ = try trainer.backward(targets, computesInputGradient: true)
        }
        _ = try trainer.forward(inputs)
        let value = try trainer.backward(targets, weights: weights, computesInputGradient: true)
        guard let gradient = trainer.inputGradient else { throw Finding("there is no gradient") }
        return (value, gradient)
    }

    private func trainer<Scalar: BLASScalar>(_ loss: any Loss, of _: Scalar.Type) throws -> Trainer<Scalar> {
        try Trainer(
            model: MLP<Scalar>([Entrance(features: columns)] + layers), loss: loss, optimizer: Adam(), threads: 1)
    }

    private func inputs(_ rows: Int, seed: UInt64 = 5) -> Matrix<Double> {
        InputSample(features: columns).rows(rows, seed: seed)
    }

    private func targets(_ kind: TargetKind, _ rows: Int) -> Targets<Double> {
        kind.draw(rows: rows, columns: targetColumns)
    }

    private func checkGradient(_ kind: TargetKind) throws {
        let (inputs, targets) = (inputs(7), targets(kind, 7))
        try DifferenceQuotient.check(
            evaluate(inputs, targets).gradient.elements,
            of: { try evaluate(Matrix(rows: 7, columns: columns, elements: $0), targets).loss }, at: inputs.elements,
            "the gradient")
    }

    private func checkValue(_ kind: TargetKind) throws {
        guard let reference else { return }
        let (inputs, targets) = (inputs(23), targets(kind, 23))
        var trainer = try trainer(loss, of: Double.self)
        let outputs = try trainer.forward(inputs)
        let value = try trainer.backward(targets)
        try Comparison.close(
            [value], [reference(outputs, targets.oneHot(columns: targetColumns))], relative: 1e-10, "the loss")
    }

    private func checkEveryElement(_ kind: TargetKind) throws {
        let (first, second, targets) = (inputs(7), inputs(7, seed: 6), targets(kind, 7))
        try Comparison.same(
            evaluate(second, targets, after: first).gradient.elements, evaluate(second, targets).gradient.elements,
            "the gradient after another one")
    }

    private func checkBlocks(_ kind: TargetKind) throws {
        let (inputs, targets) = (inputs(23), targets(kind, 23))
        let whole = try evaluate(inputs, targets)
        var sum = 0.0
        var gradient: [Double] = []
        for rows in [0..<1, 1..<8, 8..<23] {
            let part = try evaluate(inputs.rows(rows), targets.rows(rows))
            let share = Double(rows.count) / 23
            sum += share * part.loss
            gradient += part.gradient.elements.map { share * $0 }
        }
        let relative = Comparison.rounding(Double.self)
        try Comparison.close([sum], [whole.loss], relative: relative, "the mean of blocks of rows")
        try Comparison.close(gradient, whole.gradient.elements, relative: relative, "the gradient of blocks of rows")
    }

    private func checkWeights(_ kind: TargetKind) throws {
        let (inputs, targets) = (inputs(9), targets(kind, 9))
        let relative = Comparison.rounding(Double.self)
        func compare(_ weights: [Double], _ expected: (loss: Double, gradient: [Double]), _ what: String) throws {
            let found = try evaluate(inputs, targets, weights: weights)
            try Comparison.close([found.loss], [expected.loss], relative: relative, "the loss with \(what)")
            try Comparison.close(
                found.gradient.elements, expected.gradient, relative: relative, "the gradient with \(what)")
        }
        let plain = try evaluate(inputs, targets)
        try compare([Double](repeating: 2.5, count: 9), (plain.loss, plain.gradient.elements), "equal weights")

        let counts = [1, 0, 2, 3, 1, 0, 1, 2, 4]
        let repeated = counts.enumerated().flatMap { row, count in [Int](repeating: row, count: count) }
        let expected = try evaluate(inputs.rows(repeated), targets.rows(repeated))
        var gradient = Matrix<Double>(rows: 9, columns: columns)
        for (place, row) in repeated.enumerated() {
            for column in 0..<columns { gradient[row, column] += expected.gradient[place, column] }
        }
        try compare(counts.map { Double($0) }, (expected.loss, gradient.elements), "whole numbers as weights")
    }

    private func checkClasses(_ kind: TargetKind) throws {
        guard kind == .classes else { return }
        let (inputs, classes) = (inputs(23), targets(.classes, 23))
        let oneHot = Targets.matrix(classes.oneHot(columns: targetColumns))
        let relative = Comparison.rounding(Double.self)
        for weights in [nil, (0..<23).map { Double($0 % 4) }] {
            let (found, expected) = (
                try evaluate(inputs, classes, weights: weights), try evaluate(inputs, oneHot, weights: weights)
            )
            let name = weights == nil ? "classes" : "classes and weights"
            try Comparison.close([found.loss], [expected.loss], relative: relative, "the loss of \(name)")
            try Comparison.close(
                found.gradient.elements, expected.gradient.elements, relative: relative, "the gradient of \(name)")
        }
        func trained(_ targets: Targets<Double>) throws -> [Double] {
            var trainer = try Trainer(
                model: MLP<Double>([Linear(columns, columns)] + layers, seed: 1), loss: loss, optimizer: Adam())
            let history = try trainer.train(
                inputs, targets, epochs: 2, batchSize: 23,
                classWeights: (0..<max(2, targetColumns)).map { Double($0) + 0.5 })
            return history.losses + trainer.model.parameters
        }
        try Comparison.close(trained(classes), trained(oneHot), relative: 1e-9, "training with weights of classes")
    }

    private func checkFloatAgainstDouble(_ kind: TargetKind) throws {
        let (inputs, targets) = (inputs(33), targets(kind, 33))
        let expected = try evaluate(inputs, targets)
        let found = try evaluate(Matrix<Float>(inputs), targets.converted(to: Float.self))
        let relative = Comparison.rounding(Float.self)
        try Comparison.close([found.loss], [expected.loss], relative: relative, "the loss in Float")
        try Comparison.close(
            found.gradient.elements, expected.gradient.elements, relative: relative, "the gradient in Float")
    }

    private func checkArguments() throws {
        let kind = kinds.first ?? .values
        for loss in invalid {
            do {
                var trainer = try trainer(loss, of: Double.self)
                _ = try trainer.step(inputs(7), targets(kind, 7))
            } catch {
                continue
            }
            throw Finding("training with \(loss) throws nothing")
        }
    }
}
