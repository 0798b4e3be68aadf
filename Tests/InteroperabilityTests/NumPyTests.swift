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

    /// NumPy reads archives, and a reader written by hand IDX files.
    @Test func archivesAndIDXFilesAreReadElsewhere() throws {
        try withTemporaryFolder { folder in
            let doubles = Matrix<Double>(rows: 40, columns: 30, elements: (0..<1200).map { 1 / Double($0 - 7) })
            let floats = Matrix<Float>([[0.1, -0.0, .infinity], [.leastNonzeroMagnitude, 1e30, 3]])
            let labels = [0, 1, 2, -1, 1 << 40]
            let pixels = Matrix<Float>(rows: 4, columns: 6, elements: (0..<24).map { Float($0 * 11) })
            func line(_ file: String, _ name: String, _ type: String, _ shape: String, _ numbers: [Double]) -> String {
                ([file, name, type, shape] + numbers.map { "\($0)" }).joined(separator: "\t")
            }
            var expected: [String] = []
            for (file, isCompressed) in [("deflated.npz", true), ("stored.npz", false)] {
                var arrays = NPZWriter()
                try arrays.add("x", doubles)
                try arrays.add("größe", floats)
                try arrays.add("labels", labels)
                try arrays.write(npz: folder.appending(path: file), isCompressed: isCompressed)
                expected.append(line(file, "x", "<f8", "40,30", doubles.elements))
                expected.append(line(file, "größe", "<f4", "2,3", floats.elements.map { Double($0) }))
                expected.append(line(file, "labels", "<i8", "5", labels.map { Double($0) }))
            }
            for file in ["doubles.idx", "doubles.idx.gz"] {
                try doubles.write(idx: folder.appending(path: file))
                expected.append(line(file, "", "d", "40,30", doubles.elements))
            }
            for file in ["labels.idx", "labels.idx.gz"] {
                try labels.dropLast().map { $0 }.write(idx: folder.appending(path: file))
                expected.append(line(file, "", "i", "4", labels.dropLast().map { Double($0) }))
            }
            try pixels.write(idx: folder.appending(path: "pixels.idx.gz"), itemShape: [2, 3], asBytes: true)
            expected.append(line("pixels.idx.gz", "", "B", "4,2,3", pixels.elements.map { Double($0) }))
            let printed = try Python.run("arrays_read.py", [folder.path(percentEncoded: false)])
            let found = printed.split(separator: "\n").map(String.init)
            #expect(found.count == expected.count)
            for (found, expected) in zip(found, expected) {
                // Both write the shortest decimal, but not with the same letters.
                let (a, b) = (
                    found.split(separator: "\t", omittingEmptySubsequences: false),
                    expected.split(separator: "\t", omittingEmptySubsequences: false)
                )
                #expect(Array(a.prefix(4)) == Array(b.prefix(4)))
                #expect(
                    a.dropFirst(4).map { Double($0) } == b.dropFirst(4).map { Double($0) }, "\(expected.prefix(60))")
            }
        }
    }
}
