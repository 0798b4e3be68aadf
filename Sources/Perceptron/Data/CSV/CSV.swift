/// The format of all CSV files.
///
/// It follows RFC 4180: a field that contains a separator, quote or line break is quoted, and quotes in it are doubled.
/// Spaces around an unquoted field are ignored. Lines end with LF, CRLF or CR; blank lines and a byte order mark are
/// skipped. The encoding is UTF-8, or UTF-16 with a byte order mark; the error for another encoding names it if it can
/// be recognised. Numbers are decimal: `-12.5`, `1e-3`, `.5`, `inf`, `-Infinity`; each is rounded to the nearest number
/// of the type, and a number beyond its range is an error.
///
/// A gzipped file is decompressed while it is read. The file is mapped into memory, and must not be shortened
/// meanwhile.
public enum CSV {
    /// The texts that mean a missing value by default: those of pandas, and `?`.
    public static let missing: Set<String> = [
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
        "NULL", "NaN", "None", "n/a", "nan", "null", "?",
    ]

    /// The kind of the target.
    public enum TargetKind: Sendable {
        /// Values if all are numbers, otherwise classes.
        case automatic
        /// Each text is the name of a class.
        case classes
        /// Numbers.
        case values
    }

    /// A text for an error message: quoted, and truncated if it is long.
    static func shown(_ text: String) -> String {
        (text.count > 40 ? text.prefix(40) + "…" : text[...]).debugDescription.replacing("\\'", with: "'")
    }
}
