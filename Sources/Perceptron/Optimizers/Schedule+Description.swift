extension Schedule: CustomStringConvertible {
    /// As it is written in Swift: `.cosine(from: 0.003, to: 0.0).warmUp(100)`; a constant one is its number.
    public var description: String { Schedule.description(shape) }

    private static func description(_ shape: Shape) -> String {
        func over(_ reach: Reach) -> String { reach.map { ", over: \($0)" } ?? "" }
        switch shape {
        case .constant(let rate): return "\(rate)"
        case .step(let rate, let every, let factor): return ".step(from: \(rate), every: \(every), factor: \(factor))"
        case .multiStep(let rate, let updates, let factor):
            return ".multiStep(from: \(rate), at: \(updates), factor: \(factor))"
        case .exponential(let rate, let factor): return ".exponential(from: \(rate), factor: \(factor))"
        case .polynomial(let rate, let end, let power, let reach):
            return ".polynomial(from: \(rate), to: \(end), power: \(power)\(over(reach)))"
        case .cosine(let rate, let end, let reach): return ".cosine(from: \(rate), to: \(end)\(over(reach)))"
        case .cosineWithRestarts(let rate, let end, let first, let multiplier):
            return ".cosineWithRestarts(from: \(rate), to: \(end), first: \(first), multiplier: \(multiplier))"
        case .oneCycle(let cycle, let reach):
            return ".oneCycle(maximum: \(cycle.maximum), rise: \(cycle.rise), divisor: \(cycle.divisor), "
                + "finalDivisor: \(cycle.finalDivisor)\(over(reach)))"
        case .flatThenCosine(let rate, let end, let flat, let reach):
            return ".flatThenCosine(from: \(rate), to: \(end), flat: \(flat)\(over(reach)))"
        case .coslog4(let rate, let reach): return ".coslog4(\(rate)\(over(reach)))"
        case .plateau(let plateau, let shape):
            return ".reduceOnPlateau(from: \(description(shape)), factor: \(plateau.factor), patience: "
                + "\(plateau.patience), threshold: \(plateau.threshold), cooldown: \(plateau.cooldown), "
                + "minimum: \(plateau.minimum))"
        case .warmUp(let updates, let shape): return "\(receiver(shape)).warmUp(\(updates))"
        case .sequence(let shape, let updates, let next):
            return "\(receiver(shape)).then(\(description(next)), after: \(updates))"
        case .scaled(let shape, let factor): return "\(receiver(shape)) * \(factor)"
        case .custom(let custom): return ".custom(\(custom.name))"
        }
    }

    /// A schedule of which something is asked: a number alone has no members, and a product needs parentheses.
    private static func receiver(_ shape: Shape) -> String {
        switch shape {
        case .constant: ".constant(\(description(shape)))"
        case .scaled: "(\(description(shape)))"
        default: description(shape)
        }
    }
}
