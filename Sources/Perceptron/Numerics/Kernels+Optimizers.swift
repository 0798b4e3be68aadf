import CKernels

extension Kernels {
    typealias OptimizerKind = COptimizerKind
    typealias OptimizerNumbers = COptimizerNumbers
    typealias OptimizerCall = COptimizerUpdate

    /// One update of a range of the flat vectors; an empty state is not used.
    static func update<Scalar: BLASScalar>(
        _ kernel: OptimizerKernel, parameters: inout MutableSpan<Scalar>, gradients: Span<Scalar>,
        states first: inout MutableSpan<Scalar>, _ second: inout MutableSpan<Scalar>, _ third: inout MutableSpan<Scalar>
    ) {
        let count = parameters.count
        precondition(
            gradients.count == count && (first.isEmpty || first.count == count)
                && (second.isEmpty || second.count == count) && (third.isEmpty || third.count == count),
            "flat vectors of one length")
        if count == 0 { return }
        parameters.withUnsafeMutableBufferPointer { p in
            gradients.withUnsafeBufferPointer { g in
                first.withUnsafeMutableBufferPointer { first in
                    second.withUnsafeMutableBufferPointer { second in
                        third.withUnsafeMutableBufferPointer { third in
                            var update = COptimizerUpdate(
                                kind: kernel.kind, count: count, parameters: p.baseAddress!, gradients: g.baseAddress!,
                                states: (address(first), address(second), address(third)), numbers: kernel.numbers)
                            Scalar._kernelTable.functions.update(&update)
                        }
                    }
                }
            }
        }
    }

    private static func address<Scalar>(_ memory: UnsafeMutableBufferPointer<Scalar>) -> UnsafeMutableRawPointer? {
        memory.isEmpty ? nil : UnsafeMutableRawPointer(memory.baseAddress)
    }

    /// results = a · x + b · y.
    static func combine<Scalar: BLASScalar>(
        _ a: Double, _ x: Span<Scalar>, _ b: Double, _ y: Span<Scalar>, into results: inout MutableSpan<Scalar>
    ) {
        let count = results.count
        precondition(x.count == count && y.count == count, "vectors of one length")
        if count == 0 { return }
        x.withUnsafeBufferPointer { x in
            y.withUnsafeBufferPointer { y in
                results.withUnsafeMutableBufferPointer {
                    Scalar._kernelTable.functions.combine(
                        count, a, x.baseAddress!, b, y.baseAddress!, $0.baseAddress!)
                }
            }
        }
    }

    /// x ← a · x + b · y.
    static func combine<Scalar: BLASScalar>(
        _ a: Double, _ x: inout MutableSpan<Scalar>, _ b: Double, _ y: Span<Scalar>
    ) {
        let count = x.count
        precondition(y.count == count, "vectors of one length")
        if count == 0 { return }
        x.withUnsafeMutableBufferPointer { x in
            y.withUnsafeBufferPointer { y in
                Scalar._kernelTable.functions.combine(count, a, x.baseAddress!, b, y.baseAddress!, x.baseAddress!)
            }
        }
    }

    /// gradients ← gradients + l1 · sign(parameters) + l2 · parameters.
    static func penalise<Scalar: BLASScalar>(
        l1: Double, l2: Double, _ parameters: Span<Scalar>, _ gradients: inout MutableSpan<Scalar>
    ) {
        let count = gradients.count
        precondition(parameters.count == count, "vectors of one length")
        if count == 0 { return }
        parameters.withUnsafeBufferPointer { parameters in
            gradients.withUnsafeMutableBufferPointer {
                Scalar._kernelTable.functions.penalise(count, l1, l2, parameters.baseAddress!, $0.baseAddress!)
            }
        }
    }

    /// Limits every element to −most ... most.
    static func clamp<Scalar: BLASScalar>(_ values: inout MutableSpan<Scalar>, to most: Double) {
        let count = values.count
        if count == 0 { return }
        values.withUnsafeMutableBufferPointer { Scalar._kernelTable.functions.clamp(count, most, $0.baseAddress!) }
    }

    /// The sum of squares, in Double and in a fixed order.
    static func sumOfSquares<Scalar: BLASScalar>(_ values: Span<Scalar>) -> Double {
        if values.count == 0 { return 0 }
        return values.withUnsafeBufferPointer {
            Scalar._kernelTable.functions.sum_of_squares($0.count, $0.baseAddress!)
        }
    }
}
