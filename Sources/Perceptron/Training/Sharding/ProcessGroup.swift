/// Processes that train one model together; `PerceptronMPI` provides those of MPI.
///
/// Each process runs the same program and calls the same functions in the same order, each with its own data: a call
/// returns when the others have made it too. At most one thread of a process may call them at a time.
public protocol ProcessGroup: Sendable {
    /// The number of this process, counted from 0.
    var rank: Int { get }
    /// The number of processes.
    var size: Int { get }

    /// Sends each process a range of `values`, and receives one from each.
    /// - Parameters:
    ///   - values: the values to send.
    ///   - sent: for each process, the range of `values` that it receives.
    ///   - result: the received values.
    ///   - received: for each process, the range of `result` for what it sends, of the same length.
    func exchange<Scalar: BLASScalar>(
        _ values: Span<Scalar>, sent: [Range<Int>], into result: inout MutableSpan<Scalar>, received: [Range<Int>]
    ) throws(PerceptronError)

    /// Gathers the parts of all processes in each of them.
    /// - Parameters:
    ///   - part: this process's part.
    ///   - result: all parts.
    ///   - places: for each process, the range of `result` for its part.
    func gather<Scalar: BLASScalar>(
        _ part: Span<Scalar>, into result: inout MutableSpan<Scalar>, places: [Range<Int>]
    ) throws(PerceptronError)

    /// Sets `values` to the sum over all processes, added in whatever order is fastest; every process gets the same
    /// bits.
    func sum<Scalar: BLASScalar>(_ values: inout MutableSpan<Scalar>) throws(PerceptronError)

    /// Sets `bytes` in all processes to those of one process; there are equally many in each.
    func broadcast(_ bytes: inout MutableSpan<UInt8>, from root: Int) throws(PerceptronError)
}

/// A process on its own.
struct SingleProcess: ProcessGroup {
    var rank: Int { 0 }
    var size: Int { 1 }

    func exchange<Scalar: BLASScalar>(
        _ values: Span<Scalar>, sent: [Range<Int>], into result: inout MutableSpan<Scalar>, received: [Range<Int>]
    ) {
        gather(values.extracting(sent[0]), into: &result, places: received)
    }

    func gather<Scalar: BLASScalar>(_ part: Span<Scalar>, into result: inout MutableSpan<Scalar>, places: [Range<Int>])
    {
        precondition(part.count == places[0].count, "a place for the part")
        for index in part.indices { result[places[0].lowerBound + index] = part[index] }
    }

    func sum<Scalar: BLASScalar>(_ values: inout MutableSpan<Scalar>) {}

    func broadcast(_ bytes: inout MutableSpan<UInt8>, from root: Int) {}
}

extension ProcessGroup {
    /// Sets a number in all processes to that of one process.
    func broadcast(_ number: inout UInt64, from root: Int = 0) throws(PerceptronError) {
        if size == 1 { return }
        var bytes: InlineArray<8, UInt8> = .init(repeating: 0)
        for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
        var span = bytes.mutableSpan
        try broadcast(&span, from: root)
        number = 0
        for index in 0..<8 { number |= UInt64(bytes[index]) << (8 * index) }
    }

    /// Sends the text of one process to all processes.
    func broadcast(_ text: String, from root: Int) throws(PerceptronError) -> String {
        if size == 1 { return text }
        var count = UInt64(text.utf8.count)
        try broadcast(&count, from: root)
        var bytes = rank == root ? Array(text.utf8) : [UInt8](repeating: 0, count: Int(count))
        var span = bytes.mutableSpan
        try broadcast(&span, from: root)
        return String(decoding: bytes, as: UTF8.self)
    }
}
