import Perceptron

extension JSONValue {
    /// A number; null if it is not finite.
    init(_ number: Double) { self = number.isFinite ? .number(number) : .null }

    /// The shortest decimal that reads as the same number.
    init(_ number: Float) { self.init(Double(number.description) ?? .nan) }

    init(_ number: Int) { self = .integer(Int128(number)) }

    init(_ text: String?) { self = text.map { .string($0) } ?? .null }

    init(_ texts: [String]) { self = .array(texts.map { .string($0) }) }

    init(_ members: KeyValuePairs<String, JSONValue>) { self = .object(members.map { Member($0, $1) }) }
}
