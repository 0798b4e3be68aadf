/// The means and mean squared deviations of some columns, from a span with the means of all columns followed by their
/// mean squared deviations.
struct ColumnStatistics<Scalar: BLASScalar>: ~Escapable {
    let means: Span<Scalar>
    let variances: Span<Scalar>

    @_lifetime(copy elements)
    init(_ elements: Span<Scalar>, of count: Int, columns: Range<Int>) {
        means = elements.extracting(columns)
        variances = elements.extracting(count + columns.lowerBound..<count + columns.upperBound)
    }
}
