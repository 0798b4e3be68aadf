extension Kernels {
    /// One update of Adam over a stretch of the flat vectors.
    static func adam<Scalar: BLASScalar>(
        parameters: inout MutableSpan<Scalar>, gradients: Span<Scalar>, firstMoment: inout MutableSpan<Scalar>,
        secondMoment: inout MutableSpan<Scalar>, step: Double, inverseRoot: Double, beta1: Double, beta2: Double,
        epsilon: Double
    ) {
        let count = parameters.count
        precondition(
            gradients.count == count && firstMoment.count == count && secondMoment.count == count,
            "flat vectors of one length")
        if count == 0 { return }
        parameters.withUnsafeMutableBufferPointer { p in
            gradients.withUnsafeBufferPointer { g in
                firstMoment.withUnsafeMutableBufferPointer { m in
                    secondMoment.withUnsafeMutableBufferPointer { v in
                        Scalar._kernelTable.functions.adam(
                            count, p.baseAddress!, g.baseAddress!, m.baseAddress!, v.baseAddress!, step, inverseRoot,
                            beta1, beta2, epsilon)
                    }
                }
            }
        }
    }
}
