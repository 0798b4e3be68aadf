/// Rows to evaluate a model on after each epoch, which are not trained on.
public struct Validation<Scalar: BLASScalar>: Sendable {
    enum Source: Sendable {
        case rows(any EvaluatedRows<Scalar>)
        case fraction(Double)
    }

    let source: Source

    /// The given rows, checked against the model and the loss; nil if a fraction is to be held out.
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

    /// A fraction, between 0 and 1, of the rows given to `train`, drawn at random by the model's seed and stratified by
    /// class.
    public static func fraction(_ fraction: Double) -> Validation { Validation(source: .fraction(fraction)) }
}
