/// How one number of a row is computed: a number of the previous row, and functions of it.
indirect enum SourceColumn: Sendable {
    case input(Int)
    case call(SourceFunction, SourceColumn, [Double])

    var functions: Set<SourceFunction> {
        switch self {
        case .input: []
        case .call(let function, let argument, let parameters):
            argument.functions.union([function]).union(parameters.contains(where: \.isNaN) ? [.notANumber] : [])
        }
    }

    /// The expression, which is the same in Swift and C.
    /// - Parameters:
    ///   - prefix: the prefix of function names.
    ///   - input: returns the text for a number of the previous row.
    func text(prefix: String = "", input: (Int) -> String) -> String {
        switch self {
        case .input(let index): return input(index)
        case .call(let function, let argument, let parameters):
            let numbers = parameters.map { $0.isNaN ? "\(prefix)\(SourceFunction.notANumber.rawValue)()" : "\($0)" }
            let arguments = [argument.text(prefix: prefix, input: input)] + numbers
            return "\(prefix)\(function.rawValue)(\(arguments.joined(separator: ", ")))"
        }
    }
}
