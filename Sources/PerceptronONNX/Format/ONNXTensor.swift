import Perceptron

/// A tensor of constants (`TensorProto`), row-major.
struct ONNXTensor: Equatable, Sendable {
    enum Elements: Equatable, Sendable {
        case floats([Float])
        case doubles([Double])
        /// Integers of any size, and booleans as 0 or 1.
        case integers([Int])
        /// A type that no layer needs: its number in `TensorProto.DataType`.
        case other(type: Int)
    }

    var name: String
    let shape: [Int]
    let elements: Elements

    init(_ name: String, shape: [Int], _ elements: Elements) {
        self.name = name
        self.shape = shape
        self.elements = elements
    }

    /// The number of elements present.
    var count: Int {
        switch elements {
        case .floats(let floats): floats.count
        case .doubles(let doubles): doubles.count
        case .integers(let integers): integers.count
        case .other: 0
        }
    }

    var hasFloats: Bool {
        switch elements {
        case .floats, .doubles: true
        case .integers, .other: false
        }
    }

    /// The elements as numbers; nil if they are not floats.
    func scalars<Scalar: BLASScalar>(of _: Scalar.Type) -> [Scalar]? {
        switch elements {
        case .floats(let floats): floats as? [Scalar] ?? floats.map { Scalar($0) }
        case .doubles(let doubles): doubles as? [Scalar] ?? doubles.map { Scalar($0) }
        case .integers, .other: nil
        }
    }
}

extension ONNXTensor {
    /// The most dimensions of a shape.
    static let mostDimensions = 16

    /// The number of elements of a shape; nil if no memory could hold them, even if a dimension is 0.
    static func count(_ shape: [Int]) -> Int? {
        var count = 1
        for size in shape where size != 0 {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow else { return nil }
            count = product
        }
        return shape.contains(0) ? 0 : count
    }

    /// Reads a whole tensor, and refuses one whose number of elements differs from its shape.
    init(_ reader: consuming ProtobufReader) throws(ProtobufReader.Failure) {
        var name = ""
        var shape: [Int] = []
        var type = 0
        var offset = 0
        var raw: Range<Int>?
        var floats: [Float] = []
        var doubles: [Double] = []
        var integers: [Int] = []
        var words: [Int] = []
        var isElsewhere = false
        while let field = try reader.next() {
            offset = field.offset
            switch field.number {
            case 1: try reader.integers(field, appendingTo: &shape)
            case 2: type = try reader.integer(field)
            case 4: try reader.floats(field, appendingTo: &floats)
            case 5: try reader.integers(field, appendingTo: &words)
            case 7, 11: try reader.integers(field, appendingTo: &integers)
            case 8: name = try reader.text(field)
            case 9: raw = try reader.bytes(field)
            case 10: try reader.doubles(field, appendingTo: &doubles)
            case 13: isElsewhere = true
            case 14: isElsewhere = try reader.integer(field) != 0 || isElsewhere
            default: break
            }
        }
        func failure(_ reason: String) -> ProtobufReader.Failure {
            .init(offset: offset, reason: "tensor \"\(name)\": \(reason)")
        }

        guard !isElsewhere else { throw failure("its elements are in another file; only the model's own file is read") }
        guard shape.count <= ONNXTensor.mostDimensions, shape.allSatisfy({ $0 >= 0 }) else {
            throw failure(
                "its shape is \(shape.prefix(20)); it must have at most \(ONNXTensor.mostDimensions) dimensions, "
                    + "none negative"
            )
        }
        guard let count = ONNXTensor.count(shape) else {
            throw failure("its shape \(shape) is larger than any memory")
        }
        /// The bytes of `raw`, if they are those of `count` numbers of a size.
        func numbers<Number: MachineNumber>(_: Number.Type, in file: Span<UInt8>) throws(ProtobufReader.Failure)
            -> [Number]?
        {
            guard let raw else { return nil }
            let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Number>.size)
            guard !overflow, bytes == raw.count else {
                throw failure(
                    "its shape \(shape) needs \(count) × \(counted(MemoryLayout<Number>.size, "byte")); it has \(raw.count)"
                )
            }
            return [Number](copying: file.extracting(raw))
        }

        let file = reader.file
        switch type {
        case 1: elements = .floats(try numbers(Float.self, in: file) ?? floats)
        case 11: elements = .doubles(try numbers(Double.self, in: file) ?? doubles)
        case 2, 9: elements = .integers(try numbers(UInt8.self, in: file)?.map { Int($0) } ?? words)
        case 3: elements = .integers(try numbers(Int8.self, in: file)?.map { Int($0) } ?? words)
        case 4: elements = .integers(try numbers(UInt16.self, in: file)?.map { Int($0) } ?? words)
        case 5: elements = .integers(try numbers(Int16.self, in: file)?.map { Int($0) } ?? words)
        case 6: elements = .integers(try numbers(Int32.self, in: file)?.map { Int($0) } ?? words)
        case 7: elements = .integers(try numbers(Int.self, in: file) ?? integers)
        case 12: elements = .integers(try numbers(UInt32.self, in: file)?.map { Int($0) } ?? integers)
        case 10, 16:
            let bits = try numbers(UInt16.self, in: file) ?? words.map { UInt16(truncatingIfNeeded: $0) }
            elements = .floats(bits.map { type == 10 ? Float(half: $0) : Float(bfloat: $0) })
        default: elements = .other(type: type)
        }
        self.name = name
        self.shape = shape
        if case .other = elements { return }
        guard self.count == count else {
            throw failure("its shape \(shape) needs \(counted(count, "element")); it has \(self.count)")
        }
    }

    var message: ProtobufMessage {
        var message = ProtobufMessage()
        for size in shape { message.append(size, field: 1) }
        message.append(type, field: 2)
        message.append(name, field: 8)
        switch elements {
        case .floats(let floats): message.append(floats.span.bytes, field: 9)
        case .doubles(let doubles): message.append(doubles.span.bytes, field: 9)
        case .integers(let integers): message.append(integers.span.bytes, field: 9)
        case .other: break
        }
        return message
    }

    private var type: Int {
        switch elements {
        case .floats: 1
        case .doubles: 11
        case .integers: 7
        case .other(let type): type
        }
    }
}
