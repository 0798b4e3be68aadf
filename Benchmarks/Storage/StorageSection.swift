import Foundation
import Perceptron

/// How long it takes to save a large model, and to have it back, beside the same in peers/storage.py.
struct StorageSection: Section {
    let name = "storage"
    let summary = "a model of a gigabyte saved, loaded and mapped; peers/storage.py loads the same file"
    let isDefault = false
    let printsJSON = false

    /// Rows that are predicted at once.
    private let bulk = 256

    private let table = Table(columns: [
        .init(title: "file", width: 4, isName: true),
        .init(title: "size", width: 7),
        .init(title: "", width: 38, isName: true),
        .init(title: "time", width: 8),
        .init(title: "GB/s", width: 5),
    ])

    private let legend = """
        A model of square layers in a safetensors file, in the system's cache; what is saved is on the disk in the end.
        Predictor(contentsOf:) maps the file. Its predictions, of weights that are out x in, stand beside those of
        Predictor(model), where they are in x out.
        """

    func cases(_ options: Options) -> [String] {
        (options.scalars.includesDouble ? ["f64"] : []) + (options.scalars.includesFloat ? ["f32"] : [])
    }

    func run(_ cases: [String], _ options: Options, _ report: Report) throws {
        let (folder, isTemporary) = try options.madeFilesFolder()
        defer { if isTemporary { try? FileManager.default.removeItem(at: folder) } }
        report.print("\n\(legend)\n\n\(table.header)")
        for name in cases {
            let file = folder.appending(path: "\(name).safetensors")
            if name == "f64" {
                try measure(Double.self, name, layers: 2, file, options, report)
            } else {
                try measure(Float.self, name, layers: 4, file, options, report)
            }
        }
    }

    private func measure<Scalar: BLASScalar>(
        _: Scalar.Type, _ dtype: String, layers: Int, _ file: URL, _ options: Options, _ report: Report
    ) throws {
        let width = options.quick ? 1024 : 8192
        let square = Linear(width, width, weightInitializer: .uniform(-0.02, 0.02))
        let model = try MLP<Scalar>([square] + (1..<layers).flatMap { _ -> [any Layer] in [ReLU(), square] }, seed: 1)
        let size = model.parameters.count * MemoryLayout<Scalar>.stride
        let effort = Timing.Effort(repetitions: 3, secondsPerRepetition: 0.01)
        func line(_ what: String, isTransfer: Bool = false, _ timing: Timing) throws {
            report.print(
                table.row([
                    dtype, Format.bytes(size), what, Format.duration(timing.median),
                    isTransfer ? Format.digits(1e-9 * Double(size) / timing.median) : "-",
                ]))
            try report.record([
                "section": .string(name), "dtype": .string(dtype), "bytes": .integer(size), "what": .string(what),
                "us_median": .microseconds(timing.median), "us_min": .microseconds(timing.minimum),
            ])
        }

        try line("save(to:)", isTransfer: true, Timing(effort) { for _ in 0..<$0 { try model.save(to: file) } })
        try line(
            "MLP(contentsOf:)", isTransfer: true,
            Timing(effort) { for _ in 0..<$0 { _ = try MLP<Scalar>(contentsOf: file) } })
        try line(
            "Predictor(contentsOf:)",
            Timing(effort) { for _ in 0..<$0 { _ = try Predictor<Scalar>(contentsOf: file) } })

        let inputs = (0..<bulk * width).map { Scalar($0 * 7919 % 1000) / 1000 }
        var outputs: [Scalar] = []
        func predict(_ predictor: inout Predictor<Scalar>, rows: Int) throws {
            if outputs.count != rows * width { outputs = [Scalar](repeating: 0, count: rows * width) }
            var room = outputs.mutableSpan
            try predictor.predict(inputs.span.extracting(first: rows * width), into: &room)
        }
        try line(
            "  and its first prediction of a row",
            Timing(effort) { calls in
                for _ in 0..<calls {
                    var predictor = try Predictor<Scalar>(contentsOf: file)
                    try predict(&predictor, rows: 1)
                }
            })
        for rows in [1, bulk] {
            let what = rows == 1 ? "a row" : "\(rows) rows"
            var pair = Pair(
                mapped: try Predictor<Scalar>(contentsOf: file, mostRows: rows, threads: options.threads),
                read: try Predictor(model, mostRows: rows, threads: options.threads))
            // Timed in turn.
            let (mapped, read, _) = try Timing.compare(effort, &pair) { pair, calls in
                for _ in 0..<calls { try predict(&pair.mapped, rows: rows) }
            } _: { pair, calls in
                for _ in 0..<calls { try predict(&pair.read, rows: rows) }
            }
            try line("Predictor(contentsOf:), \(what)", mapped)
            try line("Predictor(model), \(what)", read)
            try predict(&pair.mapped, rows: rows)
            let found = outputs
            try predict(&pair.read, rows: rows)
            let largest = found.reduce(0) { max($0, abs($1)) }
            let error = zip(found, outputs).reduce(0) { max($0, abs($1.0 - $1.1)) }
            if !(error < 1000 * largest * Scalar.ulpOfOne) {
                report.fail("\(name)/\(dtype): the mapped model's predictions differ by \(error) of \(largest)")
            }
        }
    }

    private struct Pair<Scalar: BLASScalar>: ~Copyable {
        var mapped: Predictor<Scalar>
        var read: Predictor<Scalar>
    }
}
