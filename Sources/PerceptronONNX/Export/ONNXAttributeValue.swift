/// The value of a node's attribute.
public enum ONNXAttributeValue: Equatable, Sendable {
    case float(Float)
    case integer(Int)
    case text(String)
    case floats([Float])
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
