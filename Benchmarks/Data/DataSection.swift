import Foundation
import Perceptron

/// How fast files are read, beside the same in peers/data.py.
struct DataSection: Section {
    let name = "data"
    let summary = "files read: NumPy's, IDX, CSV; peers/data.py reads the same files"
    let isDefault = false
    let printsJSON = false

    private let table = Table(columns: [
        .init(title: "file", width: 18, isName: true),
        .init(title: "size", width: 8),
        .init(title: "time", width: 8),
        .init(title: "MB/s", width: 6),
    ])

    func cases(_ options: Options) -> [String] { DataCase.all.map(\.name) }

    func run(_ cases: [String], _ options: Options, _ report: Report) throws {
        let (folder, isTemporary) = try options.madeFilesFolder()
        defer { if isTemporary { try? FileManager.default.removeItem(at: folder) } }
        report.print(
            """

            Files read into a matrix, on one thread, from the system's cache; MB/s of the file, unpacked if it is packed.
            \(table.header)
            """)
        let (rows, columns) = options.quick ? (2000, 64) : (60_000, 128)
        for dataCase in DataCase.all where cases.contains(dataCase.name) {
            try measure(dataCase, folder.appending(path: dataCase.name), rows, columns, options, report)
        }
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
        let effort = Timing.Effort(
            repetitions: options.quick ? 3 : 9, secondsPerRepetition: options.quick ? 0.003 : 0.1)
        let timing = try Timing(effort) { calls in
            for _ in 0..<calls { _ = try dataCase.read(url) }
        }
        report.print(
            table.row([
                dataCase.name, Format.bytes(size), Format.duration(timing.median),
                Format.digits(1e-6 * Double(size) / timing.median),
            ]))
        try report.record([
            "section": .string(name), "file": .string(dataCase.name), "bytes": .integer(size),
            "us_median": .microseconds(timing.median), "us_min": .microseconds(timing.minimum),
        ])
    }
}
