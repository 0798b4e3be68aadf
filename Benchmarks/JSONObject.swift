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

        /// Microseconds, null if there are none: to a hundredth, or a nanosecond's tenth below 10.
        static func microseconds(_ seconds: Double?) -> Value {
            .rounded(seconds.map { $0 * 1e6 }, decimals: (seconds ?? 0) < 1e-5 ? 4 : 2)
        }

        /// A number with so many decimals, null if there is none.
        static func rounded(_ value: Double?, decimals: Int) -> Value {
            let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
            // Division by a whole number gives the nearest Double, which prints with no more digits than it needs.
            return value.map { .number(($0 * scale).rounded() / scale) } ?? .null
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
