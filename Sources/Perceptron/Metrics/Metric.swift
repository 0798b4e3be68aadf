/// A number that says how good predictions are.
///
/// Outputs are what the model gives, rows × `outputFeatures`: for classes, their probabilities, or any score that is
/// larger for the likelier; with one column, the probability of class 1. Targets are classes or a matrix.
public struct Metric: Sendable {
    public typealias Body =
        @Sendable (_ outputs: Matrix<Double>, _ targets: Targets<Double>, _ weights: [Double]?) throws(PerceptronError)
        -> Double

    /// What it is called in a history, "accuracy".
    public let name: String
    /// Whether a larger value is a better one.
    public let largerIsBetter: Bool
    private let body: Body

    /// A metric of one's own.
    public init(_ name: String, largerIsBetter: Bool, _ body: @escaping Body) {
        self.name = name
        self.largerIsBetter = largerIsBetter
        self.body = body
    }

    /// The metric of predictions; `weights` has a number for each row, which counts for so many rows.
    /// - Throws: `PerceptronError` if the shapes don't fit, there are no rows, or a value is out of its range.
    public func callAsFunction<Scalar>(
        _ outputs: Matrix<Scalar>, _ targets: Targets<Scalar>, weights: [Double]? = nil
    ) throws(PerceptronError) -> Double {
        let targets: Targets<Double> =
            switch targets {
            case .matrix(let matrix): .matrix(Matrix<Double>(matrix))
            case .classes(let classes): .classes(classes)
            }
        return try body(Matrix<Double>(outputs), targets, weights)
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
