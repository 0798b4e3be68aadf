#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A program in Swift: a single file without imports.
struct SwiftProgram {
    let program: SourceProgram

    private static let lineCharacters = 96
    /// The Swift types that the file uses, or whose names can't be declared.
    private static let takenNames: Set<String> = [
        "Any", "Bool", "Double", "Float", "InlineArray", "Int", "MutableSpan", "Protocol", "Scalar", "Self", "Span",
        "StaticString", "Swift", "Type", "UInt32", "UInt8", "UnsafePointer",
    ]

    /// - Throws: `PerceptronError.invalidArgument` if the program's name is not valid for an enum.
    init(_ program: SourceProgram) throws(PerceptronError) {
        guard let start = program.name.utf8.first, (65...90).contains(start),
            !SwiftProgram.takenNames.contains(program.name)
        else {
            throw .invalidArgument(
                "\"\(program.name)\" can't be the name of an enum: it must begin with a capital letter and not be "
                    + "a name that Swift uses"
            )
        }
        self.program = program
    }

    /// Writes the file atomically.
    func write(to url: URL) throws(PerceptronError) {
        let text = text
        try AtomicFile.write(to: url) { (file) throws(PerceptronError) in try file.write(text) }
    }

    var text: String {
        var parts = [
            head,
            """
            @available(macOS 26, iOS 26, tvOS 26, watchOS 26, visionOS 26, *)
            public enum \(program.name) {
                public typealias Scalar = \(program.precision.swiftType)

                /// How many numbers a row of inputs has.
                public static var inputs: Int { \(program.inputs) }

                /// How many numbers come out.
                public static var outputs: Int { \(program.outputs) }
            """,
        ]
        if !program.labels.isEmpty { parts.append(indented(labels)) }
        parts.append(indented(predict))
        parts += program.functions.map { indented($0.swift(program.precision)) }
        for (index, step) in program.steps.enumerated() where !step.numbers.isEmpty {
            parts.append(indented(numbers(step.numbers, of: index)))
        }
        return parts.joined(separator: "\n\n") + "\n}\n"
    }

    private var head: String {
        let name = program.name
        let lines = program.summary.map { "// \($0)" }.joined(separator: "\n")
        return """
            // A model as source code, written by swift-perceptron. It needs Swift 6.2 and nothing else: no package, no
            // Foundation, no mathematics of a C library, and no memory but \(program.stackBytes) bytes of the stack.
            //
            //     var results = InlineArray<\(program.outputs), \(program.precision.swiftType)>(repeating: 0)
            //     var output = results.mutableSpan
            //     \(name).predict(row.span, into: &output)
            //
            \(lines)
            """
    }

    private var labels: String {
        let cases = program.labels.enumerated().map { "    case \($0): \(SourceProgram.quoted($1))" }
        return """
            /// What a class is called.
            public static func label(_ index: Int) -> StaticString {
                switch index {
            \(cases.joined(separator: "\n"))
                default: preconditionFailure("no such class")
                }
            }
            """
    }

    private var predict: String {
        let scratch = program.scratch.enumerated().map {
            "    var scratch\($0) = InlineArray<\($1), Scalar>(repeating: 0)\n"
        }
        let steps = program.steps.indices.map { step($0) }.joined(separator: "\n")
        return """
            /// Writes the outputs for a row of inputs.
            ///
            /// It traps unless there are as many numbers as `inputs` and `outputs` say.
            public static func predict(_ input: Span<Scalar>, into output: inout MutableSpan<Scalar>) {
                precondition(input.count == inputs && output.count == outputs, "as many numbers as the model has")
            \(scratch.joined())\(steps)
            }
            """
    }

    private func step(_ index: Int) -> String {
        let step = program.steps[index]
        let (from, to) = program.places[index]
        var lines: [String] = []
        var source = "input"
        let readsApart = !step.isInPlace || step.readsTwo
        if case .room(let room) = from, readsApart {
            lines.append("let source = scratch\(room).span")
            source = "source"
        }
        var target = "output"
        if case .room(let room) = to {
            lines.append("var target = scratch\(room).mutableSpan")
            target = "target"
        }
        if !readsApart { source = target }
        switch step.work {
        case .call(let function, _, _, _):
            let arguments = step.arguments(
                from: source, to: "&\(target)", numbers: "numbers\(index)")
            lines.append("\(function.rawValue)(\(arguments))")
        case .columns(let columns):
            for (place, column) in columns.enumerated() {
                let value = column.text { "\(source)[unchecked: \($0)]" }
                lines.append("\(target)[unchecked: \(place)] = \(value)")
            }
        case .elements(let formula):
            lines += [
                "for index in 0..<\(step.outputs) {",
                "    let x = \(target)[unchecked: index]",
                "    \(target)[unchecked: index] = \(formula.source(program.precision))",
                "}",
            ]
        }
        return """
                // \(step.description)
                do {
            \(lines.map { "        \($0)" }.joined(separator: "\n"))
                }
            """
    }

    private func numbers(_ numbers: [Double], of index: Int) -> String {
        let text = SourceNumbers.text(numbers, program.precision)
        let lines = stride(from: 0, to: text.count, by: SwiftProgram.lineCharacters).map { start in
            let end = min(start + SwiftProgram.lineCharacters, text.count)
            return String(decoding: text[start..<end], as: UTF8.self)
        }
        // The line breaks are not part of the text.
        return """
            private static var numbers\(index): StaticString {
                #\"""
                \(lines.joined(separator: "\\#\n    "))
                \"""#
            }
            """
    }

    private func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    \($0)" }
            .joined(separator: "\n")
    }
}
