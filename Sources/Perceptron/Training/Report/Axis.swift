#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A range of values with round ticks, and the position of a value on it.
///
/// Round numbers as in Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990.
package struct Axis {
    package struct Tick {
        /// From 0 at the start of the axis to 1 at its end.
        package let place: Double
        /// Nil if there is no room for one.
        package let label: String?
    }

    let isLogarithmic: Bool
    package private(set) var ticks: [Tick] = []
    /// The ends: values, or their logarithms.
    private let start: Double
    private let end: Double

    /// Values beyond it are not drawn: the steps between ticks would overflow.
    static let largest = 1e300

    /// The position of a value: 0 at the start, 1 at the end.
    package func place(of value: Double) -> Double {
        let value = isLogarithmic ? log10(value) : value
        return start < end ? (value - start) / (end - start) : 0.5
    }

    private init(
        isLogarithmic: Bool, from start: Double, to end: Double, labelled: [DecimalNumber], others: [DecimalNumber] = []
    ) {
        self.isLogarithmic = isLogarithmic
        self.start = start
        self.end = end
        let isPlain = labelled.allSatisfy { number in
            number.text.count <= (number.exponent < 0 ? 12 : 7) && (number.digits == 0 || abs(number.value) >= 1e-4)
        }
        ticks =
            others.map { Tick(place: place(of: $0.value), label: nil) }
            + labelled.map { Tick(place: place(of: $0.value), label: isPlain ? $0.text : $0.scientificText) }
    }

    /// Epochs from 1: ticks at whole numbers, and at 1 if there is room.
    static func epochs(_ count: Int) -> Axis {
        let size = Int(roundStep(max(Double(count) / 10, 1)).value)
        var ticks = stride(from: size, through: count, by: size).map { DecimalNumber(digits: $0, exponent: 0) }
        if size >= 5 { ticks.insert(DecimalNumber(digits: 1, exponent: 0), at: 0) }
        return Axis(isLogarithmic: false, from: 1, to: Double(count), labelled: ticks)
    }

    /// An axis between round numbers, with about `count` ticks.
    package static func linear(_ range: ClosedRange<Double>, ticks count: Int) -> Axis {
        var (lowest, highest) = (max(range.lowerBound, -largest), min(range.upperBound, largest))
        // Values that differ only by rounding are shown as a constant, in the middle.
        let magnitude = max(abs(lowest), abs(highest))
        let smallest = 1 / largest
        if highest - lowest <= max(1e-9 * magnitude, smallest) {
            let margin = max(0.1 * magnitude, smallest)
            (lowest, highest) = (lowest - margin, highest + margin)
        }
        let step = roundStep((highest - lowest) / Double(count - 1))
        // 0.3 / 0.1 is a little less than 3.
        let first = Int((lowest / step.value + 1e-6).rounded(.down))
        let last = Int((highest / step.value - 1e-6).rounded(.up))
        let ticks = (first...last).map { DecimalNumber(digits: $0 * step.digits, exponent: step.exponent) }
        return Axis(isLogarithmic: false, from: ticks[0].value, to: ticks[ticks.count - 1].value, labelled: ticks)
    }

    /// An axis between numbers of the form 1, 2 or 5 times a power of ten, with ticks at all of these. If there are
    /// more than `count`, only powers of ten have labels; if there are many, only they have ticks.
    static func logarithmic(_ range: ClosedRange<Double>, ticks count: Int) -> Axis {
        let (lowest, highest) = (log10(range.lowerBound), log10(range.upperBound))
        var candidates: [DecimalNumber] = []
        for exponent in Int(lowest.rounded(.down))...Int(highest.rounded(.up)) {
            for digits in [1, 2, 5] { candidates.append(DecimalNumber(digits: digits, exponent: exponent)) }
        }
        func logarithm(_ number: DecimalNumber) -> Double { Double(number.exponent) + log10(Double(number.digits)) }
        let first = candidates.lastIndex { logarithm($0) <= lowest + 1e-9 } ?? 0
        let last = candidates.firstIndex { logarithm($0) >= highest - 1e-9 } ?? candidates.count - 1
        var ticks = Array(candidates[first...last])
        let (start, end) = (logarithm(ticks[0]), logarithm(ticks[ticks.count - 1]))
        var labelled = ticks
        if ticks.count > count {
            labelled.removeAll { $0.digits != 1 }
            if ticks.count > 3 * count { ticks = labelled }
            let interval = (labelled.count + count - 1) / count
            labelled.removeAll { !$0.exponent.isMultiple(of: interval) }
        }
        return Axis(
            isLogarithmic: true, from: start, to: end, labelled: labelled,
            others: ticks.filter { !labelled.contains($0) })
    }

    /// The nearest number to `size` that is 1, 2 or 5 times a power of ten.
    private static func roundStep(_ size: Double) -> DecimalNumber {
        let exponent = Int(log10(size).rounded(.down))
        let fraction = size / DecimalNumber(digits: 1, exponent: exponent).value
        if fraction >= 7 { return DecimalNumber(digits: 1, exponent: exponent + 1) }
        return DecimalNumber(digits: fraction < 1.5 ? 1 : fraction < 3 ? 2 : 5, exponent: exponent)
    }
}
