/// A sum that compensates for rounding: its error doesn't grow with the number of terms.
///
/// Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974.
struct CompensatedSum {
    private var sum = 0.0
    private var lost = 0.0

    static func += (total: inout CompensatedSum, term: Double) {
        let next = total.sum + term
        total.lost += abs(total.sum) >= abs(term) ? (total.sum - next) + term : (term - next) + total.sum
        total.sum = next
    }

    /// Once the sum is infinite or NaN, the compensation is meaningless.
    var value: Double { sum.isFinite ? sum + lost : sum }
}

extension Sequence<Double> {
    /// The compensated sum of all elements.
    func compensatedSum() -> Double {
        var sum = CompensatedSum()
        for term in self { sum += term }
        return sum.value
    }
}
