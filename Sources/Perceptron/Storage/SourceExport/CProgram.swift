#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A program in C99 that is also valid C++: a single header that includes nothing.
struct CProgram {
    let program: SourceProgram

    private static let lineCharacters = 112

    init(_ program: SourceProgram) { self.program = program }

    private var prefix: String { program.name + "_" }
    private var real: String { program.precision.cType }
    /// The suffix of literals of the scalar type.
    private var suffix: String { program.precision.isDouble ? "" : "f" }

    /// Writes the file atomically.
    func write(to url: URL) throws(PerceptronError) {
        let text = text
        try AtomicFile.write(to: url) { (file) throws(PerceptronError) in try file.write(text) }
    }

    var text: String {
        let guardName = "\(prefix)PREDICT_H"
        let functions = program.functions.map { function in
            function.c(program.precision).replacing("REAL", with: real).replacing("PREFIX_", with: prefix)
        }
        var parts = [
            head,
            """
            #ifndef \(guardName)
            #define \(guardName)
            """,
            """
            // How many numbers a row of inputs has, and how many come out.
            enum { \(prefix)inputs = \(program.inputs), \(prefix)outputs = \(program.outputs) };
            """,
        ]
        if !program.labels.isEmpty { parts.append(labels) }
        for (index, step) in program.steps.enumerated() where !step.numbers.isEmpty {
            parts.append(numbers(step.numbers, of: index))
        }
        parts += functions.filter { !$0.isEmpty }
        parts.append(predict)
        parts.append("#endif")
        return parts.joined(separator: "\n\n") + "\n"
    }

    private var head: String {
        let lines = program.summary.map { "// \($0)" }.joined(separator: "\n")
        return """
            // A model as source code, written by swift-perceptron. It needs C99 or C++ and nothing else: no library, no
            // mathematics, and no memory but \(program.stackBytes) bytes of the stack.
            //
            //     \(real) output[\(prefix)outputs];
            //     \(prefix)predict(row, output);
            //
            \(lines)
            """
    }

    private var labels: String {
        let literals = program.labels.map { "        \(literal($0))," }
        return """
            // What a class is called; a null pointer if there is none of that index.
            static inline const char *\(prefix)label(int index) {
                static const char *const labels[\(program.labels.count)] = {
            \(literals.joined(separator: "\n"))
                };
                return index >= 0 && index < \(program.labels.count) ? labels[index] : 0;
            }
            """
    }

    private var predict: String {
        var scratch = program.scratch.enumerated().map { "    \(real) scratch\($0)[\($1)];\n" }
        if program.steps.contains(where: \.isOfElements) { scratch.append("    int index;\n") }
        let steps = program.steps.indices.map { step($0) }.joined(separator: "\n")
        return """
            // Writes the outputs for a row of inputs.
            static inline void \(prefix)predict(const \(real) *input, \(real) *output) {
            \(scratch.joined())\(steps)
            }
            """
    }

    private func step(_ index: Int) -> String {
        let step = program.steps[index]
        let (from, to) = (name(program.places[index].from), name(program.places[index].to))
        let source = step.isInPlace && !step.readsTwo ? to : from
        var lines = ["// \(step.description)"]
        switch step.work {
        case .call(let function, _, _, _):
            let arguments = step.arguments(
                from: source, to: to, numbers: "\(prefix)numbers\(index)", cast: "(\(real))")
            lines.append("\(prefix)\(function.rawValue)(\(arguments));")
        case .columns(let columns):
            for (place, column) in columns.enumerated() {
                lines.append("\(to)[\(place)] = \(column.text(prefix: prefix) { "\(source)[\($0)]" });")
            }
        case .elements(let formula):
            lines += [
                "for (index = 0; index < \(step.outputs); index++) {",
                "    const \(real) x = \(to)[index];",
                "    \(to)[index] = \(formula.source(prefix: prefix, suffix: suffix, program.precision));",
                "}",
            ]
        }
        return lines.map { "    \($0)" }.joined(separator: "\n")
    }

    private func name(_ place: ValuePlaces.Place) -> String {
        switch place {
        case .inputs: "input"
        case .outputs: "output"
        case .room(let room): "scratch\(room)"
        }
    }

    /// The shortest decimals that read back as the same numbers.
    private func numbers(_ numbers: [Double], of index: Int) -> String {
        var lines: [String] = []
        var line = "   "
        for number in numbers {
            let literal = " \(program.precision.literal(number))\(suffix),"
            if line.utf8.count + literal.utf8.count > CProgram.lineCharacters {
                lines.append(line)
                line = "   "
            }
            line += literal
        }
        lines.append(line)
        return """
            static const \(real) \(prefix)numbers\(index)[\(numbers.count)] = {
            \(lines.joined(separator: "\n"))
            };
            """
    }

    /// A string literal in UTF-8. Every byte that is not a letter, digit or space is written in octal, so none ends the
    /// literal or starts a trigraph.
    private func literal(_ text: String) -> String {
        let bytes = text.utf8.map { byte -> String in
            switch byte {
            case 48...57, 65...90, 97...122, 32: return String(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 8)
                return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
        }
        return "\"\(bytes.joined())\""
    }
}
