/// Memory for what lies between two steps of one calculation. It is given back and used again, so that the same calculation,
/// done again, allocates nothing.
enum SpareMemory {
    /// What nobody uses: as many buffers as were in use at once.
    private static let buffers = Locked<[any AnyObject & Sendable]>([])

    /// Room for at least so many scalars, of unknown values.
    static func take<Scalar: BLASScalar>(_ count: Int) -> Buffer<Scalar> {
        let spare = buffers.withLock { buffers in
            buffers.lastIndex { $0 is Buffer<Scalar> }.map { buffers.remove(at: $0) as! Buffer<Scalar> }
        }
        if let spare, spare.count >= count { return spare }
        return Buffer(count: count)
    }

    static func giveBack<Scalar: BLASScalar>(_ buffer: Buffer<Scalar>) {
        buffers.withLock { $0.append(buffer) }
    }

    /// How many of some rows to work on at once, so that what lies between stays in a processor's cache.
    static func rowsAtOnce(of rows: Int, scalarsPerRow: Int) -> Int { min(rows, max(1, (1 << 15) / scalarsPerRow)) }
}
