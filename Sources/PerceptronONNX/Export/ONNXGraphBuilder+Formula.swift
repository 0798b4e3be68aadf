import Perceptron

extension ONNXGraphBuilder {
    /// Appends the nodes of a formula of `input`, using operators that runtimes have for Float and Double.
    /// - Returns: the name of its value.
    mutating func value(of formula: Formula, _ input: String) -> String {
        switch formula {
        case .x: return input
        case .number(let number, _): return constant(number)
        case .sum(let a, let b): return node("Add", of: a, b, input)
        case .difference(let a, let b): return node("Sub", of: a, b, input)
        case .product(let a, let b): return node("Mul", of: a, b, input)
        case .quotient(let a, let b): return node("Div", of: a, b, input)
        case .choice(let a, let b, let then, let otherwise):
            let condition = node("Greater", of: a, b, input)
            return node("Where", [condition, value(of: then, input), value(of: otherwise, input)])
        case .call(let function, let arguments): return value(of: function, arguments, input)
        }
    }

    private mutating func value(of function: Formula.Function, _ arguments: [Formula], _ input: String) -> String {
        switch (function, arguments[0]) {
        case (.maximum, _):
            if case .number(0, _) = arguments[1] { return node("Relu", [value(of: arguments[0], input)]) }
        // One node does both.
        case (.minimum, .call(.maximum, let inner)):
            return node("Clip", [inner[0], inner[1], arguments[1]].map { value(of: $0, input) })
        // (1 + tanh(u)) / 2, the form that exporters write and runtimes recognise.
        case (.sigmoid, .product(.number(2, _), let half)):
            let curve = node("Tanh", [value(of: half, input)])
            return node("Mul", [node("Add", [curve, constant(1.0)]), constant(0.5)])
        default: break
        }
        let values = arguments.map { value(of: $0, input) }
        switch function {
        case .maximum: return node("Max", values)
        case .minimum: return node("Min", values)
        case .absolute: return node("Abs", values)
        case .exponential: return node("Exp", values)
        case .exponentialMinusOne: return node("Sub", [node("Exp", values), constant(1.0)])
        case .sigmoid: return node("Sigmoid", values)
        case .tanh: return node("Tanh", values)
        case .softplus: return softplus(values[0])
        case .normalDistribution:
            let curve = erf(node("Mul", [values[0], constant(0.5.squareRoot())]))
            return node("Mul", [node("Add", [curve, constant(1.0)]), constant(0.5)])
        case .sine: return node("Sin", values)
        }
    }

    private mutating func node(_ type: String, of a: Formula, _ b: Formula, _ input: String) -> String {
        node(type, [value(of: a, input), value(of: b, input)])
    }

    /// ln(1 + eˣ); ONNX Runtime has no Softplus of Double: max(x, 0) + ln(1 + e^−|x|).
    private mutating func softplus(_ input: String) -> String {
        guard isDouble else { return node("Softplus", [input]) }
        let power = node("Exp", [node("Neg", [node("Abs", [input])])])
        let logarithm = node("Log", [node("Add", [power, constant(1.0)])])
        return node("Add", [node("Max", [input, constant(0.0)]), logarithm])
    }
}
