/// What an optimizer keeps of each tensor besides vectors as long as the parameters, and what it computes with.
final class TensorMemory<Scalar: BLASScalar>: Sendable {
    let state: Buffer<Scalar>
    private let scratch: Buffer<Scalar>
    private let stateRanges: [Range<Int>]
    private let scratchRanges: [Range<Int>]

    init(_ optimizer: any Optimizer, tensors: [ParameterTensor]) {
        stateRanges = TensorMemory.ranges(tensors.map { optimizer.tensorState(for: $0) })
        scratchRanges = TensorMemory.ranges(tensors.map { optimizer.tensorScratch(for: $0) })
        state = Buffer(count: stateRanges.last?.upperBound ?? 0)
        scratch = Buffer(count: scratchRanges.last?.upperBound ?? 0)
    }

    init(copying other: TensorMemory) {
        stateRanges = other.stateRanges
        scratchRanges = other.scratchRanges
        state = Buffer(copying: other.state)
        scratch = Buffer(count: other.scratch.count)
    }

    /// Stretches of those lengths, each of which begins a cache line.
    private static func ranges(_ counts: [Int]) -> [Range<Int>] {
        var start = 0
        return counts.map { count in
            defer {
                start += (count + Buffer<Scalar>.alignment - 1) / Buffer<Scalar>.alignment * Buffer<Scalar>.alignment
            }
            return start..<start + count
        }
    }

    @_lifetime(immortal)
    func state(of tensor: Int, _ part: Range<Int>) -> MutableSpan<Scalar> {
        state.memory.extracting(stateRanges[tensor]).mutableSpan(part)
    }

    /// The same to read. (To keep a MutableSpan as a constant takes memory from the heap.)
    @_lifetime(immortal)
    func stateValues(of tensor: Int, _ part: Range<Int>) -> Span<Scalar> {
        state.memory.extracting(stateRanges[tensor]).span(part)
    }

    @_lifetime(immortal)
    func scratchValues(of tensor: Int, _ part: Range<Int>) -> Span<Scalar> {
        scratch.memory.extracting(scratchRanges[tensor]).span(part)
    }

    @_lifetime(immortal)
    func scratch(of tensor: Int, _ part: Range<Int>) -> MutableSpan<Scalar> {
        scratch.memory.extracting(scratchRanges[tensor]).mutableSpan(part)
    }
}
