/// What a table looks like to a network, after preprocessing.
struct TableShape: Equatable, Sendable {
    /// Columns that are alike and stand side by side.
    enum Block: Equatable, Sendable {
        /// Scaled numbers.
        case numbers(Int)
        /// 0 or 1: what was missing, and one-hot categories.
        case flags(Int)
        /// The codes of a column with so many categories.
        case codes(categories: Int)

        var columns: Int {
            switch self {
            case .numbers(let count), .flags(let count): count
            case .codes: 1
            }
        }
    }

    /// Up to so many categories are one-hot; more are embedded.
    static let mostOneHotCategories = 8

    let blocks: [Block]
    /// For each column how robust scaling and smooth clipping would have it: (x − first) / (second − first), where x is 0 or 1.
    private let robustEdges: [[Double]]
    /// Classes, or columns of targets.
    var outputs: Int
    let hasClasses: Bool
    /// Rows to train on.
    var rows: Int

    /// - Parameters:
    ///   - inputs: the rows to train on, preprocessed.
    ///   - weights: how many rows each row counts as; 1 if nil.
    init<Scalar>(
        _ preprocessing: FittedPreprocessing, inputs: Matrix<Scalar>, weights: [Double]? = nil, outputs: Int,
        hasClasses: Bool
    ) throws(PerceptronError) {
        blocks = preprocessing.parts.flatMap { (part) -> [Block] in
            switch part {
            case .numeric(let columns, let imputer, _):
                [.numbers(columns.count), .flags((imputer?.outputFeatures ?? columns.count) - columns.count)]
            case .oneHot(_, let encoder): [.flags(encoder.featureNames.count)]
            case .codes(_, let encoder):
                encoder.columns.map { column in
                    if case .categorical(let categories) = column.kind {
                        .codes(categories: categories.count)
                    } else {
                        .codes(categories: 0)
                    }
                }
            }
        }.filter { $0.columns > 0 }
        self.outputs = outputs
        self.hasClasses = hasClasses
        rows = inputs.rows
        let flags = [Double](repeating: 0, count: inputs.columns) + [Double](repeating: 1, count: inputs.columns)
        let ends = try RobustScaler(fittedTo: inputs, weights: weights).transform(
            Matrix(rows: 2, columns: inputs.columns, elements: flags))
        robustEdges = (0..<inputs.columns).map { column in
            let (zero, one) = (ends[0, column], ends[1, column])
            return [-zero / (one - zero), (1 - zero) / (one - zero)]
        }
    }

    /// The layer that scales flags robustly and clips them smoothly, as if they were numbers.
    func robustFlags(_ columns: Range<Int>) -> any Layer {
        PiecewiseLinearEncoding(bins: Array(robustEdges[columns]))
    }

    /// How raw columns become these: numbers scaled, what is missing filled in by the median with a column that says so, few
    /// categories one-hot, many as codes.
    ///
    /// Columns of which the rows have no value are left out.
    static func preprocessing<Scalar>(
        for rows: Dataset<Scalar>, numeric: Preprocessing.Numeric = .robust(smoothClip: true)
    ) -> Preprocessing {
        var treatments: [String: Preprocessing.Treatment] = [:]
        let inputs = rows.inputs
        for (index, column) in rows.columns.enumerated() {
            if inputs.column(index).allSatisfy(\.isNaN) {
                treatments[column.name] = .dropped
            } else if case .categorical = column.kind, inputs.distinctCount(inColumn: index) > mostOneHotCategories {
                treatments[column.name] = .categorical(.codes(unseen: .ignore, missing: .ignore))
            }
        }
        return Preprocessing(
            numeric: numeric, missing: .median(indicators: true),
            categorical: .oneHot(unseen: .ignore, missing: .ignore), columns: treatments, standardizesTargets: true)
    }

    /// Layers that bring all columns to one kind, and how many columns they give.
    /// - Parameters:
    ///   - numbers: what so many scaled numbers go through, and how many columns that gives.
    ///   - flags: what columns go through that are 0 or 1.
    ///   - embedding: how many features an embedded category has.
    func front(
        numbers: (Int) -> (layers: [any Layer], columns: Int), flags: (Range<Int>) -> [any Layer], embedding: Int
    ) -> (layers: [any Layer], columns: Int) {
        var parts: [Columns.Part] = []
        var (start, width) = (0, 0)
        for block in blocks {
            let made: (layers: [any Layer], columns: Int) =
                switch block {
                case .numbers(let count): numbers(count)
                case .flags(let count): (flags(start..<start + count), count)
                case .codes(let categories): ([Embedding(categories: categories, features: embedding)], embedding)
                }
            parts.append(Columns.Part(columns: start..<start + block.columns, layers: made.layers))
            start += block.columns
            width += made.columns
        }
        return (parts.allSatisfy(\.layers.isEmpty) ? [] : [Columns(parts)], width)
    }
}

extension Matrix {
    /// How many different values a column has, without those that are missing.
    fileprivate func distinctCount(inColumn column: Int) -> Int {
        var values: Set<Double> = []
        for value in self.column(column) where !value.isNaN { values.insert(value) }
        return values.count
    }
}
