/// The categories of columns, and which code each has: what the encoders share.
package struct CategoryCodes: Equatable, Sendable, Codable {
    /// The columns fitted to; the categories of each are those that occurred, in the order of the column's own.
    package let columns: [Column]
    package let unseen: UnknownCategory
    package let missing: UnknownCategory

    /// - Throws: `PerceptronError` if there are no rows, the columns don't fit the matrix or are not categorical, or a
    ///   value is not the index of a category, or is missing and must not be.
    init<Scalar>(
        fittedTo matrix: Matrix<Scalar>, columns: [Column], unseen: UnknownCategory, missing: UnknownCategory
    ) throws(PerceptronError) {
        guard matrix.rows > 0 else { throw .shapeMismatch("no rows to fit to; at least 1 is needed") }
        guard columns.count == matrix.columns else {
            throw .shapeMismatch("\(counted(columns.count, "column")) for a matrix with \(matrix.columns)")
        }
        var met: [Column] = []
        for (index, column) in columns.enumerated() {
            let categories = try column.categories()
            var occurs = [Bool](repeating: false, count: categories.count)
            for row in 0..<matrix.rows {
                if let category = try Self.category(matrix[row, index], row, column, categories.count) {
                    occurs[category] = true
                } else if missing == .error {
                    throw Self.missingValue(row, column)
                }
            }
            let kept = categories.indices.filter { occurs[$0] }.map { categories[$0] }
            met.append(Column(column.name, .categorical(categories: kept)))
        }
        self.columns = met
        self.unseen = unseen
        self.missing = missing
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        columns = try container.decode([Column].self, forKey: .columns)
        unseen = try container.decode(UnknownCategory.self, forKey: .unseen)
        missing = try container.decode(UnknownCategory.self, forKey: .missing)
        try decoder.require(columns.allSatisfy { $0.kind != .numeric }, "categories of a numeric column")
    }

    /// What the codes of a column are called, from 0 on.
    package func names(_ column: Int) -> [String] {
        guard case .categorical(let categories) = columns[column].kind else { return [] }
        return categories + (missing == .ownCategory ? ["(missing)"] : [])
            + (unseen == .ownCategory ? ["(unseen)"] : [])
    }

    /// Throws unless columns with the names fitted to are given, in that order, for a matrix as wide.
    func check<Scalar>(_ matrix: Matrix<Scalar>, _ given: [Column]) throws(PerceptronError) {
        guard given.map(\.name) == columns.map(\.name), matrix.columns == columns.count else {
            throw .shapeMismatch(
                "a matrix with \(counted(matrix.columns, "column")): \(given.map(\.name)); "
                    + "the encoder was fitted to \(columns.count): \(columns.map(\.name))")
        }
    }

    /// The code of each row's value in a column; nil where it has none.
    ///
    /// - Parameter given: what the column is there; its categories may have another order, and there may be others.
    /// - Throws: `PerceptronError` if a value is not the index of a category, or is unseen or missing and must not be.
    func codes<Scalar>(
        _ matrix: Matrix<Scalar>, _ index: Int, given: Column
    ) throws(PerceptronError) -> [Int?] {
        let categories = try given.categories()
        let names = names(index)
        let known = try columns[index].categories()
        let places = Dictionary(zip(known, known.indices), uniquingKeysWith: { first, _ in first })
        let codes = categories.map { places[$0] ?? (unseen == .ownCategory ? names.count - 1 : nil) }
        var result: [Int?] = []
        result.reserveCapacity(matrix.rows)
        for row in 0..<matrix.rows {
            if let category = try Self.category(matrix[row, index], row, given, categories.count) {
                if codes[category] == nil && unseen == .error {
                    throw .invalidValue(
                        "row \(row) (counted from 0) has \"\(categories[category])\" in column \"\(given.name)\", "
                            + "which did not occur there in the rows fitted to")
                }
                result.append(codes[category])
            } else {
                if missing == .error { throw Self.missingValue(row, given) }
                result.append(missing == .ownCategory ? known.count : nil)
            }
        }
        return result
    }

    private static func category<Scalar: BLASScalar>(
        _ value: Scalar, _ row: Int, _ column: Column, _ count: Int
    ) throws(PerceptronError) -> Int? {
        if value.isNaN { return nil }
        guard let index = Int(exactly: value), index >= 0, index < count else {
            throw .invalidValue(
                "row \(row) (counted from 0) has \(value) in column \"\(column.name)\"; "
                    + "it has \(counted(count, "category", "categories")), and a value is the index of one")
        }
        return index
    }

    private static func missingValue(_ row: Int, _ column: Column) -> PerceptronError {
        .invalidValue("row \(row) (counted from 0) has no value in column \"\(column.name)\"")
    }
}

extension Column {
    /// The names of its categories; throws if it is numeric.
    fileprivate func categories() throws(PerceptronError) -> [String] {
        guard case .categorical(let categories) = kind else {
            throw .invalidArgument("column \"\(name)\" is numeric; only categories can be encoded")
        }
        return categories
    }
}
