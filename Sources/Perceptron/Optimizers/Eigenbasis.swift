/// Orthonormal axes that follow the eigenvectors of a symmetric matrix.
enum Eigenbasis {
    /// The axes after a step of power iteration, in the order of how long the matrix makes them, and that order.
    static func refreshed<Scalar: BLASScalar>(
        _ basis: Span<Scalar>, factor: Span<Scalar>, _ side: Int
    ) -> (basis: Matrix<Double>, order: [Int]) {
        let axes = matrix(basis, side)
        let factor = matrix(factor, side)
        let moved = Matrix<Double>(rows: side, columns: side) { memory in
            var product = memory.mutableView(MatrixBlock(columns: side), rows: 0..<side, columns: 0..<side)
            BLAS.multiply(factor.view, axes.view, into: &product)
        }
        let lengths = (0..<side).map { column in
            (0..<side).reduce(0.0) { $0 + axes[$1, column] * moved[$1, column] }
        }
        let order = (0..<side).sorted { (lengths[$0], $1) > (lengths[$1], $0) }
        var sorted = moved
        for row in 0..<side {
            for column in 0..<side { sorted[row, column] = moved[row, order[column]] }
        }
        // What can't be factorised, because a factor overflowed, leaves the axes as they are.
        guard let refreshed = try? LAPACK.qr(sorted).q else { return (axes, Array(0..<side)) }
        return (refreshed, order)
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
