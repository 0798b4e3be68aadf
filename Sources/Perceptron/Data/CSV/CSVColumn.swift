/// How a column of a CSV file is used.
struct CSVColumn {
    enum Role: Equatable { case ignored, input, dates, target, weight }

    /// What the column holds.
    enum Content: Equatable {
        /// Numbers until something else is found.
        case undecided
        /// Numbers in the part of the file read so far.
        case likelyNumbers
        /// Numbers: anything else is an error.
        case numbers
        case texts
        /// Texts after values that were read as numbers, not as texts: the file must be read again.
        case textsAfterNumbers
    }

    var role = Role.ignored
    var content = Content.undecided
    /// The index among the inputs, the targets or the date columns.
    var place = 0
    /// Whether a text outside the given categories is an error.
    var isClosed = false
    /// What is known about numbers with leading zeros, as in `00123`.
    var padding = Padding.none

    enum Padding: Equatable {
        case none
        /// All have this many digits and nothing else.
        case digits(Int)
        case mixed
    }

    /// Records a number if it has a leading zero.
    mutating func note(number text: [UInt8]) {
        guard text.count > 1, text[0] == UInt8(ascii: "0"), CSVColumn.isDigit(text[1]) else { return }
        let found = text.allSatisfy(CSVColumn.isDigit) ? Padding.digits(text.count) : .mixed
        padding = padding == .none || padding == found ? found : .mixed
    }

    static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
