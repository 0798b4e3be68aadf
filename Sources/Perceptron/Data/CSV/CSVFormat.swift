/// The format of a CSV file.
struct CSVFormat: Sendable {
    /// Whether the first line names the columns.
    let hasHeader: Bool
    let separator: UInt8
    /// The texts that mean a missing value.
    let missing: Set<String>
    /// The decimal separator of numbers.
    let decimalSeparator: UInt8
    /// The separator of groups of three digits, if any.
    let thousandsSeparator: UInt8?

    /// - Throws: `PerceptronError.invalidArgument` if the separator can't be distinguished from what it separates.
    init(
        hasHeader: Bool, separator: Character, missing: Set<String> = CSV.missing, decimalSeparator: Character = ".",
        thousandsSeparator: Character? = nil
    ) throws(PerceptronError) {
        guard let byte = separator.asciiValue, separator != "\r\n", CSVFormat.canSeparate(byte) else {
            throw .invalidArgument(
                "the separator is \(String(separator).debugDescription): "
                    + "it must be a single ASCII character, such as a comma, a semicolon or a tab")
        }
        self.hasHeader = hasHeader
        self.separator = byte
        self.missing = missing
        self.decimalSeparator = try CSVFormat.mark(decimalSeparator, "decimal")
        self.thousandsSeparator = try thousandsSeparator.map { (mark) throws(PerceptronError) in
            try CSVFormat.mark(mark, "thousands")
        }
        guard decimalSeparator != thousandsSeparator else {
            throw .invalidArgument(
                "\(String(decimalSeparator).debugDescription) can't be both the decimal and the thousands separator")
        }
    }

    /// The byte of a separator within numbers.
    private static func mark(_ character: Character, _ name: String) throws(PerceptronError) -> UInt8 {
        guard let byte = character.asciiValue, ".,'_ ".utf8.contains(byte) else {
            throw .invalidArgument(
                "the \(name) separator is \(String(character).debugDescription); "
                    + "it must be a point, a comma, an apostrophe, an underscore or a blank")
        }
        return byte
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
