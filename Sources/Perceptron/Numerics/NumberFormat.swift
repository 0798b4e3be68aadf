/// The type and byte order of a number in a file.
struct NumberFormat: Equatable, Sendable {
    enum Kind: String, CaseIterable, Sendable {
        // NumPy's names: a letter and the number of bytes.
        case bool = "b1"
        case int8 = "i1"
        case int16 = "i2"
        case int32 = "i4"
        case int64 = "i8"
        case uint8 = "u1"
        case uint16 = "u2"
        case uint32 = "u4"
        case uint64 = "u8"
        case float16 = "f2"
        case float32 = "f4"
        case float64 = "f8"

        /// Whether all its values are whole numbers.
        var isInteger: Bool {
            switch self {
            case .float16, .float32, .float64: false
            default: true
            }
        }

        var size: Int {
            switch self {
            case .bool, .int8, .uint8: 1
            case .int16, .uint16, .float16: 2
            case .int32, .uint32, .float32: 4
            case .int64, .uint64, .float64: 8
            }
        }
    }

    let kind: Kind
    let isBigEndian: Bool

    static let machineIsBigEndian = 1.bigEndian == 1

    /// The format of a scalar on this machine.
    static func native<Scalar: BLASScalar>(_: Scalar.Type) -> NumberFormat {
        NumberFormat(kind: Scalar.self == Float.self ? .float32 : .float64, isBigEndian: machineIsBigEndian)
    }

    /// Whether this machine has the same byte order.
    var isNative: Bool { isBigEndian == NumberFormat.machineIsBigEndian || kind.size == 1 }

    /// Converts all numbers of `bytes`: the first to the element `start` of `output`, each further one `stride`
    /// elements later. Values are rounded to nearest; a bool is 0 if its byte is 0, otherwise 1.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func convert<Scalar: BLASScalar>(
        _ bytes: Span<UInt8>, into output: inout MutableSpan<Scalar>, at start: Int = 0, stride: Int = 1
    ) {
        let count = bytes.count / kind.size
        precondition(count * kind.size == bytes.count, "whole numbers")
        precondition(
            start >= 0 && stride > 0 && (count == 0 || start + (count - 1) * stride < output.count),
            "as much room as numbers")
        switch kind {
        case .bool: convert(bytes, count, &output, start, stride) { (value: UInt8) in value == 0 ? 0 : 1 }
        case .int8: convert(bytes, count, &output, start, stride) { (value: Int8) in Scalar(value) }
        case .int16: convert(bytes, count, &output, start, stride) { (value: Int16) in Scalar(value) }
        case .int32: convert(bytes, count, &output, start, stride) { (value: Int32) in Scalar(value) }
        case .int64: convert(bytes, count, &output, start, stride) { (value: Int64) in Scalar(value) }
        case .uint8: convert(bytes, count, &output, start, stride) { (value: UInt8) in Scalar(value) }
        case .uint16: convert(bytes, count, &output, start, stride) { (value: UInt16) in Scalar(value) }
        case .uint32: convert(bytes, count, &output, start, stride) { (value: UInt32) in Scalar(value) }
        case .uint64: convert(bytes, count, &output, start, stride) { (value: UInt64) in Scalar(value) }
        case .float16:
            convert(bytes, count, &output, start, stride) { (bits: UInt16) in Scalar(Float(half: bits)) }
        case .float32:
            convert(bytes, count, &output, start, stride) { (bits: UInt32) in Scalar(Float(bitPattern: bits)) }
        case .float64:
            convert(bytes, count, &output, start, stride) { (bits: UInt64) in Scalar(Double(bitPattern: bits)) }
        }
    }

    @inline(__always)
    private func convert<Stored: FixedWidthInteger & BitwiseCopyable, Scalar: BLASScalar>(
        _ bytes: Span<UInt8>, _ count: Int, _ output: inout MutableSpan<Scalar>, _ start: Int, _ stride: Int,
        _ value: (Stored) -> Scalar
    ) {
        let bytes = bytes.bytes
        output.withUnsafeMutableBufferPointer { output in
            guard let first = output.baseAddress.map({ $0 + start }) else { return }
            // Separate loops, because only the first is vectorised.
            if isNative, stride == 1 {
                for index in 0..<count { first[index] = value(bytes.load(unchecked: index)) }
            } else if isNative {
                for index in 0..<count { first[index * stride] = value(bytes.load(unchecked: index)) }
            } else {
                for index in 0..<count {
                    let stored: Stored = bytes.load(unchecked: index)
                    first[index * stride] = value(stored.byteSwapped)
                }
            }
        }
    }

    /// All numbers of `bytes` as integers.
    /// - Throws: what `failure` returns for the index of the first number that isn't an integer: a fraction, NaN, or
    ///   too large.
    func integers(
        _ bytes: Span<UInt8>, failure: (_ index: Int) -> PerceptronError
    ) throws(PerceptronError) -> [Int] {
        switch kind {
        case .bool: try integers(bytes, failure) { (value: UInt8) in value == 0 ? 0 : 1 }
        case .int8: try integers(bytes, failure) { (value: Int8) in Int(value) }
        case .int16: try integers(bytes, failure) { (value: Int16) in Int(value) }
        case .int32: try integers(bytes, failure) { (value: Int32) in Int(value) }
        case .int64: try integers(bytes, failure) { (value: Int64) in Int(exactly: value) }
        case .uint8: try integers(bytes, failure) { (value: UInt8) in Int(value) }
        case .uint16: try integers(bytes, failure) { (value: UInt16) in Int(value) }
        case .uint32: try integers(bytes, failure) { (value: UInt32) in Int(exactly: value) }
        case .uint64: try integers(bytes, failure) { (value: UInt64) in Int(exactly: value) }
        case .float16: try integers(bytes, failure) { (bits: UInt16) in Int(exactly: Float(half: bits)) }
        case .float32: try integers(bytes, failure) { (bits: UInt32) in Int(exactly: Float(bitPattern: bits)) }
        case .float64: try integers(bytes, failure) { (bits: UInt64) in Int(exactly: Double(bitPattern: bits)) }
        }
    }

    private func integers<Stored: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: Span<UInt8>, _ failure: (_ index: Int) -> PerceptronError, _ value: (Stored) -> Int?
    ) throws(PerceptronError) -> [Int] {
        precondition(bytes.count.isMultiple(of: kind.size), "whole numbers")
        let raw = bytes.bytes
        var values: [Int] = []
        values.reserveCapacity(bytes.count / kind.size)
        for index in 0..<bytes.count / kind.size {
            let stored: Stored = raw.load(unchecked: index)
            guard let value = value(isNative ? stored : stored.byteSwapped) else { throw failure(index) }
            values.append(value)
        }
        return values
    }
}

extension RawSpan {
    /// The number at a multiple of its size, aligned or not; the loop's caller has checked the range.
    @inline(__always)
    fileprivate func load<Stored: BitwiseCopyable>(unchecked index: Int) -> Stored {
        unsafeLoadUnaligned(fromUncheckedByteOffset: index * MemoryLayout<Stored>.size, as: Stored.self)
    }
}
