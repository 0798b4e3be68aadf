/// The numbers of a CSV file, row by row; a text is represented by its code among the column's categories.
struct CSVTable<Scalar: BLASScalar> {
    /// The columns of the file, in its order.
    let names: [String]
    private(set) var columns: [CSVColumn]
    /// The texts of each column.
    private(set) var categories: [CSVCategories]

    private(set) var rows = 0
    /// The inputs; those that are not dates have the kind that the file's column turned out to have.
    let inputColumns: [Column]
    private let inputCount: Int
    let targetCount: Int
    /// Rows × columns of inputs and of targets; NaN where a value is missing.
    private(set) var inputs: [Scalar] = []
    private(set) var targets: [Scalar] = []
    private(set) var weights: [Double] = []

    private var dates: [CSVDates]
    private let hasHeader: Bool
    /// The texts that had codes before anything was read.
    private let knownCategories: [CSVCategories]
    private let reader: DecimalReader
    private let thousandsSeparator: UInt8?
    private let missing: Set<String>
    /// The numbers among the texts that mean a missing value.
    private let missingNumbers: [Scalar]

    /// A table without rows, for the columns of a file that `selection` names.
    init(
        withoutRows source: CSVSource, _ format: CSVFormat, _ selection: CSVSelection
    ) throws(PerceptronError) {
        names = try CSVTable.names(source, format)
        let selected = try selection.columns(names, in: source.name)
        (columns, categories, dates) = (selected.columns, selected.categories, selected.dates)
        knownCategories = selected.categories
        inputColumns = selected.inputs
        inputCount = selected.inputs.count
        targetCount = columns.count { $0.role == .target }
        hasHeader = format.hasHeader
        missing = format.missing
        thousandsSeparator = format.thousandsSeparator
        let reader = DecimalReader(decimalPoint: format.decimalSeparator)
        self.reader = reader
        missingNumbers = format.missing.compactMap { reader.read(all: Array($0.utf8).span) }
    }

    /// Reads the columns of a file that `selection` names.
    init(_ source: CSVSource, _ format: CSVFormat, _ selection: CSVSelection) throws(PerceptronError) {
        try self.init(withoutRows: source, format, selection)
        let isUndecided = columns.map { $0.content == .undecided }
        try readRows(source, format)
        if columns.contains(where: { $0.content == .textsAfterNumbers }) {
            for index in columns.indices {
                switch columns[index].content {
                case .textsAfterNumbers: columns[index].content = .texts
                case .likelyNumbers: columns[index].content = .numbers
                case .undecided, .numbers, .texts: break
                }
            }
            categories = knownCategories
            try readRows(source, format)
        }
        for index in columns.indices where isUndecided[index] {
            switch (columns[index].content, columns[index].padding) {
            case (.texts, _): try checkTexts(index, source, format)
            case (.likelyNumbers, .digits(let count)), (.numbers, .digits(let count)):
                try checkPadded(index, digits: count, source, format)
            default: break
            }
        }
        try sortCategories(source)
    }

    /// Throws if texts not declared as categories are more likely something else.
    private func checkTexts(_ index: Int, _ source: CSVSource, _ format: CSVFormat) throws(PerceptronError) {
        var counts = [Int](repeating: 0, count: categories[index].texts.count)
        for value in values(index) { counts[Int(Double(value))] += 1 }
        guard
            let doubt = CSVDoubt(
                texts: categories[index].texts, counts: counts, decimalPoint: format.decimalSeparator)
        else { return }
        // Reads the file again to find the position of the text.
        try scan(index, source, format) { (scanner) throws(PerceptronError) in
            if String(decoding: scanner.text, as: UTF8.self) == doubt.text { throw failure(doubt, index, scanner) }
            return true
        }
    }

    /// Throws if numbers not declared as numeric all have the same number of digits, some with leading zeros.
    private func checkPadded(
        _ index: Int, digits: Int, _ source: CSVSource, _ format: CSVFormat
    ) throws(PerceptronError) {
        let rows = values(index).count
        var first: PerceptronError?
        let isWhole = try scan(index, source, format) { (scanner) throws(PerceptronError) in
            if isMissing(scanner) { return true }
            var column = CSVColumn()
            column.note(number: scanner.text)
            if first == nil, column.padding == .digits(digits),
                let doubt = CSVDoubt(padded: try scanner.string(), rows: rows)
            {
                first = failure(doubt, index, scanner)
            }
            return scanner.text.count == digits && scanner.text.allSatisfy(CSVColumn.isDigit)
        }
        if isWhole, let first { throw first }
    }

    /// The values of a column that are not missing.
    private func values(_ index: Int) -> [Scalar] {
        let (values, step) =
            columns[index].role == .input ? (inputs, inputCount) : (targets, targetCount)
        return stride(from: columns[index].place, to: values.count, by: step).map { values[$0] }.filter { !$0.isNaN }
    }

    private func failure(_ doubt: CSVDoubt, _ index: Int, _ scanner: CSVScanner) -> PerceptronError {
        scanner.failure(doubt.message(column: names[index], isTarget: columns[index].role == .target))
    }

    /// Reads the texts of a column again until `body` returns false.
    /// - Returns: Whether all were read.
    @discardableResult
    private func scan(
        _ index: Int, _ source: CSVSource, _ format: CSVFormat,
        _ body: (CSVScanner) throws(PerceptronError) -> Bool
    ) throws(PerceptronError) -> Bool {
        var scanner = try CSVTable.scanner(source, format, names: names)
        while try scanner.startRow() {
            repeat {
                try scanner.readText()
                if scanner.column == index + 1, try !body(scanner) { return false }
            } while scanner.ending == .separator
        }
        return true
    }

    /// A scanner positioned after the header.
    static func scanner(
        _ source: CSVSource, _ format: CSVFormat, names: [String]
    ) throws(PerceptronError) -> CSVScanner {
        var scanner = try CSVScanner(
            source, separator: format.separator, decimalPoint: format.decimalSeparator)
        if format.hasHeader, try scanner.startRow() {
            try scanner.skipRow()
            scanner.names = names
        }
        return scanner
    }

    /// The names in the header; without one, the numbers of the columns, counted from 1.
    private static func names(_ source: CSVSource, _ format: CSVFormat) throws(PerceptronError) -> [String] {
        let maximum = 1 << 20
        var scanner = try CSVScanner(source, separator: format.separator)
        guard try scanner.startRow() else { throw .invalidFile("\(source.name): empty, or only blank lines") }
        var names: [String] = []
        var known: Set<String> = []
        repeat {
            try scanner.readText()
            let name = format.hasHeader ? try scanner.string() : "\(scanner.column)"
            guard known.insert(name).inserted else {
                throw scanner.failure("an earlier column is also named \(name.debugDescription)")
            }
            names.append(name)
            guard names.count <= maximum else { throw scanner.failure(row: "more than \(maximum) columns") }
        } while scanner.ending == .separator
        return names
    }

    private mutating func readRows(_ source: CSVSource, _ format: CSVFormat) throws(PerceptronError) {
        var scanner = try CSVTable.scanner(source, format, names: names)
        rows = 0
        inputs = []
        targets = []
        weights = []
        let sample = 4096
        guard try readRows(&scanner, upTo: sample) else { return }
        if let bytes = source.byteCount {
            // The number of rows if the rest of the file resembles the sample.
            let estimate = sample * bytes / scanner.bytesTaken * 17 / 16
            inputs.reserveCapacity(estimate * inputCount)
            LargePages.advise(&inputs)
            targets.reserveCapacity(estimate * targetCount)
        }
        _ = try readRows(&scanner, upTo: .max)
    }

    /// Reads rows until there are `count`; false if the file ends before.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    mutating func readRows(_ scanner: inout CSVScanner, upTo count: Int) throws(PerceptronError) -> Bool {
        var inputRow = [Scalar](repeating: 0, count: inputCount)
        var targetRow = [Scalar](repeating: 0, count: targetCount)
        while rows < count {
            guard try scanner.startRow() else { return false }
            repeat {
                guard scanner.column < columns.count else {
                    try scanner.skipRow()
                    break
                }
                let column = columns[scanner.column]
                switch column.role {
                case .ignored: try scanner.readText()
                case .weight: weights.append(try readWeight(&scanner))
                case .dates: try readDate(dates[column.place], &scanner, into: &inputRow)
                case .input: inputRow[column.place] = try readValue(column, &scanner)
                case .target: targetRow[column.place] = try readValue(column, &scanner)
                }
            } while scanner.ending == .separator
            guard scanner.column == columns.count else {
                throw scanner.failure(
                    row:
                        "\(counted(scanner.column, "field")); the \(hasHeader ? "header" : "first row") has \(columns.count)"
                )
            }
            rows += 1
            inputs += inputRow
            targets += targetRow
        }
        return true
    }

    /// Removes the first rows and returns their inputs.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    mutating func removeInputs(rows count: Int) -> Matrix<Scalar> {
        let taken = Array(inputs.prefix(count * inputCount))
        inputs.removeFirst(count * inputCount)
        rows -= count
        return Matrix(rows: count, columns: inputCount, elements: taken)
    }

    /// Forgets the texts found that none of the inputs has: a long file may have many.
    mutating func forgetTexts() {
        for (index, column) in columns.enumerated() where column.role == .input && column.content == .texts {
            let known = knownCategories[index].texts.count
            guard categories[index].texts.count > known else { continue }
            let texts = categories[index].texts
            categories[index] = knownCategories[index]
            for place in stride(from: column.place, to: inputs.count, by: inputCount) {
                guard !inputs[place].isNaN, inputs[place] >= Scalar(known) else { continue }
                let text = texts[Int(Double(inputs[place]))]
                inputs[place] = Scalar(categories[index].code(of: text, bytes: Array(text.utf8)))
            }
        }
    }

    /// The columns of the inputs, with the texts found.
    var describedColumns: [Column] {
        var described = inputColumns
        for (index, column) in columns.enumerated() where column.role == .input {
            described[column.place] = Column(
                described[column.place].name,
                column.content == .texts ? .categorical(categories: categories[index].texts) : .numeric)
        }
        return described
    }

    @inline(__always)
    private mutating func readValue(_ column: CSVColumn, _ scanner: inout CSVScanner) throws(PerceptronError) -> Scalar
    {
        let isDecided = column.content == .numbers
        if isDecided || column.content == .likelyNumbers,
            let value: Scalar = try scanner.readNumber(padded: isDecided)
        {
            return isMissing(value) ? try missingValue(&scanner) : value
        }
        return try readText(&scanner)
    }

    /// Reads the next field, whatever it holds.
    @inline(never)
    private mutating func readText(_ scanner: inout CSVScanner) throws(PerceptronError) -> Scalar {
        let index = scanner.column
        try scanner.readText()
        if columns[index].content == .texts {
            if let code = categories[index][scanner.text] { return Scalar(code) }
            let text = try scanner.string()
            if !categories[index].contains(text) {
                if isMissing(scanner) { return try missingValue(&scanner) }
                guard !columns[index].isClosed else {
                    throw scanner.failure(
                        "\(CSV.shown(text)) is not one of the "
                            + "\(counted(categories[index].texts.count, "known class", "known classes"))"
                    )
                }
            }
            return Scalar(categories[index].code(of: text, bytes: scanner.text))
        }
        if isMissing(scanner) { return try missingValue(&scanner) }
        let value = try number(scanner, isUndecided: columns[index].content == .undecided)
        if let value, isMissing(value) { return try missingValue(&scanner) }
        if value != nil { columns[index].note(number: scanner.text) }
        switch (columns[index].content, value) {
        case (.undecided, let value?):
            columns[index].content = .likelyNumbers
            return value
        case (.undecided, nil):
            columns[index].content = .texts
            return Scalar(categories[index].code(of: try scanner.string(), bytes: scanner.text))
        case (.likelyNumbers, let value?), (.numbers, let value?):
            return value
        case (.numbers, nil):
            throw scanner.failure("\(CSV.shown(try scanner.string())) is not a number")
        case (.likelyNumbers, nil), (.textsAfterNumbers, _), (.texts, _):
            columns[index].content = .textsAfterNumbers
            return .nan
        }
    }

    /// The number in a field.
    private func number(_ scanner: CSVScanner, isUndecided: Bool) throws(PerceptronError) -> Scalar? {
        var value: Scalar? = reader.read(all: scanner.text.span)
        if value == nil, let thousandsSeparator,
            let digits = CSVDoubt.withoutThousands(scanner.text, separator: thousandsSeparator)
        {
            value = reader.read(all: digits.span)
        }
        if let value, value.isInfinite, scanner.text.contains(where: { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) {
            throw scanner.failure(
                "\(CSV.shown(try scanner.string())) is beyond the range of \(Scalar.self)"
                    + (isUndecided ? "; if it is a name, give the column in categorical: or ignoring:" : ""))
        }
        return value
    }

    private func missingValue(_ scanner: inout CSVScanner) throws(PerceptronError) -> Scalar {
        guard columns[scanner.column - 1].role == .input else { throw scanner.failure("the target is missing") }
        return .nan
    }

    private func readDate(
        _ dates: CSVDates, _ scanner: inout CSVScanner, into row: inout [Scalar]
    ) throws(PerceptronError) {
        try scanner.readText()
        guard !isMissing(scanner) else {
            dates.put(nil, into: &row)
            return
        }
        do throws(DateFormat.Fault) {
            dates.put(try dates.format.read(scanner.text.span), into: &row)
        } catch {
            let text = CSV.shown(try scanner.string())
            if let reason = error.reason { throw scanner.failure("\(text) is not a date: \(reason)") }
            guard let pattern = dates.format.pattern else {
                throw scanner.failure(
                    "\(text) is not an ISO 8601 date, such as 2024-03-15 or 2024-03-15T08:30:00+01:00; give its "
                        + "format in dates:, or list it in missing:")
            }
            throw scanner.failure("\(text) is not a date of the format \(pattern.debugDescription)")
        }
    }

    private func readWeight(_ scanner: inout CSVScanner) throws(PerceptronError) -> Double {
        try scanner.readText()
        let weight: Double? = reader.read(all: scanner.text.span)
        guard let weight, weight >= 0, weight.isFinite else {
            throw scanner.failure(
                "the weight is \(CSV.shown(try scanner.string())); it must be finite and not negative"
            )
        }
        return weight
    }

    private func isMissing(_ scanner: CSVScanner) -> Bool {
        missing.contains(String(decoding: scanner.text, as: UTF8.self))
    }

    @inline(__always)
    private func isMissing(_ value: Scalar) -> Bool { !missingNumbers.isEmpty && missingNumbers.contains(value) }

    /// Sorts the codes of each column's texts.
    private mutating func sortCategories(_ source: CSVSource) throws(PerceptronError) {
        for (index, column) in columns.enumerated() where column.content == .texts {
            let count = categories[index].texts.count
            // Beyond that, the type can't represent every integer.
            guard count <= 1 << (Scalar.significandBitCount + 1) else {
                throw .invalidFile(
                    "\(source.name): column \(index + 1) \(names[index].debugDescription) has \(count) different "
                        + "texts, which are too many for \(Scalar.self) to number")
            }
            let codes = categories[index].sort()
            if column.role == .input {
                CSVTable.replace(&inputs, from: column.place, by: inputCount, with: codes)
            } else {
                CSVTable.replace(&targets, from: column.place, by: targetCount, with: codes)
            }
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    private static func replace(_ values: inout [Scalar], from first: Int, by step: Int, with codes: [Int]) {
        for index in stride(from: first, to: values.count, by: step) where !values[index].isNaN {
            values[index] = Scalar(codes[Int(Double(values[index]))])
        }
    }
}
