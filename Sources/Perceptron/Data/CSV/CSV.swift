/// The format of all CSV files.
///
/// They follow RFC 4180: a field with a separator, quote or line break in it is in quotes, and its quotes are doubled.
/// Spaces around a field don't belong to it, unless it is in quotes. Lines end with LF, CRLF or CR; blank lines are
/// skipped, and so is a byte order mark. Texts are UTF-8, or UTF-16 with its byte order mark; for other encodings the
/// error names the encoding if it can be recognised. Numbers are decimal: `-12.5`, `1e-3`, `.5`, `inf`, `-Infinity`;
/// each becomes the nearest number of the type; a number beyond its range throws.
///
/// A gzipped file is read as it is. The file is mapped into memory while it is read, and must not be shortened
/// meanwhile.
public enum CSV {
    /// The texts that mean a missing value by default: those of pandas, and `?`.
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

    /// A text in an error message: in quotes, and the start of a long one.
    static func shown(_ text: String) -> String {
        (text.count > 40 ? text.prefix(40) + "…" : text[...]).debugDescription.replacing("\\'", with: "'")
    }
}
