/// Finds a step along a direction that satisfies the strong Wolfe conditions: sufficient decrease and a sufficiently
/// flat slope.
///
/// Moré and Thuente, "Line search algorithms with guaranteed sufficient decrease", 1994, with the safeguards of MINPACK-2's
/// `dcsrch`. The caller evaluates the function at `step` and calls `advance`, which says what to do next.
struct LineSearch {
    /// A point on the line, the function there and its derivative along the line.
    struct Point {
        var step: Double
        var value: Double
        var slope: Double
    }

    enum Outcome {
        /// To be evaluated at `step`.
        case evaluate
        case found
        /// No step is better than the last one by more than rounding or the width of the interval.
        case exhausted
    }

    private static let sufficientDecrease = 1e-3
    private static let relativeWidth = 0.1

    private(set) var step: Double
    private let largest: Double
    private let curvature: Double
    private let start: Point
    /// The best point so far, and the other end of the interval that has a minimum, once it is bracketed.
    private var best: Point
    private var other: Point
    private var isBracketed = false
    /// Whether some step had sufficient decrease and was not steep; until then, the function minus the sufficient
    /// decrease is minimised.
    private var hasDecreased = false
    private var limits: ClosedRange<Double>
    private var width: Double
    private var widthBefore: Double

    /// - Parameters:
    ///   - slope: negative.
    ///   - curvature: the largest final slope as a fraction of `slope`; by default a value for quasi-Newton methods.
    init(value: Double, slope: Double, step: Double, largest: Double = 1e10, curvature: Double = 0.9) {
        self.step = min(step, largest)
        self.largest = largest
        self.curvature = curvature
        start = Point(step: 0, value: value, slope: slope)
        best = start
        other = start
        limits = 0...5 * self.step
        width = largest
        widthBefore = 2 * largest
    }

    /// What to do after the function was evaluated at `step`.
    mutating func advance(value: Double, slope: Double) -> Outcome {
        let decrease = Self.sufficientDecrease * start.slope
        let allowed = start.value + step * decrease
        if value <= allowed, slope >= 0 { hasDecreased = true }
        if value <= allowed, abs(slope) <= curvature * -start.slope { return .found }
        if isBracketed, step <= limits.lowerBound || step >= limits.upperBound || isNarrow { return .exhausted }
        if step == largest, value <= allowed, slope <= decrease { return .exhausted }

        var trial = Point(step: step, value: value, slope: slope)
        if !hasDecreased, value <= best.value, value > allowed {
            trial.tilt(by: -decrease)
            best.tilt(by: -decrease)
            other.tilt(by: -decrease)
            proceed(from: trial)
            best.tilt(by: decrease)
            other.tilt(by: decrease)
        } else {
            proceed(from: trial)
        }
        if isBracketed {
            // The interval must shrink enough in two steps.
            if abs(other.step - best.step) >= 0.66 * widthBefore { step = best.step + 0.5 * (other.step - best.step) }
            widthBefore = width
            width = abs(other.step - best.step)
            limits = min(best.step, other.step)...max(best.step, other.step)
        } else {
            limits = step + 1.1 * (step - best.step)...step + 4 * (step - best.step)
        }
        step = min(max(step, 0), largest)
        if isBracketed, step <= limits.lowerBound || step >= limits.upperBound || isNarrow { step = best.step }
        return .evaluate
    }

    private var isNarrow: Bool { limits.upperBound - limits.lowerBound <= Self.relativeWidth * limits.upperBound }

    /// Updates the interval by a trial, and sets `step` to the next one.
    private mutating func proceed(from trial: Point) {
        let hasOppositeSlope = trial.slope * (best.slope < 0 ? -1 : 1) < 0
        let next: Double
        if trial.value > best.value {
            // Higher: the minimum lies between.
            let cubic = best.cubicMinimum(with: trial).step
            let quadratic = best.quadraticMinimum(with: trial)
            let takesCubic = abs(cubic - best.step) < abs(quadratic - best.step)
            next = takesCubic ? cubic : cubic + (quadratic - cubic) / 2
            isBracketed = true
        } else if hasOppositeSlope {
            // Lower, and rising: it lies between, too.
            let cubic = trial.cubicMinimum(with: best).step
            let secant = trial.secantMinimum(with: best)
            next = abs(cubic - trial.step) > abs(secant - trial.step) ? cubic : secant
            isBracketed = true
        } else if abs(trial.slope) < abs(best.slope) {
            // Lower, and less steep: it lies beyond.
            let far = trial.step > best.step ? limits.upperBound : limits.lowerBound
            let minimum = trial.cubicMinimum(with: best)
            let cubic = minimum.isBeyond ? minimum.step : far
            let secant = trial.secantMinimum(with: best)
            let cubicIsCloser = abs(cubic - trial.step) < abs(secant - trial.step)
            if isBracketed {
                let bound = trial.step + 0.66 * (other.step - trial.step)
                let step = cubicIsCloser ? cubic : secant
                next = trial.step > best.step ? min(bound, step) : max(bound, step)
            } else {
                let step = abs(cubic - trial.step) > abs(secant - trial.step) ? cubic : secant
                next = min(max(step, limits.lowerBound), limits.upperBound)
            }
        } else if isBracketed {
            next = trial.cubicMinimum(with: other).step
        } else {
            next = trial.step > best.step ? limits.upperBound : limits.lowerBound
        }
        if trial.value > best.value {
            other = trial
        } else {
            if hasOppositeSlope { other = best }
            best = trial
        }
        step = next
    }
}

extension LineSearch.Point {
    /// Adds a linear function.
    fileprivate mutating func tilt(by slope: Double) {
        value += step * slope
        self.slope += slope
    }

    /// The minimum of the cubic that has both points' values and slopes, and whether it lies on this one's far side.
    fileprivate func cubicMinimum(with point: Self) -> (step: Double, isBeyond: Bool) {
        let theta = 3 * (value - point.value) / (point.step - step) + slope + point.slope
        let scale = max(abs(theta), abs(slope), abs(point.slope))
        let square = (theta / scale) * (theta / scale) - (slope / scale) * (point.slope / scale)
        let root = (point.step < step ? -scale : scale) * max(0, square).squareRoot()
        let share = ((root - slope) + theta) / (((root - slope) + root) + point.slope)
        return (step + share * (point.step - step), share < 0 && root != 0)
    }

    /// The minimum of the parabola that has both values and this point's slope.
    fileprivate func quadraticMinimum(with point: Self) -> Double {
        step + slope / ((value - point.value) / (point.step - step) + slope) / 2 * (point.step - step)
    }

    /// The minimum of the parabola that has both slopes.
    fileprivate func secantMinimum(with point: Self) -> Double {
        step + slope / (slope - point.slope) * (point.step - step)
    }
}
