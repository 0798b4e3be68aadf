/// A tensor in a safetensors file: its name, and the bytes of the file that hold its elements.
package struct SafetensorsTensor: Equatable, Sendable {
    package let name: String
    package let type: SafetensorsType
    package let shape: [Int]
    /// Counted from the beginning of the file.
    package let bytes: Range<Int>

    /// The reason why an entry of a header is invalid.
    struct Invalid: Error {
        let reason: String
    }

    private static let keys = ["dtype", "shape", "data_offsets"]

    /// Creates a tensor from its entry in the header; the elements of all tensors are in `from..<end`.
    init(_ name: String, _ entry: JSONValue, from start: Int, end: Int) throws(Invalid) {
        guard let members = entry.object else { throw Invalid(reason: "its entry is not an object") }
        for member in members where !SafetensorsTensor.keys.contains(member.key) {
            throw Invalid(reason: "its entry has a \"\(member.key)\", which the format doesn't define")
        }
        guard let typeName = entry["dtype"]?.string else { throw Invalid(reason: "its dtype is not a string") }
        guard let type = SafetensorsType(rawValue: typeName) else {
            let known = SafetensorsType.allCases.map(\.rawValue).joined(separator: " ")
            throw Invalid(reason: "its dtype is \(typeName); supported are \(known)")
        }
        guard let shape = SafetensorsTensor.sizes(entry["shape"]) else {
            throw Invalid(reason: "its shape is not an array of whole numbers from 0 to 2⁶³ − 1")
        }
        guard let offsets = SafetensorsTensor.sizes(entry["data_offsets"]), offsets.count == 2 else {
            throw Invalid(reason: "its data_offsets are not two whole numbers from 0 to 2⁶³ − 1")
        }
        guard offsets[0] <= offsets[1] else {
            throw Invalid(reason: "its data_offsets begin at \(offsets[0]), after their end at \(offsets[1])")
        }
        guard offsets[1] <= end - start else {
            throw Invalid(
                reason: "its data_offsets end at \(offsets[1]); the file has \(counted(end - start, "byte")) of tensors"
            )
        }
        var length = type.bytes
        for size in shape {
            let (product, overflow) = length.multipliedReportingOverflow(by: size)
            guard !overflow else { throw Invalid(reason: "its shape \(shape) is larger than any memory") }
            length = product
        }
        guard length == offsets[1] - offsets[0] else {
            throw Invalid(
                reason: "\(typeName) of shape \(shape) needs \(counted(length, "byte")); "
                    + "its data_offsets have \(offsets[1] - offsets[0])")
        }
        self.name = name
        self.type = type
        self.shape = shape
        bytes = start + offsets[0]..<start + offsets[1]
    }

    private static func sizes(_ value: JSONValue?) -> [Int]? {
        guard let elements = value?.array else { return nil }
        var sizes: [Int] = []
        for element in elements {
            guard let size: Int = element.integer(), size >= 0 else { return nil }
            sizes.append(size)
        }
        return sizes
    }

    private init(name: String, type: SafetensorsType, shape: [Int], bytes: Range<Int>) {
        self.name = name
        self.type = type
        self.shape = shape
        self.bytes = bytes
    }

    /// The number of elements.
    package var count: Int { bytes.count / type.bytes }

    /// A range of the elements, as a vector.
    func elements(_ range: Range<Int>) -> SafetensorsTensor {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range out of the tensor")
        let start = bytes.lowerBound
        return SafetensorsTensor(
            name: name, type: type, shape: [range.count],
            bytes: start + range.lowerBound * type.bytes..<start + range.upperBound * type.bytes)
    }
}

extension SafetensorsTensor {
    /// The elements of F64, F32, F16 or BF16; nil for any other type. Only F64 read as Float is rounded.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    package func scalars<Scalar: BLASScalar>(of _: Scalar.Type, in file: Span<UInt8>) -> [Scalar]? {
        let bytes = file.extracting(bytes)
        func converted<Number: BinaryFloatingPoint>(_ numbers: [Number]) -> [Scalar] {
            numbers as? [Scalar] ?? numbers.map { Scalar($0) }
        }
        return switch type {
        case .float64: converted([Double](copying: bytes))
        case .float32: converted([Float](copying: bytes))
        case .float16: [UInt16](copying: bytes).map { Scalar(Float(half: $0)) }
        case .bfloat16: [UInt16](copying: bytes).map { Scalar(Float(bfloat: $0)) }
        default: nil
        }
    }

    /// The elements of any integer type, or of BOOL as 0 and 1; nil for any other type, or if an element is out of the
    /// range of `Integer`.
    package func integers<Integer: FixedWidthInteger>(of _: Integer.Type, in file: Span<UInt8>) -> [Integer]? {
        let bytes = file.extracting(bytes)
        func converted<Number: FixedWidthInteger>(_ numbers: [Number]) -> [Integer]? {
            if let numbers = numbers as? [Integer] { return numbers }
            var integers: [Integer] = []
            integers.reserveCapacity(numbers.count)
            for number in numbers {
                guard let integer = Integer(exactly: number) else { return nil }
                integers.append(integer)
            }
            return integers
        }
        return switch type {
        case .int64: converted([Int64](copying: bytes))
        case .int32: converted([Int32](copying: bytes))
        case .int16: converted([Int16](copying: bytes))
        case .int8: converted([Int8](copying: bytes))
        case .uint64: converted([UInt64](copying: bytes))
        case .uint32: converted([UInt32](copying: bytes))
        case .uint16: converted([UInt16](copying: bytes))
        case .uint8, .bool: converted([UInt8](copying: bytes))
        default: nil
        }
    }
}

extension Collection<SafetensorsTensor> {
    /// Their names for a message, up to ten.
    var names: String {
        let some = prefix(10).map { "\"\($0.name)\"" }.joined(separator: ", ")
        return isEmpty ? "none" : count > 10 ? "\(some) …" : some
    }
}
