import Foundation

@testable import Perceptron

#if arch(x86_64)
    /// What references are computed in: eleven bits more than Double has, where the machine can.
    typealias ReferenceNumber = Float80
#else
    typealias ReferenceNumber = Double
#endif

/// A number and its derivative, which go through a formula together.
struct Dual {
    var value: ReferenceNumber
    var derivative: ReferenceNumber
}

extension Formula {
    /// f(x) and f′(x), by the C library's functions.
    func reference(at x: ReferenceNumber) -> Dual {
        switch self {
        case .x: return Dual(value: x, derivative: 1)
        case .number(let number, _): return Dual(value: ReferenceNumber(number), derivative: 0)
        case .sum(let a, let b):
            let (a, b) = (a.reference(at: x), b.reference(at: x))
            return Dual(value: a.value + b.value, derivative: a.derivative + b.derivative)
        case .difference(let a, let b):
            let (a, b) = (a.reference(at: x), b.reference(at: x))
            return Dual(value: a.value - b.value, derivative: a.derivative - b.derivative)
        case .product(let a, let b):
            let (a, b) = (a.reference(at: x), b.reference(at: x))
            return Dual(
                value: a.value * b.value,
                derivative: Self.limit(a.derivative, b.value) + Self.limit(a.value, b.derivative))
        case .quotient(let a, let b):
            let (a, b) = (a.reference(at: x), b.reference(at: x))
            return Dual(
                value: a.value / b.value, derivative: (a.derivative - a.value / b.value * b.derivative) / b.value)
        case .choice(let a, let b, let then, let otherwise):
            return (a.reference(at: x).value > b.reference(at: x).value ? then : otherwise).reference(at: x)
        case .call(let function, let arguments):
            return function.reference(arguments.map { $0.reference(at: x) })
        }
    }

    /// A product, of which 0 outdoes infinity: as exponentials do powers.
    fileprivate static func limit(_ a: ReferenceNumber, _ b: ReferenceNumber) -> ReferenceNumber {
        a == 0 || b == 0 ? 0 : a * b
    }
}

extension Formula.Function {
    fileprivate func reference(_ arguments: [Dual]) -> Dual {
        let u = arguments[0].value
        func result(_ value: ReferenceNumber, _ slope: ReferenceNumber) -> Dual {
            Dual(value: value, derivative: Formula.limit(slope, arguments[0].derivative))
        }
        switch self {
        // Where both are equal the derivative is the second's, as PyTorch has it.
        case .maximum:
            return u > arguments[1].value || u.isNaN ? arguments[0] : tie(arguments)
        case .minimum:
            return u < arguments[1].value || u.isNaN ? arguments[0] : tie(arguments)
        case .absolute: return result(abs(u), u < 0 ? -1 : 1)
        case .exponential: return result(exp(u), exp(u))
        case .exponentialMinusOne: return result(expm1(u), exp(u))
        case .sigmoid: return result(sigmoid(u), sigmoid(u) * sigmoid(-u))
        case .tanh: return result(Foundation.tanh(u), 4 * sigmoid(2 * u) * sigmoid(-2 * u))
        case .softplus: return result(max(u, 0) + log1p(exp(-abs(u))), sigmoid(u))
        case .normalDistribution:
            let two: ReferenceNumber = 2
            return result(
                erfc(-u / two.squareRoot()) / 2, exp(-u * u / 2) / (two * ReferenceNumber.pi).squareRoot())
        case .sine: return result(sin(u), cos(u))
        }
    }

    private func tie(_ arguments: [Dual]) -> Dual {
        let (first, second) = (arguments[0], arguments[1])
        return Dual(value: first.value == second.value ? first.value : second.value, derivative: second.derivative)
    }

    private func sigmoid(_ x: ReferenceNumber) -> ReferenceNumber {
        x > 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
    }
}
