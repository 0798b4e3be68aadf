/// The weights of rows and classes in a loss.
public struct LossWeights: ~Escapable {
    /// How many rows each row counts as; empty if 1 for all.
    public let rows: Span<Double>
    /// The factor of each class's part of the loss; empty if there is none, or if it is part of `rows`.
    public let classes: Span<Double>

    /// Weights of rows and classes; empty where all count the same.
    @_lifetime(copy rows, copy classes)
    public init(rows: Span<Double> = Span(), classes: Span<Double> = Span()) {
        self.rows = rows
        self.classes = classes
    }
}
