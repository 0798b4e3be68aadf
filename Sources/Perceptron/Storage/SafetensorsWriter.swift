#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Tensors to be written to a safetensors file, with the same bytes as the format's reference implementation writes.
///
/// The largest types come first, and tensors of one type are in the order of their names; the header is padded with
/// spaces to a multiple of eight bytes. So every tensor is aligned for its type, and the file can be mapped.
package struct SafetensorsWriter: Sendable {
    /// Texts stored with the tensors.
    package var metadata: [String: String]
    private var tensors: [Tensor] = []
    private var names: Set<String> = []

    private struct Tensor: Sendable {
        let name: String
        let type: SafetensorsType
        let shape: [Int]
        let bytes: Int
        let write: @Sendable (inout AtomicFile) throws(PerceptronError) -> Void
    }

    package init(metadata: [String: String] = [:]) {
        self.metadata = metadata
    }

    /// Adds a tensor in row-major order.
    /// - Parameter shape: its dimensions; those of a vector if nil.
    /// - Throws: `PerceptronError.shapeMismatch` if the shape doesn't have exactly this number of elements,
    ///   `.invalidArgument` if there already is a tensor with this name.
    package mutating func add<Number: SafetensorsNumber>(
        _ name: String, shape: [Int]? = nil, _ elements: [Number]
    ) throws(PerceptronError) {
        let shape = shape ?? [elements.count]
        try add(name, shape: shape, count: elements.count, type: Number.safetensorsType) {
            (file) throws(PerceptronError) in
            try file.write(elements.span.bytes)
        }
    }

    /// Adds a tensor of `count` elements that `write` writes, so that they need not be copied.
    mutating func add(
        _ name: String, shape: [Int], count: Int, type: SafetensorsType,
        write: @escaping @Sendable (inout AtomicFile) throws(PerceptronError) -> Void
    ) throws(PerceptronError) {
        guard name != SafetensorsHeader.metadataKey else {
            throw .invalidArgument("no tensor can be named \"\(name)\", which is the key of the metadata")
        }
        guard shape.allSatisfy({ $0 >= 0 }), elementCount(shape) == count else {
            throw .shapeMismatch(
                "tensor \"\(name)\" has \(counted(count, "element")), which is not what the shape \(shape) has")
        }
        guard names.insert(name).inserted else { throw .invalidArgument("two tensors are named \"\(name)\"") }
        tensors.append(Tensor(name: name, type: type, shape: shape, bytes: count * type.bytes, write: write))
    }

    /// Writes the file atomically.
    /// - Throws: `PerceptronError.fileAccess` if that fails; an old file at `url` is then unchanged.
    package func write(to url: URL) throws(PerceptronError) { try write(to: url, calls: SystemCalls()) }

    func write(to url: URL, calls: SystemCalls) throws(PerceptronError) {
        let tensors = inOrder
        let header = try header(tensors)
        try AtomicFile.write(to: url, calls: calls) { (file) throws(PerceptronError) in
            try file.write([UInt64(header.utf8.count)].span.bytes)
            try file.write(header)
            for tensor in tensors {
                let start = file.count
                try tensor.write(&file)
                precondition(file.count - start == tensor.bytes, "as many bytes as the header says")
            }
        }
    }

    /// Sorted by type, the largest first, and then by the bytes of the names.
    private var inOrder: [Tensor] {
        let ranks = Dictionary(uniqueKeysWithValues: SafetensorsType.allCases.enumerated().map { ($1, $0) })
        return tensors.sorted { first, second in
            first.type == second.type
                ? first.name.utf8.lexicographicallyPrecedes(second.name.utf8)
                : ranks[first.type]! > ranks[second.type]!
        }
    }

    private func header(_ tensors: [Tensor]) throws(PerceptronError) -> String {
        var members: [JSONValue.Member] = []
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            let object = JSONValue.object(texts.map { JSONValue.Member($0.key, .string($0.value)) })
            members.append(JSONValue.Member(SafetensorsHeader.metadataKey, object))
        }
        func integers(_ values: [Int]) -> JSONValue { .array(values.map { .integer(Int128($0)) }) }
        var offset = 0
        for tensor in tensors {
            let entry = JSONValue.object([
                JSONValue.Member("dtype", .string(tensor.type.rawValue)),
                JSONValue.Member("shape", integers(tensor.shape)),
                JSONValue.Member("data_offsets", integers([offset, offset + tensor.bytes])),
            ])
            members.append(JSONValue.Member(tensor.name, entry))
            offset += tensor.bytes
        }
        let text = try JSONValue.object(members).text()
        let padding = (8 - text.utf8.count % 8) % 8
        guard members.count <= SafetensorsHeader.mostTensors, text.utf8.count + padding <= SafetensorsHeader.mostBytes
        else {
            throw .invalidArgument(
                "a header of \(counted(members.count, "entry", "entries")) and \(counted(text.utf8.count, "byte")) could not be read again; at most "
                    + "\(SafetensorsHeader.mostTensors) and \(SafetensorsHeader.mostBytes) are allowed")
        }
        return text + String(repeating: " ", count: padding)
    }
}
