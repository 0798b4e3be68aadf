import Foundation
import TestSupport
import Testing

@testable import Perceptron

@Suite struct SafetensorsTests {
    private static let golden = Bundle.module.resourceURL!.appending(path: "Golden/safetensors")

    private static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: golden.appending(path: "\(name).safetensors")))
    }

    /// −2, −1, 0, …
    private static func counted<Number: SignedNumeric & ExpressibleByIntegerLiteral>(
        _ count: Int, _: Number.Type = Number.self
    ) -> [Number] { (0..<count).map { Number(exactly: $0 - 2)! } }

    // MARK: Writing

    /// What `make_safetensors_golden.py` has written.
    private func writer(metadata: [String: String] = [:]) throws -> SafetensorsWriter {
        var writer = SafetensorsWriter(metadata: metadata)
        try writer.add("b", shape: [2, 3], Self.counted(6, Double.self))
        try writer.add("a", Self.counted(4, Float.self))
        try writer.add("é", shape: [2, 2, 2], Self.counted(8, Float.self))
        try writer.add("Z", Self.counted(3, Int.self))
        try writer.add("state", [0, 1 << 63, UInt64.max])
        try writer.add("quote\"\\\n\u{1}", shape: [1, 1], Self.counted(1, Double.self))
        try writer.add("empty", shape: [0, 3], [] as [Float])
        try writer.add("scalar", shape: [], Self.counted(1, Double.self))
        try writer.add("\u{1F600}", Self.counted(1, Float.self))
        try writer.add("\u{FFEE}", Self.counted(1, Float.self))
        return writer
    }

    @Test func writesWhatTheReferenceImplementationWrites() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            func check(_ writer: SafetensorsWriter, _ golden: String) throws {
                try writer.write(to: file)
                #expect(try [UInt8](Data(contentsOf: file)) == Self.bytes(golden), "\(golden)")
            }
            try check(try writer(), "written")
            try check(try writer(metadata: ["ké\n": "v\"\\/\u{8}\u{C}\u{1F}"]), "metadata")
            try check(SafetensorsWriter(), "nothing")
        }
    }

    @Test func metadataAreSorted() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            let metadata = Dictionary(uniqueKeysWithValues: (0..<20).map { ("key \($0)", "\($0)") })
            try SafetensorsWriter(metadata: metadata).write(to: file)
            let found = try SafetensorsFile(contentsOf: file)
            #expect(found.metadata == metadata)
            let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
            let places = metadata.keys.sorted().map { text.range(of: "\"\($0)\"")?.lowerBound }
            #expect(places == places.sorted { $0! < $1! })
        }
    }

    @Test func whatCannotBeWritten() throws {
        var writer = try writer()
        let cases: [(String, [Int], PerceptronError)] = [
            ("a", [1], .invalidArgument("two tensors are named \"a\"")),
            (
                "__metadata__", [1],
                .invalidArgument("no tensor can be named \"__metadata__\", which is the key of the metadata")
            ),
            ("x", [2], .shapeMismatch("tensor \"x\" has 1 element, which is not what the shape [2] has")),
            ("x", [-1, -1], .shapeMismatch("tensor \"x\" has 1 element, which is not what the shape [-1, -1] has")),
            (
                "x", [1 << 62, 4],
                .shapeMismatch("tensor \"x\" has 1 element, which is not what the shape [4611686018427387904, 4] has")
            ),
        ]
        for (name, shape, error) in cases {
            #expect(throws: error) { try writer.add(name, shape: shape, [1.0]) }
        }
        // What was refused has left nothing.
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            try writer.write(to: file)
            #expect(try [UInt8](Data(contentsOf: file)) == Self.bytes("written"))
            let path = folder.appending(path: "missing/file").path(percentEncoded: false)
            #expect(
                throws: PerceptronError.fileAccess("\(path): its folder can't be opened: No such file or directory")
            ) { try writer.write(to: folder.appending(path: "missing/file")) }
        }
    }

    // MARK: Reading

    @Test func readsWhatTheReferenceImplementationWrites() throws {
        let file = try SafetensorsFile(contentsOf: Self.golden.appending(path: "metadata.safetensors"))
        #expect(file.metadata == ["ké\n": "v\"\\/\u{8}\u{C}\u{1F}"])
        #expect(
            file.tensors.map(\.name) == [
                "state", "Z", "b", "quote\"\\\n\u{1}", "scalar", "a", "empty", "é", "\u{FFEE}", "\u{1F600}",
            ])
        #expect(try file.matrix("b", of: Double.self) == Matrix([[-2, -1, 0], [1, 2, 3]]))
        #expect(try file.matrix("b", of: Float.self) == Matrix([[-2, -1, 0], [1, 2, 3]]))
        #expect(try file.matrix("a", of: Double.self) == Matrix([[-2, -1, 0, 1]]))
        #expect(try file.matrix("empty", of: Double.self) == Matrix(rows: 0, columns: 3))
        #expect(try file.array("é", of: Float.self, shape: [2, 2, 2]) == Self.counted(8))
        #expect(try file.array("Z", of: Int.self) == [-2, -1, 0])
        #expect(try file.array("state", of: UInt64.self) == [0, 1 << 63, .max])
        #expect(try file.array("scalar", of: Double.self, shape: []) == [-2])
        #expect(file["b"]?.shape == [2, 3])
        #expect(file["b"]?.count == 6)
        #expect(file["c"] == nil)
        let nothing = try SafetensorsFile(contentsOf: Self.golden.appending(path: "nothing.safetensors"))
        #expect(nothing.tensors.isEmpty && nothing.metadata.isEmpty)
    }

    @Test func readsEveryType() throws {
        let file = try SafetensorsFile(contentsOf: Self.golden.appending(path: "read.safetensors"))
        #expect(Set(file.tensors.map(\.type)) == Set(SafetensorsType.allCases))
        for name in ["f8", "f4", "f2", "bf16"] {
            #expect(try file.array(name, of: Double.self, shape: [2, 3]) == Self.counted(6))
            #expect(try file.array(name, of: Float.self, shape: [2, 3]) == Self.counted(6))
        }
        for name in ["i8", "i4", "i2", "i1"] {
            #expect(try file.array(name, of: Int.self) == Self.counted(6))
            #expect(try file.array(name, of: Int8.self) == Self.counted(6))
        }
        for name in ["u8", "u4", "u2", "u1"] {
            #expect(try file.array(name, of: UInt64.self) == [0, 1, 2, 3, 4, 5])
            #expect(try file.array(name, of: Int32.self) == [0, 1, 2, 3, 4, 5])
        }
        #expect(try file.array("bool", of: Int.self, shape: [1, 3]) == [1, 0, 1])
    }

    /// What a tensor's span has in it; nil if there is none.
    private func inPlace<Number: SafetensorsNumber>(_ file: SafetensorsFile, _ name: String) -> [Number]? {
        guard let span = file.span(name, of: Number.self) else { return nil }
        return span.indices.map { span[$0] }
    }

    @Test func spansAreTheFileItself() throws {
        let file = try SafetensorsFile(contentsOf: Self.golden.appending(path: "written.safetensors"))
        #expect(inPlace(file, "b") == Self.counted(6, Double.self))
        #expect(inPlace(file, "a") == Self.counted(4, Float.self))
        #expect(inPlace(file, "empty") == [] as [Float])
        #expect(inPlace(file, "b") == nil as [Float]?)
        #expect(inPlace(file, "c") == nil as [Float]?)

        // A header that is not padded leaves the numbers where they can be copied, and not be looked at.
        try withTemporaryFolder { folder in
            let url = folder.appending(path: "odd")
            let header = #"{"x":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}} "#
            try Data(Self.file(header, [0, 0, 0, 0, 0, 0, 0xF0, 0x3F])).write(to: url)
            let odd = try SafetensorsFile(contentsOf: url)
            #expect(inPlace(odd, "x") == nil as [Double]?)
            #expect(try odd.array("x", of: Double.self) == [1])
        }
    }

    @Test func tensorsThatAreNotWhatIsAskedFor() throws {
        let url = Self.golden.appending(path: "read.safetensors")
        let file = try SafetensorsFile(contentsOf: url)
        let path = url.path(percentEncoded: false)
        func refused(_ reason: String, _ body: () throws -> Void) {
            #expect(throws: PerceptronError.invalidFile("\(path): \(reason)"), performing: body)
        }
        refused(
            "there is no tensor \"x\"; there are \"u8\", \"i8\", \"f8\", \"f4\", \"u4\", \"i4\", \"bf16\", \"f2\", \"u2\", \"i2\" …"
        ) { _ = try file.array("x", of: Double.self) }
        refused("tensor \"f8\" has the shape [2, 3]; [3, 2] is expected") {
            _ = try file.array("f8", of: Double.self, shape: [3, 2])
        }
        refused("tensor \"i8\" is I64; F64, F32, F16 or BF16 are expected") {
            _ = try file.array("i8", of: Double.self)
        }
        refused("tensor \"f4\" is F32; whole numbers that fit Int are expected") {
            _ = try file.array("f4", of: Int.self)
        }
        refused("tensor \"i8\" is I64; whole numbers that fit UInt64 are expected") {
            _ = try file.array("i8", of: UInt64.self)
        }
        let written = Self.golden.appending(path: "written.safetensors")
        let other = written.path(percentEncoded: false)
        #expect(
            throws: PerceptronError.invalidFile(
                "\(other): tensor \"é\" has the shape [2, 2, 2]; a matrix or a vector is expected")
        ) { try SafetensorsFile(contentsOf: written).matrix("é", of: Double.self) }
        let missing = Self.golden.appending(path: "missing")
        #expect(
            throws: PerceptronError.fileAccess(
                "\(missing.path(percentEncoded: false)): can't be read: No such file or directory")
        ) { try SafetensorsFile(contentsOf: missing) }
    }

    @Test func roundTripsOfRandomTensors() throws {
        var generator = RandomGenerator(seed: 7)
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            for _ in 0..<20 {
                var writer = SafetensorsWriter(metadata: ["seed": "\(generator.next())"])
                var doubles: [String: [UInt64]] = [:]
                var floats: [String: [UInt32]] = [:]
                var shapes: [String: [Int]] = [:]
                for index in 0..<generator.nextInteger(below: 9) {
                    let shape = (0..<generator.nextInteger(below: 4)).map { _ in generator.nextInteger(below: 6) }
                    let count = shape.reduce(1, *)
                    let name = "\(generator.nextInteger(below: 1000)).\(index)"
                    shapes[name] = shape
                    // Any bits: those of NaNs come back too.
                    if generator.nextInteger(below: 2) == 0 {
                        let bits = (0..<count).map { _ in generator.next() }
                        doubles[name] = bits
                        try writer.add(name, shape: shape, bits.map { Double(bitPattern: $0) })
                    } else {
                        let bits = (0..<count).map { _ in UInt32(truncatingIfNeeded: generator.next()) }
                        floats[name] = bits
                        try writer.add(name, shape: shape, bits.map { Float(bitPattern: $0) })
                    }
                }
                try writer.write(to: file)
                let found = try SafetensorsFile(contentsOf: file)
                #expect(found.metadata == writer.metadata)
                #expect(found.tensors.count == shapes.count)
                for (name, bits) in doubles {
                    #expect(try found.array(name, of: Double.self, shape: shapes[name]).map(\.bitPattern) == bits)
                }
                for (name, bits) in floats {
                    #expect(try found.array(name, of: Float.self, shape: shapes[name]).map(\.bitPattern) == bits)
                }
            }
        }
    }

    #if !(os(macOS) && arch(x86_64))
        @Test func everyNumberOfSixteenBits() {
            let wrong = (UInt16.min...UInt16.max).filter { bits in
                let (half, expected) = (Float(half: bits), Float(Float16(bitPattern: bits)))
                // Swift's own conversion makes a signalling NaN quiet.
                return expected.isNaN ? !half.isNaN : half.bitPattern != expected.bitPattern
            }
            #expect(wrong.isEmpty)
            #expect(Float(bfloat: 0x3FC0) == 1.5)
        }
    #endif

    // MARK: Files that must not be believed

    /// A file with that header, and data behind it.
    private static func file(_ header: String, _ data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
        let length = length ?? UInt64(header.utf8.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8) + data
    }

    private static func entry(_ type: String, _ shape: String, _ offsets: String) -> String {
        #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
    }

    private func refused(_ bytes: [UInt8], _ reason: String) {
        #expect(throws: PerceptronError.invalidFile("file: \(reason)")) {
            try SafetensorsHeader(bytes.span, path: "file")
        }
    }

    @Test(
        arguments: [
            ([], "a file of 0 bytes is not a safetensors file, which has at least 8"),
            ([2, 0, 0, 0, 0, 0, 0], "a file of 7 bytes is not a safetensors file, which has at least 8"),
            (file("", length: 0), "the header does not begin with {"),
            // Longer than any may be, up to what overflows when eight is added.
            (
                file("{}", length: 100_000_001),
                "not a safetensors file: its header would have 100000001 bytes; at most 100000000 are allowed"
            ),
            (
                file("{}", length: 1 << 63),
                "not a safetensors file: its header would have 9223372036854775808 bytes; at most 100000000 are allowed"
            ),
            (
                file("{}", length: .max),
                "not a safetensors file: its header would have 18446744073709551615 bytes; at most 100000000 are allowed"
            ),
            (file("{}", length: 100_000_000), "the header has 100000000 bytes; the file has 2 after its length"),
            (file("{}", length: 3), "the header has 3 bytes; the file has 2 after its length"),
            (file("{}", length: 1), "byte 9: expected a string, found the end"),
            // What comes before or behind, so that the file is one of another kind too.
            (file(" {}"), "the header does not begin with {"),
            (file("\u{FEFF}{}"), "the header does not begin with {"),
            (file("[]"), "the header does not begin with {"),
            (file("{}{}"), "byte 10: expected the end of the text, found {"),
            (file("{}\0\0\0\0\0\0"), "byte 10: expected the end of the text, found the byte 0"),
            (file("{} x"), "byte 11: expected the end of the text, found x"),
            (file("{}", [0]), "the tensors end at 0, the file 1 byte after that"),
            (
                file("{\"a\":" + entry("U8", "[1]", "[0,1]") + "}", [1, 2, 3]),
                "the tensors end at 1, the file 2 bytes after that"
            ),
            // Two readers may take different ones of two.
            (
                file("{\"a\":" + entry("U8", "[1]", "[0,1]") + ",\"a\":" + entry("U8", "[1]", "[1,2]") + "}", [1, 2]),
                "byte 61: the key \"a\" occurs twice"
            ),
            (
                file(#"{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}"#, [1]),
                "byte 27: the key \"dtype\" occurs twice"
            ),
            (file(#"{"__metadata__":{},"__metadata__":{}}"#), "byte 27: the key \"__metadata__\" occurs twice"),
            (file(#"{"__metadata__":{"k":"1","k":"2"}}"#), "byte 33: the key \"k\" occurs twice"),
            // Metadata of other kinds.
            (file(#"{"__metadata__":{"k":1}}"#), "__metadata__ has a \"k\" that is not a string"),
            (file(#"{"__metadata__":{"k":{}}}"#), "__metadata__ has a \"k\" that is not a string"),
            (file(#"{"__metadata__":null}"#), "__metadata__ is not an object"),
            (file(#"{"__metadata__":"k"}"#), "__metadata__ is not an object"),
            // Entries that say nothing, or too much.
            (file(#"{"a":1}"#), "tensor \"a\": its entry is not an object"),
            (file(#"{"a":{}}"#), "tensor \"a\": its dtype is not a string"),
            (file(#"{"a":{"dtype":8}}"#), "tensor \"a\": its dtype is not a string"),
            (
                file(#"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"offset":0}}"#),
                "tensor \"a\": its entry has a \"offset\", which the format doesn't define"
            ),
            (
                file("{\"a\":" + entry("F8_E4M3", "[1]", "[0,1]") + "}", [1]),
                "tensor \"a\": its dtype is F8_E4M3; supported are BOOL U8 I8 I16 U16 F16 BF16 I32 U32 F32 F64 I64 U64"
            ),
            (
                file("{\"a\":" + entry("f32", "[1]", "[0,4]") + "}", [1, 2, 3, 4]),
                "tensor \"a\": its dtype is f32; supported are BOOL U8 I8 I16 U16 F16 BF16 I32 U32 F32 F64 I64 U64"
            ),
            (file(#"{"a":{"dtype":"U8","data_offsets":[0,0]}}"#), noShape),
            (file("{\"a\":" + entry("U8", "1", "[0,1]") + "}", [1]), noShape),
            (file("{\"a\":" + entry("U8", "[-1]", "[0,1]") + "}", [1]), noShape),
            (file("{\"a\":" + entry("U8", "[-1,-1]", "[0,1]") + "}", [1]), noShape),
            (file("{\"a\":" + entry("U8", "[1.0]", "[0,1]") + "}", [1]), noShape),
            (file("{\"a\":" + entry("U8", "[1e0]", "[0,1]") + "}", [1]), noShape),
            (file("{\"a\":" + entry("U8", "[\"1\"]", "[0,1]") + "}", [1]), noShape),
            (file("{\"a\":" + entry("U8", "[9223372036854775808]", "[0,1]") + "}", [1]), noShape),
            (file("{\"a\":" + entry("U8", "[18446744073709551617]", "[0,1]") + "}", [1]), noShape),
            (file(#"{"a":{"dtype":"U8","shape":[0]}}"#), noOffsets),
            (file("{\"a\":" + entry("U8", "[1]", "[0]") + "}", [1]), noOffsets),
            (file("{\"a\":" + entry("U8", "[1]", "[0,1,2]") + "}", [1]), noOffsets),
            (file("{\"a\":" + entry("U8", "[1]", "[-1,0]") + "}", [1]), noOffsets),
            (file("{\"a\":" + entry("U8", "[1]", "[0,18446744073709551615]") + "}", [1]), noOffsets),
            (file("{\"a\":" + entry("U8", "[1]", "{\"0\":0,\"1\":1}") + "}", [1]), noOffsets),
            // Sizes that overflow, and come out right if nobody looks.
            (
                file("{\"a\":" + entry("U8", "[4294967296,4294967296]", "[0,0]") + "}"),
                "tensor \"a\": its shape [4294967296, 4294967296] is larger than any memory"
            ),
            (
                file("{\"a\":" + entry("F64", "[2305843009213693952]", "[0,0]") + "}"),
                "tensor \"a\": its shape [2305843009213693952] is larger than any memory"
            ),
            (
                file("{\"a\":" + entry("U8", "[9223372036854775807,2,0]", "[0,0]") + "}"),
                "tensor \"a\": its shape [9223372036854775807, 2, 0] is larger than any memory"
            ),
            (
                file("{\"a\":" + entry("U8", "[9223372036854775807]", "[0,9223372036854775807]") + "}"),
                "tensor \"a\": its data_offsets end at 9223372036854775807; the file has 0 bytes of tensors"
            ),
            // Sizes that don't match.
            (
                file("{\"a\":" + entry("F32", "[2]", "[0,4]") + "}", [1, 2, 3, 4]),
                "tensor \"a\": F32 of shape [2] needs 8 bytes; its data_offsets have 4"
            ),
            (
                file("{\"a\":" + entry("F32", "[]", "[0,0]") + "}"),
                "tensor \"a\": F32 of shape [] needs 4 bytes; its data_offsets have 0"
            ),
            (
                file("{\"a\":" + entry("F32", "[0]", "[0,4]") + "}", [1, 2, 3, 4]),
                "tensor \"a\": F32 of shape [0] needs 0 bytes; its data_offsets have 4"
            ),
            (
                file("{\"a\":" + entry("U8", "[2]", "[2,0]") + "}", [1, 2]),
                "tensor \"a\": its data_offsets begin at 2, after their end at 0"
            ),
            (
                file("{\"a\":" + entry("U8", "[2]", "[0,2]") + "}", [1]),
                "tensor \"a\": its data_offsets end at 2; the file has 1 byte of tensors"
            ),
            // Tensors that overlap, and bytes that belong to none.
            (
                file(
                    "{\"a\":" + entry("U8", "[2]", "[0,2]") + ",\"b\":" + entry("U8", "[2]", "[1,3]") + "}", [1, 2, 3]),
                "tensor \"b\": begins at 1, where the one before it ends at 2"
            ),
            (
                file("{\"a\":" + entry("U8", "[2]", "[0,2]") + ",\"b\":" + entry("U8", "[2]", "[0,2]") + "}", [1, 2]),
                "tensor \"b\": begins at 0, where the one before it ends at 2"
            ),
            (
                file(
                    "{\"a\":" + entry("U8", "[1]", "[0,1]") + ",\"b\":" + entry("U8", "[1]", "[2,3]") + "}", [1, 2, 3]),
                "tensor \"b\": begins at 2, where the one before it ends at 1"
            ),
            (
                file("{\"a\":" + entry("U8", "[1]", "[1,2]") + "}", [1, 2]),
                "tensor \"a\": begins at 1, where the one before it ends at 0"
            ),
            (
                file("{\"a\":" + entry("U8", "[0]", "[1,1]") + ",\"b\":" + entry("U8", "[2]", "[0,2]") + "}", [1, 2]),
                "tensor \"a\": begins at 1, where the one before it ends at 2"
            ),
            // No JSON.
            (file("{\"a\":NaN}"), "byte 13: expected a value, found N"),
            (file("{'a':1}"), "byte 9: expected a string, found '"),
            (file("{} // x"), "byte 11: expected the end of the text, found /"),
        ] as [([UInt8], String)])
    func filesThatMustNotBeBelieved(_ bytes: [UInt8], _ reason: String) { refused(bytes, reason) }

    private static let noShape = "tensor \"a\": its shape is not an array of whole numbers from 0 to 2⁶³ − 1"
    private static let noOffsets = "tensor \"a\": its data_offsets are not two whole numbers from 0 to 2⁶³ − 1"

    @Test func headersThatAreNoUTF8() {
        for bytes: [UInt8] in [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80]] {
            let header = Array("{\"".utf8) + bytes + Array("\":1}".utf8)
            refused(
                [UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header, "byte 9: the string is not well-formed UTF-8")
        }
    }

    @Test func headersOfManyEntries() {
        var entries = (0...SafetensorsHeader.mostTensors).map { "\"\($0)\":1" }
        refused(
            Self.file("{" + entries.joined(separator: ",") + "}"),
            "the header has 100001 entries; at most 100000 are allowed")
        entries.removeAll()
        // An empty shape costs two bytes, and a place in memory.
        let dimensions = [String](repeating: "0", count: 1_000_000).joined(separator: ",")
        let header = "{\"a\":[\(dimensions)]}"
        refused(Self.file(header), "byte 2000010: more than 1000000 values")
    }

    @Test func whatIsAllowed() throws {
        // Entries in any order, empty tensors anywhere, space behind the header and within it, an odd length.
        let header =
            "{\n \"b\" : " + Self.entry("U16", "[1, 1]", "[1, 3]") + ",\"e\":" + Self.entry("F64", "[3,0]", "[1,1]")
            + ",\"f\":" + Self.entry("F64", "[0]", "[3,3]") + ",\"a\":" + Self.entry("U8", "[]", "[0,1]")
            + ",\"d\":" + Self.entry("F64", "[0]", "[0,0]") + "}  \n"
        let bytes = Self.file(header, [7, 1, 2])
        let found = try SafetensorsHeader(bytes.span, path: "file")
        #expect(found.tensors.map(\.name) == ["d", "a", "e", "b", "f"])
        #expect(found.tensors[1].integers(of: Int.self, in: bytes.span) == [7])
        #expect(found.tensors[3].integers(of: Int.self, in: bytes.span) == [513])
    }

    /// What is cut off anywhere is refused; what has a byte changed in its header is read or refused.
    @Test func damagedFiles() throws {
        let bytes = try Self.bytes("metadata")
        for end in 0..<bytes.count {
            let cut = Array(bytes[..<end])
            #expect(throws: PerceptronError.self) { try SafetensorsHeader(cut.span, path: "file") }
        }
        var generator = RandomGenerator(seed: 3)
        for _ in 0..<3000 {
            var changed = bytes
            for _ in 0...generator.nextInteger(below: 3) {
                changed[generator.nextInteger(below: bytes.count)] = UInt8(truncatingIfNeeded: generator.next())
            }
            _ = try? SafetensorsHeader(changed.span, path: "file")
        }
    }

    /// Where the fuzzer begins: files called "good…" are read to the last element, all others are refused.
    @Test func corpus() throws {
        let folder = Bundle.module.resourceURL!.appending(path: "Corpus/safetensors")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count > 20)
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: file))
            guard file.lastPathComponent.hasPrefix("good") else {
                #expect(throws: PerceptronError.self, "\(file.lastPathComponent)") {
                    try SafetensorsHeader(bytes.span, path: "file")
                }
                continue
            }
            for tensor in try SafetensorsHeader(bytes.span, path: "file").tensors {
                let scalars = tensor.scalars(of: Double.self, in: bytes.span)?.count
                let integers = tensor.integers(of: Int.self, in: bytes.span)?.count
                #expect(scalars ?? integers == tensor.count)
            }
        }
    }
}
