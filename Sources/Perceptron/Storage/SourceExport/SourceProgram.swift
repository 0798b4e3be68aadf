/// A model as a program that computes one row, in no particular language.
struct SourceProgram: Sendable {
    /// Where the numbers of a row are between two steps.
    enum Place: Equatable, Sendable {
        case input, output, scratch(Int)
    }

    let name: String
    let precision: SourcePrecision
    let steps: [SourceStep]
    /// What the outputs are called: none, or one for each class.
    let labels: [String]
    /// What the inputs are, for a comment; empty if there is nothing to say.
    let inputNotes: [String]
    /// Where each step reads and writes.
    let places: [(from: Place, to: Place)]
    /// How much room the two scratch memories need.
    let scratch: [Int]

    var inputs: Int { steps[0].inputs }
    var outputs: Int { steps[steps.count - 1].outputs }

    /// All functions that the steps need, each behind those that it calls.
    var functions: [SourceFunction] { SourceFunction.closure(of: Set(steps.flatMap(\.functions))) }

    init(
        name: String, precision: SourcePrecision, steps: [SourceStep], labels: [String], inputNotes: [String] = []
    ) throws(PerceptronError) {
        guard let start = name.utf8.first, SourceProgram.isLetter(start),
            name.utf8.allSatisfy({ SourceProgram.isLetter($0) || (48...57).contains($0) || $0 == 95 })
        else {
            throw .invalidArgument(
                "\(name.debugDescription) is no name for a program: letters from A to Z, digits and _ are possible, and "
                    + "a letter first")
        }
        for (index, step) in steps.enumerated() {
            if let number = step.numbers.first(where: { !$0.isFinite }) {
                throw .invalidValue("step \(index) (\(step.description)) has \(number) among its parameters")
            }
        }
        self.name = name
        self.precision = precision
        self.labels = labels
        self.inputNotes = inputNotes
        // The input is the caller's, and not to be overwritten.
        let width = steps[0].inputs
        let steps =
            steps[0].isInPlace
            ? [SourceStep(.call(.copy), from: width, to: width, "The inputs, to be changed")] + steps : steps
        self.steps = steps
        // The last steps can all work in place where the one before them writes: in the output.
        let lastApart = steps.lastIndex { !$0.isInPlace } ?? 0
        var places: [(from: Place, to: Place)] = []
        var scratch = [0, 0]
        var place = Place.input
        for (index, step) in steps.enumerated() {
            let source = place
            if !step.isInPlace {
                place = index == lastApart ? .output : source == .scratch(0) ? .scratch(1) : .scratch(0)
            }
            if case .scratch(let half) = place { scratch[half] = max(scratch[half], step.outputs) }
            places.append((source, place))
        }
        self.places = places
        self.scratch = scratch.filter { $0 > 0 }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

    /// Lines that say what the program is, for a comment at its head.
    var summary: [String] {
        let layers = steps.map(\.description).joined(separator: "; ")
        let classes = labels.enumerated().map { "\($0) \(Self.quoted($1))" }.joined(separator: ", ")
        return [
            "\(inputs) inputs, \(outputs) outputs, \(precision.isDouble ? "double" : "single") precision.",
            layers + ".",
        ]
            + (inputNotes.isEmpty ? [] : ["The inputs:"] + inputNotes.map { "  \($0)" })
            + (labels.isEmpty ? [] : ["The classes: \(classes)."])
    }

    /// How many bytes of the stack the scratch memories take.
    var stackBytes: Int { scratch.reduce(0, +) * (precision.isDouble ? 8 : 4) }

    /// A name in a comment or a literal of Swift: one that ends neither.
    static func quoted(_ name: String) -> String {
        let scalars = name.unicodeScalars.map { scalar in
            scalar.isASCII || !scalar.properties.isAlphabetic ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return "\"\(scalars.joined())\""
    }
}
