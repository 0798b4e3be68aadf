import Perceptron

/// What a node does to the rows that go through a graph.
enum ONNXStep: Sendable {
    /// x·W·scale + b
    case linear(weight: ONNXTensor, isTransposed: Bool, scale: Double, bias: [Double]?)
    /// x∘scale + shift; one number for all columns, or one each. Nil is 1 and 0.
    case affine(scale: [Double]?, shift: [Double]?)
    /// min(max(x, lower bound), upper bound), of which one may be infinite.
    case bounded(ClosedRange<Double>)
    /// Any other layer, with its parameters as a model of it has them.
    case layer(any Layer, parameters: [Double] = [])
    /// Part of a layer that exporters write as several nodes; by itself it is none.
    case part(Part)
    /// The sum of what two ways from the same rows give, of which one may have no steps.
    case sum(ONNXWay, ONNXWay)
    /// The probability p of the second class becomes 1 − p and p.
    case bothClasses

    enum Part: Equatable, Sendable {
        case absolute, erf, square, cube
        /// x + factor · x³
        case cubic(factor: Double)
        /// Of each row the mean of x².
        case meanSquare
        /// √(mean(x²) + ε), or 1 by it.
        case rootMeanSquare(epsilon: Double, isInverse: Bool)
        /// Whether x > threshold
        case exceeds(threshold: Double)
    }

    /// How many numbers it has.
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
