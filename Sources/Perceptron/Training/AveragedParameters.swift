/// An average of parameters, and the number of terms.
struct AveragedParameters<Scalar: BLASScalar>: Sendable {
    let values: Buffer<Scalar>
    private(set) var count: Int

    init(count parameters: Int) {
        values = Buffer(count: parameters)
        count = 0
    }

    init(_ values: [Scalar], count: Int) {
        self.values = Buffer(values)
        self.count = count
    }

    init(copying other: AveragedParameters) {
        values = Buffer(copying: other.values)
        count = other.count
    }

    /// - Parameter decay: the factor of the old average; nil for the mean of all terms.
    mutating func add(_ parameters: Buffer<Scalar>, decay: Double?) {
        let remaining = count == 0 ? 0 : decay ?? Double(count) / Double(count + 1)
        count += 1
        if remaining == 0 { return values.copy(from: parameters) }
        var average = values.memory.mutableSpan(0..<values.count)
        Kernels.combine(remaining, &average, 1 - remaining, parameters.memory.span(0..<parameters.count))
    }
}
