/// A reason to believe that a column of texts is no column of categories: somebody must say what it is.
struct CSVDoubt {
    private enum Kind {
        /// Nearly all are numbers.
        case stray(numbers: Int)
        case decimalCommas
        case thousands(separator: String)
        case dates
        /// Nearly as many texts as rows.
        case names(count: Int)
    }

    /// The text that gives rise to it.
    let text: String
    private let kind: Kind
    private let rows: Int

    /// Fewer rows say nothing.
    private static let leastRows = 10
    /// Fewer texts can be categories, even if no two rows share one.
    private static let leastNames = 50

    /// - Parameters:
    ///   - texts: those of a column that nothing was said of.
    ///   - counts: how many rows have each.
    /// - Returns: nil if nothing is doubtful.
    init?(texts: [String], counts: [Int], decimalPoint: UInt8) {
        let rows = counts.reduce(0, +)
        guard rows >= CSVDoubt.leastRows else { return nil }
        self.rows = rows
        let bytes = texts.map { Array($0.utf8) }

        func isNearlyAll(_ count: Int) -> Bool { 5 * count >= 4 * rows }
        /// How many rows have such a text, and the first of these texts that is not among those that are excluded.
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
        let dates = rowsAndFirst(CSVDoubt.isDate)
        if let first = dates.first, isNearlyAll(dates.rows) {
            (text, kind) = (texts[first], .dates)
            return
        }
        let occurring = counts.count { $0 > 0 }
        if occurring > CSVDoubt.leastNames, isNearlyAll(occurring) {
            (text, kind) = (texts[0], .names(count: occurring))
            return
        }
        return nil
    }

    /// What is the matter, and the ways out.
    func message(isTarget: Bool) -> String {
        let shown = CSV.shown(text)
        let categories = isTarget ? "give targetKind: .classes" : "name the column in categorical:"
        let ignoring = isTarget ? "" : ", or in ignoring: to leave it out"
        switch kind {
        case .stray(let numbers):
            let missing = isTarget ? "correct it" : "add it to missing: if it stands for a missing value"
            return
                "\(shown) is not a number, as \(numbers) of the column's \(rows) values are; \(missing), or \(categories)"
                + (isTarget ? "" : " if these are names\(ignoring)")
        case .decimalCommas:
            return "\(shown) has a decimal comma; give decimalSeparator: \",\", or \(categories)"
        case .thousands(let separator):
            return
                "\(shown) has its thousands set apart; give thousandsSeparator: \(CSV.shown(separator)), or \(categories)"
        case .dates:
            return "\(shown) is a date; \(categories)\(ignoring)"
        case .names(let count):
            return
                "the column has \(count) different texts in \(rows) rows, \(shown) among them; \(categories)\(ignoring)"
        }
    }

    /// The digits of a number whose thousands are set apart, as in `-1,234,567.8`; nil if it is none.
    static func withoutThousands(_ bytes: [UInt8], separator: UInt8) -> [UInt8]? {
        func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
        var digits: [UInt8] = []
        var rest = bytes[...]
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            digits.append(rest.removeFirst())
        }
        let first = rest.prefix(while: isDigit)
        guard (1...3).contains(first.count) else { return nil }
        digits += first
        rest = rest.dropFirst(first.count)
        var groups = 0
        while rest.first == separator {
            let group = rest.dropFirst().prefix(while: isDigit)
            guard group.count == 3 else { return nil }
            digits += group
            rest = rest.dropFirst(4)
            groups += 1
        }
        return groups > 0 ? digits + rest : nil
    }

    /// Whether a text begins with year, month and day as numbers, in whatever order.
    private static func isDate(_ bytes: [UInt8]) -> Bool {
        for mark in "-/.".utf8 {
            let parts = bytes.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "T") }
                .split(separator: mark, omittingEmptySubsequences: false)
            let numbers = parts.map { part in
                part.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
                    ? Int(String(decoding: part, as: UTF8.self)) ?? 0 : 0
            }
            guard numbers.count == 3, parts.contains(where: { $0.count == 4 }) else { continue }
            if numbers.count(where: { (1...31).contains($0) }) == 2,
                numbers.contains(where: { (1000...2999).contains($0) })
            {
                return true
            }
        }
        return false
    }
}
