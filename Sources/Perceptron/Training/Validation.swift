/// Rows that are not trained on, to measure the model on after each epoch.
public struct Validation<Scalar: BLASScalar>: Sendable {
    enum Source: Sendable {
        case rows(any EvaluatedRows<Scalar>)
        case fraction(Double)
    }

    let source: Source

    /// The rows that were given, if they fit the model and the loss; nil if a fraction is to be held out.
    func rows(for engine: Engine<Scalar>) throws(PerceptronError) -> (any EvaluatedRows<Scalar>)? {
        guard case .rows(let held) = source else { return nil }
        try held.check(for: engine, name: "validation ")
        return held
    }

    /// Your own rows.
    public static func rows(_ inputs: Matrix<Scalar>, _ targets: Matrix<Scalar>) -> Validation {
        Validation(source: .rows(Examples(inputs: inputs, targets: .matrix(targets))))
    }

    /// Your own rows, and the class of each.
    public static func rows(_ inputs: Matrix<Scalar>, _ targets: [Int]) -> Validation {
        Validation(source: .rows(Examples(inputs: inputs, targets: .classes(targets))))
    }

    /// A part of the rows given to `train`, drawn by the model's seed, of each class the same part; between 0 and 1.
    public static func fraction(_ fraction: Double) -> Validation { Validation(source: .fraction(fraction)) }
}
