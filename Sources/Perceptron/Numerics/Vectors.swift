/// Operations on flat vectors; sums are in Double and in a fixed order.
enum Vectors {
    /// a·b, in four partial sums that are added at the end.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    static func dot<Scalar: BLASScalar>(_ a: Span<Scalar>, _ b: Span<Scalar>) -> Double {
        precondition(a.count == b.count, "vectors of one length")
        var (first, second, third, fourth) = (0.0, 0.0, 0.0, 0.0)
        let whole = a.count & ~3
        for index in stride(from: 0, to: whole, by: 4) {
            first += Double(a[index]) * Double(b[index])
            second += Double(a[index + 1]) * Double(b[index + 1])
            third += Double(a[index + 2]) * Double(b[index + 2])
            fourth += Double(a[index + 3]) * Double(b[index + 3])
        }
        for index in whole..<a.count { first += Double(a[index]) * Double(b[index]) }
        return (first + second) + (third + fourth)
    }

    static func norm<Scalar: BLASScalar>(_ a: Span<Scalar>) -> Double { dot(a, a).squareRoot() }

    /// y ← y + factor·x.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    static func add<Scalar: BLASScalar>(_ x: Span<Scalar>, times factor: Double, to y: inout MutableSpan<Scalar>) {
        precondition(x.count == y.count, "vectors of one length")
        let factor = Scalar(factor)
        for index in 0..<x.count { y[index] += factor * x[index] }
    }

    /// x ← factor·x.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    static func scale<Scalar: BLASScalar>(_ x: inout MutableSpan<Scalar>, by factor: Double) {
        let factor = Scalar(factor)
        for index in 0..<x.count { x[index] *= factor }
    }

    /// Writes the parts of a vector, in sequence, to their ranges.
    static func scatter<Scalar: BLASScalar>(_ x: Span<Scalar>, to ranges: [Range<Int>], of memory: Memory<Scalar>) {
        x.withMemory { x in
            var start = 0
            for range in ranges {
                memory.extracting(range).copy(from: x.extracting(start..<start + range.count))
                start += range.count
            }
        }
    }
}
