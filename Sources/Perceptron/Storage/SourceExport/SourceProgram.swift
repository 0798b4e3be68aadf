/// A model as a program that processes one row, in no particular language.
struct SourceProgram: Sendable {
    let name: String
    let precision: SourcePrecision
    let steps: [SourceStep]
    /// The names of the outputs: none, or one for each class.
    let labels: [String]
    /// Descriptions of the inputs, for a comment; empty if there are none.
    let inputNotes: [String]
    /// Where each step reads, and where it writes.
    let places: [(from: ValuePlaces.Place, to: ValuePlaces.Place)]
    /// The size of each scratch buffer.
    let scratch: [Int]
    let inputs: Int
    let outputs: Int

    /// All functions that the steps need, each after those that it calls.
    var functions: [SourceFunction] { SourceFunction.closure(of: Set(steps.flatMap(\.functions))) }

    init(
        name: String, precision: SourcePrecision, flow: SourceFlow, labels: [String], inputNotes: [String] = []
    ) throws(PerceptronError) {
        guard let start = name.utf8.first, SourceProgram.isLetter(start),
            name.utf8.allSatisfy({ SourceProgram.isLetter($0) || (48...57).contains($0) || $0 == 95 })
        else {
            throw .invalidArgument(
                "\(name.debugDescription) can't be the name of a program: it must consist of letters A to Z, digits "
                    + "and _, and begin with a letter")
        }
        for (index, step) in flow.stages.map(\.step).enumerated() {
            if let number = step.numbers.first(where: { !$0.isFinite }) {
                throw .invalidValue("step \(index) (\(step.description)) has \(number) among its parameters")
            }
        }
        self.name = name
        self.precision = precision
        self.labels = labels
        self.inputNotes = inputNotes
        let flow = flow.protected
        inputs = flow.widths[0]
        outputs = flow.widths[flow.result]
        steps = flow.stages.map(\.step)
        let assigned = flow.places
        scratch = assigned.rooms
        places = flow.stages.map { (assigned.places[$0.reads.last!]!, assigned.places[$0.writes]!) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

    /// Lines that describe the program, for the comment at its head.
    var summary: [String] {
        let classes = labels.enumerated().map { "\($0) \(Self.quoted($1))" }.joined(separator: ", ")
        return [
            "\(inputs) inputs, \(outputs) outputs, \(precision.isDouble ? "double" : "single") precision."
        ]
            + stepLines
            + (inputNotes.isEmpty ? [] : ["The inputs:"] + inputNotes.map { "  \($0)" })
            + (labels.isEmpty ? [] : ["The classes: \(classes)."])
    }

    /// Descriptions of the steps, wrapped to the length of comment lines.
    private var stepLines: [String] {
        var lines: [String] = []
        for (index, step) in steps.enumerated() {
            let text = step.description + (index == steps.count - 1 ? "." : ";")
            if let line = lines.last, line.count + text.count < 110 {
                lines[lines.count - 1] = "\(line) \(text)"
            } else {
                lines.append(text)
            }
        }
        return lines
    }

    /// The number of bytes that the scratch buffers take on the stack.
    var stackBytes: Int { scratch.reduce(0, +) * (precision.isDouble ? 8 : 4) }

    /// A name quoted so that it doesn't end a comment or a Swift literal.
    static func quoted(_ name: String) -> String {
        let scalars = name.unicodeScalars.map { scalar in
            scalar.isASCII || !scalar.properties.isAlphabetic ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return "\"\(scalars.joined())\""
    }
}
