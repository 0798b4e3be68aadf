#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

// Operators that do arithmetic on constants.

extension ONNXFolding {
    static let arithmetic: [String: Operator] = [
        "Abs": unary { abs($0) },
        "Add": binary(+) { $0.addingReportingOverflow($1) },
        "And": comparison { $0 != 0 && $1 != 0 },
        "Ceil": unary { $0.rounded(.up) },
        "Div": binary(/) { $0.dividedReportingOverflow(by: $1) },
        "Equal": comparison { $0 == $1 },
        "Erf": unary { erf($0) },
        "Exp": unary { exp($0) },
        "Floor": unary { $0.rounded(.down) },
        "Greater": comparison { $0 > $1 },
        "GreaterOrEqual": comparison { $0 >= $1 },
        "Less": comparison { $0 < $1 },
        "LessOrEqual": comparison { $0 <= $1 },
        "Log": unary { log($0) },
        "MatMul": { (folding, call) throws(Failure) in try product(&folding, call) },
        "Max": binary(max) { (max($0, $1), false) },
        "Min": binary(min) { (min($0, $1), false) },
        "Mul": binary(*) { $0.multipliedReportingOverflow(by: $1) },
        "Neg": unary { -$0 },
        "Not": { (_, call) throws(Failure) in
            guard case .integers(let truths) = try call.constant(0).elements else {
                throw Failure(reason: "takes something other than true or false")
            }
            return ONNXTensor("", shape: try call.constant(0).shape, .integers(truths.map { $0 == 0 ? 1 : 0 }))
        },
        "Or": comparison { $0 != 0 || $1 != 0 },
        "Pow": binary(pow) { base, exponent in
            let power = pow(Double(base), Double(exponent))
            return (Int(exactly: power) ?? 0, abs(power) > 0x1p53 || power.rounded() != power)
        },
        "Reciprocal": unary { 1 / $0 },
        "Relu": unary { max($0, 0) },
        "Sigmoid": unary { 1 / (1 + exp(-$0)) },
        "Softplus": unary { max($0, 0) + log1p(exp(-abs($0))) },
        "Sqrt": unary { $0.squareRoot() },
        "Sub": binary(-) { $0.subtractingReportingOverflow($1) },
        "Tanh": unary { tanh($0) },
    ]

    /// Reductions along axes: the initial value, the step, and the final operation.
    static let reductions: [String: Operator] = [
        "ReduceL1": reduction(0, { $0 + abs($1) }),
        "ReduceL2": reduction(0, { $0 + $1 * $1 }) { sum, _ in sum.squareRoot() },
        "ReduceMax": reduction(-.infinity, max),
        "ReduceMean": reduction(0, +) { sum, count in sum / Double(count) },
        "ReduceMin": reduction(.infinity, min),
        "ReduceProd": reduction(1, *),
        "ReduceSum": reduction(0, +),
        "ReduceSumSquare": reduction(0, { $0 + $1 * $1 }),
    ]

    // MARK: Elementwise operators

    private static func unary(_ function: @escaping @Sendable (Double) -> Double) -> Operator {
        { (_, call) throws(Failure) in
            let tensor = try call.constant(0)
            return try floats(try numbers(tensor).map(function), as: [tensor], shape: tensor.shape)
        }
    }

    /// - Parameter integers: the same function for integers; `overflow` is true if the result isn't a 64-bit integer.
    private static func binary(
        _ function: @escaping @Sendable (Double, Double) -> Double,
        integers: @escaping @Sendable (Int, Int) -> (Int, overflow: Bool)
    ) -> Operator {
        { (folding, call) throws(Failure) in
            var result = try call.constant(0)
            for index in 1..<max(call.count, 1) {
                let pair = try folding.pair(result, call.constant(index))
                if case (.integers(let first), .integers(let second)) = (pair.0.elements, pair.1.elements) {
                    var numbers: [Int] = []
                    for (a, b) in zip(first, second) {
                        let (number, overflow) = integers(a, b)
                        guard !overflow else { throw Failure(reason: "makes no whole number from \(a) and \(b)") }
                        numbers.append(number)
                    }
                    result = ONNXTensor("", shape: pair.0.shape, .integers(numbers))
                } else {
                    let numbers = zip(try ONNXFolding.numbers(pair.0), try ONNXFolding.numbers(pair.1)).map(function)
                    result = try floats(numbers, as: [pair.0, pair.1], shape: pair.0.shape)
                }
            }
            return result
        }
    }

    /// Integers are compared as Double, which is exact up to 53 bits.
    private static func comparison(_ function: @escaping @Sendable (Double, Double) -> Bool) -> Operator {
        { (folding, call) throws(Failure) in
            let (first, second) = try folding.pair(call.constant(0), call.constant(1))
            guard let a = first.numbers, let b = second.numbers else {
                throw Failure(reason: "compares something other than numbers")
            }
            return ONNXTensor("", shape: first.shape, .integers(zip(a, b).map { function($0, $1) ? 1 : 0 }))
        }
    }

    /// Two tensors, broadcast to their common shape.
    private mutating func pair(
        _ first: ONNXTensor, _ second: ONNXTensor
    ) throws(Failure) -> (ONNXTensor, ONNXTensor) {
        guard let shape = ONNXStrides.commonShape(first.shape, second.shape) else {
            throw Failure(reason: "joins the shapes \(first.shape) and \(second.shape)")
        }
        return (try broadcast(first, to: shape), try broadcast(second, to: shape))
    }

    private static func numbers(_ tensor: ONNXTensor) throws(Failure) -> [Double] {
        guard let numbers = tensor.scalars(of: Double.self) else {
            throw Failure(reason: "\"\(tensor.name)\" has no floats")
        }
        return numbers
    }

    /// The numbers as a tensor, rounded to Float unless one of the origins has Doubles.
    private static func floats(
        _ numbers: [Double], as origins: [ONNXTensor], shape: [Int]
    ) throws(Failure) -> ONNXTensor {
        let isDouble = origins.contains { if case .doubles = $0.elements { true } else { false } }
        return ONNXTensor("", shape: shape, isDouble ? .doubles(numbers) : .floats(numbers.map { Float($0) }))
    }

    // MARK: Reductions and products

    private static func reduction(
        _ start: Double, _ next: @escaping @Sendable (Double, Double) -> Double,
        last: @escaping @Sendable (Double, Int) -> Double = { total, _ in total }
    ) -> Operator {
        { (folding, call) throws(Failure) in
            let tensor = try call.constant(0)
            let named = try axes(call.integers(1, "axes"), of: tensor.shape.count)
            if named.isEmpty, try call.integer("noop_with_empty_axes", default: 0) != 0 { return tensor }
            let gone = named.isEmpty ? Array(tensor.shape.indices) : named
            var shape = tensor.shape
            for axis in gone { shape[axis] = 1 }
            try folding.spend(shape: shape)
            guard let count = ONNXTensor.count(shape), let places = ONNXStrides(shape).broadcast(to: tensor.shape)
            else {
                throw Failure(reason: "sums up the shape \(tensor.shape)")
            }
            let numbers = try numbers(tensor)
            var totals = [Double](repeating: start, count: count)
            var element = 0
            places.forEach { place in
                totals[place] = next(totals[place], numbers[element])
                element += 1
            }
            let summands = count == 0 ? 0 : numbers.count / count
            if try call.integer("keepdims", default: 1) == 0 {
                shape = shape.indices.filter { !gone.contains($0) }.map { shape[$0] }
            }
            return try floats(totals.map { last($0, summands) }, as: [tensor], shape: shape)
        }
    }

    /// The product of two matrices.
    private static func product(_ folding: inout ONNXFolding, _ call: ONNXNodeCall) throws(Failure) -> ONNXTensor {
        let (first, second) = (try call.constant(0), try call.constant(1))
        guard first.shape.count == 2, second.shape.count == 2, first.shape[1] == second.shape[0] else {
            throw Failure(
                reason: "multiplies the shapes \(first.shape) and \(second.shape); only two matrices are supported")
        }
        let (rows, inner, columns) = (first.shape[0], first.shape[1], second.shape[1])
        try folding.spend(shape: [rows, columns])
        // Computing one element of the product takes as much work as `(inner + 15) / 16` other numbers.
        try folding.spend(shape: [rows, columns, (inner + 15) / 16])
        let (a, b) = (try numbers(first), try numbers(second))
        var result = [Double](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            for place in 0..<inner {
                let factor = a[row * inner + place]
                for column in 0..<columns { result[row * columns + column] += factor * b[place * columns + column] }
            }
        }
        return try floats(result, as: [first, second], shape: [rows, columns])
    }
}
