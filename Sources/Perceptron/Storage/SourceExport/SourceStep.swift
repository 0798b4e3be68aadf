/// One of the steps from the inputs of an exported program to its outputs.
struct SourceStep: Sendable {
    enum Work: Sendable {
        /// A function that processes the whole row.
        case call(SourceFunction, numbers: [Double] = [], counts: [Int] = [], parameters: [Double] = [])
        /// An expression for each number of the result.
        case columns([SourceColumn])
        /// One expression for all numbers of a row.
        case elements(Formula)
    }

    let work: Work
    /// The number of values that it reads and writes.
    let inputs: Int
    let outputs: Int
    /// Whether it overwrites its input.
    let isInPlace: Bool
    /// A description for a comment.
    let description: String

    /// A step that needs memory for its result.
    init(_ work: Work, from inputs: Int, to outputs: Int, _ description: String) {
        self.work = work
        self.inputs = inputs
        self.outputs = outputs
        isInPlace = false
        self.description = description
    }

    /// A step that overwrites its input.
    init(inPlace work: Work, _ count: Int, _ description: String) {
        self.work = work
        inputs = count
        outputs = count
        isInPlace = true
        self.description = description
    }

    /// Whether it also reads a second row.
    var readsTwo: Bool { if case .call(.add, _, _, _) = work { true } else { false } }

    /// The functions that it calls.
    var functions: Set<SourceFunction> {
        switch work {
        case .call(let function, _, _, _): [function]
        case .columns(let columns): columns.reduce(into: []) { $0.formUnion($1.functions) }
        case .elements(let formula): formula.sourceFunctions
        }
    }

    /// Whether it is one expression for all numbers.
    var isOfElements: Bool { if case .elements = work { true } else { false } }

    var numbers: [Double] {
        if case .call(_, let numbers, _, _) = work { numbers } else { [] }
    }

    /// The arguments of a function call, in the same order in Swift and C.
    /// - Parameters:
    ///   - numbers: the name of the step's numbers.
    ///   - cast: the text before a parameter that must be converted to a scalar.
    func arguments(from source: String, to target: String, numbers name: String, cast: String = "") -> String {
        guard case .call(_, _, let counts, let parameters) = work else { return "" }
        let place = isInPlace && !readsTwo ? [] : [source, "\(inputs)"]
        let arguments = place + [target, "\(outputs)"] + (numbers.isEmpty ? [] : [name])
        return (arguments + counts.map { "\($0)" } + parameters.map { "\(cast)\($0)" }).joined(separator: ", ")
    }
}
