/// The texts of a column and their codes.
struct CSVCategories {
    /// In the order of their codes.
    private(set) var texts: [String]
    private var codes: [String: Int]
    /// The codes by the bytes found, so that a repeated text needs no string. Texts that are equal although their bytes
    /// differ (composed and decomposed accents) have the same code.
    private var codesOfBytes: [[UInt8]: Int] = [:]
    private let knownCount: Int

    /// - Parameter known: The texts with the first codes, in this order.
    init(known: [String] = []) {
        texts = known
        codes = Dictionary(zip(known, known.indices), uniquingKeysWith: { first, _ in first })
        knownCount = known.count
    }

    /// The code of a text that occurred before, looked up by its bytes.
    subscript(bytes: [UInt8]) -> Int? { codesOfBytes[bytes] }

    func contains(_ text: String) -> Bool { codes[text] != nil }

    /// The code of a text; a new text gets the next code.
    mutating func code(of text: String, bytes: [UInt8]) -> Int {
        let code = codes[text] ?? texts.count
        if code == texts.count {
            codes[text] = code
            texts.append(text)
        }
        codesOfBytes[bytes] = code
        return code
    }

    /// Sorts the texts that were not known: by value if all are numbers, otherwise as strings.
    /// - Returns: The new code for each old code.
    mutating func sort() -> [Int] {
        let found = knownCount..<texts.count
        let reader = DecimalReader()
        let numbers = texts[found].map { text -> Double? in reader.read(all: Array(text.utf8).span) }
        let areNumbers = numbers.allSatisfy { $0 != nil }
        func key(_ code: Int) -> Double { areNumbers ? numbers[code - knownCount] ?? 0 : 0 }
        let order = found.sorted { (key($0), texts[$0]) < (key($1), texts[$1]) }
        var moved = Array(texts.indices)
        for (code, former) in zip(found, order) { moved[former] = code }
        texts = texts[..<knownCount] + order.map { texts[$0] }
        return moved
    }
}
