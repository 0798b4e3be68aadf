/// Processes that train one model together; `PerceptronMPI` has those of MPI.
///
/// Each of them runs the same program and calls the same functions in the same order, each with its own data: a call
/// returns when the others have made it too. Only one thread of a process calls them at a time.
public protocol ProcessGroup: Sendable {
    /// Which of them this is, from 0.
    var rank: Int { get }
    /// How many they are.
    var size: Int { get }

    /// Sends each process a stretch of `values`, and gets one from each.
    /// - Parameters:
    ///   - values: what stretches are sent of.
    ///   - sent: for each process what it gets of `values`.
    ///   - result: where what comes is written.
    ///   - received: for each process where in `result` comes what it sends; as long as it sends it.
    func exchange<Scalar: BLASScalar>(
        _ values: Span<Scalar>, sent: [Range<Int>], into result: inout MutableSpan<Scalar>, received: [Range<Int>]
    ) throws(PerceptronError)

    /// Puts the parts of all processes together, in each of them.
    /// - Parameters:
    ///   - part: this process's own.
    ///   - result: where all parts are written.
    ///   - places: for each process where in `result` its part comes.
    func gather<Scalar: BLASScalar>(
        _ part: Span<Scalar>, into result: inout MutableSpan<Scalar>, places: [Range<Int>]
    ) throws(PerceptronError)

    /// Makes `values` the sum over all processes, in whatever order is fastest; the same bits in each of them.
    func sum<Scalar: BLASScalar>(_ values: inout MutableSpan<Scalar>) throws(PerceptronError)

    /// Makes `bytes` what they are in one process, in all of them; there are as many everywhere.
    func broadcast(_ bytes: inout MutableSpan<UInt8>, from root: Int) throws(PerceptronError)
}

/// One process by itself.
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
    /// Makes a number what it is in one process.
    func broadcast(_ number: inout UInt64, from root: Int = 0) throws(PerceptronError) {
        if size == 1 { return }
        var bytes: InlineArray<8, UInt8> = .init(repeating: 0)
        for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
        var span = bytes.mutableSpan
        try broadcast(&span, from: root)
        number = 0
        for index in 0..<8 { number |= UInt64(bytes[index]) << (8 * index) }
    }

    /// What one process says, in all of them.
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
