/// The sum of the gradients of batches until the next update, each times the batch's weight.
struct AccumulatedGradients<Scalar: BLASScalar>: Sendable {
    let sum: Buffer<Scalar>
    private(set) var weight = 0.0
    private(set) var batches = 0

    init(count: Int) { sum = Buffer(count: count) }

    init(_ sum: [Scalar], weight: Double, batches: Int) {
        self.sum = Buffer(sum)
        self.weight = weight
        self.batches = batches
    }

    init(copying other: AccumulatedGradients) {
        sum = Buffer(copying: other.sum)
        weight = other.weight
        batches = other.batches
    }

    mutating func add(_ gradients: Buffer<Scalar>, weight: Double) {
        var sum = sum.memory.mutableSpan(0..<sum.count)
        Kernels.combine(batches == 0 ? 0 : 1, &sum, weight, gradients.memory.span(0..<gradients.count))
        self.weight += weight
        batches += 1
    }

    /// Writes the mean, and resets the sum.
    mutating func take(into gradients: Buffer<Scalar>) {
        var mean = gradients.memory.mutableSpan(0..<gradients.count)
        let sum = sum.memory.span(0..<sum.count)
        Kernels.combine(0, &mean, weight > 0 ? 1 / weight : 0, sum)
        weight = 0
        batches = 0
    }
}
