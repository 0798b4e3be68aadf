/// A JSON value (RFC 8259): members keep their order, and integers of 64 bits are exact.
package enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// A number without a fraction or exponent, from Int64.min to UInt64.max.
    case integer(Int128)
    /// Any other number.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    package struct Member: Equatable, Sendable {
        package let key: String
        package let value: JSONValue

        package init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// The value of an object's member; nil if there is no such member, or this is not an object.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    package var string: String? {
        guard case .string(let string) = self else { return nil }
        return string
    }

    package var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    package var object: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    package func integer<Value: FixedWidthInteger>(_ type: Value.Type = Int.self) -> Value? {
        guard case .integer(let integer) = self else { return nil }
        return Value(exactly: integer)
    }

    /// The number, or integer, as the nearest Double.
    package var number: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        default: nil
        }
    }
}

extension JSONValue {
    /// The value as JSON text: no spaces, members in their order, numbers in their shortest exact form, and escapes as
    /// in Rust's serde_json.
    /// - Throws: `PerceptronError.invalidValue` for NaN and infinities, which JSON can't represent.
    package func text() throws(PerceptronError) -> String {
        var text = ""
        try write(to: &text)
        return text
    }

    private func write(to text: inout String) throws(PerceptronError) {
        switch self {
        case .null: text += "null"
        case .bool(let bool): text += bool ? "true" : "false"
        case .integer(let integer): text += "\(integer)"
        case .number(let number):
            guard number.isFinite else { throw .invalidValue("\(number) can't be written as JSON") }
            text += "\(number)"
        case .string(let string): JSONValue.write(string, to: &text)
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += "," }
                try element.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                JSONValue.write(member.key, to: &text)
                text += ":"
                try member.value.write(to: &text)
            }
            text += "}"
        }
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{8}": text += "\\b"
            case "\u{C}": text += "\\f"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\0"..."\u{1F}": text += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
