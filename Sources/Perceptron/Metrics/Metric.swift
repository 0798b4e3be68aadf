/// A measure of how good predictions are.
///
/// ```swift
/// try Metric.accuracy(model.predict(x), classes)
/// try model.train(inputs: x, targets: classes, loss: CrossEntropy(), epochs: 10, metrics: [.accuracy, .f1(.macro)])
/// ```
///
/// Outputs are what the model gives, rows × `outputFeatures`: for classes, their probabilities, or any score that is
/// larger for the likelier; with one column, the probability of class 1. In training, and in a pipeline, they see the
/// probabilities also where the loss takes logits or logarithms of probabilities; elsewhere `model.followed(by: Sigmoid())`
/// or `Softmax()` gives these. The most probable class is the prediction, the first of equals. Targets are classes, or
/// a matrix:
/// for classes one-hot, or one column of 0 and 1.
///
/// Weights say how many rows each row counts as: finite, not negative, not all 0. Sums are in Double, compensated, in
/// the rows' order: the same outputs give the same bits.
public struct Metric: Sendable {
    /// Computes a metric of outputs and targets; `weights` says for how many rows each row counts.
    public typealias Body =
        @Sendable (_ outputs: Matrix<Double>, _ targets: Targets<Double>, _ weights: [Double]?) throws(PerceptronError)
        -> Double

    /// Its name in a history, such as "accuracy".
    public let name: String
    /// Whether a larger value is better.
    public let largerIsBetter: Bool
    private let body: Body
    private let rowsCheck: RowsCheck?

    /// Throws if rows with these targets have no such number, whatever the outputs for them are.
    typealias RowsCheck =
        @Sendable (_ targets: Targets<Double>, _ weights: [Double]?, _ labelNames: [String]) throws(PerceptronError)
        -> Void

    /// Creates a metric of your own.
    public init(_ name: String, largerIsBetter: Bool, _ body: @escaping Body) {
        self.init(name, largerIsBetter: largerIsBetter, checkingRows: nil, body)
    }

    init(_ name: String, largerIsBetter: Bool, checkingRows rowsCheck: RowsCheck?, _ body: @escaping Body) {
        self.name = name
        self.largerIsBetter = largerIsBetter
        self.rowsCheck = rowsCheck
        self.body = body
    }

    /// Throws if it is known without any outputs that there is no such number of these rows.
    func checkRows<Scalar>(
        _ targets: Targets<Scalar>, weights: [Double]?, labelNames: [String]
    ) throws(PerceptronError) {
        try rowsCheck?(targets.doubles, weights, labelNames)
    }

    /// The metric of predictions; `weights` says how many rows each row counts as.
    /// - Throws: `PerceptronError` if the shapes don't fit, there are no rows, or a value is out of its range.
    public func callAsFunction<Scalar>(
        _ outputs: Matrix<Scalar>, _ targets: Targets<Scalar>, weights: [Double]? = nil
    ) throws(PerceptronError) -> Double {
        try body(outputs.doubles, targets.doubles, weights)
    }

    /// The same for the class of each row.
    public func callAsFunction<Scalar>(
        _ outputs: Matrix<Scalar>, _ targets: [Int], weights: [Double]? = nil
    ) throws(PerceptronError) -> Double {
        try self(outputs, .classes(targets), weights: weights)
    }

    /// The same for a matrix of targets.
    public func callAsFunction<Scalar>(
        _ outputs: Matrix<Scalar>, _ targets: Matrix<Scalar>, weights: [Double]? = nil
    ) throws(PerceptronError) -> Double {
        try self(outputs, .matrix(targets), weights: weights)
    }
}

extension Matrix {
    /// The same numbers; no copy if they are Double.
    var doubles: Matrix<Double> { self as? Matrix<Double> ?? Matrix<Double>(self) }
}

extension Targets {
    /// The same numbers; no copy if they are Double.
    var doubles: Targets<Double> {
        switch self {
        case .matrix(let matrix): .matrix(matrix.doubles)
        case .classes(let classes): .classes(classes)
        }
    }
}
