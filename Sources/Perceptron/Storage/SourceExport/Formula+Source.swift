extension Formula {
    /// The expression in Swift, or in C if there is a prefix.
    /// - Parameters:
    ///   - prefix: the prefix of function names.
    ///   - suffix: the suffix of literals.
    func source(prefix: String = "", suffix: String = "", _ precision: SourcePrecision) -> String {
        text(
            Notation(times: " * ", call: { "\(prefix)\($0.source.rawValue)(\($1))" }) { number, _ in
                precision.literal(number) + suffix
            })
    }

    /// The functions that it calls.
    var sourceFunctions: Set<SourceFunction> {
        switch self {
        case .x, .number: []
        case .sum(let a, let b), .difference(let a, let b), .product(let a, let b), .quotient(let a, let b):
            a.sourceFunctions.union(b.sourceFunctions)
        case .choice(let a, let b, let then, let otherwise):
            [a, b, then, otherwise].reduce(into: []) { $0.formUnion($1.sourceFunctions) }
        case .call(let function, let arguments):
            arguments.reduce(into: [function.source]) { $0.formUnion($1.sourceFunctions) }
        }
    }
}

extension Formula.Function {
    /// The corresponding function of an exported program.
    fileprivate var source: SourceFunction {
        switch self {
        case .maximum: .maximum
        case .minimum: .minimum
        case .absolute: .absolute
        case .exponential: .exponential
        case .exponentialMinusOne: .exponentialMinusOne
        case .sigmoid: .sigmoid
        case .tanh: .tanh
        case .softplus: .softplus
        case .normalDistribution: .normalDistribution
        case .sine: .sine
        }
    }
}
