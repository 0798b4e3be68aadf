import Perceptron

/// Operations in an order in which each follows those whose outputs it takes, and their constants (`GraphProto`).
struct ONNXGraph: Equatable, Sendable {
    var name = ""
    var nodes: [ONNXNode] = []
    var tensors: [ONNXTensor] = []
    var inputs: [ONNXValue] = []
    var outputs: [ONNXValue] = []
}

extension ONNXGraph {
    /// The most nodes, tensors, inputs and outputs of a graph.
    private static let mostEntries = 100_000

    init(_ reader: consuming ProtobufReader) throws(ProtobufReader.Failure) {
        self.init()
        while let field = try reader.next() {
            switch field.number {
            case 1: nodes.append(try ONNXNode(reader.message(field)))
            case 2: name = try reader.text(field)
            case 5: tensors.append(try ONNXTensor(reader.message(field)))
            case 11: inputs.append(try ONNXValue(reader.message(field)))
            case 12: outputs.append(try ONNXValue(reader.message(field)))
            default: break
            }
            guard nodes.count + tensors.count + inputs.count + outputs.count <= ONNXGraph.mostEntries else {
                throw .init(
                    offset: field.offset, reason: "a graph with more than \(ONNXGraph.mostEntries) nodes and tensors")
            }
        }
    }

    var message: ProtobufMessage {
        var message = ProtobufMessage()
        for node in nodes { message.append(node.message, field: 1) }
        message.append(name, field: 2)
        for tensor in tensors { message.append(tensor.message, field: 5) }
        for input in inputs { message.append(input.message, field: 11) }
        for output in outputs { message.append(output.message, field: 12) }
        return message
    }
}
