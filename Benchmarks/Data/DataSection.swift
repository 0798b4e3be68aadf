import Foundation
import Perceptron

/// How fast files are read, beside the same in peers/data.py.
struct DataSection: Section {
    let name = "data"
    let summary = "files read and written: NumPy's, IDX, CSV; peers/data.py reads and writes the same"
    let isDefault = false
    let printsJSON = false

    private let table = Table(columns: [
        .init(title: "file", width: 20, isName: true),
        .init(title: "size", width: 8),
        .init(title: "time", width: 8),
        .init(title: "MB/s", width: 6),
    ])

    func cases(_ options: Options) -> [String] {
        DataCase.all.map(\.name) + DataCase.written.map { "write \($0.name)" }
    }

    func run(_ cases: [String], _ options: Options, _ report: Report) throws {
        let (folder, isTemporary) = try options.madeFilesFolder()
        defer { if isTemporary { try? FileManager.default.removeItem(at: folder) } }
        report.print(
            """

            Files read into a matrix, or written from one and synchronised, on one thread, from the system's cache; MB/s of the
            file, unpacked if it is gzipped, or of the numbers written.
            \(table.header)
            """)
        let (rows, columns) = options.quick ? (2000, 64) : (60_000, 128)
        for dataCase in DataCase.all where cases.contains(dataCase.name) {
            try measure(dataCase, folder.appending(path: dataCase.name), rows, columns, options, report)
        }
        let matrix = DataCase.numbers(rows, columns)
        for dataCase in DataCase.written where cases.contains("write \(dataCase.name)") {
            let url = folder.appending(path: "written-\(dataCase.name)")
            let timing = try Timing(effort(options)) { calls in
                for _ in 0..<calls { try dataCase.write(matrix, url) }
            }
            let bytes = (dataCase.name.hasPrefix("u1") ? 1 : 8) * rows * columns
            try print("write \(dataCase.name)", bytes, timing, report)
        }
    }

    private func effort(_ options: Options) -> Timing.Effort {
        Timing.Effort(repetitions: options.quick ? 3 : 9, secondsPerRepetition: options.quick ? 0.003 : 0.1)
    }

    private func measure(
        _ dataCase: DataCase, _ url: URL, _ rows: Int, _ columns: Int, _ options: Options, _ report: Report
    ) throws {
        try dataCase.write(url, rows, columns)
        let expected = (0..<rows * columns).reduce(0) { $0 + Int(DataCase.number($1)) }
        let found = try dataCase.read(url)()
        if found != Double(expected) {
            report.fail("\(name)/\(dataCase.name): the numbers sum up to \(found), not \(expected)")
        }
        let plain = url.pathExtension == "gz" ? url.deletingPathExtension() : url
        let size = try plain.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
        let timing = try Timing(effort(options)) { calls in
            for _ in 0..<calls { _ = try dataCase.read(url) }
        }
        try print(dataCase.name, size, timing, report)
    }

    private func print(_ file: String, _ bytes: Int, _ timing: Timing, _ report: Report) throws {
        report.print(
            table.row([
                file, Format.bytes(bytes), Format.duration(timing.median),
                Format.digits(1e-6 * Double(bytes) / timing.median),
            ]))
        try report.record([
            "section": .string(name), "file": .string(file), "bytes": .integer(bytes),
            "us_median": .microseconds(timing.median), "us_min": .microseconds(timing.minimum),
        ])
    }
}
