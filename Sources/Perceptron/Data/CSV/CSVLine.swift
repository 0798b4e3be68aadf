/// A line of a CSV file, built field by field.
struct CSVLine {
    private let separator: String
    private let isSingle: Bool
    private var text = ""
    private var isFirst = true

    init(_ format: CSVFormat, columns: Int) {
        separator = String(UnicodeScalar(format.separator))
        isSingle = columns == 1
    }

    /// Adds the shortest decimal that reads back as the same number; an empty field for NaN.
    @inline(__always)
    mutating func add<Scalar: BLASScalar>(_ number: Scalar) {
        if number.isNaN { addMissing() } else { addField(CSVLine.text(number)) }
    }

    @inline(__always)
    private static func text<Scalar: BLASScalar>(_ number: Scalar) -> String {
        if number.magnitude < Scalar(1 << Scalar.significandBitCount), number == number.rounded(.towardZero),
            number != 0 || number.sign == .plus
        {
            return Int(Double(number)).description
        }
        return Scalar.self == Double.self ? Double(number).description : Float(number).description
    }

    /// Adds an empty field; in quotes if it is the only one, because blank lines are skipped when read.
    mutating func addMissing() { addField(isSingle ? "\"\"" : "") }

    /// Adds a text, quoted if necessary.
    mutating func add(_ text: String) throws(PerceptronError) { addField(try field(text)) }

    /// Adds a field returned by `field`.
    @inline(__always)
    mutating func addField(_ field: String) {
        if !isFirst { text += separator }
        isFirst = false
        text += field
    }

    /// Writes the line and begins the next.
    mutating func end(in file: inout some TextOutput & ~Copyable) throws(PerceptronError) {
        text += "\n"
        try file.write(text)
        text.removeAll(keepingCapacity: true)
        isFirst = true
    }

    /// Writes a line of names, which must differ.
    mutating func write(
        header: [String], in file: inout some TextOutput & ~Copyable
    ) throws(PerceptronError) {
        var known: Set<String> = []
        for name in header {
            guard known.insert(name).inserted else {
                throw .invalidArgument("two columns can't both be named \(name.debugDescription)")
            }
            try add(name)
        }
        try end(in: &file)
    }

    /// A text as it is written to a file.
    func field(_ text: String) throws(PerceptronError) -> String {
        guard !text.utf8.contains(0) else {
            throw .invalidValue("the text \(text.debugDescription) has a NUL byte, which a CSV file can't hold")
        }
        guard needsQuotes(text) else { return text }
        var field = "\""
        for character in text.unicodeScalars {
            if character == "\"" { field.unicodeScalars.append(character) }
            field.unicodeScalars.append(character)
        }
        return field + "\""
    }

    private func needsQuotes(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return isSingle }
        // A text that begins with U+FEFF must not be taken for a byte order mark.
        return DecimalReader.isBlank(first) || DecimalReader.isBlank(last) || first == 0xEF
            || text.utf8.contains { byte in
                byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
                    || separator.utf8.first == byte
            }
    }
}
