import Perceptron

/// Memory that begins with a cache line and is zero at first.
final class AlignedBuffer<Scalar: BLASScalar> {
    let start: UnsafeMutablePointer<Scalar>
    let count: Int

    init(count: Int) {
        self.count = count
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Scalar>.stride, alignment: 64)
        start = bytes.bindMemory(to: Scalar.self, capacity: max(count, 1))
        start.initialize(repeating: 0, count: max(count, 1))
    }

    convenience init(_ elements: [Scalar]) {
        self.init(count: elements.count)
        elements.withUnsafeBufferPointer { if let base = $0.baseAddress { start.update(from: base, count: count) } }
    }

    var elements: UnsafeBufferPointer<Scalar> { UnsafeBufferPointer(start: start, count: count) }

    deinit { start.deallocate() }
}
