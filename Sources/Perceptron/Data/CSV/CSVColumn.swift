/// What becomes of a column of a CSV file.
struct CSVColumn {
    enum Role: Equatable { case ignored, input, dates, target, weight }

    /// What the column holds.
    enum Content: Equatable {
        /// Numbers as long as nothing else is found.
        case undecided
        /// Numbers, as far as the file was read.
        case likelyNumbers
        /// Numbers: anything else is an error.
        case numbers
        case texts
        /// Texts that had numbers before them, and so were not taken for texts: the file must be read again.
        case textsAfterNumbers
    }

    var role = Role.ignored
    var content = Content.undecided
    /// Its place among the inputs, among the targets, or among the columns of dates.
    var place = 0
    /// Whether a text that is not among the categories given is an error.
    var isClosed = false
    /// What was found of numbers that begin with a zero that says nothing, as in `00123`.
    var padding = Padding.none

    enum Padding: Equatable {
        case none
        /// All have as many digits, and nothing else.
        case digits(Int)
        case mixed
    }

    /// Takes in a number, if it begins so.
    mutating func note(number text: [UInt8]) {
        guard text.count > 1, text[0] == UInt8(ascii: "0"), CSVColumn.isDigit(text[1]) else { return }
        let found = text.allSatisfy(CSVColumn.isDigit) ? Padding.digits(text.count) : .mixed
        padding = padding == .none || padding == found ? found : .mixed
    }

    static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
