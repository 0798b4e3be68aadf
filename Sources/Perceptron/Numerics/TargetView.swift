/// The targets of some rows: a matrix with the columns that the loss takes, or a class index for each row.
///
/// Read element by element, classes look like their one-hot matrix; a single column is 1 for class 1 and 0 for class 0.
public struct TargetView<Scalar: BLASScalar>: ~Escapable {
    /// The kinds of targets.
    public enum Kind: Sendable {
        /// A matrix, or classes.
        case matrix, classes
    }

    /// The kind of these targets.
    public let kind: Kind
    /// How many rows there are.
    public let rows: Int
    /// The number of columns that the loss takes.
    public let columns: Int
    /// The targets, rows × columns, if they are a matrix.
    public let values: MatrixView<Scalar>
    /// The class index of each row, if the targets are classes.
    public let classes: Span<Int>

    @_lifetime(copy values)
    package init(values: MatrixView<Scalar>) {
        kind = .matrix
        rows = values.rows
        columns = values.columns
        self.values = values
        classes = _overrideLifetime(Span<Int>(), copying: values)
    }

    @_lifetime(copy classes)
    package init(classes: Span<Int>, columns: Int) {
        kind = .classes
        rows = classes.count
        self.columns = columns
        self.classes = classes
        values = _overrideLifetime(
            MatrixView(rows: 0, columns: 0, elements: Span<Scalar>()), copying: classes)
    }

    /// The targets of a range of rows.
    @_lifetime(copy self)
    public func rows(_ range: Range<Int>) -> TargetView {
        switch kind {
        case .matrix: TargetView(values: values.rows(range))
        case .classes: TargetView(classes: classes.extracting(range), columns: columns)
        }
    }

    /// A target as a number; a class is read as its one-hot row.
    public subscript(row: Int, column: Int) -> Scalar {
        switch kind {
        case .matrix: values[row, column]
        case .classes: classes[row] == column + (columns == 1 ? 1 : 0) ? 1 : 0
        }
    }

    /// The weight of a row's class. A target of several classes gets the mean of their weights, weighted by their
    /// shares; a single column interpolates between class 0 and 1.
    func weightOfClass(_ row: Int, _ weights: [Double]) -> Double {
        if kind == .classes { return weights[classes[row]] }
        if columns == 1 {
            let target = Double(values[row, 0])
            return (1 - target) * weights[0] + target * weights[1]
        }
        return (0..<columns).reduce(0) { $0 + Double(values[row, $1]) * weights[$1] }
    }

    /// The same if each column is a classification of its own: the mean of their weights.
    func weightOfColumns(_ row: Int, _ weights: [Double]) -> Double {
        columns == 1 ? weightOfClass(row, weights) : weights.reduce(0, +) / Double(columns)
    }
}
