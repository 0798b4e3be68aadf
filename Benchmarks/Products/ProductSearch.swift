import Perceptron

/// Looks for the fastest way to cut a product into calls of cblas, by trying.
final class ProductSearch<Scalar: BLASScalar> {
    /// A cut and how many operations a second it came to.
    struct Found {
        let cut: ProductCut
        let speed: Double
    }

    private var found: [ProductShape: Found] = [:]
    private let seconds: Double
    private var left = AlignedBuffer<Scalar>(count: 0)
    private var right = AlignedBuffer<Scalar>(count: 0)
    private var result = AlignedBuffer<Scalar>(count: 0)

    /// - Parameter seconds: how long a try takes at least.
    init(seconds: Double) { self.seconds = seconds }

    /// The fastest cut of a product whose matrices lie without gaps.
    func best(_ shape: ProductShape) -> ProductCut { search(shape).cut }

    func search(_ shape: ProductShape) -> Found {
        if let known = found[shape] { return known }
        prepare(shape)
        var tried: [Found] = []
        var fastest = 0.0
        for cut in candidates(shape) {
            // A single call tells which are far behind.
            let once = speed(shape, cut, Timing.Effort(repetitions: 1, secondsPerRepetition: 0))
            if once < 0.8 * fastest { continue }
            let effort = Timing.Effort(repetitions: 3, secondsPerRepetition: seconds, patience: 0.005)
            let found = Found(cut: cut, speed: max(once, speed(shape, cut, effort)))
            fastest = max(fastest, found.speed)
            tried.append(found)
        }
        // The best of few tries is often the luckiest: those ahead are tried again.
        let ahead = tried.sorted { $0.speed > $1.speed }.prefix(5).map { found in
            Found(cut: found.cut, speed: median(shape, found.cut))
        }
        let best = ahead.max { $0.speed < $1.speed }!
        found[shape] = best
        return best
    }

    /// Operations a second, the median of several tries.
    func median(_ shape: ProductShape, _ cut: ProductCut) -> Double {
        prepare(shape)
        let effort = Timing.Effort(
            repetitions: shape.multiplyAdds < 1 << 28 ? 9 : 3, secondsPerRepetition: 2 * seconds)
        let timing = Timing(effort) { calls in
            self.multiply(shape, cut, calls)
        }
        return 2 * Double(shape.multiplyAdds) / timing.median
    }

    private func speed(_ shape: ProductShape, _ cut: ProductCut, _ effort: Timing.Effort) -> Double {
        let timing = Timing(effort) { calls in self.multiply(shape, cut, calls) }
        return 2 * Double(shape.multiplyAdds) / timing.minimum
    }

    private func multiply(_ shape: ProductShape, _ cut: ProductCut, _ calls: Int) {
        for _ in 0..<calls {
            BareProduct.multiply(
                rows: shape.rows, columns: shape.columns, inner: shape.inner, left.start, right.start,
                transposeA: shape.kind == .weightGradient, transposeB: shape.kind == .downstream, cut: cut,
                into: result.start)
        }
    }

    private func prepare(_ shape: ProductShape) {
        func room(_ count: Int, _ buffer: AlignedBuffer<Scalar>) -> AlignedBuffer<Scalar> {
            buffer.count >= count ? buffer : AlignedBuffer((0..<count).map { Scalar($0 % 17) / 17 - 0.5 })
        }
        left = room(shape.rows * shape.inner, left)
        right = room(shape.inner * shape.columns, right)
        result = room(shape.rows * shape.columns, result)
    }

    /// One call, what the package does, and cuts of many sizes with B as it lies and copied.
    private func candidates(_ shape: ProductShape) -> [ProductCut] {
        var cuts = [ProductCut.whole, ProductCut(shape, on: .current)]
        if shape.rows == 1, shape.kind != .weightGradient { cuts.append(.vector) }
        func add(_ cut: ProductCut) { if !cuts.contains(cut) { cuts.append(cut) } }
        let panel = 256 / MemoryLayout<Scalar>.size
        for splitsRest in shape.columns % 16 > 8 ? [false, true] : [false] {
            add(ProductCut(rows: .max, inner: .max, columns: .max, splitsRest: splitsRest))
            for inner in [48, 64, 96, 128, 192, 384, 1024] where inner < 2 * shape.inner {
                for columns in [8, 16, 32, 64, 128] where columns < 2 * shape.columns {
                    for rows in [32, .max] where shape.rows > 32 || rows == .max {
                        add(ProductCut(rows: rows, inner: inner, columns: columns, splitsRest: splitsRest))
                    }
                }
                for rows in [32, 64, 128, .max] where shape.rows > rows / 2 || rows == .max {
                    add(ProductCut(rows: rows, inner: inner, columns: panel, packs: true, splitsRest: splitsRest))
                }
            }
        }
        return cuts
    }
}
