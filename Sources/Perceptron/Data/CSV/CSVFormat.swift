/// How a CSV file is written.
struct CSVFormat: Sendable {
    /// Whether the first line names the columns.
    let hasHeader: Bool
    let separator: UInt8
    /// The texts that stand for a missing value.
    let missing: Set<String>

    /// - Throws: `PerceptronError.invalidArgument` if the separator can't be told from what it separates.
    init(hasHeader: Bool, separator: Character, missing: Set<String> = CSV.missing) throws(PerceptronError) {
        guard let byte = separator.asciiValue, separator != "\r\n", CSVFormat.canSeparate(byte) else {
            throw .invalidArgument(
                "the separator \(String(separator).debugDescription) can't be one: "
                    + "it must be a single ASCII character, such as a comma, a semicolon or a tab")
        }
        self.hasHeader = hasHeader
        self.separator = byte
        self.missing = missing
    }

    private static func canSeparate(_ byte: UInt8) -> Bool {
        switch byte {
        case 0, UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\""), UInt8(ascii: "."), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            false
        default: true
        }
    }
}
