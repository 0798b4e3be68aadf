import TestSupport
import Testing

@testable import PerceptronONNX

@Suite struct ProtobufReaderTests {
    /// The fields of a message, as text; what is wrong with it behind them.
    private func fields(_ bytes: [UInt8]) -> [String] {
        var reader = ProtobufReader(bytes.span)
        var fields: [String] = []
        do throws(ProtobufReader.Failure) {
            while let field = try reader.next() {
                switch field.content {
                case .varint(let number): fields.append("\(field.number): \(number)")
                case .eightBytes(let bits): fields.append("\(field.number): 8 \(bits)")
                case .fourBytes(let bits): fields.append("\(field.number): 4 \(bits)")
                case .bytes(let range): fields.append("\(field.number): \(range)")
                }
            }
        } catch {
            fields.append("\(error.offset): \(error.reason)")
        }
        return fields
    }

    private static let ones = [UInt8](repeating: 0xFF, count: 9)

    @Test(
        arguments: [
            ([], []),
            ([0x08, 0x00], ["1: 0"]),
            ([0x08, 0x96, 0x01], ["1: 150"]),
            ([0x08] + ones + [0x01], ["1: 18446744073709551615"]),
            ([0x08, 0x80, 0x00], ["1: 0"]),
            ([0x7A, 0x02, 0x61, 0x62, 0x10, 0x05], ["15: 2..<4", "2: 5"]),
            ([0x12, 0x00], ["2: 2..<2"]),
            ([0x15, 0x01, 0x02, 0x03, 0x04], ["2: 4 67305985"]),
            ([0x11, 0x01, 0, 0, 0, 0, 0, 0, 0x80], ["2: 8 9223372036854775809"]),
            ([0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 0x07], ["536870911: 7"]),

            ([0x08], ["1: a number that the end of the message cuts off"]),
            ([0x08, 0x80], ["1: a number that the end of the message cuts off"]),
            ([0x80], ["0: a number that the end of the message cuts off"]),
            ([0x08] + ones + [0x02], ["1: a number of more than 64 bits"]),
            ([0x08] + ones + [0x81, 0x00], ["1: a number of more than 64 bits"]),
            ([0x08] + ones + [0xFF, 0x01], ["1: a number of more than 64 bits"]),
            ([0x00, 0x01], ["0: 0 is not a field number"]),
            ([0x80, 0x80, 0x80, 0x80, 0x10, 0x00], ["0: 536870912 is not a field number"]),
            ([0x0B], ["0: the wire type 3, which onnx.proto doesn't use"]),
            ([0x0C], ["0: the wire type 4, which onnx.proto doesn't use"]),
            ([0x0E], ["0: the wire type 6, which onnx.proto doesn't use"]),
            ([0x0F], ["0: the wire type 7, which onnx.proto doesn't use"]),
            ([0x08, 0x01, 0x12, 0x02, 0x61], ["1: 1", "2: a length of 2, where 1 byte is left"]),
            ([0x12] + ones + [0x01], ["0: a length of 18446744073709551615, where 0 bytes are left"]),
            (
                [0x12] + [UInt8](repeating: 0xFF, count: 8) + [0x7F],
                ["0: a length of 9223372036854775807, where 0 bytes are left"]
            ),
            ([0x15, 0x01, 0x02, 0x03], ["1: a number that the end of the message cuts off"]),
            ([0x11, 0, 0, 0, 0, 0, 0, 0], ["1: a number that the end of the message cuts off"]),
        ] as [([UInt8], [String])])
    func readsFieldsAndNothingElse(bytes: [UInt8], expected: [String]) {
        #expect(fields(bytes) == expected)
    }

    private func value<Value>(
        _ bytes: [UInt8], _ read: (borrowing ProtobufReader, ProtobufReader.Field) throws -> Value
    ) throws -> Value {
        var reader = ProtobufReader(bytes.span)
        let field = try #require(try reader.next())
        return try read(reader, field)
    }

    @Test func valuesOfFields() throws {
        #expect(try value([0x0A, 0x02, 0xC3, 0xA9]) { try $0.text($1) } == "é")
        #expect(try value([0x08] + Self.ones + [0x01]) { try $0.integer($1) } == -1)
        #expect(try value([0x0D, 0, 0, 0x80, 0x3F]) { try $0.float($1) } == 1)
        func integers(_ bytes: [UInt8]) throws -> [Int] {
            var integers: [Int] = []
            try value(bytes) { try $0.integers($1, appendingTo: &integers) }
            return integers
        }
        func floats(_ bytes: [UInt8]) throws -> [Float] {
            var floats: [Float] = []
            try value(bytes) { try $0.floats($1, appendingTo: &floats) }
            return floats
        }
        func doubles(_ bytes: [UInt8]) throws -> [Double] {
            var doubles: [Double] = []
            try value(bytes) { try $0.doubles($1, appendingTo: &doubles) }
            return doubles
        }
        #expect(try integers([0x08, 0x05]) == [5])
        #expect(try integers([0x0A, 0x03, 0x05, 0x96, 0x01]) == [5, 150])
        #expect(try floats([0x0D, 0, 0, 0x80, 0x3F]) == [1])
        #expect(try floats([0x0A, 0x08, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]) == [1, -2])
        #expect(try doubles([0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]) == [1])
        #expect(try doubles([0x0A, 0x08, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]) == [1])

        func failure(_ body: () throws -> Void) -> String {
            do {
                try body()
                return "none"
            } catch { return (error as? ProtobufReader.Failure)?.reason ?? "\(error)" }
        }
        #expect(failure { _ = try value([0x0A, 0x01, 0xFF]) { try $0.text($1) } } == "a text that is not UTF-8")
        #expect(
            failure { _ = try integers([0x0A, 0x02, 0x05, 0x96]) } == "a number that the end of the message "
                + "cuts off")
        #expect(failure { _ = try floats([0x0A, 0x03, 1, 2, 3]) } == "3 bytes of numbers of 4")
        #expect(failure { _ = try doubles([0x0A, 0x04, 1, 2, 3, 4]) } == "4 bytes of numbers of 8")
        let other = "a field 1 of another type than onnx.proto gives it"
        #expect(failure { _ = try value([0x08, 0x01]) { try $0.text($1) } } == other)
        #expect(failure { _ = try value([0x0A, 0x00]) { try $0.integer($1) } } == other)
        #expect(failure { _ = try value([0x08, 0x00]) { try $0.float($1) } } == other)
        #expect(failure { _ = try doubles([0x08, 0x00]) } == other)
        #expect(failure { _ = try floats([0x08, 0x00]) } == other)
        #expect(failure { _ = try integers([0x0D, 0, 0, 0, 0]) } == other)
    }

    /// A message ends where it says, not where the file does.
    @Test(
        arguments: [
            ([0x0A, 0x02, 0x08, 0x80, 0x01], 3, "a number that the end of the message cuts off"),
            ([0x0A, 0x02, 0x12, 0x01, 0x61], 2, "a length of 1, where 0 bytes are left"),
            ([0x0A, 0x03, 0x15, 0x01, 0x02, 0x03, 0x04], 3, "a number that the end of the message cuts off"),
        ] as [([UInt8], Int, String)])
    func messagesWithinMessages(bytes: [UInt8], offset: Int, reason: String) throws {
        var reader = ProtobufReader(bytes.span)
        let field = try #require(try reader.next())
        var inner = try reader.message(field)
        do {
            _ = try inner.next()
            Issue.record("read beyond its end")
        } catch {
            #expect(error.offset == offset && error.reason == reason)
        }
    }
}
