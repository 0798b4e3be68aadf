import Perceptron

/// An operation of a graph (`NodeProto`).
struct ONNXNode: Equatable, Sendable {
    var name = ""
    var type: String
    /// Empty for ONNX's own operators.
    var domain = ""
    var inputs: [String]
    var outputs: [String]
    var attributes: [String: ONNXAttribute] = [:]
}

extension ONNXNode {
    /// The most inputs, outputs and attributes of a node.
    private static let mostEntries = 1024

    init(_ reader: consuming ProtobufReader) throws(ProtobufReader.Failure) {
        self.init(type: "", inputs: [], outputs: [])
        while let field = try reader.next() {
            switch field.number {
            case 1: inputs.append(try reader.text(field))
            case 2: outputs.append(try reader.text(field))
            case 3: name = try reader.text(field)
            case 4: type = try reader.text(field)
            case 5:
                let (name, attribute) = try ONNXAttribute.read(reader.message(field))
                guard attributes.updateValue(attribute, forKey: name) == nil else {
                    throw .init(offset: field.offset, reason: "a second attribute \"\(name)\" of a node")
                }
            case 7: domain = try reader.text(field)
            default: break
            }
            guard inputs.count + outputs.count + attributes.count <= ONNXNode.mostEntries else {
                throw .init(
                    offset: field.offset,
                    reason: "a node with more than \(ONNXNode.mostEntries) inputs, outputs and attributes")
            }
        }
        if domain == "ai.onnx" { domain = "" }
    }

    var message: ProtobufMessage {
        var message = ProtobufMessage()
        for input in inputs { message.append(input, field: 1) }
        for output in outputs { message.append(output, field: 2) }
        message.append(name, field: 3)
        message.append(type, field: 4)
        for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
            message.append(attribute.message(name: name), field: 5)
        }
        if !domain.isEmpty { message.append(domain, field: 7) }
        return message
    }
}
