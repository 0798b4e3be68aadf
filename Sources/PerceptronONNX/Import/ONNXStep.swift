import Perceptron

/// The effect of a node on the rows that pass through a graph.
enum ONNXStep: Sendable {
    /// x·W·scale + b
    case linear(weight: ONNXTensor, isTransposed: Bool, scale: Double, bias: [Double]?)
    /// x∘scale + shift, with one number for all columns or one per column; nil means a scale of 1 or a shift of 0.
    case affine(scale: [Double]?, shift: [Double]?)
    /// min(max(x, lower bound), upper bound); one of the bounds may be infinite.
    case bounded(ClosedRange<Double>)
    /// Any other layer, with its parameters in the layout of a model.
    case layer(any Layer, parameters: [Double] = [])
    /// Part of a layer that exporters write as several nodes; not a layer by itself.
    case part(Part)
    /// The sum of two ways from the same rows; one of them may have no steps.
    case sum(ONNXWay, ONNXWay)
    /// The probabilities 1 − p and p of the two classes, from the logit of p.
    case bothClasses

    enum Part: Equatable, Sendable {
        case absolute, erf, square, cube
        /// x + factor · x³
        case cubic(factor: Double)
        /// The mean of x² in each row.
        case meanSquare
        /// √(mean(x²) + ε), or its reciprocal.
        case rootMeanSquare(epsilon: Double, isInverse: Bool)
        /// Whether x > threshold
        case exceeds(threshold: Double)
    }

    /// The count of numbers in the step.
    var numbers: Int {
        switch self {
        case .linear(let weight, _, _, let bias): weight.count + (bias?.count ?? 0)
        case .affine(let scale, let shift): (scale?.count ?? 0) + (shift?.count ?? 0)
        case .layer(_, let parameters): parameters.count
        case .sum(let first, let second): first.numbers + second.numbers
        case .bounded, .part, .bothClasses: 0
        }
    }
}
