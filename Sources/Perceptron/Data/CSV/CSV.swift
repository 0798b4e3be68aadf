/// What holds for all CSV files.
///
/// They are read as RFC 4180 has them: fields between separators, a field with a separator, quote or line break in it
/// within quotes, and its quotes doubled. Lines end with LF, CRLF or CR; blank lines are skipped, and so is a byte order
/// mark. Texts are UTF-8. Numbers are decimal, with blanks around them or not: `-12.5`, `1e-3`, `.5`, `inf`,
/// `-Infinity`; each becomes the nearest number of the type, and what is too large infinite.
///
/// A gzipped file is read as it is. While it is read it is mapped into memory, and must not be shortened.
public enum CSV {
    /// The texts that stand for a missing value unless others are named: those of pandas, and `?`.
    ///
    /// Blanks around a text that is not in quotes don't count.
    public static let missing: Set<String> = [
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
        "NULL", "NaN", "None", "n/a", "nan", "null", "?",
    ]

    /// What the column to predict holds.
    public enum TargetKind: Sendable {
        /// Values if each is a number, and classes otherwise.
        case automatic
        /// Each text is the name of a class.
        case classes
        /// Numbers.
        case values
    }
}
