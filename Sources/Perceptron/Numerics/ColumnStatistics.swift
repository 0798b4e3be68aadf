/// The means and the mean squared deviations of some columns, from a span that has those of all: first the means, behind
/// them the others.
struct ColumnStatistics<Scalar: BLASScalar>: ~Escapable {
    let means: Span<Scalar>
    let variances: Span<Scalar>

    @_lifetime(copy elements)
    init(_ elements: Span<Scalar>, of count: Int, columns: Range<Int>) {
        means = elements.extracting(columns)
        variances = elements.extracting(count + columns.lowerBound..<count + columns.upperBound)
    }
}
