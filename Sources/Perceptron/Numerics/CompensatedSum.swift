/// A sum that keeps what rounding takes from it: its error does not grow with the number of terms.
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

    /// Once a sum is infinite or NaN, what was lost says nothing.
    var value: Double { sum.isFinite ? sum + lost : sum }
}

extension Sequence<Double> {
    /// The sum of all, compensated.
    func compensatedSum() -> Double {
        var sum = CompensatedSum()
        for term in self { sum += term }
        return sum.value
    }
}
