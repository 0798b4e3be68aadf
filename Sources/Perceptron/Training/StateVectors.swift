/// A model's state besides its parameters: the current values, and those of the pass in progress.
final class StateVectors<Scalar: BLASScalar>: @unchecked Sendable {
    let values: Buffer<Scalar>
    /// The values of the pass in progress, until it succeeds.
    let next: Buffer<Scalar>
    private var held: Buffer<Scalar>?

    init(_ values: [Scalar]) {
        self.values = Buffer(values)
        next = Buffer(count: values.count)
    }

    init(copying other: StateVectors) {
        values = Buffer(copying: other.values)
        next = Buffer(copying: other.next)
    }

    func set(_ values: [Scalar]) {
        values.withMemory { self.values.memory.copy(from: $0) }
    }

    /// Begins a pass; values that no layer changes stay.
    func begin() { if values.count > 0 { next.copy(from: values) } }

    /// Keeps the values of the pass during another pass of the same batch.
    func hold() {
        guard values.count > 0 else { return }
        if held == nil { held = Buffer(count: values.count) }
        held!.copy(from: next)
    }

    func release() { if let held { next.copy(from: held) } }

    /// Accepts the values of a pass if all are finite.
    func commit() {
        guard values.count > 0, Kernels.firstNonFinite(next.memory.span(0..<next.count)) == nil else { return }
        values.copy(from: next)
    }
}
