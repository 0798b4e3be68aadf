#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Schedule {
    /// Where an update stands.
    struct Place {
        /// Counted from 1.
        var update: Int
        /// How many there will be; nil if nobody knows.
        var total: Int?
        /// By what plateaus have multiplied the rate so far.
        var plateauScale = 1.0

        /// The place within what begins after so many updates.
        func after(_ updates: Int) -> Place {
            Place(update: update - updates, total: total.map { max(1, $0 - updates) }, plateauScale: plateauScale)
        }
    }

    /// The learning rate of an update, counted from 1.
    /// - Parameters:
    ///   - update: the number of the update, from 1.
    ///   - total: how many updates there will be.
    public func rate(at update: Int, of total: Int) -> Double { rate(Place(update: update, total: total)) }

    func rate(_ place: Place) -> Double { Schedule.rate(shape, place) }

    private static func rate(_ shape: Shape, _ place: Place) -> Double {
        let t = place.update - 1
        /// How far it is through its reach, from 0 to 1.
        func progress(_ reach: Reach) -> Double { min(1, Double(t) / Double(reach ?? place.total ?? .max)) }
        switch shape {
        case .constant(let rate): return rate
        case .step(let rate, let every, let factor): return rate * pow(factor, Double(t / every))
        case .multiStep(let rate, let updates, let factor): return rate * pow(factor, Double(updates.count { $0 <= t }))
        case .exponential(let rate, let factor): return rate * pow(factor, Double(t))
        case .polynomial(let rate, let end, let power, let reach):
            return end + (rate - end) * pow(1 - progress(reach), power)
        case .cosine(let rate, let end, let reach): return cosine(from: rate, to: end, at: progress(reach))
        case .cosineWithRestarts(let rate, let end, let first, let multiplier):
            var (start, length) = (0, first)
            if multiplier == 1 { start = t / first * first }
            while t - start >= length {
                start += length
                length = length.multipliedReportingOverflow(by: multiplier).partialValue
            }
            return cosine(from: rate, to: end, at: Double(t - start) / Double(length))
        case .oneCycle(let cycle, let reach):
            return cycle.rate(after: Double(t), of: Double(reach ?? place.total ?? .max))
        case .flatThenCosine(let rate, let end, let flat, let reach):
            return cosine(from: rate, to: end, at: max(0, (progress(reach) - flat) / (1 - flat)))
        case .coslog4(let rate, let reach):
            return rate * (1 - cos(2 * .pi * log2(1 + 15 * progress(reach)))) / 2
        case .plateau(let plateau, let shape):
            let whole = self.rate(shape, place)
            return max(whole * place.plateauScale, min(whole, plateau.minimum))
        case .warmUp(let updates, let shape):
            if t >= updates { return rate(shape, place.after(updates)) }
            var first = place.after(updates)
            first.update = 1
            return rate(shape, first) * (Double(place.update) / Double(updates))
        case .sequence(let shape, let updates, let next):
            return t < updates ? rate(shape, place) : rate(next, place.after(updates))
        case .scaled(let shape, let factor): return rate(shape, place) * factor
        case .custom(let custom): return custom.rate(place.update, place.total ?? .max)
        }
    }

    /// Half a period of a cosine between two rates.
    static func cosine(from rate: Double, to end: Double, at progress: Double) -> Double {
        end + (rate - end) * (1 + cos(.pi * progress)) / 2
    }

    /// The rate, if it is the same at every update.
    var constantRate: Double? {
        if case .constant(let rate) = shape { rate } else { nil }
    }

    /// Whether it can't be known before it is known how many updates there will be.
    var needsTotal: Bool { Schedule.any(shape) { $0.reachesToTheEnd } }

    /// What reduces it in a run.
    var plateau: Plateau? {
        var found: Plateau?
        _ = Schedule.any(shape) {
            if case .plateau(let plateau, _) = $0 { found = plateau }
            return found != nil
        }
        return found
    }

    /// Whether something is true of a shape or one within it.
    static func any(_ shape: Shape, _ isTrue: (Shape) -> Bool) -> Bool {
        if isTrue(shape) { return true }
        return switch shape {
        case .plateau(_, let shape), .warmUp(_, let shape), .scaled(let shape, _): any(shape, isTrue)
        case .sequence(let first, _, let second): any(first, isTrue) || any(second, isTrue)
        default: false
        }
    }
}

extension Schedule.Shape {
    /// The shapes that it is made of.
    var parts: [Schedule.Shape] {
        switch self {
        case .plateau(_, let shape), .warmUp(_, let shape), .scaled(let shape, _): [shape]
        case .sequence(let first, _, let second): [first, second]
        default: []
        }
    }

    fileprivate var reachesToTheEnd: Bool {
        switch self {
        case .polynomial(_, _, _, let reach), .cosine(_, _, let reach), .oneCycle(_, let reach),
            .flatThenCosine(_, _, _, let reach), .coslog4(_, let reach):
            reach == nil
        default: false
        }
    }
}
