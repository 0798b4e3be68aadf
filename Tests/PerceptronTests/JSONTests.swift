import Foundation
import Testing

@testable import Perceptron

@Suite struct JSONTests {
    private func parse(_ text: String) throws(JSONParser.Failure) -> JSONValue {
        try JSONParser.parse(Array(text.utf8).span)
    }

    private static func object(_ members: (String, JSONValue)...) -> JSONValue {
        .object(members.map { JSONValue.Member($0.0, $0.1) })
    }

    @Test(
        arguments: [
            ("null", .null), ("true", .bool(true)), (" \t\r\n false \n", .bool(false)),
            ("0", .integer(0)), ("-1", .integer(-1)), ("18446744073709551615", .integer(18_446_744_073_709_551_615)),
            ("-9223372036854775808", .integer(-9_223_372_036_854_775_808)),
            ("9007199254740993", .integer(9_007_199_254_740_993)),
            ("18446744073709551616", .number(18_446_744_073_709_551_616)),
            ("-9223372036854775809", .number(-9_223_372_036_854_775_808)),
            ("-0", .number(-0.0)), ("0.1", .number(0.1)), ("1e2", .number(100)), ("1.5E+3", .number(1500)),
            ("-2.5e-3", .number(-0.0025)), ("5e-324", .number(.leastNonzeroMagnitude)), ("1e-400", .number(0)),
            ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
            ("\"\"", .string("")), (#""a\"\\\/\b\f\n\r\t""#, .string("a\"\\/\u{8}\u{C}\n\r\t")),
            (#""\u00e9\u0000\uD83D\uDE00""#, .string("é\0😀")), ("\"é€😀\u{7F}\"", .string("é€😀\u{7F}")),
            ("[]", .array([])), ("[ 1 , [ ] , \"x\" ]", .array([.integer(1), .array([]), .string("x")])),
            ("{}", object()), (#"{ "b" : 1 , "a" : { } }"#, object(("b", .integer(1)), ("a", object()))),
        ] as [(String, JSONValue)])
    func values(_ text: String, _ value: JSONValue) throws {
        let found = try parse(text)
        #expect(found == value)
        // The two zeros are equal, and not the same.
        if case .number(let number) = value, case .number(let other) = found { #expect(number.sign == other.sign) }
        #expect(try parse(try found.text()) == value)
    }

    @Test(
        arguments: [
            ("", 0, "expected a value, found the end"),
            ("  ", 2, "expected a value, found the end"),
            ("nul", 0, "expected null"), ("True", 0, "expected a value, found T"),
            ("trues", 4, "expected the end of the text, found s"),
            ("NaN", 0, "expected a value, found N"), ("Infinity", 0, "expected a value, found I"),
            ("-", 1, "expected a digit, found the end"), ("-x", 1, "expected a digit, found x"),
            ("+1", 0, "expected a value, found +"), (".5", 0, "expected a value, found ."),
            ("01", 1, "expected the end of the text, found 1"), ("-01", 2, "expected the end of the text, found 1"),
            ("1.", 2, "expected a digit, found the end"), ("1.e3", 2, "expected a digit, found e"),
            ("1e", 2, "expected a digit, found the end"), ("1e+", 3, "expected a digit, found the end"),
            ("0x10", 1, "expected the end of the text, found x"), ("1 2", 2, "expected the end of the text, found 2"),
            ("1e999", 0, "the number is beyond the range of Double"),
            ("[-1e999]", 1, "the number is beyond the range of Double"),
            ("[1,]", 3, "expected a value, found ]"), ("[1 2]", 3, "expected , or ], found 2"),
            ("[1", 2, "expected , or ], found the end"), ("[", 1, "expected a value, found the end"),
            ("]", 0, "expected a value, found ]"), ("[1]]", 3, "expected the end of the text, found ]"),
            ("{\"a\":1,}", 7, "expected a string, found }"), ("{a:1}", 1, "expected a string, found a"),
            ("{\"a\" 1}", 5, "expected :, found 1"), ("{\"a\":}", 5, "expected a value, found }"),
            ("{\"a\":1 \"b\":2}", 7, "expected , or }, found \""), ("{", 1, "expected a string, found the end"),
            ("{\"a\":1,\"b\":2,\"a\":3}", 13, "the key \"a\" occurs twice"),
            ("{\"x\":{\"a\":1,\"\\u0061\":2}}", 12, "the key \"a\" occurs twice"),
            ("{\"\u{E9}\":1,\"e\u{301}\":2}", 8, "the key \"e\u{301}\" occurs twice"),
            ("'a'", 0, "expected a value, found '"), ("\"a", 0, "the string is not closed"),
            ("\"a\\", 3, "expected an escape, found the end"), ("\"\\x\"", 1, "unknown escape"),
            ("\"\\u12\"", 5, "expected a hexadecimal digit, found \""),
            ("\"\\u12g4\"", 5, "expected a hexadecimal digit, found g"),
            ("\"\\uD800\"", 1, "half of a surrogate pair"), ("\"\\uDC00\"", 1, "half of a surrogate pair"),
            ("\"\\uD800\\u0041\"", 1, "half of a surrogate pair"), ("\"\\uD800x\"", 1, "half of a surrogate pair"),
            ("\"\\uD800\\uFFFF\"", 1, "half of a surrogate pair"),
            ("\"\\uD800\\uD800\"", 1, "half of a surrogate pair"),
            ("\"a\nb\"", 2, "a control character in a string"), ("\"\0\"", 1, "a control character in a string"),
            ("1\0", 1, "expected the end of the text, found the byte 0"), ("// x\n1", 0, "expected a value, found /"),
            ("\u{FEFF}1", 0, "expected a value, found the byte 239"),
            ("1\u{A0}", 1, "expected the end of the text, found the byte 194"),
        ])
    func whatIsNoJSON(_ text: String, _ offset: Int, _ reason: String) {
        #expect(throws: JSONParser.Failure(offset: offset, reason: reason)) { try parse(text) }
    }

    /// Bytes that are no UTF-8, between quotation marks.
    @Test(
        arguments: [
            [0x80], [0xC3], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
            [0x61, 0xE2, 0x82],
        ] as [[UInt8]])
    func whatIsNoUTF8(_ bytes: [UInt8]) {
        let text = [0x5B, 0x22] + bytes + [0x22, 0x5D]
        #expect(throws: JSONParser.Failure(offset: 1, reason: "the string is not well-formed UTF-8")) {
            try JSONParser.parse(text.span)
        }
    }

    @Test func depthAndNumberOfValues() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try parse(nested(64))
        let tooDeep = JSONParser.Failure(offset: 64, reason: "arrays and objects are nested more than 64 deep")
        #expect(throws: tooDeep) { try parse(nested(65)) }
        #expect(throws: tooDeep) { try parse(String(repeating: "[", count: 1_000_000)) }
        #expect(
            throws: JSONParser.Failure(
                offset: 5 * 63 + 5, reason: "arrays and objects are nested more than 64 deep")
        ) { try parse(String(repeating: "{\"a\":", count: 65)) }

        let three = Array("[1,2]".utf8)
        _ = try JSONParser.parse(three.span, mostValues: 3)
        #expect(throws: JSONParser.Failure(offset: 3, reason: "more than 2 values")) {
            try JSONParser.parse(three.span, mostValues: 2)
        }
    }

    @Test func text() throws {
        let value = Self.object(
            ("z", .array([.null, .bool(true), .integer(-3), .number(0.1), .number(1), .number(1e-8)])),
            ("a\"\\/\n\u{8}\u{C}\r\t\u{1}\u{1F}\u{7F}é😀", .string("")))
        #expect(
            try value.text()
                == #"{"z":[null,true,-3,0.1,1.0,1e-08],"a\"\\/\n\b\f\r\t\u0001\u001f"# + "\u{7F}é😀\":\"\"}")
        for number in [Double.nan, .infinity, -.infinity] {
            #expect(throws: PerceptronError.invalidValue("\(number) can't be written as JSON")) {
                try JSONValue.array([.number(number)]).text()
            }
        }
    }

    @Test func accessors() throws {
        let value = try parse(#"{"a":1,"b":"x","c":[1.5],"d":18446744073709551615}"#)
        #expect(value["a"]?.integer() == 1)
        #expect(value["a"]?.integer(UInt8.self) == 1)
        #expect(value["a"]?.number == 1)
        #expect(value["a"]?.string == nil)
        #expect(value["b"]?.string == "x")
        #expect(value["b"]?.integer() == nil)
        #expect(value["b"]?.number == nil)
        #expect(value["c"]?.array?.first?.number == 1.5)
        #expect(value["c"]?.array?.first?.integer() == nil)
        #expect(value["c"]?.object == nil)
        #expect(value["d"]?.integer() == nil)
        #expect(value["d"]?.integer(UInt64.self) == .max)
        #expect(value["e"] == nil)
        #expect(value.object?.map(\.key) == ["a", "b", "c", "d"])
        #expect(value["a"]?["a"] == nil)
        #expect(value.array == nil)
    }

    /// What is cut off anywhere, or has a byte changed, is read or refused, and never anything else.
    @Test func damagedTexts() throws {
        let text = Array(#"{"a":[1,-2.5e3,true,null,"\u00e9\uD83D\uDE00é"],"b":{"c":[]}}"#.utf8)
        for end in 0..<text.count {
            #expect(throws: JSONParser.Failure.self) { try JSONParser.parse(Array(text[..<end]).span) }
        }
        for place in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[place] = byte
                _ = try? JSONParser.parse(changed.span)
            }
        }
    }
}
