/// How one number of a row is computed: a number of the row before, and functions of it.
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
}
