import Foundation

@testable import Perceptron

/// The activations whose kernels take one number to one number, with their formulas in plain Swift.
enum ElementwiseActivation: String, CaseIterable, Sendable {
    case leakyReLU, elu, softplus, silu, gelu, geluTanh

    static let slope = 0.25
    static let alpha = 1.5

    var takesDerivativeFromOutputs: Bool { [.leakyReLU, .elu, .softplus].contains(self) }

    /// Whether also small derivatives have all their digits: nothing cancels in them.
    var derivativesAreRelativelyExact: Bool { [.leakyReLU, .softplus].contains(self) }

    func value(_ x: Double) -> Double {
        switch self {
        case .leakyReLU: x > 0 ? x : Self.slope * x
        case .elu: x > 0 ? x : Self.alpha * expm1(x)
        case .softplus: x > 20 ? x : log1p(exp(x))
        case .silu: x * Self.sigmoid(x)
        case .gelu: x * 0.5 * erfc(-x * 0.5.squareRoot())
        case .geluTanh: x * Self.sigmoid(Self.twice(x))
        }
    }

    func derivative(_ x: Double) -> Double {
        switch self {
        case .leakyReLU: return x > 0 ? 1 : Self.slope
        case .elu: return x > 0 ? 1 : Self.alpha * exp(x)
        case .softplus: return x > 20 ? 1 : Self.sigmoid(x)
        case .silu: return Self.sigmoid(x) + x * Self.sigmoid(x) * Self.sigmoid(-x)
        case .gelu: return 0.5 * erfc(-x * 0.5.squareRoot()) + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot()
        case .geluTanh:
            let u = Self.twice(x)
            let slope = 2 * (2 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * x * x)
            // Far out the slope overflows, where what it is multiplied by is 0.
            return abs(x) > 1e3 ? (x > 0 ? 1 : 0) : Self.sigmoid(u) + x * Self.sigmoid(u) * Self.sigmoid(-u) * slope
        }
    }

    private static func sigmoid(_ x: Double) -> Double { x > 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)) }

    /// What the tanh of the approximation is taken of, twice.
    static func twice(_ x: Double) -> Double { 2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x) }

    func forward<Scalar: KernelScalar>(
        _ set: InstructionSet, _: Scalar.Type
    ) -> (Int, Int, UnsafeMutableRawPointer, Int) -> Void {
        let table = Scalar.table(set).functions
        switch self {
        case .leakyReLU: return { table.leaky_relu($0, $1, $2, $3, Self.slope) }
        case .elu: return { table.elu($0, $1, $2, $3, Self.alpha) }
        case .softplus: return { table.softplus($0, $1, $2, $3) }
        case .silu: return { table.silu($0, $1, $2, $3) }
        case .gelu: return { table.gelu($0, $1, $2, $3) }
        case .geluTanh: return { table.gelu_tanh($0, $1, $2, $3) }
        }
    }

    func backward<Scalar: KernelScalar>(
        _ set: InstructionSet, _: Scalar.Type
    ) -> (Int, Int, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int) -> Void {
        let table = Scalar.table(set).functions
        switch self {
        case .leakyReLU: return { table.leaky_relu_backward($0, $1, $2, $3, $4, $5, Self.slope) }
        case .elu: return { table.elu_backward($0, $1, $2, $3, $4, $5, Self.alpha) }
        case .softplus: return { table.softplus_backward($0, $1, $2, $3, $4, $5) }
        case .silu: return { table.silu_backward($0, $1, $2, $3, $4, $5) }
        case .gelu: return { table.gelu_backward($0, $1, $2, $3, $4, $5) }
        case .geluTanh: return { table.gelu_tanh_backward($0, $1, $2, $3, $4, $5) }
        }
    }

    /// The outputs for a row of inputs, and the derivatives there.
    func apply<Scalar: KernelScalar>(
        _ inputs: [Scalar], _ set: InstructionSet
    ) -> (outputs: [Scalar], derivatives: [Scalar]) {
        let count = inputs.count
        var outputs = inputs
        outputs.withUnsafeMutableBytes { forward(set, Scalar.self)(1, count, $0.baseAddress!, count) }
        var derivatives = [Scalar](repeating: 1, count: count)
        (takesDerivativeFromOutputs ? outputs : inputs).withUnsafeBytes { kept in
            derivatives.withUnsafeMutableBytes {
                backward(set, Scalar.self)(1, count, kept.baseAddress!, count, $0.baseAddress!, count)
            }
        }
        return (outputs, derivatives)
    }
}
