/// What a model keeps besides its parameters: as it is, and as the pass under way has it become.
final class StateVectors<Scalar: BLASScalar>: @unchecked Sendable {
    let values: Buffer<Scalar>
    /// What the pass makes of them, until it has succeeded.
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

    /// Begins a pass: what no layer changes stays.
    func begin() { if values.count > 0 { next.copy(from: values) } }

    /// Keeps what the pass has made of them while another one is made of the same batch.
    func hold() {
        guard values.count > 0 else { return }
        if held == nil { held = Buffer(count: values.count) }
        held!.copy(from: next)
    }

    func release() { if let held { next.copy(from: held) } }

    /// Keeps what a pass has made of them, if all of it is finite.
    func commit() {
        guard values.count > 0, Kernels.firstNonFinite(next.memory.span(0..<next.count)) == nil else { return }
        values.copy(from: next)
    }
}
