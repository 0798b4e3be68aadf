/// A reason to doubt that a column of texts holds categories, or that a column of numbers holds numbers: the caller
/// must say what it is.
struct CSVDoubt {
    private enum Kind {
        /// Nearly all are numbers.
        case stray(numbers: Int)
        case decimalCommas
        case thousands(separator: String)
        /// Dates in these formats; nil is ISO 8601.
        case dates(formats: [String?])
        /// Nearly as many texts as rows.
        case names(count: Int)
        /// Numbers that all have this many digits, some with leading zeros.
        case padded(digits: Int)
    }

    /// The text that raises the doubt.
    let text: String
    private let kind: Kind
    private let rows: Int

    /// Fewer rows prove nothing.
    private static let leastRows = 10
    /// Fewer texts can be categories, even if no two rows share one.
    private static let leastNames = 50

    /// - Parameter text: a text from a column of numbers that all have the same number of digits.
    /// - Returns: nil if there are too few rows to tell.
    init?(padded text: String, rows: Int) {
        guard rows >= CSVDoubt.leastRows else { return nil }
        self.text = text
        self.rows = rows
        kind = .padded(digits: text.count)
    }

    /// - Parameters:
    ///   - texts: the texts of a column whose kind was not given.
    ///   - counts: the number of rows with each text.
    /// - Returns: nil if nothing is doubtful.
    init?(texts: [String], counts: [Int], decimalPoint: UInt8) {
        let rows = counts.reduce(0, +)
        guard rows >= CSVDoubt.leastRows else { return nil }
        self.rows = rows
        let bytes = texts.map { Array($0.utf8) }

        func isNearlyAll(_ count: Int) -> Bool { 5 * count >= 4 * rows }
        /// The number of rows with such a text, and the index of the first such text.
        func rowsAndFirst(_ isSuch: ([UInt8]) -> Bool) -> (rows: Int, first: Int?) {
            let such = texts.indices.filter { isSuch(bytes[$0]) }
            return (such.reduce(0) { $0 + counts[$1] }, such.first)
        }
        func isNumber(_ bytes: [UInt8], _ point: UInt8) -> Bool {
            (DecimalReader(decimalPoint: point).read(all: bytes.span) as Double?) != nil
        }
        let isPlain = bytes.map { isNumber($0, decimalPoint) }
        let plainRows = zip(isPlain, counts).reduce(0) { $0 + ($1.0 ? $1.1 : 0) }
        let stray = isPlain.firstIndex(of: false)

        for separator in [",", ".", "'", " ", "_"].map({ UInt8(ascii: Unicode.Scalar($0)!) })
        where separator != decimalPoint {
            let grouped = rowsAndFirst { CSVDoubt.withoutThousands($0, separator: separator) != nil }
            let decimal = rowsAndFirst {
                separator == UInt8(ascii: ",") && $0.contains(separator) && isNumber($0, separator)
            }
            if let first = grouped.first, grouped.rows >= decimal.rows, isNearlyAll(plainRows + grouped.rows) {
                (text, kind) = (
                    texts[first], .thousands(separator: String(decoding: [separator], as: UTF8.self))
                )
                return
            }
            if let first = decimal.first, isNearlyAll(plainRows + decimal.rows) {
                (text, kind) = (texts[first], .decimalCommas)
                return
            }
        }
        if let stray, isNearlyAll(plainRows) {
            (text, kind) = (texts[stray], .stray(numbers: plainRows))
            return
        }
        // A format that reads none of the first texts can't read nearly all of them.
        let formats = DateFormat.usual.filter { format in
            bytes.prefix(CSVDoubt.leastRows).contains(where: format.canRead)
        }
        .map { format in (format.pattern, dates: rowsAndFirst(format.canRead)) }
        if let most = formats.map(\.dates.rows).max(), isNearlyAll(most) {
            let likeliest = formats.filter { $0.dates.rows == most }
            if let first = likeliest[0].dates.first {
                (text, kind) = (texts[first], .dates(formats: likeliest.map(\.0)))
                return
            }
        }
        let occurring = counts.count { $0 > 0 }
        if occurring > CSVDoubt.leastNames, isNearlyAll(occurring) {
            (text, kind) = (texts[0], .names(count: occurring))
            return
        }
        return nil
    }

    /// Describes the problem and how to resolve it.
    func message(column: String, isTarget: Bool) -> String {
        let shown = CSV.shown(text)
        let categories = isTarget ? "give targetKind: .classes" : "name the column in categorical:"
        let ignoring = isTarget ? "" : ", or in ignoring: to leave it out"
        switch kind {
        case .stray(let numbers):
            let missing = isTarget ? "correct it" : "add it to missing: if it stands for a missing value"
            return
                "\(shown) is not a number, as \(numbers) of the column's \(counted(rows, "value")) are; \(missing), or \(categories)"
                + (isTarget ? "" : " if these are names\(ignoring)")
        case .decimalCommas:
            return "\(shown) has a decimal comma; give decimalSeparator: \",\", or \(categories)"
        case .thousands(let separator):
            return
                "\(shown) has its thousands set apart; give thousandsSeparator: \(CSV.shown(separator)), or \(categories)"
        case .dates(let formats):
            let dates = isTarget ? "" : "give dates: \(CSVDoubt.way(column, formats)), or "
            return "\(shown) is a date; \(dates)\(categories)\(ignoring)"
        case .names(let count):
            return
                "the column has \(counted(count, "different text")) in \(counted(rows, "row")), \(shown) among them; \(categories)\(ignoring)"
        case .padded(let digits):
            let numbers = isTarget ? "targetKind: .values" : "in numeric:"
            return
                "\(shown) begins with a zero, and all \(counted(rows, "value")) have \(counted(digits, "digit")), as codes do; \(categories), or "
                + "\(numbers) if these are numbers\(ignoring)"
        }
    }

    /// The argument to write for a column of dates.
    private static func way(_ column: String, _ formats: [String?]) -> String {
        let name = column.debugDescription
        if formats.contains(nil) { return "[\(name)]" }
        let patterns = formats.compactMap { $0?.debugDescription }
        return "[.column(\(name), format: \(patterns.joined(separator: " or ")))]"
    }

    /// The number without its thousands separators, as in `-1,234,567.8`; nil if it is not such a number.
    static func withoutThousands(_ bytes: [UInt8], separator: UInt8) -> [UInt8]? {
        var digits: [UInt8] = []
        var rest = bytes[...]
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            digits.append(rest.removeFirst())
        }
        let first = rest.prefix(while: CSVColumn.isDigit)
        guard (1...3).contains(first.count) else { return nil }
        digits += first
        rest = rest.dropFirst(first.count)
        var groups = 0
        while rest.first == separator {
            let group = rest.dropFirst().prefix(while: CSVColumn.isDigit)
            guard group.count == 3 else { return nil }
            digits += group
            rest = rest.dropFirst(4)
            groups += 1
        }
        return groups > 0 ? digits + rest : nil
    }
}
