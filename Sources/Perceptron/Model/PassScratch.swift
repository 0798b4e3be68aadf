/// For each thread the memory that a pass has to itself: as much as the layer wants that wants most.
final class PassScratch<Scalar: BLASScalar>: Sendable {
    private let buffer: Buffer<Scalar>
    private let size: Int

    init(_ stages: ArraySlice<Network.Stage>, threads: Int) {
        let most = stages.map(\.scratch.perPass).max() ?? 0
        // No two threads write to one cache line.
        size = (most + Buffer<Scalar>.alignment - 1) / Buffer<Scalar>.alignment * Buffer<Scalar>.alignment
        buffer = Buffer(count: size * min(threads, WorkerPool.mostThreads))
    }

    /// The scratch memory of a stage for a thread.
    @_lifetime(immortal)
    func span(_ stage: Network.Stage, participant: Int) -> MutableSpan<Scalar> {
        let start = participant * size
        return buffer.memory.mutableSpan(start..<start + stage.scratch.perPass)
    }
}
