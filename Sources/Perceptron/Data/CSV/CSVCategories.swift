/// The texts of a column, and the code that stands for each.
struct CSVCategories {
    /// In the order of their codes.
    private(set) var texts: [String]
    private var codes: [String: Int]
    /// The same for the bytes that were found: a text that occurs again needs no string. Texts that are equal although
    /// their bytes differ, composed and decomposed accents, have one code.
    private var codesOfBytes: [[UInt8]: Int] = [:]
    private let knownCount: Int

    /// - Parameter known: The texts that have the first codes, in that order.
    init(known: [String] = []) {
        texts = known
        codes = Dictionary(zip(known, known.indices), uniquingKeysWith: { first, _ in first })
        knownCount = known.count
    }

    /// The code of a text that occurred before, by its bytes.
    subscript(bytes: [UInt8]) -> Int? { codesOfBytes[bytes] }

    func contains(_ text: String) -> Bool { codes[text] != nil }

    /// The code of a text; one that has none yet gets the next.
    mutating func code(of text: String, bytes: [UInt8]) -> Int {
        let code = codes[text] ?? texts.count
        if code == texts.count {
            codes[text] = code
            texts.append(text)
        }
        codesOfBytes[bytes] = code
        return code
    }

    /// Puts the texts that were not known in order: by value if all are numbers, and as strings otherwise.
    /// - Returns: For each code that a text had, the one that it has now.
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
