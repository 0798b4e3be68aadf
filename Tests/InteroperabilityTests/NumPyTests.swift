import Foundation
import Perceptron
import TestSupport
import Testing

/// NumPy reads what is written here, and the other way round.
@Suite(.enabled(if: Python.path != nil, "PERCEPTRON_PYTHON must name a Python with NumPy"))
struct NumPyTests {
    /// The same shape and bits, but for the sign and payload of NaN.
    private func expectSame<Scalar: BLASScalar>(
        _ found: Matrix<Scalar>, _ rows: Int, _ columns: Int, _ elements: [Double], _ name: String
    ) {
        #expect(found.rows == rows && found.columns == columns, "\(name)")
        #expect(found.elements.count == elements.count, "\(name)")
        for (found, expected) in zip(found.elements, elements) {
            let expected = Scalar(expected)
            guard found == expected && found.sign == expected.sign || found.isNaN && expected.isNaN else {
                Issue.record("\(name): \(found), not \(expected)")
                return
            }
        }
    }

    @Test func everyFileThatNumPyWritesIsRead() throws {
        try withTemporaryFolder { folder in
            let printed = try Python.run("npy_files.py", [folder.path(percentEncoded: false)])
            let lines = printed.split(separator: "\n")
            #expect(lines.count == 21 * 8 * 2 + 2 + 8)
            for line in lines {
                var fields = line.split(separator: "\t").map(String.init)
                let url = URL(filePath: fields.removeFirst())
                let isArchive = url.pathExtension == "npz"
                let name = isArchive ? fields.removeFirst() : ""
                let (rows, columns) = (try #require(Int(fields[0])), try #require(Int(fields[1])))
                let elements = try fields.dropFirst(2).map { try #require(Double($0)) }
                let label = "\(url.lastPathComponent) \(name)"
                if isArchive {
                    expectSame(try Matrix<Double>(npz: url, name: name), rows, columns, elements, label)
                    expectSame(try NPZFile(url).matrix(name, of: Float.self), rows, columns, elements, label)
                } else {
                    let matrix = try Matrix<Double>(npy: url)
                    expectSame(matrix, rows, columns, elements, label)
                    expectSame(try Matrix<Float>(npy: url), rows, columns, elements, label)
                    if try Data(contentsOf: url).prefix(2) != Data([0x1F, 0x8B]) {
                        let mapped = try MappedMatrix<Double>(npy: url)
                        expectSame(mapped.rows(0..<rows), rows, columns, elements, label)
                        let picked = [rows - 1, 0, rows / 2].filter { $0 >= 0 && $0 < rows }
                        #expect(sameBits(mapped.rows(picked), matrix.rows(picked)), "\(label)")
                    }
                }
            }
            let archive = try NPZFile(folder.appending(path: "savez.npz"))
            #expect(archive.names == ["x", "f", "labels", "half"])
            #expect(try archive.labels("labels") == Array(0..<9))
        }
    }

    private func sameBits(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Bool {
        a.rows == b.rows && a.columns == b.columns
            && zip(a.elements, b.elements).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }
    }

    @Test func numPyReadsWhatIsWrittenAndWouldWriteTheSameBytes() throws {
        func matrix<Scalar: BLASScalar>(_ rows: Int, _ columns: Int, _: Scalar.Type) -> Matrix<Scalar> {
            let special: [Scalar] = [
                0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1,
            ]
            return Matrix(
                rows: rows, columns: columns,
                elements: (0..<rows * columns).map { special[$0 % special.count] * Scalar(1 + $0 / special.count) })
        }
        try withTemporaryFolder { folder in
            var paths: [String] = []
            var expected: [(String, Int, Int, [Double])] = []
            func write<Scalar: BLASScalar>(_ rows: Int, _ columns: Int, _: Scalar.Type) throws {
                let url = folder.appending(path: "\(paths.count).npy")
                let matrix = matrix(rows, columns, Scalar.self)
                try matrix.write(npy: url)
                paths.append(url.path(percentEncoded: false))
                expected.append(
                    (Scalar.self == Float.self ? "<f4" : "<f8", rows, columns, matrix.elements.map(Double.init)))
            }
            for (rows, columns) in [(1, 1), (3, 4), (0, 5), (5, 0), (1000, 1), (1, 1000), (123, 45)] {
                try write(rows, columns, Double.self)
                try write(rows, columns, Float.self)
            }
            let lines = try Python.run("npy_compare.py", paths).split(separator: "\n")
            #expect(lines.count == paths.count)
            for (line, (type, rows, columns, elements)) in zip(lines, expected) {
                let fields = line.split(separator: "\t")
                #expect(fields[1...3].map(String.init) == [type, "\(rows)", "\(columns)"])
                let found = fields.dropFirst(4).map { Double($0) ?? .nan }
                expectSame(
                    Matrix(rows: rows, columns: columns, elements: found), rows, columns, elements, "\(line.prefix(80))"
                )
            }
        }
    }
}
