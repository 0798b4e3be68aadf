/// The shape of a preprocessed table.
struct TableShape: Equatable, Sendable {
    /// Adjacent columns of one kind.
    enum Block: Equatable, Sendable {
        /// Scaled numbers.
        case numbers(Int)
        /// Columns of 0 and 1: missing-value indicators and one-hot categories.
        case flags(Int)
        /// One column of category codes.
        case codes(categories: Int)

        var columns: Int {
            switch self {
            case .numbers(let count), .flags(let count): count
            case .codes: 1
            }
        }
    }

    /// Columns with more categories than this are embedded.
    static let mostOneHotCategories = 8

    let blocks: [Block]
    /// Robust scaling of each column as the edges of one bin: x becomes (x − first)/(second − first), where x is 0 or
    /// 1.
    private let robustEdges: [[Double]]
    /// The number of classes, or of target columns.
    var outputs: Int
    let hasClasses: Bool
    /// The number of training rows.
    var rows: Int

    /// - Parameters:
    ///   - inputs: the preprocessed training rows.
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

    /// A layer that scales and clips flags as robust scaling with smooth clipping treats numbers.
    func robustFlags(_ columns: Range<Int>) -> any Layer {
        PiecewiseLinearEncoding(bins: Array(robustEdges[columns]))
    }

    /// The preprocessing of raw columns: numbers are scaled; a missing one becomes the median, and another column flags
    /// it; few categories become one-hot columns, many become codes.
    ///
    /// Columns without any value are dropped.
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

    /// Layers that turn all columns into numbers, and how many columns they return.
    /// - Parameters:
    ///   - numbers: the layers for this many scaled numbers, and how many columns they return.
    ///   - flags: the layers for columns of 0 and 1.
    ///   - embedding: the number of features of an embedded category.
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
    /// The number of distinct values in a column, missing ones not counted.
    fileprivate func distinctCount(inColumn column: Int) -> Int {
        var values: Set<Double> = []
        for value in self.column(column) where !value.isNaN { values.insert(value) }
        return values.count
    }
}
