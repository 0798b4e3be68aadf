/// What becomes of a column of a CSV file.
struct CSVColumn {
    enum Role: Equatable { case ignored, input, target, weight }

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
    /// Its place among the inputs or among the targets.
    var place = 0
    /// Whether a text that is not among the categories given is an error.
    var isClosed = false
}
