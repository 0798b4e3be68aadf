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
    /// Classes, or columns of targets.
    var outputs: Int
    let hasClasses: Bool
    /// Rows to train on.
    let rows: Int

    init(_ preprocessing: FittedPreprocessing, outputs: Int, hasClasses: Bool, rows: Int) {
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
        self.rows = rows
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
    ///   - flag: the layers of columns that are 0 or 1.
    ///   - embedding: how many features an embedded category has.
    func front(
        numbers: (Int) -> (layers: [any Layer], columns: Int), flag: [any Layer], embedding: Int
    ) -> (layers: [any Layer], columns: Int) {
        var parts: [Columns.Part] = []
        var (start, width) = (0, 0)
        for block in blocks {
            let made: (layers: [any Layer], columns: Int) =
                switch block {
                case .numbers(let count): numbers(count)
                case .flags(let count): (flag, count)
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
