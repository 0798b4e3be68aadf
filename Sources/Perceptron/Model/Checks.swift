/// Throws unless `threads` is nil or at least 1; nil means all processors.
func checkedThreads(_ threads: Int?) throws(PerceptronError) -> Int {
    guard let threads else { return BLAS.processors }
    guard threads > 0 else { throw .invalidArgument("threads are \(threads); at least 1 is needed") }
    return threads
}

/// Throws unless a matrix is `columns` wide and all its elements are finite.
func check<Scalar>(
    _ matrix: Matrix<Scalar>, _ name: String, columns: Int, of owner: String
) throws(PerceptronError) {
    guard matrix.columns == columns else {
        throw .shapeMismatch("\(name) have \(matrix.columns) columns; \(owner) \(columns)")
    }
    if let index = Kernels.firstNonFinite(matrix.elements.span) {
        throw .invalidValue(
            "\(name) have \(matrix.elements[index]) in row \(index / columns), column \(index % columns); "
                + "all values must be finite")
    }
}
