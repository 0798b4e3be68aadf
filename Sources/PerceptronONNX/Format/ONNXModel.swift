import Perceptron

/// The content of an ONNX file (`ModelProto` of github.com/onnx/onnx, onnx/onnx.proto).
struct ONNXModel: Equatable, Sendable {
    /// The producer named in files that this package writes.
    static let producer = "swift-perceptron"

    var formatVersion = 8
    var producer = ONNXModel.producer
    var producerVersion = "1"
    var graph: ONNXGraph
    /// The version of ONNX's own operators.
    var operatorVersion = 17
    var metadata: [String: String] = [:]
}

extension ONNXModel {
    init(_ file: Span<UInt8>) throws(ProtobufReader.Failure) {
        self.init(formatVersion: 0, producer: "", producerVersion: "", graph: ONNXGraph(), operatorVersion: 0)
        var hasGraph = false
        var reader = ProtobufReader(file)
        while let field = try reader.next() {
            switch field.number {
            case 1: formatVersion = try reader.integer(field)
            case 2: producer = try reader.text(field)
            case 3: producerVersion = try reader.text(field)
            case 7:
                guard !hasGraph else { throw .init(offset: field.offset, reason: "a second graph") }
                graph = try ONNXGraph(reader.message(field))
                hasGraph = true
            case 8: try readOperators(reader.message(field))
            case 14: try readMetadata(reader.message(field))
            default: break
            }
        }
        guard hasGraph else { throw .init(offset: file.count, reason: "the file ends without a graph") }
    }

    private mutating func readOperators(_ reader: consuming ProtobufReader) throws(ProtobufReader.Failure) {
        var domain = ""
        var version = 0
        while let field = try reader.next() {
            switch field.number {
            case 1: domain = try reader.text(field)
            case 2: version = try reader.integer(field)
            default: break
            }
        }
        if domain == "" || domain == "ai.onnx" { operatorVersion = version }
    }

    private mutating func readMetadata(_ reader: consuming ProtobufReader) throws(ProtobufReader.Failure) {
        var (key, value) = ("", "")
        while let field = try reader.next() {
            switch field.number {
            case 1: key = try reader.text(field)
            case 2: value = try reader.text(field)
            default: break
            }
        }
        metadata[key] = value
    }

    var message: ProtobufMessage {
        var message = ProtobufMessage()
        message.append(formatVersion, field: 1)
        message.append(producer, field: 2)
        message.append(producerVersion, field: 3)
        message.append(graph.message, field: 7)
        var operators = ProtobufMessage()
        operators.append("", field: 1)
        operators.append(operatorVersion, field: 2)
        message.append(operators, field: 8)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            var entry = ProtobufMessage()
            entry.append(key, field: 1)
            entry.append(value, field: 2)
            message.append(entry, field: 14)
        }
        return message
    }
}
