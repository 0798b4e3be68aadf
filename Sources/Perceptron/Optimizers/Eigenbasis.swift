/// Orthonormal axes that follow the eigenvectors of a symmetric matrix.
enum Eigenbasis {
    /// How many scalars `refresh` computes with.
    static func scratch(_ side: Int) -> Int { side * (2 * side + 1) + LAPACK.orthonormalizationScratch(side) }

    /// Moves the axes by a step of power iteration, and puts them in the order of how long the matrix makes them.
    /// - Parameter order: which axis each was before; as they were where the matrix has overflowed, and then they stay.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    static func refresh<Scalar: BLASScalar>(
        _ basis: inout MutableSpan<Scalar>, factor: Span<Scalar>, _ side: Int, scratch: inout MutableSpan<Scalar>,
        order: inout MutableSpan<Scalar>
    ) {
        let square = side * side
        for place in 0..<side { order[place] = Scalar(place) }
        var moved = scratch._mutatingExtracting(0..<square)
        BLAS.multiply(factor, side, basis.span, side, into: &moved, side)
        for column in 0..<side {
            var length = 0.0
            for row in 0..<side {
                length += Double(basis[row * side + column]) * Double(scratch[row * side + column])
            }
            scratch[2 * square + column] = Scalar(length)
        }
        guard Kernels.firstNonFinite(scratch.span.extracting(0..<square)) == nil,
            Kernels.firstNonFinite(scratch.span.extracting(2 * square..<2 * square + side)) == nil
        else { return }
        for place in 0..<side {
            let longest = takeLongest(2 * square..<2 * square + side, of: &scratch)
            order[place] = Scalar(longest)
            for row in 0..<side { scratch[square + place * side + row] = scratch[row * side + longest] }
        }
        LAPACK.orthonormalize(&scratch, square..<2 * square, side, scratch: 2 * square + side)
        for column in 0..<side {
            for row in 0..<side { basis[row * side + column] = scratch[square + column * side + row] }
        }
    }

    /// The place of the largest number that has not been taken; the first of several.
    private static func takeLongest<Scalar: BLASScalar>(
        _ range: Range<Int>, of scratch: inout MutableSpan<Scalar>
    ) -> Int {
        var longest: Int?
        for place in range where !scratch[place].isNaN {
            if let found = longest, scratch[place] <= scratch[found] { continue }
            longest = place
        }
        scratch[longest!] = .nan
        return longest! - range.lowerBound
    }

    /// The eigenvectors of a symmetric matrix as columns, that of the largest eigenvalue first; the axes of the space if they
    /// can't be found.
    static func of<Scalar: BLASScalar>(_ factor: Span<Scalar>, _ side: Int) -> Matrix<Double> {
        if let found = try? LAPACK.eigenvectors(matrix(factor, side)) { return found }
        var axes = Matrix<Double>(rows: side, columns: side)
        for index in 0..<side { axes[index, index] = 1 }
        return axes
    }

    static func matrix<Scalar: BLASScalar>(_ elements: Span<Scalar>, _ columns: Int) -> Matrix<Double> {
        Matrix(
            rows: elements.count / columns, columns: columns, elements: elements.indices.map { Double(elements[$0]) })
    }

    static func write<Scalar: BLASScalar>(_ matrix: Matrix<Double>, to elements: inout MutableSpan<Scalar>) {
        for index in elements.indices { elements[index] = Scalar(matrix.elements[index]) }
    }
}
