/// The weights of rows and classes in a loss.
public struct LossWeights: ~Escapable {
    /// How many rows each row counts as; empty if 1 for all.
    public let rows: Span<Double>
    /// The factor of each class's part of the loss; empty if there are no class weights, or if `rows` includes them.
    public let classes: Span<Double>

    /// Creates weights of rows and classes; an empty span means equal weights.
    @_lifetime(copy rows, copy classes)
    public init(rows: Span<Double> = Span(), classes: Span<Double> = Span()) {
        self.rows = rows
        self.classes = classes
    }
}
