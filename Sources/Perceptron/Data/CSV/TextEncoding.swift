/// Encodings that are not read, but can be distinguished from UTF-8; named as in iconv.
enum TextEncoding: String {
    case utf16 = "UTF-16"
    case utf16LittleEndian = "UTF-16LE"
    case utf16BigEndian = "UTF-16BE"
    case utf32 = "UTF-32"
    case utf32LittleEndian = "UTF-32LE"
    case utf32BigEndian = "UTF-32BE"
    /// Includes Latin-1.
    case windows1252 = "WINDOWS-1252"

    /// How to make the file readable.
    var advice: String { "iconv -f \(rawValue) -t UTF-8 makes a file of it that can be read" }

    /// How many bytes at the beginning of a file are examined.
    static let beginning = 64

    /// The encoding of a file, by its byte order mark or by the zero bytes of plain letters.
    /// - Parameter bytes: The first bytes, of which only `beginning` are examined.
    init?(beginning bytes: Span<UInt8>) {
        let count = min(bytes.count, TextEncoding.beginning)
        func begins(_ mark: UInt8...) -> Bool {
            count >= mark.count && mark.indices.allSatisfy { bytes[$0] == mark[$0] }
        }
        if begins(0xFF, 0xFE, 0, 0) || begins(0, 0, 0xFE, 0xFF) {
            self = .utf32
            return
        }
        if begins(0xFF, 0xFE) || begins(0xFE, 0xFF) {
            self = .utf16
            return
        }
        /// The fraction of zeros among the bytes at this position of each unit.
        func zeros(_ place: Int, of unit: Int) -> Double {
            let places = Swift.stride(from: place, to: count / unit * unit, by: unit)
            return Double(places.count { bytes[$0] == 0 }) / Double(count / unit)
        }
        if count >= 4, zeros(3, of: 4) == 1, zeros(2, of: 4) == 1, zeros(0, of: 4) == 0 {
            self = .utf32LittleEndian
        } else if count >= 4, zeros(0, of: 4) == 1, zeros(1, of: 4) == 1, zeros(3, of: 4) == 0 {
            self = .utf32BigEndian
        } else if count >= 4, zeros(1, of: 2) >= 0.5, zeros(0, of: 2) == 0 {
            self = .utf16LittleEndian
        } else if count >= 4, zeros(0, of: 2) >= 0.5, zeros(1, of: 2) == 0 {
            self = .utf16BigEndian
        } else {
            return nil
        }
    }

    /// The encoding of a text that is not UTF-8: Windows-1252 if it defines every byte beyond ASCII and at most two
    /// such bytes are adjacent, as in the languages for which it is made.
    init?(text: [UInt8]) {
        var run = 0
        for byte in text {
            run = byte < 0x80 ? 0 : run + 1
            guard run <= 2, ![0x81, 0x8D, 0x8F, 0x90, 0x9D].contains(byte) else { return nil }
        }
        self = .windows1252
    }

    /// Decodes a text in Windows-1252.
    static func windows1252(_ text: [UInt8]) -> String {
        String(
            String.UnicodeScalarView(
                text.map { 0x80..<0xA0 ~= $0 ? fromWindows1252[Int($0) - 0x80] : Unicode.Scalar($0) }))
    }

    /// 0x80 to 0x9F, where it differs from Latin-1.
    private static let fromWindows1252 = Array(
        "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)
}
