import Foundation

@testable import Perceptron

/// A group whose processes are threads of this one.
///
/// One that throws ends the waiting of the others, as an error in one process ends a job.
final class ThreadGroup: ProcessGroup, @unchecked Sendable {
    /// Where the threads meet.
    final class Meeting: @unchecked Sendable {
        let size: Int
        private let condition = NSCondition()
        private var waiting = 0
        private var round = 0
        private(set) var hasFailed = false
        var published: [(memory: UnsafeRawPointer?, ranges: [Range<Int>])]
        /// How many scalars each has sent to others.
        var sent: [Int]

        init(size: Int) {
            self.size = size
            published = [(UnsafeRawPointer?, [Range<Int>])](repeating: (nil, []), count: size)
            sent = [Int](repeating: 0, count: size)
        }

        func wait() throws(PerceptronError) {
            condition.lock()
            defer { condition.unlock() }
            let own = round
            waiting += 1
            if waiting == size {
                waiting = 0
                round += 1
                condition.broadcast()
            }
            while round == own, !hasFailed {
                if !condition.wait(until: Date(timeIntervalSinceNow: 20)) {
                    throw .invalidState("a thread of the group has waited in vain")
                }
            }
            if round == own { throw .invalidState("another thread of the group has failed") }
        }

        func withLock(_ body: () -> Void) {
            condition.lock()
            defer { condition.unlock() }
            body()
        }

        func fail() {
            condition.lock()
            hasFailed = true
            condition.broadcast()
            condition.unlock()
        }
    }

    let rank: Int
    let meeting: Meeting
    var size: Int { meeting.size }

    init(rank: Int, of meeting: Meeting) {
        self.rank = rank
        self.meeting = meeting
    }

    /// What `body` returns in each of so many.
    static func run<Value>(
        _ size: Int, _ body: @escaping @Sendable (ThreadGroup) throws -> Value
    ) -> [Result<Value, any Error>] {
        let (meeting, results, done) = (Meeting(size: size), Locked([Int: Result<Value, any Error>]()), DispatchGroup())
        for rank in 0..<size {
            done.enter()
            let thread = Thread {
                let result = Result { try body(ThreadGroup(rank: rank, of: meeting)) }
                if case .failure = result { meeting.fail() }
                results.withLock { $0[rank] = result }
                done.leave()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        done.wait()
        return results.withLock { results in (0..<size).map { results[$0]! } }
    }

    private func share(
        _ memory: UnsafeRawBufferPointer, _ ranges: [Range<Int>], _ take: () -> Void
    ) throws(PerceptronError) {
        meeting.withLock { meeting.published[rank] = (memory.baseAddress, ranges) }
        try meeting.wait()
        take()
        try meeting.wait()
    }

    func exchange<Scalar: BLASScalar>(
        _ values: Span<Scalar>, sent: [Range<Int>], into result: inout MutableSpan<Scalar>, received: [Range<Int>]
    ) throws(PerceptronError) {
        let count = sent.indices.reduce(0) { $1 == rank ? $0 : $0 + sent[$1].count }
        meeting.withLock { meeting.sent[rank] += count }
        var failure: PerceptronError?
        values.withUnsafeBytes { values in
            result.withUnsafeMutableBufferPointer { result in
                do throws(PerceptronError) {
                    try share(values, sent) {
                        for other in 0..<size {
                            let (memory, ranges) = meeting.published[other]
                            let range = ranges[rank]
                            precondition(range.count == received[other].count, "as much received as was sent")
                            guard let memory, !range.isEmpty else { continue }
                            for (index, place) in zip(range, received[other]) {
                                result[place] = memory.load(
                                    fromByteOffset: index * MemoryLayout<Scalar>.stride, as: Scalar.self)
                            }
                        }
                    }
                } catch { failure = error }
            }
        }
        if let failure { throw failure }
    }

    func gather<Scalar: BLASScalar>(
        _ part: Span<Scalar>, into result: inout MutableSpan<Scalar>, places: [Range<Int>]
    ) throws(PerceptronError) {
        precondition(part.count == places[rank].count, "a place for the part")
        try exchange(
            part, sent: [Range<Int>](repeating: part.indices, count: size), into: &result, received: places)
    }

    func sum<Scalar: BLASScalar>(_ values: inout MutableSpan<Scalar>) throws(PerceptronError) {
        let count = values.count
        var all = [Scalar](repeating: 0, count: count * size)
        var span = all.mutableSpan
        try gather(values.span, into: &span, places: (0..<size).map { $0 * count..<($0 + 1) * count })
        for index in 0..<count { values[index] = (0..<size).reduce(0) { $0 + all[$1 * count + index] } }
    }

    func broadcast(_ bytes: inout MutableSpan<UInt8>, from root: Int) throws(PerceptronError) {
        var failure: PerceptronError?
        bytes.withUnsafeMutableBufferPointer { bytes in
            do throws(PerceptronError) {
                try share(UnsafeRawBufferPointer(bytes), []) {
                    guard rank != root, let source = meeting.published[root].memory else { return }
                    UnsafeMutableRawBufferPointer(bytes).copyMemory(
                        from: UnsafeRawBufferPointer(start: source, count: bytes.count))
                }
            } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
