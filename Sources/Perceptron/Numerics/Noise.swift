/// What a C loop does to numbers with random ones.
package enum Noise: Sendable {
    /// A number becomes `dropped` with that probability; else it is multiplied by `scale`, and `shift` is added.
    case dropout(probability: Double, scale: Double, shift: Double = 0, dropped: Double = 0)
    /// A normal number of mean 0 is added to each.
    case normal(deviation: Double)
}
