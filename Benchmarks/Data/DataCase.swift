import Foundation
import Perceptron

/// A file to be read, and how.
struct DataCase: Sendable {
    /// The file's name too; peers/data.py reads it by the same.
    let name: String
    /// Writes the file: `rows` × `columns` numbers, the same at every call.
    let write: @Sendable (URL, _ rows: Int, _ columns: Int) throws -> Void
    /// Reads it; what it returns sums the numbers up.
    let read: @Sendable (URL) throws -> (() -> Double)

    /// The numbers in the files: whole, from 0 to 127, in no order that a packer would see at once.
    static func number(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: (index &* 0x9E37_79B1) >> 13 & 0x7f) }

    /// A new reader is a few new lines here.
    static let all: [DataCase] = [
        DataCase(name: "f8.npy", write: { try npy("<f8", $0, $1, $2) { $0.append(number: Double($1)) } }) { url in
            try sum(of: Matrix<Double>(npy: url))
        },
        DataCase(name: "f4.npy", write: { try npy("<f4", $0, $1, $2) { $0.append(number: Float($1)) } }) { url in
            try sum(of: Matrix<Double>(npy: url))
        },
        DataCase(
            name: "f8-big-endian.npy",
            write: { try npy(">f8", $0, $1, $2) { $0.append(number: Double($1).bitPattern.byteSwapped) } }
        ) { url in
            try sum(of: Matrix<Double>(npy: url))
        },
        DataCase(
            name: "f8-fortran.npy",
            write: { try npy("<f8", isColumnMajor: true, $0, $1, $2) { $0.append(number: Double($1)) } }
        ) { url in
            try sum(of: Matrix<Double>(npy: url))
        },
        DataCase(name: "f2.npy", write: { try npy("<f2", $0, $1, $2) { $0.append(number: half($1)) } }) { url in
            try sum(of: Matrix<Float>(npy: url))
        },
        DataCase(name: "f8.npz", write: { try numbers($1, $2).write(npz: $0, name: "x") }) { url in
            try sum(of: Matrix<Double>(npz: url, name: "x"))
        },
        DataCase(name: "f8-packed.npz", write: { try numbers($1, $2).write(npz: $0, name: "x", isCompressed: true) }) {
            url in try sum(of: Matrix<Double>(npz: url, name: "x"))
        },
        DataCase(name: "u1.npy", write: { try npy("|u1", $0, $1, $2) { $0.append($1) } }) { url in
            try sum(of: Matrix<Float>(npy: url))
        },
        DataCase(name: "u1.idx", write: idx) { url in try sum(of: Matrix<Float>(idx: url)) },
        DataCase(
            name: "u1.idx.gz",
            write: { url, rows, columns in
                let plain = url.deletingPathExtension()
                try idx(plain, rows, columns)
                try gzip(plain)
            }
        ) { url in
            try sum(of: Matrix<Float>(idx: url))
        },
        DataCase(name: "whole.csv", write: { try csv("%.0f", $0, $1, $2) }) { url in
            try sum(of: Matrix<Double>(csv: url, header: false))
        },
        // The same with the checks of what its columns are.
        DataCase(name: "dataset.csv", write: { try csv("%.0f", $0, $1, $2) }) { url in
            try sum(of: Dataset<Double>(csv: url, header: false).inputs)
        },
        // Days since 1970-01-01, a column of them.
        DataCase(
            name: "dates.csv",
            write: { url, rows, columns in
                let texts = (0...UInt8(0x7f)).map { day in
                    let date = Date(timeIntervalSince1970: 86_400 * Double(day))
                    return date.formatted(.iso8601.year().month().day())
                }
                try csv(texts, url, rows * columns, 1)
            }
        ) { url in
            try sum(of: Dataset<Double>(csv: url, dates: ["1"], header: false).inputs)
        },
        // 17 digits, as a double needs them in general.
        DataCase(name: "digits17.csv", write: { try csv("%.16e", $0, $1, $2) }) { url in
            try sum(of: Matrix<Double>(csv: url, header: false))
        },
        DataCase(
            name: "whole.csv.gz",
            write: { url, rows, columns in
                let plain = url.deletingPathExtension()
                try csv("%.0f", plain, rows, columns)
                try gzip(plain)
            }
        ) { url in
            try sum(of: Matrix<Double>(csv: url, header: false))
        },
    ]

    /// The bits of a small whole number as a half: 15 + ⌊log₂⌋ as its exponent, what is below as its fraction.
    private static func half(_ number: UInt8) -> UInt16 {
        guard number > 0 else { return 0 }
        let power = 7 - number.leadingZeroBitCount
        return UInt16(15 + power) << 10 | (UInt16(number) << UInt16(10 - power)) & 0x3FF
    }

    /// The numbers of the files as a matrix.
    static func numbers(_ rows: Int, _ columns: Int) -> Matrix<Double> {
        Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { Double(number($0)) })
    }

    /// A file to be written.
    struct Written: Sendable {
        /// The file's name too; peers/data.py writes it by the same.
        let name: String
        let write: @Sendable (Matrix<Double>, URL) throws -> Void
    }

    static let written: [Written] = [
        Written(name: "f8.npy") { try $0.write(npy: $1) },
        Written(name: "f8.npz") { try $0.write(npz: $1, name: "x") },
        Written(name: "f8-packed.npz") { try $0.write(npz: $1, name: "x", isCompressed: true) },
        Written(name: "f8.idx") { try $0.write(idx: $1) },
        Written(name: "u1.idx") { try $0.write(idx: $1, asBytes: true) },
        Written(name: "u1.idx.gz") { try $0.write(idx: $1, asBytes: true) },
    ]

    private static func sum<Scalar: BLASScalar>(of matrix: Matrix<Scalar>) -> (() -> Double) {
        { matrix.elements.reduce(0) { $0 + Double($1) } }
    }

    private static func npy(
        _ descr: String, isColumnMajor: Bool = false, _ url: URL, _ rows: Int, _ columns: Int,
        _ append: (inout Data, UInt8) -> Void
    ) throws {
        var header =
            "{'descr': '\(descr)', 'fortran_order': \(isColumnMajor ? "True" : "False"), 'shape': (\(rows), \(columns)), }"
        header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
        var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8))
        for index in 0..<rows * columns { append(&data, number(index)) }
        try data.write(to: url)
    }

    private static func idx(_ url: URL, _ rows: Int, _ columns: Int) throws {
        var data = Data([0, 0, 8, 2])
        for size in [rows, columns] { data.append(number: UInt32(size).bigEndian) }
        for index in 0..<rows * columns { data.append(number(index)) }
        try data.write(to: url)
    }

    private static func csv(_ format: String, _ url: URL, _ rows: Int, _ columns: Int) throws {
        try csv((0...UInt8(0x7f)).map { String(format: format, Double($0)) }, url, rows, columns)
    }

    /// - Parameter texts: What stands in the file for each number.
    private static func csv(_ texts: [String], _ url: URL, _ rows: Int, _ columns: Int) throws {
        var data = Data()
        for row in 0..<rows {
            let fields = (row * columns..<(row + 1) * columns).map { texts[Int(number($0))] }
            data.append(contentsOf: (fields.joined(separator: ",") + "\n").utf8)
        }
        try data.write(to: url)
    }

    /// By gzip itself, whose files are what users have.
    private static func gzip(_ url: URL) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-kf", url.path(percentEncoded: false)]
        try process.run()
        process.waitUntilExit()
    }
}

extension Data {
    fileprivate mutating func append<Number: BitwiseCopyable>(number: Number) {
        Swift.withUnsafeBytes(of: number) { append(contentsOf: $0) }
    }
}
