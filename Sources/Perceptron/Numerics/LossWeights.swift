/// What the rows of a batch, and the classes, count in a loss.
public struct LossWeights: ~Escapable {
    /// For each row for how many it counts; empty if each is one.
    public let rows: Span<Double>
    /// For each class what its part of a loss is multiplied by; empty if that is nothing, or is in `rows`.
    public let classes: Span<Double>

    /// Weights of rows and classes; empty where all count the same.
    @_lifetime(copy rows, copy classes)
    public init(rows: Span<Double> = Span(), classes: Span<Double> = Span()) {
        self.rows = rows
        self.classes = classes
    }
}
