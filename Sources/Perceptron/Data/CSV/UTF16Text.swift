/// The text of a file that begins with UTF-16's byte order mark, as spreadsheets write it ("Unicode text").
struct UTF16Text {
    private var units: [UInt16] = []
    private let hasHalfUnit: Bool

    /// - Returns: nil if there is no such mark.
    init?(_ bytes: Span<UInt8>) {
        // The byte order mark of UTF-32 begins like that of UTF-16.
        guard bytes.count >= 2, TextEncoding(beginning: bytes) == .utf16 else { return nil }
        let isLittle: Bool
        switch (bytes[0], bytes[1]) {
        case (0xFF, 0xFE): isLittle = true
        case (0xFE, 0xFF): isLittle = false
        default: return nil
        }
        hasHalfUnit = !bytes.count.isMultiple(of: 2)
        units.reserveCapacity(bytes.count / 2)
        for index in stride(from: 2, to: bytes.count - 1, by: 2) {
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            units.append(isLittle ? first | second << 8 : first << 8 | second)
        }
    }

    /// - Throws: `PerceptronError.invalidFile` if it is truncated, or has half of a surrogate pair.
    func utf8(_ file: String) throws(PerceptronError) -> [UInt8] {
        guard !hasHalfUnit, let text = String(validating: units, as: UTF16.self) else {
            throw .invalidFile("\(file): begins like UTF-16, but isn't valid UTF-16")
        }
        return Array(text.utf8)
    }
}
