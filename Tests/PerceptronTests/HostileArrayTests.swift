import Foundation
import Testing

@testable import Perceptron

/// What reads bytes under the name "file".
enum ArrayReader: String, Sendable {
    case npy, npyLabels, idx, idxLabels, npz, gzip

    func read(_ bytes: [UInt8]) throws(PerceptronError) {
        switch self {
        case .npy: _ = try ArrayFormat.npy.matrix(bytes.span, name: "file", of: Double.self)
        case .npyLabels: _ = try ArrayFormat.npy.labels(bytes.span, name: "file")
        case .idx: _ = try ArrayFormat.idx.matrix(bytes.span, name: "file", of: Float.self)
        case .idxLabels: _ = try ArrayFormat.idx.labels(bytes.span, name: "file")
        case .npz: _ = try NPZFile.matrix(bytes.span, name: "file", array: "x", of: Double.self)
        case .gzip:
            var stream = Gzip(bytes.span, name: "file")
            var unpacked: [UInt8] = []
            try stream.read(upTo: .max, appendingTo: &unpacked)
        }
    }
}

/// Files that lie, are cut, or are something else.
@Suite struct HostileArrayTests {
    private func expect(_ reader: ArrayReader, _ bytes: [UInt8], _ message: String, _ location: SourceLocation) {
        do throws(PerceptronError) {
            try reader.read(bytes)
            Issue.record("was read; expected: \(message)", sourceLocation: location)
        } catch {
            #expect(error == .invalidFile("file: \(message)"), sourceLocation: location)
        }
    }

    private static let eight = [UInt8](repeating: 0, count: 8)

    private static func shape(_ shape: String) -> [UInt8] { ArrayBytes.npy(descr: "<f8", shape: shape, eight) }

    // MARK: .npy

    @Test(
        arguments: [
            ([], "not an .npy file: it doesn't begin with \\x93NUMPY and a version"),
            (
                Array("\u{93}NUMPY".utf8) + [1, 0, 0, 0],
                "not an .npy file: it doesn't begin with \\x93NUMPY and a "
                    + "version"
            ),
            (ArrayBytes.npy("{}", version: (0, 0)), "version 0.0 of .npy; 1.0, 2.0 and 3.0 can be read"),
            (ArrayBytes.npy("{}", version: (4, 0)), "version 4.0 of .npy; 1.0, 2.0 and 3.0 can be read"),
            (ArrayBytes.npy("{}", version: (1, 1)), "version 1.1 of .npy; 1.0, 2.0 and 3.0 can be read"),
            (NPYHeader.magic + [1, 0, 5], "the file is truncated: there are 9 bytes, within the header"),
            (NPYHeader.magic + [2, 0, 5, 0, 0], "the file is truncated: there are 11 bytes, within the header"),
            (
                NPYHeader.magic + [1, 0, 3, 0, 0x7b, 0x7d],
                "the file is truncated: the header says it has 3 characters; there are 2 bytes"
            ),
            (NPYHeader.magic + [1, 0, 0xff, 0xff], "the header says it has 65535 characters; up to 10000 are read"),
            (
                NPYHeader.magic + [2, 0, 0xff, 0xff, 0xff, 0xff],
                "the header says it has 4294967295 characters; up to 10000 are read"
            ),
            (shape("(-1,)"), "the header of the .npy file has a negative size in its shape"),
            (
                shape("(9223372036854775808,)"),
                "the header of the .npy file has a size in its shape that is beyond 64 bits"
            ),
            (shape("(9223372036854775807,)"), "the shape (9223372036854775807,) is not possible"),
            (shape("(1152921504606846975,)"), "the shape (1152921504606846975,) is not possible"),
            (shape("(4294967296, 4294967296)"), "the shape (4294967296, 4294967296) is not possible"),
            (shape("(3, 6148914691236517206)"), "the shape (3, 6148914691236517206) is not possible"),
            (
                shape("(0, 4294967296, 4294967296)"),
                "the shape (0, 4294967296, 4294967296) is not possible"
            ),
            (shape("(2147483648, 0)"), "the shape (2147483648, 0) is too large for an array without elements"),
            (shape("(0, 65536, 65536)"), "the shape (0, 65536, 65536) is too large for an array without elements"),
            (
                shape("(2,)"),
                "an array of shape (2,) and type f8 has 16 bytes; the file is truncated: there are 8 "
                    + "bytes"
            ),
            (
                shape("(1000000000000,)"),
                "an array of shape (1000000000000,) and type f8 has 8000000000000 bytes; the file is truncated: "
                    + "there are 8 bytes"
            ),
            (shape("(0,)"), "an array of shape (0,) and type f8 has 0 bytes; there are 8 bytes"),
            (
                ArrayBytes.npy(descr: "<f4", shape: "()", eight),
                "an array of shape () and type f4 has 4 bytes; there are 8 bytes"
            ),
            (
                shape("(" + String(repeating: "1, ", count: 65) + ")"),
                "the header of the .npy file has a shape of 65 dimensions; up to 64 can be read"
            ),
        ] as [([UInt8], String)])
    func npyThatLies(_ bytes: [UInt8], _ message: String) { expect(.npy, bytes, message, #_sourceLocation) }

    @Test(
        arguments: [
            ("", "ends where '{' should be"),
            ("[1]", "has '[' where '{' should be (character 0, counted from 0)"),
            ("{", "ends where a key in quotes should be"),
            ("{'descr'", "ends where ':' should be"),
            ("{'descr: 1", "ends where a quote should be"),
            ("{'descr': <f8", "has '<' where a type in quotes should be (character 10, counted from 0)"),
            ("{'descr': 'f\\x38'", "has '\\' where plain characters should be (character 12, counted from 0)"),
            ("{'a\u{7}'", "has byte 7 where plain characters should be (character 3, counted from 0)"),
            ("{'descr': '<f3'", "has the type '<f3'; f2, f4, f8, i1 to i8, u1 to u8 and b1 can be read"),
            ("{'descr': '<f16'", "has the type '<f16'; f2, f4, f8, i1 to i8, u1 to u8 and b1 can be read"),
            ("{'descr': ''", "has the type ''; f2, f4, f8, i1 to i8, u1 to u8 and b1 can be read"),
            ("{'descr': '<>f8'", "has the type '<>f8'; f2, f4, f8, i1 to i8, u1 to u8 and b1 can be read"),
            ("{'descr': '|O'", "has the type '|O'; f2, f4, f8, i1 to i8, u1 to u8 and b1 can be read"),
            ("{'descr': [('x', '<f4')]", "describes records with several fields; only arrays of numbers can be read"),
            ("{'fortran_order': 1", "has '1' where True or False should be (character 18, counted from 0)"),
            ("{'shape': 3", "has '3' where '(' should be (character 10, counted from 0)"),
            ("{'shape': (3)", "has ')' where a comma should be (character 12, counted from 0)"),
            ("{'shape': (3, 4", "ends where ')' should be"),
            ("{'shape': (x,)", "has 'x' where an integer should be (character 11, counted from 0)"),
            ("{'shape': (,)", "has ',' where an integer should be (character 11, counted from 0)"),
            ("{'shape': (3,), 'shape': (3,)}", "has the key 'shape' twice"),
            ("{'extra': 1}", "has the unknown key 'extra'; the keys are descr, fortran_order and shape"),
            ("{}", "lacks the key 'descr'"),
            ("{'descr': '<f8', 'shape': ()}", "lacks the key 'fortran_order'"),
            ("{'descr': '<f8', 'fortran_order': False, }", "lacks the key 'shape'"),
            ("{'shape': () 'descr'", "has ''' where '}' should be (character 13, counted from 0)"),
            (
                "{'descr': '<f8', 'fortran_order': False, 'shape': ()} import os",
                "has 'i' where the end should be (character 54, counted from 0)"
            ),
        ])
    func npyHeaderThatIsNone(_ header: String, _ message: String) {
        expect(.npy, ArrayBytes.npy(header), "the header of the .npy file \(message)", #_sourceLocation)
    }

    @Test(
        arguments: [
            (
                ArrayBytes.npy(descr: "|u1", shape: "(1, 2)", [1, 2]),
                "labels must be one integer per row; the array's shape is (1, 2)"
            ),
            (
                ArrayBytes.npy(descr: "<f4", shape: "(2,)", [0, 0, 0, 0, 0, 0, 0x20, 0x40]),
                "labels must be integers; row 1 (counted from 0) has 2.5"
            ),
            (
                ArrayBytes.npy(descr: "<f2", shape: "(2,)", [0, 0x3c, 0, 0x3e]),
                "labels must be integers; row 1 (counted from 0) has 1.5"
            ),
            (
                ArrayBytes.npy(descr: "<f4", shape: "(1,)", [0, 0, 0xc0, 0x7f]),
                "labels must be integers; row 0 (counted from 0) has nan"
            ),
            (
                ArrayBytes.npy(descr: "<u8", shape: "(1,)", [0, 0, 0, 0, 0, 0, 0, 0x80]),
                "labels must be integers; row 0 (counted from 0) has 9.223372036854776e+18"
            ),
        ] as [([UInt8], String)])
    func labelsThatAreNone(_ bytes: [UInt8], _ message: String) { expect(.npyLabels, bytes, message, #_sourceLocation) }

    // MARK: IDX

    @Test(
        arguments: [
            ([0, 0, 8], "not an IDX file: it doesn't begin with two zeros, a type and a number of dimensions"),
            ([0, 1, 8, 1], "not an IDX file: it doesn't begin with two zeros, a type and a number of dimensions"),
            ([0, 0, 10, 1], "IDX has no type 10; the types are 8, 9, 11, 12, 13 and 14"),
            ([0, 0, 8, 0], "the IDX file has no dimensions"),
            (
                [0, 0, 8, 2, 0, 0, 0, 1],
                "the file is truncated: a header of 2 dimensions has 12 bytes; there are 8 "
                    + "bytes"
            ),
            (
                ArrayBytes.idx(8, [2, 3], [1, 2, 3, 4, 5]),
                "an array of shape (2, 3) and type u1 has 6 bytes; the file is truncated: there are 5 bytes"
            ),
            (
                ArrayBytes.idx(12, [1], [1, 2, 3, 4, 5]),
                "an array of shape (1,) and type i4 has 4 bytes; there are 5 bytes"
            ),
            (
                ArrayBytes.idx(14, [.max, .max, .max], []),
                "the shape (4294967295, 4294967295, 4294967295) is not possible"
            ),
            (ArrayBytes.idx(8, [.max, 0], []), "the shape (4294967295, 0) is too large for an array without elements"),
        ] as [([UInt8], String)])
    func idxThatLies(_ bytes: [UInt8], _ message: String) { expect(.idx, bytes, message, #_sourceLocation) }

    @Test func idxImagesAreNoLabels() {
        expect(
            .idxLabels, ArrayBytes.idx(8, [1, 2], [1, 2]),
            "labels must be one integer per row; the array's shape "
                + "is (1, 2)",
            #_sourceLocation)
    }

    // MARK: gzip

    @Test func gzipThatIsCutOrDamaged() {
        let whole = ArrayBytes.gzip(Array("some text".utf8))
        for count in 1..<whole.count {
            expect(
                .gzip, Array(whole.prefix(count)),
                "the gzip data is truncated: it ends at byte \(count), within "
                    + "a member",
                #_sourceLocation)
            // A second member is as whole as the first.
            expect(
                .gzip, whole + whole.prefix(count),
                "the gzip data is truncated: it ends at byte \(whole.count + count), within a member", #_sourceLocation)
        }
        func damaged(_ index: Int) -> [UInt8] {
            var bytes = whole
            bytes[index] ^= 1
            return bytes
        }
        let count = whole.count
        expect(
            .gzip, damaged(20), "the gzip data is damaged before byte \(count - 4): incorrect data check",
            #_sourceLocation)
        expect(
            .gzip, damaged(count - 8), "the gzip data is damaged before byte \(count - 4): incorrect data check",
            #_sourceLocation)
        expect(
            .gzip, damaged(count - 1), "the gzip data is damaged before byte \(count): incorrect length check",
            #_sourceLocation)
        expect(
            .gzip, damaged(2), "the gzip data is damaged before byte 4: unknown compression method", #_sourceLocation)
        expect(
            .gzip, whole + [0, 0], "the gzip data is damaged before byte \(count + 2): incorrect header check",
            #_sourceLocation)
    }

    @Test func gzippedFilesThatLie() {
        let huge = ArrayBytes.gzip(ArrayBytes.npy(descr: "|u1", shape: "(1099511627776,)", [1, 2, 3]))
        expect(
            .npy, huge,
            "an array of shape (1099511627776,) and type u1 has 1099511627776 bytes; \(huge.count) compressed "
                + "bytes can't hold them",
            #_sourceLocation)
        // Possible, and not there.
        expect(
            .npy, ArrayBytes.gzip(ArrayBytes.npy(descr: "|u1", shape: "(20000,)", [1, 2, 3])),
            "an array of shape (20000,) and type u1 has 20000 bytes; the file is truncated: there are 3 bytes",
            #_sourceLocation)
        // More than the header says, within what is read with the header and beyond it.
        for count in [100, 100_000] {
            let bytes = [UInt8](repeating: 7, count: count)
            expect(
                .idx, ArrayBytes.gzip(ArrayBytes.idx(8, [UInt32(count) - 1], bytes)),
                "an array of shape (\(count - 1),) and type u1 has \(count - 1) bytes; there are \(count) bytes",
                #_sourceLocation)
        }
        // The checksum counts where all of the array was there before.
        var damaged = ArrayBytes.gzip(ArrayBytes.idx(8, [100_000], [UInt8](repeating: 7, count: 100_000)))
        damaged[damaged.count - 8] ^= 1
        expect(
            .idx, damaged, "the gzip data is damaged before byte \(damaged.count - 4): incorrect data check",
            #_sourceLocation)
        expect(
            .idx, ArrayBytes.gzip([]),
            "not an IDX file: it doesn't begin with two zeros, a type and a number of dimensions",
            #_sourceLocation)
    }

    // MARK: .npz

    private static let array = ArrayBytes.npy(descr: "<f8", shape: "(1,)", eight)

    @Test(
        arguments: [
            ([], "not a zip archive: the file is empty"),
            ([1, 2, 3], "not a zip archive: Not a zip archive"),
            (Array(ArrayBytes.zip("x.npy", array).dropLast()), "not a zip archive: Not a zip archive"),
            (ArrayBytes.zip("y.npy", array), "no entry 'x.npy'; the archive has [\"y.npy\"]"),
            (ArrayBytes.zip("x.npy", array, flags: 1), "x.npy: is encrypted"),
            (
                ArrayBytes.zip("x.npy", array, method: 12),
                "x.npy: is compressed by method 12; deflate (8) and none (0) can be read"
            ),
            (
                ArrayBytes.zip("x.npy", array, says: array.count + 1),
                "x.npy: claims \(array.count + 1) bytes from \(array.count) compressed bytes, which is impossible"
            ),
            (
                ArrayBytes.zip("x.npy", array, method: 8, says: 1 << 31),
                "x.npy: claims \(1 << 31) bytes from \(array.count) compressed bytes, which is impossible"
            ),
            (
                ArrayBytes.zip("x.npy", Array(array.dropLast())),
                "x.npy: an array of shape (1,) and type f8 has 8 bytes; the file is truncated: there are 7 bytes"
            ),
            (
                ArrayBytes.zip("x.npy", array + [0]),
                "x.npy: an array of shape (1,) and type f8 has 8 bytes; there are 9 bytes"
            ),
            (
                ArrayBytes.zip("x.npy", [1]),
                "x.npy: not an .npy file: it doesn't begin with \\x93NUMPY and a version"
            ),
        ] as [([UInt8], String)])
    func npzThatLies(_ bytes: [UInt8], _ message: String) { expect(.npz, bytes, message, #_sourceLocation) }

    @Test func npzWhoseChecksumIsWrong() {
        var bytes = ArrayBytes.zip("x.npy", Self.array)
        bytes[30 + 5 + Self.array.count - 1] = 1
        expect(.npz, bytes, "x.npy: CRC error", #_sourceLocation)
    }

    // MARK: Files

    @Test func errorsBeginWithTheFile() throws {
        let folder = FileManager.default.temporaryDirectory
        let url = folder.appending(path: "hostile-\(UUID()).npy")
        try Data([1, 2, 3]).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        let path = url.path(percentEncoded: false)
        let readers: [() throws -> Void] = [
            { _ = try Matrix<Double>(npy: url) },
            { _ = try Matrix<Float>(idx: url) },
            { _ = try Matrix<Double>(npz: url, name: "x") },
            { _ = try NPZFile(url) },
            { _ = try [Int](npy: url) },
            { _ = try [Int](idx: url) },
            { _ = try MappedMatrix<Float>(npy: url) },
            { _ = try MappedMatrix<Float>(idx: url) },
        ]
        for reader in readers {
            let error = #expect(throws: PerceptronError.self) { try reader() }
            guard case .invalidFile(let message) = error, message.hasPrefix("\(path): ") else {
                Issue.record("\(error?.description ?? "")")
                continue
            }
        }
        try FileManager.default.removeItem(at: url)
        for reader in readers {
            #expect(throws: PerceptronError.fileAccess("\(path): can't be read: No such file or directory")) {
                try reader()
            }
        }
        #expect(
            throws: PerceptronError.fileAccess("\(path)/x.npy: its folder can't be opened: No such file or directory")
        ) {
            try Matrix<Double>(rows: 1, columns: 1).write(npy: url.appending(path: "x.npy"))
        }
    }

    /// What the fuzzer begins with, and whether it must be read.
    @Test(arguments: [ArrayReader.npy, .idx, .npz, .gzip])
    func corpus(_ reader: ArrayReader) throws {
        let folder = try #require(Bundle.module.url(forResource: "Corpus/\(reader)", withExtension: nil))
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count >= 8)
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: file))
            do throws(PerceptronError) {
                try reader.read(bytes)
                #expect(file.lastPathComponent.hasPrefix("good-"), "\(file.lastPathComponent) was read")
            } catch {
                #expect(file.lastPathComponent.hasPrefix("bad-"), "\(error)")
                guard case .invalidFile(let message) = error, message.hasPrefix("file: ") else {
                    Issue.record("\(error)")
                    continue
                }
            }
        }
    }
}
