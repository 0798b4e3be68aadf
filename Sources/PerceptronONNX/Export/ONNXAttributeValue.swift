/// The value of a node's attribute.
public enum ONNXAttributeValue: Equatable, Sendable {
    /// A number.
    case float(Float)
    /// A whole number.
    case integer(Int)
    /// A text.
    case text(String)
    /// A list of numbers.
    case floats([Float])
    /// A list of whole numbers.
    case integers([Int])

    var attribute: ONNXAttribute {
        switch self {
        case .float(let float): .float(float)
        case .integer(let integer): .integer(integer)
        case .text(let text): .text(text)
        case .floats(let floats): .floats(floats)
        case .integers(let integers): .integers(integers)
        }
    }
}
