import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// `.npz` and IDX files, and labels, as they are written and read again; InteroperabilityTests read them with NumPy.
@Suite struct ArrayWritingTests {
    /// Numbers that a packer can't foresee, so that what they become packed is longer than a buffer.
    private func numbers<Scalar: BLASScalar>(_ rows: Int, _ columns: Int, _: Scalar.Type) -> Matrix<Scalar> {
        var generator = RandomGenerator(seed: UInt64(rows))
        return Matrix(
            rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in Scalar(generator.nextUniform()) })
    }

    // MARK: .npz

    @Test(arguments: [false, true])
    func archivesComeBack(isCompressed: Bool) throws {
        try withTemporaryFolder { folder in
            let url = folder.appending(path: "arrays.npz")
            let (doubles, floats) = (numbers(300, 200, Double.self), numbers(3, 5, Float.self))
            let labels = (0..<70_000).map { $0 % 1000 - 500 }
            var arrays = NPZWriter()
            try arrays.add("x", doubles)
            try arrays.add("größe/é", floats)
            try arrays.add("labels", labels)
            try arrays.add("none", Matrix<Double>(rows: 0, columns: 4))
            try arrays.add("no labels", [])
            try arrays.write(npz: url, isCompressed: isCompressed)
            let file = try NPZFile(url)
            #expect(file.names == ["x", "größe/é", "labels", "none", "no labels"])
            #expect(try file.matrix("x") == doubles)
            #expect(try file.matrix("größe/é") == floats)
            #expect(try file.labels("labels") == labels)
            #expect(try file.matrix("none") == Matrix<Double>(rows: 0, columns: 4))
            #expect(try file.labels("no labels") == [])
            // No more than there is to say, less if there is something to pack; and always the same.
            let bytes = try Data(contentsOf: url)
            let plain = 8 * (60_000 + 70_000) + 4 * 15
            #expect(isCompressed ? bytes.count < plain - 8 * 60_000 : bytes.count < plain + 2000)
            try arrays.write(npz: url, isCompressed: isCompressed)
            #expect(try Data(contentsOf: url) == bytes)
            try doubles.write(npz: url, name: "y", isCompressed: isCompressed)
            #expect(try Matrix<Double>(npz: url, name: "y") == doubles)
            #expect(try NPZFile(url).names == ["y"])
            try NPZWriter().write(npz: url)
            #expect(try NPZFile(url).names == [])
        }
    }

    /// Byte for byte as APPNOTE.TXT has ZIP64.
    @Test func archivesHaveTheirHeaders() throws {
        try withTemporaryFolder { folder in
            let url = folder.appending(path: "a.npz")
            let matrix = Matrix<Double>([[1, 2]])
            try matrix.write(npy: url)
            let entry = [UInt8](try Data(contentsOf: url))
            try matrix.write(npz: url, name: "a")
            func two(_ numbers: Int...) -> [UInt8] { numbers.flatMap { ArrayBytes.little($0, bytes: 2) } }
            func four(_ numbers: Int...) -> [UInt8] { numbers.flatMap { ArrayBytes.little($0, bytes: 4) } }
            func eight(_ numbers: Int...) -> [UInt8] { numbers.flatMap { ArrayBytes.little($0, bytes: 8) } }
            let name = Array("a.npy".utf8)
            let sizes = eight(entry.count, entry.count)
            // The version, UTF-8, not packed, midnight of the first day; the checksum, and sizes that are elsewhere.
            let common = two(45, 1 << 11, 0, 0, 1 << 5 | 1) + four(ArrayBytes.checksum(entry), -1, -1) + two(name.count)
            let local = four(0x0403_4B50) + common + two(20) + name + two(1, 16) + sizes
            let central =
                four(0x0201_4B50) + two(45) + common + two(28, 0, 0, 0) + four(0, -1) + name + two(1, 24) + sizes
                + eight(0)
            let start = local.count + entry.count
            let end = four(0x0606_4B50) + eight(44) + two(45, 45) + four(0, 0) + eight(1, 1, central.count, start)
            let locator = four(0x0706_4B50, 0) + eight(start + central.count) + four(1)
            let last = four(0x0605_4B50) + two(0, 0, -1, -1) + four(-1, -1) + two(0)
            #expect([UInt8](try Data(contentsOf: url)) == local + entry + central + end + locator + last)
        }
    }

    @Test func namesThatNoArchiveHas() throws {
        var arrays = NPZWriter()
        try arrays.add("x", [1])
        let long = String(repeating: "é", count: 32_766)
        for (name, expected) in [
            ("x", "two arrays are named \"x\""),
            ("", "the name of an array in an .npz file needs at least one character, and no NUL"),
            ("a\0", "the name of an array in an .npz file needs at least one character, and no NUL"),
            (long, "the name of an array has 65532 bytes; in an .npz file it can have 65531"),
        ] {
            #expect(errorMessage { try arrays.add(name, [1]) } == expected)
            #expect(errorMessage { try arrays.add(name, Matrix<Float>([[1]])) } == expected)
        }
        let longest = String(long.dropLast()) + "x"
        try withTemporaryFolder { folder in
            let url = folder.appending(path: "a.npz")
            try arrays.add(longest, [2])
            try arrays.write(npz: url)
            #expect(try NPZFile(url).names == ["x", longest])
            #expect(try NPZFile(url).labels(longest) == [2])
        }
    }

    @Test func labelsAsAnArray() throws {
        try withTemporaryFolder { folder in
            let url = folder.appending(path: "labels.npy")
            for labels in [[], [3], [0, -1, .max, .min]] {
                try labels.write(npy: url)
                #expect(try [Int](npy: url) == labels)
                let header = "{'descr': '<i8', 'fortran_order': False, 'shape': (\(labels.count),), }"
                let spaces = String(repeating: " ", count: 127 - 10 - header.utf8.count)
                let numbers = labels.flatMap { ArrayBytes.little($0, bytes: 8) }
                #expect([UInt8](try Data(contentsOf: url)) == ArrayBytes.npy(header + spaces + "\n", numbers))
            }
        }
    }

    // MARK: IDX

    @Test func idxHasItsBytes() throws {
        try withTemporaryFolder { folder in
            let url = folder.appending(path: "a.idx")
            func expect(_ bytes: [UInt8], _ write: (URL) throws -> Void) throws {
                try write(url)
                #expect([UInt8](try Data(contentsOf: url)) == bytes)
            }
            let floats = Matrix<Float>([[1, -0.5], [.infinity, 0]])
            try expect(ArrayBytes.idx(13, [2, 2], [0x3F, 0x80, 0, 0, 0xBF, 0, 0, 0, 0x7F, 0x80, 0, 0, 0, 0, 0, 0])) {
                try floats.write(idx: $0)
            }
            try expect(ArrayBytes.idx(14, [1, 1], [0x3F, 0xF0, 0, 0, 0, 0, 0, 0])) {
                try Matrix<Double>([[1]]).write(idx: $0)
            }
            let pixels = Matrix<Double>([[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 255]])
            try expect(ArrayBytes.idx(8, [2, 2, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255])) {
                try pixels.write(idx: $0, itemShape: [2, 3], asBytes: true)
            }
            #expect(try Matrix<Double>(idx: url) == pixels)
            try expect(ArrayBytes.idx(8, [3], [0, 255, 1])) { try [0, 255, 1].write(idx: $0) }
            try expect(ArrayBytes.idx(12, [2], [0xFF, 0xFF, 0xFF, 0xFE, 0, 0, 1, 0])) { try [-2, 256].write(idx: $0) }
            try expect(ArrayBytes.idx(12, [2], [0, 0, 0, 9, 0xFF, 0xFF, 0xFF, 0xFF])) { try [9, -1].write(idx: $0) }
            try expect(ArrayBytes.idx(8, [0], [])) { try [Int]().write(idx: $0) }
            try expect(ArrayBytes.idx(8, [0, 3], [])) {
                try Matrix<Float>(rows: 0, columns: 3).write(idx: $0, asBytes: true)
            }
            try expect(ArrayBytes.idx(8, [2], [4, 5])) {
                try Matrix<Float>([[4], [5]]).write(idx: $0, itemShape: [], asBytes: true)
            }
        }
    }

    /// Longer than a stretch that is converted at once, and than what is packed at once.
    @Test(arguments: ["a.idx", "a.idx.gz"])
    func idxComesBack(name: String) throws {
        try withTemporaryFolder { folder in
            let url = folder.appending(path: name)
            let doubles = numbers(500, 300, Double.self)
            try doubles.write(idx: url)
            #expect(try Matrix<Double>(idx: url) == doubles)
            let size = try Data(contentsOf: url).count
            #expect(name.hasSuffix("gz") ? size < 8 * 150_000 : size == 12 + 8 * 150_000)
            let floats = numbers(3, 7, Float.self)
            try floats.write(idx: url)
            #expect(try Matrix<Float>(idx: url) == floats)
            let labels = (0..<200_000).map { $0 % 256 }
            try labels.write(idx: url)
            #expect(try [Int](idx: url) == labels)
            #expect(try Data(contentsOf: url).starts(with: name.hasSuffix("gz") ? [0x1F, 0x8B] : [0, 0, 8, 1]))
            try [Int]().write(idx: url)
            #expect(try [Int](idx: url) == [])
        }
    }

    @Test func whatIDXHasNot() throws {
        try withTemporaryFolder { folder in
            let url = folder.appending(path: "a.idx")
            try Data([7]).write(to: url)
            let cases: [(String, () throws -> Void)] = [
                (
                    "row 1, column 0 (counted from 0) has 0.5; bytes must be whole numbers from 0 to 255",
                    { try Matrix<Double>([[1, 255], [0.5, -1]]).write(idx: url, asBytes: true) }
                ),
                (
                    "row 0, column 1 (counted from 0) has 256.0; bytes must be whole numbers from 0 to 255",
                    { try Matrix<Float>([[1, 256]]).write(idx: url, asBytes: true) }
                ),
                (
                    "row 0, column 0 (counted from 0) has nan; bytes must be whole numbers from 0 to 255",
                    { try Matrix<Float>([[.nan]]).write(idx: url, asBytes: true) }
                ),
                (
                    "items of shape (2, 2) are not the 3 columns of the matrix",
                    { try Matrix<Float>([[1, 2, 3]]).write(idx: url, itemShape: [2, 2]) }
                ),
                (
                    "the shape (1, -1, -1) is not possible in IDX: it has up to 255 sizes from 0 to 4294967295",
                    { try Matrix<Float>([[1]]).write(idx: url, itemShape: [-1, -1]) }
                ),
                (
                    "row 2 (counted from 0) has the label 2147483648; IDX labels are integers of 4 bytes",
                    { try [0, -1 << 31, 1 << 31].write(idx: url) }
                ),
            ]
            for (expected, write) in cases { #expect(errorMessage(write) == expected) }
            let shape = [Int](repeating: 1, count: 255)
            #expect(
                errorMessage { try Matrix<Float>([[1]]).write(idx: url, itemShape: shape) }.hasSuffix(
                    "from 0 to 4294967295"))
            #expect(try Data(contentsOf: url) == Data([7]))
            try Matrix<Float>([[1]]).write(idx: url, itemShape: Array(shape.dropLast()))
            #expect(try Matrix<Float>(idx: url) == Matrix([[1]]))
        }
    }
}
