import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Models as source code: compiled by the machine's compilers, run, and compared with the models themselves.
@Suite struct SourceExportTests {
    /// Rows with all that a preprocessing can have in a program, and the same as the program takes them.
    ///
    /// Of the colours only three occur, so their codes are others than those of the data set's column.
    private static func table<Scalar: BLASScalar>(
        _ rows: Int, of _: Scalar.Type, whole: Bool
    ) throws -> (data: Dataset<Scalar>, raw: Matrix<Scalar>) {
        var generator = RandomGenerator(seed: whole ? 21 : 22)
        let colours = ["red", "never", "green", "blue"]
        let codes: [Scalar] = [0, -1, 1, 2]
        var inputs: [[Scalar]] = []
        var raw: [[Scalar]] = []
        for row in 0..<rows {
            var values = generator.normals(4).map { Scalar(1000 + 3 * $0) }
            if !whole, row % 5 == 1 { values[0] = .nan }
            if !whole, row % 7 == 2 { values[3] = .nan }
            let colour = !whole && row % 8 == 3 ? nil : [0, 2, 3][row % 3]
            let size = row % 4 == 3 ? Scalar.nan : Scalar(row % 2)
            inputs.append(values + [colour.map { Scalar($0) } ?? .nan, size])
            raw.append(values + [colour.map { codes[$0] } ?? .nan, size])
        }
        let columns =
            ["a", "b", "c", "d"].map { Column($0) } + [
                Column("colour", .categorical(categories: colours)),
                Column("size", .categorical(categories: ["S", "L"])),
            ]
        let targets = Matrix<Scalar>(inputs.map { [$0[1] - $0[2], 500 * $0[1]] })
        return (try Dataset(inputs: Matrix(inputs), targets: targets, columns: columns), Matrix(raw))
    }

    private static func pipelines<Scalar: BLASScalar>(of _: Scalar.Type) throws -> [ExportedCase] {
        let suffix = Scalar.self == Double.self ? "Double" : "Float"
        let layers: Pipeline<Scalar>.Layers = { features, outputs in
            [Linear(features, 6), Tanh(), Linear(6, outputs)]
        }
        let everything = Preprocessing(
            numeric: .standard, missing: .median(), categorical: .oneHot(unseen: .ownCategory, missing: .ownCategory),
            columns: [
                "b": .numeric(.robust(), missing: .mean()),
                "c": .numeric(.minMax(lower: -1, upper: 2), missing: .error),
                "d": .numeric(.robust(smoothClip: false), missing: .constant(7)),
                "size": .categorical(.codes(missing: .ignore)),
            ], standardizesTargets: true)
        var cases: [ExportedCase] = []
        let (data, raw) = try table(48, of: Scalar.self, whole: false)
        var pipeline = Pipeline<Scalar>(preprocessing: everything, seed: 5, layers: layers)
        try pipeline.train(on: data, loss: MeanSquaredError(), epochs: 2, progress: .silent)
        // What a pipeline refuses is NaN: a missing number where none may be, and below an unknown colour.
        var refused = raw
        for row in stride(from: 0, to: refused.rows, by: 2) { refused[row, 2] = .nan }
        var answers = try pipeline.predict(data)
        let predicted = answers
        for row in stride(from: 0, to: refused.rows, by: 2) {
            for column in 0..<answers.columns { answers[row, column] = .nan }
        }
        cases.append(
            try ExportedCase(
                "Everything\(suffix)", pipeline, stacked(raw, refused), expected: stacked(predicted, answers)))

        let (whole, wholeRaw) = try table(48, of: Scalar.self, whole: true)
        var whitened = Pipeline<Scalar>(
            preprocessing: Preprocessing(
                categorical: .oneHot(missing: .ignore),
                columns: ["a": .dropped, "size": .categorical(.codes(missing: .ownCategory))],
                whitening: .count(4)), seed: 6, layers: layers)
        try whitened.train(on: whole, loss: MeanSquaredError(), epochs: 2, progress: .silent)
        var unseen = wholeRaw
        let strange: [Scalar] = [-1, 3, 0.5, 1e9, -0.5]
        for row in 0..<unseen.rows { unseen[row, 4] = strange[row % strange.count] }
        let nothing = Matrix<Scalar>(rows: unseen.rows, columns: 2, repeating: .nan)
        cases.append(
            try ExportedCase(
                "Whitened\(suffix)", whitened, stacked(raw, unseen),
                expected: stacked(whitened.predict(data), nothing)))

        // Values at, between and around quantiles of which many are equal, in columns of which one is constant.
        let squares: [Scalar] = [0, 1, 4, 9, 16, 25, 36]
        let fitted = Matrix<Scalar>((0..<40).map { [squares[$0 % 7], 3, Scalar($0) * 1e-3, Scalar($0 % 11) / 3] })
        for (name, count) in [("Quantiles", 8), ("ManyQuantiles", 1000)] {
            var pipeline = Pipeline<Scalar>(
                preprocessing: Preprocessing(
                    numeric: .quantile(count: count), missing: .mean(indicators: false),
                    columns: ["d": .numeric(.quantile(count: count, output: .uniform), missing: .error)]), seed: 8,
                layers: layers)
            try pipeline.train(
                on: Dataset(
                    inputs: fitted, targets: fitted.columns([0]), columns: ["a", "b", "c", "d"].map { Column($0) }),
                loss: MeanSquaredError(), epochs: 1, progress: .silent)
            var values = fitted.elements
            values += [-1e30, -1, 1e30, 36, 3.0001, 35.9999, 17.3]
            values += values.flatMap { [$0.nextUp, $0.nextDown, $0 + 0.3] }
            var points = Matrix<Scalar>(values.map { [$0, $0, $0, $0] })
            for row in stride(from: 0, to: points.rows, by: 9) { points[row, 0] = .nan }
            cases.append(
                try ExportedCase("\(name)\(suffix)", pipeline, points, expected: pipeline.predict(points)))
        }

        // Two classes and one output; a colour must be there.
        let kinds = try Dataset(
            inputs: whole.inputs.columns([1, 4]), targets: (0..<whole.rows).map { $0 % 2 },
            columns: [whole.columns[1], whole.columns[4]], labelNames: ["no", "yes"])
        var binary = Pipeline<Scalar>(preprocessing: Preprocessing(categorical: .oneHot(missing: .error))) {
            features, _ in [Linear(features, 1), Sigmoid()]
        }
        binary.trained = .init(
            preprocessing: try binary.preprocessing.fitted(to: kinds),
            model: try MLP([Linear(4, 1), Sigmoid()], seed: 7), targetNames: kinds.targetNames,
            labelNames: kinds.labelNames)
        let kindsRaw = wholeRaw.columns([1, 4])
        var colourless = kindsRaw
        for row in 0..<colourless.rows { colourless[row, 1] = .nan }
        cases.append(
            try ExportedCase(
                "Binary\(suffix)", binary, stacked(kindsRaw, colourless),
                expected: stacked(
                    binary.predict(kinds), Matrix(rows: colourless.rows, columns: 1, repeating: .nan))))
        // The same, trained on its logit.
        let probabilities = try binary.predict(kinds)
        binary.trained?.model = try MLP([Linear(4, 1)], seed: 7)
        binary.trained?.outputFunction = .sigmoid
        cases.append(
            try ExportedCase("BinaryLogit\(suffix)", binary, kindsRaw, expected: probabilities))
        return cases
    }

    private static func stacked<Scalar>(_ above: Matrix<Scalar>, _ below: Matrix<Scalar>) -> Matrix<Scalar> {
        Matrix(rows: above.rows + below.rows, columns: above.columns, elements: above.elements + below.elements)
    }

    private static let cases = Result {
        try ExportedCase.all(of: Double.self) + ExportedCase.all(of: Float.self) + pipelines(of: Double.self)
            + pipelines(of: Float.self)
    }

    /// Runs a program over the rows of all cases.
    private static func compare(_ program: URL, _ cases: [ExportedCase], in folder: URL) throws {
        let rows = folder.appending(path: "rows")
        try Data(cases.flatMap(\.bytes)).write(to: rows)
        let data = try HostProgram.run(program.path(percentEncoded: false), [], in: folder, input: rows)
        var start = 0
        for one in cases {
            let difference = one.difference(one.results(data, at: &start))
            #expect(difference == nil, "\(difference ?? "")")
        }
        #expect(start == data.count)
    }

    @Test(
        .enabled(if: HostProgram.swift != nil && HostProgram.c != nil, "there is no swiftc or cc among the commands"))
    func swiftPredictsTheSame() throws {
        let swift = try #require(HostProgram.swift)
        let cases = try Self.cases.get()
        try withTemporaryFolder(onDisk: true) { folder in
            var calls = ""
            for one in cases {
                try one.writeSwift(folder.appending(path: "\(one.name).swift"))
                calls +=
                    "    run(\(one.rows), \(one.name).inputs, \(one.name).outputs) { \(one.name).predict($0, into: &$1) }\n"
            }
            try Self.swiftHarness(calls).write(
                to: folder.appending(path: "Main.swift"), atomically: true, encoding: .utf8)
            let compiler = try #require(HostProgram.c)
            try Self.allocationCounter.write(
                to: folder.appending(path: "allocations.c"), atomically: true, encoding: .utf8)
            try HostProgram.run(compiler, ["-c", "-O1", "allocations.c"], in: folder)
            try HostProgram.run(
                swift,
                [
                    "-O", "-wmo", "-parse-as-library", "-warnings-as-errors", "-module-name", "Models", "-o", "models",
                    "Main.swift", "allocations.o",
                ] + cases.map { "\($0.name).swift" },
                in: folder)
            try Self.compare(folder.appending(path: "models"), cases, in: folder)
        }
    }

    /// Embedded Swift, as for a microcontroller: the compiler itself refuses what would allocate.
    @Test(.enabled(if: HostProgram.hasEmbeddedSwift, "there is no swiftc, or none with Embedded Swift"))
    func swiftNeedsNothing() throws {
        let swift = try #require(HostProgram.swift)
        let cases = try Self.cases.get()
        try withTemporaryFolder { folder in
            for one in cases {
                let file = folder.appending(path: "\(one.name).swift")
                try one.writeSwift(file)
                let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
                #expect(!lines.contains { $0.contains("import ") })
                #expect(lines.allSatisfy { $0.count <= 140 })
            }
            try HostProgram.run(
                swift,
                [
                    "-target", HostProgram.microcontroller, "-c", "-wmo", "-Osize", "-parse-as-library",
                    "-enable-experimental-feature", "Embedded",
                    "-no-allocations", "-warnings-as-errors", "-module-name", "Models", "-o", "models.o",
                ] + cases.map { "\($0.name).swift" }, in: folder)
        }
    }

    @Test(.enabled(if: HostProgram.c != nil, "there is no cc among the commands"))
    func cPredictsTheSame() throws {
        let compiler = try #require(HostProgram.c)
        let cases = try Self.cases.get()
        try withTemporaryFolder(onDisk: true) { folder in
            var includes = ""
            var calls = ""
            for one in cases {
                try one.writeC(folder.appending(path: "\(one.name).h"))
                includes += "#include \"\(one.name).h\"\n"
                calls += "    RUN(\(one.name), \(one.isDouble ? "double" : "float"), \(one.rows))\n"
            }
            try Self.cHarness(includes, calls).write(
                to: folder.appending(path: "main.c"), atomically: true, encoding: .utf8)
            let warnings = ["-Wall", "-Wextra", "-pedantic", "-Werror"]
            // Without the library of mathematics.
            try HostProgram.run(
                compiler, ["-std=c99", "-O1"] + warnings + ["-o", "models", "main.c"], in: folder)
            try Self.compare(folder.appending(path: "models"), cases, in: folder)
            if let cxx = HostProgram.cxx {
                try HostProgram.run(
                    cxx, ["-x", "c++", "-std=c++11", "-fsyntax-only"] + warnings + ["main.c"], in: folder)
            }
            for one in cases {
                let text = try String(contentsOf: folder.appending(path: "\(one.name).h"), encoding: .utf8)
                #expect(!text.split(separator: "\n").contains { $0.hasPrefix("#include") })
            }
        }
    }

    // MARK: What is written

    /// The golden files were read, line by line, before they became golden.
    @Test func text() throws {
        var model = try MLP<Float>([Linear(2, 3), ReLU(), Linear(3, 2, bias: false)])
        model.parameters = [0.1, -0.25, 1, 3e-8, 1e10, 0.5, -1, 0, 2, 16_777_216, -7, 0.3333333, 1, -1, 0.75]
        let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
        try withTemporaryFolder { folder in
            let (swift, c) = (folder.appending(path: "Tiny.swift"), folder.appending(path: "tiny.h"))
            try model.writeSwiftSource(to: swift, named: "Tiny", labels: ["no", "yes"])
            try model.writeCSource(to: c, named: "tiny", labels: ["no", "yes"])
            #expect(try Data(contentsOf: swift) == Data(contentsOf: golden.appending(path: "Tiny.swift.txt")))
            #expect(try Data(contentsOf: c) == Data(contentsOf: golden.appending(path: "tiny.h.txt")))
        }
    }

    /// A comment that ends in a name, or a line that a name breaks, would be another program.
    @Test func namesOfColumnsStayInComments() throws {
        let names = ["a\nint main;", "b\\", "Größe", "\u{202E}", "??/"]
        let data = try Dataset(
            inputs: Matrix<Double>([[1, 2, 3, 4, 5], [2, 1, 4, 3, 6]]), targets: [0, 1],
            columns: names.map { Column($0) })
        var pipeline = Pipeline<Double> { features, outputs in [Linear(features, outputs), Softmax()] }
        try pipeline.train(on: data, loss: CrossEntropy(), epochs: 1, progress: .silent)
        try withTemporaryFolder { folder in
            let url = folder.appending(path: "model")
            for write in [pipeline.writeSwiftSource, pipeline.writeCSource] {
                try write(url, "Model")
                let text = try String(contentsOf: url, encoding: .utf8)
                for note in [#"0 "a\nint main;""#, #"1 "b\\""#, #"2 "Größe""#, #"3 "\u{202E}""#, #"4 "??/""#] {
                    #expect(text.contains("//   \(note)\n"), "\(note)")
                }
            }
        }
    }

    // MARK: What can't be written

    struct Doubling: Layer {
        func outputFeatures(forInputFeatures features: Int) -> Int { features }
        func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {}
        func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {}
    }

    @Test func whatCannotBeWrittenIsNamed() throws {
        let model = try MLP<Double>([Linear(2, 2), ReLU()])
        var infinite = model
        infinite.parameters[3] = .infinity
        let foreign = try MLP<Double>([Linear(2, 2), Doubling()])
        let untrained = Pipeline<Double> { features, outputs in [Linear(features, outputs)] }
        try withTemporaryFolder { folder in
            let url = folder.appending(path: "model")
            try Data("before".utf8).write(to: url)
            let attempts: [(String, (URL) throws -> Void)] = [
                ("layer 1 (Doubling): only layers of this package", { try foreign.writeSwiftSource(to: $0) }),
                ("layer 1 (Doubling): only layers of this package", { try foreign.writeCSource(to: $0) }),
                ("step 0 (Linear, 2 to 2) has inf among its parameters", { try infinite.writeSwiftSource(to: $0) }),
                ("step 0 (Linear, 2 to 2) has inf among its parameters", { try infinite.writeCSource(to: $0) }),
                ("the pipeline is not trained", { try untrained.writeCSource(to: $0) }),
                ("3 labels for 2 outputs", { try model.writeCSource(to: $0, labels: ["a", "b", "c"]) }),
                ("\"model\" can't be the name of an enum", { try model.writeSwiftSource(to: $0, named: "model") }),
                ("\"Span\" can't be the name of an enum", { try model.writeSwiftSource(to: $0, named: "Span") }),
                ("\"\" can't be the name of a program", { try model.writeCSource(to: $0, named: "") }),
                ("\"1a\" can't be the name of a program", { try model.writeCSource(to: $0, named: "1a") }),
                ("\"_a\" can't be the name of a program", { try model.writeCSource(to: $0, named: "_a") }),
                ("\"a b\" can't be the name of a program", { try model.writeCSource(to: $0, named: "a b") }),
                ("\"Ä\" can't be the name of a program", { try model.writeSwiftSource(to: $0, named: "Ä") }),
            ]
            for (message, attempt) in attempts {
                let error = #expect(throws: PerceptronError.self) { try attempt(url) }
                #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
                #expect(try Data(contentsOf: url) == Data("before".utf8))
            }
            let error = #expect(throws: PerceptronError.self) {
                try model.writeCSource(to: folder.appending(path: "nowhere/model.h"))
            }
            #expect(error?.description.contains("nowhere/model.h") == true)
        }
    }

    // MARK: The programs around the models

    /// A program that runs all models over the rows that come in, and stops if one allocates.
    private static func swiftHarness(_ calls: String) -> String {
        """
        #if canImport(Darwin)
            import Darwin
        #elseif canImport(Glibc)
            import Glibc
        #endif

        @_silgen_name("allocation_count") func allocationCount() -> Int

        func run<Scalar: BitwiseCopyable & ExpressibleByIntegerLiteral>(
            _ rows: Int, _ inputs: Int, _ outputs: Int, _ predict: (Span<Scalar>, inout MutableSpan<Scalar>) -> Void
        ) {
            var row = [Scalar](repeating: 0, count: inputs)
            var results = [Scalar](repeating: 0, count: outputs)
            for _ in 0..<rows {
                _ = row.withUnsafeMutableBytes { read(0, $0.baseAddress!, $0.count) }
                let before = allocationCount()
                do {
                    var output = results.mutableSpan
                    predict(row.span, &output)
                }
                precondition(allocationCount() == before, "an allocation")
                _ = results.withUnsafeBytes { write(1, $0.baseAddress!, $0.count) }
            }
        }

        @main struct Main {
            static func main() {
        \(calls)
                precondition(ClassifierDouble.label(3).description == "Grün\\n")
                precondition(ClassifierDouble.label(1).description == "a \\"b\\" \\\\(c)")
            }
        }
        """
    }

    /// Stands in for malloc and its kin, where the C library has other names for them.
    private static let allocationCounter = """
        #include <stdlib.h>
        static long count;
        long allocation_count(void) { return count; }
        #ifdef __GLIBC__
        extern void *__libc_malloc(size_t);
        extern void *__libc_calloc(size_t, size_t);
        extern void *__libc_realloc(void *, size_t);
        extern void *__libc_memalign(size_t, size_t);
        void *malloc(size_t size) { count++; return __libc_malloc(size); }
        void *calloc(size_t items, size_t size) { count++; return __libc_calloc(items, size); }
        void *realloc(void *block, size_t size) { count++; return __libc_realloc(block, size); }
        void *aligned_alloc(size_t alignment, size_t size) { count++; return __libc_memalign(alignment, size); }
        int posix_memalign(void **block, size_t alignment, size_t size) {
            count++;
            *block = __libc_memalign(alignment, size);
            return *block ? 0 : 12;
        }
        #endif
        """

    private static func cHarness(_ includes: String, _ calls: String) -> String {
        """
        #include <stdio.h>
        #include <string.h>
        \(includes)
        #define RUN(name, type, rows) \\
            for (int row = 0; row < rows; row++) { \\
                type input[name##_inputs], output[name##_outputs]; \\
                if (fread(input, sizeof input, 1, stdin) != 1) return 1; \\
                name##_predict(input, output); \\
                if (fwrite(output, sizeof output, 1, stdout) != 1) return 2; \\
            }

        int main(void) {
        \(calls)
            if (strcmp(ClassifierFloat_label(2), "?" "?/") || strcmp(ClassifierFloat_label(3), "Gr\\303\\274n\\n")) return 3;
            return strcmp(ClassifierDouble_label(4), "REAL*/");
        }
        """
    }
}
