/// A function of one number x, written once: an activation's ONNX nodes, its source code in C and Swift, the formula in
/// its documentation, and the reference for testing its kernel are derived from it.
package indirect enum Formula: Sendable {
    case x
    /// A number, and its name in descriptions if it has one.
    case number(Double, name: String? = nil)
    case sum(Formula, Formula)
    case difference(Formula, Formula)
    case product(Formula, Formula)
    case quotient(Formula, Formula)
    /// `then` where the first is above the second, and `otherwise` elsewhere.
    case choice(Formula, above: Formula, then: Formula, otherwise: Formula)
    case call(Function, [Formula])

    /// The functions that each language must provide, accurately and without overflow.
    package enum Function: String, Sendable {
        /// The larger of two; the first if they are equal, or if it is NaN.
        case maximum = "max"
        /// The smaller of two; the first if they are equal, or if it is NaN.
        case minimum = "min"
        case absolute = "abs"
        /// eˣ
        case exponential = "exp"
        /// eˣ − 1
        case exponentialMinusOne = "expm1"
        /// 1 / (1 + e⁻ˣ)
        case sigmoid
        case tanh
        /// ln(1 + eˣ)
        case softplus
        /// The cumulative normal distribution.
        case normalDistribution = "Φ"
        case sine = "sin"
    }

    // MARK: How formulas are written

    package static func maximum(_ a: Formula, _ b: Formula) -> Formula { .call(.maximum, [a, b]) }
    package static func minimum(_ a: Formula, _ b: Formula) -> Formula { .call(.minimum, [a, b]) }
    package static func absolute(_ x: Formula) -> Formula { .call(.absolute, [x]) }
    package static func exponential(_ x: Formula) -> Formula { .call(.exponential, [x]) }
    package static func exponentialMinusOne(_ x: Formula) -> Formula { .call(.exponentialMinusOne, [x]) }
    package static func sigmoid(_ x: Formula) -> Formula { .call(.sigmoid, [x]) }
    package static func tanh(_ x: Formula) -> Formula { .call(.tanh, [x]) }
    package static func softplus(_ x: Formula) -> Formula { .call(.softplus, [x]) }
    package static func normalDistribution(_ x: Formula) -> Formula { .call(.normalDistribution, [x]) }
    package static func sine(_ x: Formula) -> Formula { .call(.sine, [x]) }

    package static func + (a: Formula, b: Formula) -> Formula { .sum(a, b) }
    package static func - (a: Formula, b: Formula) -> Formula { .difference(a, b) }
    package static func * (a: Formula, b: Formula) -> Formula { .product(a, b) }
    package static func / (a: Formula, b: Formula) -> Formula { .quotient(a, b) }
}

extension Formula: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    package init(integerLiteral value: Int) { self = .number(Double(value)) }
    package init(floatLiteral value: Double) { self = .number(value) }
}

extension Formula: CustomStringConvertible {
    /// The form in documentation: `x > 0 ? x : alpha·expm1(x)`.
    package var description: String {
        text(
            Notation(times: "·", minus: " − ", keepsOrder: false, call: { "\($0.rawValue)(\($1))" }) { number, name in
                name ?? (number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)")
            })
    }

    /// What differs from one language to the other.
    package struct Notation {
        let times: String
        var minus = " - "
        /// Whether nested products need parentheses.
        var keepsOrder = true
        /// Writes a call of a function with the text of its arguments.
        let call: (Function, String) -> String
        /// Writes a number, given its name if it has one.
        let number: (Double, String?) -> String
    }

    /// The expression, which is nearly the same in C, Swift and documentation.
    package func text(_ notation: Notation) -> String { text(notation, inside: .choice) }

    private enum Precedence: Int { case choice, sum, product, operand }

    private func text(_ notation: Notation, inside precedence: Precedence) -> String {
        func infix(_ a: Formula, _ sign: String, _ b: Formula, _ own: Precedence, groupsRight: Bool) -> String {
            let right = groupsRight ? Precedence(rawValue: own.rawValue + 1) ?? own : own
            let text = a.text(notation, inside: own) + sign + b.text(notation, inside: right)
            return own.rawValue < precedence.rawValue ? "(\(text))" : text
        }
        switch self {
        case .x: return "x"
        case .number(let number, let name): return notation.number(number, name)
        case .sum(let a, let b): return infix(a, " + ", b, .sum, groupsRight: notation.keepsOrder)
        case .difference(let a, let b): return infix(a, notation.minus, b, .sum, groupsRight: true)
        case .product(let a, let b): return infix(a, notation.times, b, .product, groupsRight: notation.keepsOrder)
        case .quotient(let a, let b): return infix(a, " / ", b, .product, groupsRight: true)
        case .call(let function, let arguments):
            return notation.call(function, arguments.map { $0.text(notation) }.joined(separator: ", "))
        case .choice(let a, let b, let then, let otherwise):
            let condition = "\(a.text(notation, inside: .sum)) > \(b.text(notation, inside: .sum))"
            let text =
                "\(condition) ? \(then.text(notation, inside: .sum)) : \(otherwise.text(notation, inside: .sum))"
            return precedence == .choice ? text : "(\(text))"
        }
    }
}
