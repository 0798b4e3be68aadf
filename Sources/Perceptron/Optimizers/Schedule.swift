/// The learning rate of each update: a function of the update's number and, where a schedule reaches to the end of
/// training, of the number of updates.
///
/// A number is a constant schedule, and schedules can be combined:
/// ```swift
/// AdamW(learningRate: 0.001)
/// AdamW(learningRate: .cosine(from: 0.003, warmUp: 100))
/// SGD(learningRate: .step(from: 0.1, every: 1000).warmUp(200), momentum: 0.9)
/// SGD(learningRate: .constant(0.1).then(.exponential(from: 0.1, factor: 0.99), after: 500))
/// ```
/// Updates count from 1 at the beginning of a call of `train`; t is the number of earlier updates. With `over: nil` a
/// schedule reaches to the end of the last epoch.
public struct Schedule: Equatable, Codable, Sendable {
    /// How many updates a schedule reaches over; those of training if nil.
    typealias Reach = Int?

    indirect enum Shape: Equatable, Codable, Sendable {
        case constant(Double)
        case step(from: Double, every: Int, factor: Double)
        case multiStep(from: Double, at: [Int], factor: Double)
        case exponential(from: Double, factor: Double)
        case polynomial(from: Double, to: Double, power: Double, over: Reach)
        case cosine(from: Double, to: Double, over: Reach)
        case cosineWithRestarts(from: Double, to: Double, first: Int, multiplier: Int)
        case oneCycle(OneCycle, over: Reach)
        case flatThenCosine(from: Double, to: Double, flat: Double, over: Reach)
        case coslog4(Double, over: Reach)
        case plateau(Plateau, Shape)
        case warmUp(Int, Shape)
        case sequence(Shape, after: Int, Shape)
        case scaled(Shape, by: Double)
        case custom(CustomSchedule)
    }

    let shape: Shape

    init(_ shape: Shape) { self.shape = shape }

    // MARK: Kinds

    /// A constant rate; a number literal means the same.
    public static func constant(_ rate: Double) -> Schedule { Schedule(.constant(rate)) }

    /// from · factor^⌊t / every⌋ (`torch.optim.lr_scheduler.StepLR`).
    public static func step(from rate: Double, every updates: Int, factor: Double = 0.1) -> Schedule {
        Schedule(.step(from: rate, every: updates, factor: factor))
    }

    /// from · factor^(how many of `at` are at most t) (`torch.optim.lr_scheduler.MultiStepLR`).
    public static func multiStep(from rate: Double, at updates: [Int], factor: Double = 0.1) -> Schedule {
        Schedule(.multiStep(from: rate, at: updates, factor: factor))
    }

    /// from · factorᵗ (`torch.optim.lr_scheduler.ExponentialLR`).
    public static func exponential(from rate: Double, factor: Double) -> Schedule {
        Schedule(.exponential(from: rate, factor: factor))
    }

    /// to + (from − to) · (1 − t/T)^power, T updates long (`torch.optim.lr_scheduler.PolynomialLR`).
    public static func polynomial(
        from rate: Double, to end: Double = 0, power: Double = 1, over updates: Int? = nil
    ) -> Schedule {
        Schedule(.polynomial(from: rate, to: end, power: power, over: updates))
    }

    /// to + (from − to) · (1 + cos(πt/T))/2, T updates long (`torch.optim.lr_scheduler.CosineAnnealingLR`), after a
    /// linear warm-up of `warmUp` updates.
    public static func cosine(
        from rate: Double, to end: Double = 0, warmUp: Int = 0, over updates: Int? = nil
    ) -> Schedule {
        Schedule(.cosine(from: rate, to: end, over: updates)).warmUp(warmUp)
    }

    /// Cosines in sequence: the first over `first` updates, each other `multiplier` times as long as the one before
    /// (`torch.optim.lr_scheduler.CosineAnnealingWarmRestarts`).
    public static func cosineWithRestarts(
        from rate: Double, to end: Double = 0, first: Int, multiplier: Int = 1
    ) -> Schedule {
        Schedule(.cosineWithRestarts(from: rate, to: end, first: first, multiplier: multiplier))
    }

    /// From maximum / divisor up to `maximum`, then down to maximum / (divisor · finalDivisor), both along cosines
    /// (`torch.optim.lr_scheduler.OneCycleLR`; Smith and Topin 2017).
    /// - Parameters:
    ///   - maximum: the largest rate.
    ///   - rise: the fraction of the updates with a rising rate, between 0 and 1.
    ///   - divisor: the maximum divided by the first rate.
    ///   - finalDivisor: the first rate divided by the last.
    ///   - updates: the length; to the end of training if nil.
    public static func oneCycle(
        maximum: Double, rise: Double = 0.3, divisor: Double = 25, finalDivisor: Double = 1e4, over updates: Int? = nil
    ) -> Schedule {
        Schedule(
            .oneCycle(
                OneCycle(maximum: maximum, rise: rise, divisor: divisor, finalDivisor: finalDivisor), over: updates))
    }

    /// The same rate for a part `flat` of the updates, then down along a cosine.
    public static func flatThenCosine(
        from rate: Double, to end: Double = 0, flat: Double = 0.72, over updates: Int? = nil
    ) -> Schedule {
        Schedule(.flatThenCosine(from: rate, to: end, flat: flat, over: updates))
    }

    /// Four cosines, each about half as long as all after it: rate · (1 − cos(2π log₂(1 + 15t/T)))/2, which is that of
    /// RealMLP (Holzmüller et al. 2024, "Better by default"). The first rate is 0.
    public static func coslog4(_ rate: Double, over updates: Int? = nil) -> Schedule {
        Schedule(.coslog4(rate, over: updates))
    }

    /// Multiplies the rate by `factor` when the monitored value has not improved for more than `patience` epochs: what
    /// early stopping watches, or else the validation loss, or else the loss
    /// (`torch.optim.lr_scheduler.ReduceLROnPlateau`).
    ///
    /// What it has seen belongs to the run of `train`, and is continued with it.
    /// - Parameters:
    ///   - schedule: the schedule to reduce.
    ///   - factor: between 0 and 1.
    ///   - patience: the number of epochs without improvement to tolerate.
    ///   - threshold: the relative change that counts as an improvement.
    ///   - cooldown: epochs after a reduction that are not counted.
    ///   - minimum: the smallest rate.
    public static func reduceOnPlateau(
        from schedule: Schedule, factor: Double = 0.1, patience: Int = 10, threshold: Double = 1e-4, cooldown: Int = 0,
        minimum: Double = 0
    ) -> Schedule {
        let plateau = Plateau(
            factor: factor, patience: patience, threshold: threshold, cooldown: cooldown, minimum: minimum)
        return Schedule(.plateau(plateau, schedule.shape))
    }

    /// A schedule of your own: its name, and the rate of an update, counted from 1, of a total. The total is `Int.max`
    /// in steps that don't belong to a call of `train`.
    public static func custom(
        _ name: String, _ rate: @escaping @Sendable (_ update: Int, _ total: Int) -> Double
    ) -> Schedule {
        Schedule(.custom(CustomSchedule(name: name, rate: rate)))
    }

    // MARK: Compositions

    /// This schedule after a linear warm-up: update u of it has u/updates of the first rate.
    public func warmUp(_ updates: Int) -> Schedule { updates == 0 ? self : Schedule(.warmUp(updates, shape)) }

    /// This schedule for `updates` updates, then another one from its own beginning
    /// (`torch.optim.lr_scheduler.SequentialLR`).
    public func then(_ next: Schedule, after updates: Int) -> Schedule {
        Schedule(.sequence(shape, after: updates, next.shape))
    }

    /// Every rate times a number.
    public static func * (schedule: Schedule, factor: Double) -> Schedule {
        Schedule(.scaled(schedule.shape, by: factor))
    }
}

extension Schedule: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    public init(floatLiteral rate: Double) { self = .constant(rate) }
    public init(integerLiteral rate: Int) { self = .constant(Double(rate)) }
}
