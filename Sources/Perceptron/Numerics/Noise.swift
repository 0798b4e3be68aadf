/// A kind of noise that a C loop applies.
package enum Noise: Sendable {
    /// A number x becomes `dropped` with the given probability, and otherwise x · `scale` + `shift`.
    case dropout(probability: Double, scale: Double, shift: Double = 0, dropped: Double = 0)
    /// A normally distributed number of mean 0 is added to each.
    case normal(deviation: Double)
}
