/// Reads strict JSON (RFC 8259).
///
/// If two members have the same key, Foundation's JSONDecoder takes the last, and other readers differ: a person who
/// checks such a file could see something else than this parser. So keys must be unique, text must be well-formed
/// UTF-8, nothing may follow the value, and the memory that a text can use is bounded.
package struct JSONParser: ~Escapable {
    /// Where a text stops being JSON.
    package struct Failure: Error, Equatable {
        /// The number of bytes before it.
        package let offset: Int
        package let reason: String

        /// The failure of a text that starts `start` bytes into a file.
        func located(_ path: String, from start: Int = 0) -> PerceptronError {
            .invalidFile("\(path): byte \(start + offset): \(reason)")
        }
    }

    private let bytes: Span<UInt8>
    private var offset = 0
    private var depth = 0
    private var values = 0
    private let mostValues: Int

    private static let mostDepth = 64

    /// The value of a text, with at most `mostValues` values in it and at most 64 nested arrays and objects.
    package static func parse(_ text: Span<UInt8>, mostValues: Int = 1_000_000) throws(Failure) -> JSONValue {
        var parser = JSONParser(text, mostValues: mostValues)
        parser.skipSpace()
        let value = try parser.value()
        parser.skipSpace()
        guard parser.offset == text.count else { throw parser.unexpected("the end of the text") }
        return value
    }

    @_lifetime(copy bytes)
    private init(_ bytes: Span<UInt8>, mostValues: Int) {
        self.bytes = bytes
        self.mostValues = mostValues
    }

    // MARK: Bytes

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private func failure(_ reason: String, at place: Int) -> Failure { Failure(offset: place, reason: reason) }

    private func unexpected(_ expected: String) -> Failure {
        let found =
            switch next {
            case nil: "the end"
            case let byte? where byte > 0x20 && byte < 0x7F: "\(Character(Unicode.Scalar(byte)))"
            case let byte?: "the byte \(byte)"
            }
        return failure("expected \(expected), found \(found)", at: offset)
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(Failure) {
        guard skip(character) else { throw unexpected("\(character)") }
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    // MARK: Values

    private mutating func value() throws(Failure) -> JSONValue {
        values += 1
        guard values <= mostValues else { throw failure("more than \(mostValues) values", at: offset) }
        switch next {
        case UInt8(ascii: "{"): return .object(try nested { parser throws(Failure) in try parser.members() })
        case UInt8(ascii: "["): return .array(try nested { parser throws(Failure) in try parser.elements() })
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
        let start = offset
        for character in "\(word)".unicodeScalars {
            guard skip(character) else { throw failure("expected \(word)", at: start) }
        }
        return value
    }

    private mutating func nested<Result>(
        _ body: (inout JSONParser) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard depth < JSONParser.mostDepth else {
            throw failure("arrays and objects are nested more than \(JSONParser.mostDepth) deep", at: offset)
        }
        depth += 1
        defer { depth -= 1 }
        return try body(&self)
    }

    private mutating func elements() throws(Failure) -> [JSONValue] {
        try expect("[")
        skipSpace()
        var elements: [JSONValue] = []
        if skip("]") { return elements }
        while true {
            skipSpace()
            elements.append(try value())
            skipSpace()
            if skip("]") { return elements }
            guard skip(",") else { throw unexpected(", or ]") }
        }
    }

    private mutating func members() throws(Failure) -> [JSONValue.Member] {
        try expect("{")
        skipSpace()
        var members: [JSONValue.Member] = []
        if skip("}") { return members }
        // Swift treats two encodings of the same letter as equal, so they are duplicates here.
        var keys: Set<String> = []
        while true {
            skipSpace()
            let start = offset
            let key = try string()
            guard keys.insert(key).inserted else { throw failure("the key \"\(key)\" occurs twice", at: start) }
            skipSpace()
            try expect(":")
            skipSpace()
            members.append(JSONValue.Member(key, try value()))
            skipSpace()
            if skip("}") { return members }
            guard skip(",") else { throw unexpected(", or }") }
        }
    }

    // MARK: Numbers

    private mutating func number() throws(Failure) -> JSONValue {
        let start = offset
        let isNegative = skip("-")
        var isInteger = true
        guard let first = next, isDigit(first) else {
            throw unexpected(isNegative ? "a digit" : "a value")
        }
        if !skip("0") { skipDigits() }
        if skip(".") {
            isInteger = false
            try digits()
        }
        if skip("e") || skip("E") {
            isInteger = false
            if !skip("+") { _ = skip("-") }
            try digits()
        }
        let text = String(decoding: (start..<offset).map { bytes[$0] }, as: UTF8.self)
        // −0 exists only as a Double.
        if isInteger, text != "-0" {
            if isNegative, let integer = Int64(text) { return .integer(Int128(integer)) }
            if let integer = UInt64(text) { return .integer(Int128(integer)) }
        }
        guard let number = Double(text), number.isFinite else {
            throw failure("the number is beyond the range of Double", at: start)
        }
        return .number(number)
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private mutating func skipDigits() {
        while let byte = next, isDigit(byte) { offset += 1 }
    }

    private mutating func digits() throws(Failure) {
        guard let first = next, isDigit(first) else { throw unexpected("a digit") }
        skipDigits()
    }

    // MARK: Strings

    private mutating func string() throws(Failure) -> String {
        let start = offset
        guard skip("\"") else { throw unexpected("a string") }
        var text: [UInt8] = []
        while true {
            guard let byte = next else { throw failure("the string is not closed", at: start) }
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                // Rejects overlong forms and surrogates, which `String(decoding:as:)` would repair.
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw failure("the string is not well-formed UTF-8", at: start)
                }
                return string
            case UInt8(ascii: "\\"): text.append(contentsOf: String(try escape()).utf8)
            case 0..<0x20: throw failure("a control character in a string", at: offset)
            default:
                text.append(byte)
                offset += 1
            }
        }
    }

    private mutating func escape() throws(Failure) -> Character {
        let start = offset
        try expect("\\")
        guard let byte = next else { throw unexpected("an escape") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            var value = try codeUnit()
            if UTF16.isLeadSurrogate(UInt16(value)), skip("\\"), skip("u") {
                let trail = try codeUnit()
                if UTF16.isTrailSurrogate(UInt16(trail)) { value = 0x10000 + (value - 0xD800) << 10 + (trail - 0xDC00) }
            }
            guard let scalar = Unicode.Scalar(value) else { throw failure("half of a surrogate pair", at: start) }
            return Character(scalar)
        default: throw failure("unknown escape", at: start)
        }
    }

    private mutating func codeUnit() throws(Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected("a hexadecimal digit")
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }
}
