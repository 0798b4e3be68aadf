import Perceptron

/// An input or output of a graph (`ValueInfoProto`).
struct ONNXValue: Equatable, Sendable {
    /// The size of a dimension, or the name of one that varies; neither if unspecified.
    enum Dimension: Equatable, Sendable {
        case size(Int)
        case name(String)
        case unknown
    }

    var name: String
    /// The element type's number in `TensorProto.DataType`; 0 if unspecified or not a tensor.
    var type = 0
    /// Nil if unspecified.
    var shape: [Dimension]?
}

extension ONNXValue {
    /// The numbers of Float and Double.
    static let scalarTypes = [1, 11]
    /// The number of the type of indices.
    static let wholeNumberType = 7
    static func scalarType(isDouble: Bool) -> Int { isDouble ? 11 : 1 }
    private static let mostDimensions = 16

    init(_ reader: consuming ProtobufReader) throws(ProtobufReader.Failure) {
        self.init(name: "")
        while let field = try reader.next() {
            switch field.number {
            case 1: name = try reader.text(field)
            case 2: try readType(reader.message(field))
            default: break
            }
        }
    }

    private mutating func readType(_ reader: consuming ProtobufReader) throws(ProtobufReader.Failure) {
        while let field = try reader.next() {
            guard field.number == 1 else { continue }
            var tensor = try reader.message(field)
            while let field = try tensor.next() {
                switch field.number {
                case 1: type = try tensor.integer(field)
                case 2: try readShape(tensor.message(field))
                default: break
                }
            }
        }
    }

    private mutating func readShape(_ reader: consuming ProtobufReader) throws(ProtobufReader.Failure) {
        var shape: [Dimension] = []
        while let field = try reader.next() {
            guard field.number == 1 else { continue }
            guard shape.count < ONNXValue.mostDimensions else {
                throw .init(
                    offset: field.offset, reason: "more than \(ONNXValue.mostDimensions) dimensions of \"\(name)\"")
            }
            var dimension = Dimension.unknown
            var part = try reader.message(field)
            while let field = try part.next() {
                switch field.number {
                case 1: dimension = .size(try part.integer(field))
                case 2: dimension = .name(try part.text(field))
                default: break
                }
            }
            shape.append(dimension)
        }
        self.shape = shape
    }

    var message: ProtobufMessage {
        var dimensions = ProtobufMessage()
        for dimension in shape ?? [] {
            var part = ProtobufMessage()
            switch dimension {
            case .size(let size): part.append(size, field: 1)
            case .name(let name): part.append(name, field: 2)
            case .unknown: break
            }
            dimensions.append(part, field: 1)
        }
        var tensor = ProtobufMessage()
        tensor.append(type, field: 1)
        tensor.append(dimensions, field: 2)
        var kind = ProtobufMessage()
        kind.append(tensor, field: 1)
        var message = ProtobufMessage()
        message.append(name, field: 1)
        message.append(kind, field: 2)
        return message
    }
}
