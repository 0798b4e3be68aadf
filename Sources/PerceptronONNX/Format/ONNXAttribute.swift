import Perceptron

/// A setting of a node (`AttributeProto`).
enum ONNXAttribute: Equatable, Sendable {
    case float(Float)
    case integer(Int)
    case text(String)
    case floats([Float])
    case integers([Int])
    case tensor(ONNXTensor)
    /// A type that no layer needs.
    case other
}

extension ONNXAttribute {
    /// An attribute and its name.
    static func read(
        _ reader: consuming ProtobufReader
    ) throws(ProtobufReader.Failure) -> (name: String, attribute: ONNXAttribute) {
        var name = ""
        var type = 0
        var float: Float = 0
        var integer = 0
        var text: Range<Int>?
        var floats: [Float] = []
        var integers: [Int] = []
        var tensor: ONNXTensor?
        while let field = try reader.next() {
            switch field.number {
            case 1: name = try reader.text(field)
            case 2: float = try reader.float(field)
            case 3: integer = try reader.integer(field)
            case 4: text = try reader.bytes(field)
            case 5: tensor = try ONNXTensor(reader.message(field))
            case 7: try reader.floats(field, appendingTo: &floats)
            case 8: try reader.integers(field, appendingTo: &integers)
            case 20: type = try reader.integer(field)
            default: break
            }
        }
        let attribute: ONNXAttribute =
            switch type {
            case 1: .float(float)
            case 2: .integer(integer)
            case 3: .text(text.map { range in String(decoding: range.map { reader.file[$0] }, as: UTF8.self) } ?? "")
            case 4: tensor.map { .tensor($0) } ?? .other
            case 6: .floats(floats)
            case 7: .integers(integers)
            default: .other
            }
        return (name, attribute)
    }

    func message(name: String) -> ProtobufMessage {
        var message = ProtobufMessage()
        message.append(name, field: 1)
        switch self {
        case .float(let float): message.append(float, field: 2)
        case .integer(let integer): message.append(integer, field: 3)
        case .text(let text): message.append(text, field: 4)
        case .tensor(let tensor): message.append(tensor.message, field: 5)
        case .floats(let floats): for float in floats { message.append(float, field: 7) }
        case .integers(let integers): for integer in integers { message.append(integer, field: 8) }
        case .other: break
        }
        message.append(type, field: 20)
        return message
    }

    private var type: Int {
        switch self {
        case .float: 1
        case .integer: 2
        case .text: 3
        case .tensor: 4
        case .floats: 6
        case .integers: 7
        case .other: 0
        }
    }
}
