/// An object on one line of JSON, its members in the order in which they were given.
struct JSONObject: CustomStringConvertible, ExpressibleByDictionaryLiteral {
    enum Value: CustomStringConvertible {
        case string(String)
        case integer(Int)
        case number(Double)
        case null

        var description: String {
            switch self {
            case .string(let text):
                // Names of cases and types only: nothing else would need an escape.
                "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
            case .integer(let value): "\(value)"
            case .number(let value): value.isFinite ? "\(value)" : "null"
            case .null: "null"
            }
        }

        /// Microseconds to a hundredth.
        static func microseconds(_ seconds: Double?) -> Value { .rounded(seconds.map { $0 * 1e6 }, to: 0.01) }

        /// A number to a multiple of `unit`, null if there is none.
        static func rounded(_ value: Double?, to unit: Double) -> Value {
            // Division by a whole number gives the nearest Double, which prints with no more digits than it needs.
            value.map { .number(($0 / unit).rounded() / (1 / unit).rounded()) } ?? .null
        }
    }

    private let members: [(String, Value)]

    init(dictionaryLiteral members: (String, Value)...) {
        self.members = members
    }

    var description: String {
        "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }
}
