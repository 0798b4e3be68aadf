/// How large, sign aside, the numbers are that go into an update, at most; and then those that come of it.
///
/// An update of which they say that it can't overflow needs no copy of the parameters to go back to. One follows from the
/// other without a look at the vectors, which are measured anew where bounds have grown too large.
struct UpdateBounds {
    var parameters = Double.infinity
    /// Before the update; and then whatever else is summed on the way.
    var gradients = Double.infinity
    /// Of the state vector that moves the parameters, if one does.
    var state = Double.infinity

    /// Whether sums of a few such numbers are far from infinite.
    func areSafe<Scalar: BLASScalar>(for type: Scalar.Type) -> Bool {
        let limit = Double(Scalar.greatestFiniteMagnitude) / 8
        return parameters < limit && gradients < limit && state < limit
    }

    /// The gradients with a decay within them.
    func decayed(_ place: UpdatePlace) -> Double { gradients + place.weightDecay * parameters }

    /// The parameters times 1 − ηλ, or not, where they don't decay.
    func shrunk(_ place: UpdatePlace) -> Double { parameters * max(1, place.learningRate * place.weightDecay - 1) }

    /// Whether a root of a mean of squares, and ε, can be divided by: ε is no 0 in Float, and 0 times an infinite square is
    /// nowhere.
    static func canDivide(epsilon: Double, decayOfSquares: Double) -> Bool { epsilon >= 1e-30 && decayOfSquares > 0 }

    /// Rates and decays that are numbers in Float, also when they are divided by what is left of 1.
    static let plausibleNumbers = 0..<1e15
}
