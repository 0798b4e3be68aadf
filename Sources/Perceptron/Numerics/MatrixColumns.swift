extension Matrix {
    /// One column, converted to Double.
    package func column(_ column: Int) -> [Double] {
        (0..<rows).map { Double(elements[index($0, column)]) }
    }

    /// The columns with the given indices, in that order.
    func columns(_ selected: [Int]) -> Matrix {
        if selected == Array(0..<columns) { return self }
        var values: [Scalar] = []
        values.reserveCapacity(rows * selected.count)
        for row in 0..<rows {
            for column in selected { values.append(elements[index(row, column)]) }
        }
        return Matrix(rows: rows, columns: selected.count, elements: values)
    }

    /// Maps each element, given its column and value in Double.
    func mapped(_ body: (_ column: Int, _ value: Double) -> Double) -> Matrix {
        var values: [Scalar] = []
        values.reserveCapacity(elements.count)
        for row in 0..<rows {
            for column in 0..<columns { values.append(Scalar(body(column, Double(elements[index(row, column)])))) }
        }
        return Matrix(rows: rows, columns: columns, elements: values)
    }

    /// Matrices with equal numbers of rows, side by side.
    init(sideBySide parts: [Matrix], rows: Int) {
        if parts.count == 1 {
            self = parts[0]
            return
        }
        let columns = parts.reduce(0) { $0 + $1.columns }
        var values: [Scalar] = []
        values.reserveCapacity(rows * columns)
        for row in 0..<rows {
            for part in parts { values += part.elements[row * part.columns..<(row + 1) * part.columns] }
        }
        self.init(rows: rows, columns: columns, elements: values)
    }

    /// The place of the first infinite element; NaN doesn't count.
    var firstInfinity: (row: Int, column: Int)? {
        // Nearly all data is finite, which the kernel finds faster.
        guard let start = Kernels.firstNonFinite(elements.span),
            let index = elements[start...].firstIndex(where: \.isInfinite)
        else { return nil }
        return (index / columns, index % columns)
    }
}
