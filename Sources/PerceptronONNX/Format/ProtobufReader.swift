import Perceptron

/// Reads a message in the wire format of Protocol Buffers, field by field. It trusts no length, and never
/// allocates memory for sizes that a file merely claims.
///
/// It is written by hand rather than with swift-protobuf: a multilayer perceptron needs eight of the many messages of
/// onnx.proto, and reader and writer have fewer than 300 lines. That saves a dependency and thousands of generated
/// lines, and everything is checked before anything is copied. Nested messages don't recurse, so no file can exhaust
/// the stack.
struct ProtobufReader: ~Escapable {
    struct Failure: Error {
        /// Counted from the start of the file.
        let offset: Int
        let reason: String
    }

    struct Field {
        let number: UInt64
        let offset: Int
        let content: Content
    }

    enum Content {
        case varint(UInt64)
        case eightBytes(UInt64)
        case fourBytes(UInt32)
        /// The place of its bytes in the file.
        case bytes(Range<Int>)
    }

    let file: Span<UInt8>
    private var position: Int
    private let end: Int

    @_lifetime(copy file)
    init(_ file: Span<UInt8>) {
        self.init(file, 0..<file.count)
    }

    @_lifetime(copy file)
    private init(_ file: Span<UInt8>, _ range: Range<Int>) {
        self.file = file
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next field; nil at the end of the message.
    mutating func next() throws(Failure) -> Field? {
        guard position < end else { return nil }
        let offset = position
        let key = try varint()
        let number = key >> 3
        guard 1..<1 << 29 ~= number else { throw Failure(offset: offset, reason: "\(number) is not a field number") }
        let content: Content
        switch key & 7 {
        case 0: content = .varint(try varint())
        case 1: content = .eightBytes(try fixed(8))
        case 2:
            let length = try varint()
            guard length <= UInt64(end - position) else {
                throw Failure(
                    offset: offset,
                    reason:
                        "a length of \(length), where \(counted(end - position, "byte")) \(end - position == 1 ? "is" : "are") left"
                )
            }
            content = .bytes(position..<position + Int(length))
            position += Int(length)
        case 5: content = .fourBytes(UInt32(try fixed(4)))
        default: throw Failure(offset: offset, reason: "the wire type \(key & 7), which onnx.proto doesn't use")
        }
        return Field(number: number, offset: offset, content: content)
    }

    /// Seven bits per byte, lowest first; at most 64 bits.
    private mutating func varint() throws(Failure) -> UInt64 {
        let offset = position
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < end else {
                throw Failure(offset: offset, reason: "a number that the end of the message cuts off")
            }
            let byte = UInt64(file[position])
            position += 1
            guard shift < 63 || byte <= 1 else { break }
            number |= (byte & 0x7F) << shift
            if byte < 0x80 { return number }
        }
        throw Failure(offset: offset, reason: "a number of more than 64 bits")
    }

    private mutating func fixed(_ count: Int) throws(Failure) -> UInt64 {
        guard count <= end - position else {
            throw Failure(offset: position, reason: "a number that the end of the message cuts off")
        }
        var number: UInt64 = 0
        for index in (0..<count).reversed() { number = number << 8 | UInt64(file[position + index]) }
        position += count
        return number
    }
}

extension ProtobufReader {
    /// A field that is a message.
    @_lifetime(copy self)
    func message(_ field: Field) throws(Failure) -> ProtobufReader { ProtobufReader(file, try bytes(field)) }

    func bytes(_ field: Field) throws(Failure) -> Range<Int> {
        guard case .bytes(let range) = field.content else { throw unexpected(field) }
        return range
    }

    func text(_ field: Field) throws(Failure) -> String {
        let range = try bytes(field)
        guard let text = try? UTF8Span(validating: file.extracting(range)) else {
            throw Failure(offset: field.offset, reason: "a text that is not UTF-8")
        }
        return String(copying: text)
    }

    func integer(_ field: Field) throws(Failure) -> Int {
        guard case .varint(let bits) = field.content else { throw unexpected(field) }
        return Int(truncatingIfNeeded: bits)
    }

    func float(_ field: Field) throws(Failure) -> Float {
        guard case .fourBytes(let bits) = field.content else { throw unexpected(field) }
        return Float(bitPattern: bits)
    }

    /// Appends the integers of a repeated field, packed or one by one.
    func integers(_ field: Field, appendingTo integers: inout [Int]) throws(Failure) {
        guard case .bytes(let range) = field.content else { return integers.append(try integer(field)) }
        var reader = ProtobufReader(file, range)
        while reader.position < reader.end { integers.append(Int(truncatingIfNeeded: try reader.varint())) }
    }

    /// The same for floats.
    func floats(_ field: Field, appendingTo floats: inout [Float]) throws(Failure) {
        guard case .bytes(let range) = field.content else { return floats.append(try float(field)) }
        floats += [Float](copying: file.extracting(try whole(range, size: 4, field)))
    }

    /// The same for doubles.
    func doubles(_ field: Field, appendingTo doubles: inout [Double]) throws(Failure) {
        switch field.content {
        case .eightBytes(let bits): doubles.append(Double(bitPattern: bits))
        case .bytes(let range): doubles += [Double](copying: file.extracting(try whole(range, size: 8, field)))
        default: throw unexpected(field)
        }
    }

    private func whole(_ range: Range<Int>, size: Int, _ field: Field) throws(Failure) -> Range<Int> {
        guard range.count.isMultiple(of: size) else {
            throw Failure(offset: field.offset, reason: "\(counted(range.count, "byte")) of numbers of \(size)")
        }
        return range
    }

    private func unexpected(_ field: Field) -> Failure {
        Failure(offset: field.offset, reason: "a field \(field.number) of another type than onnx.proto gives it")
    }
}
