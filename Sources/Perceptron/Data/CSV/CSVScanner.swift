/// Splits the bytes of a CSV file into rows, and rows into fields.
struct CSVScanner {
    /// What ends a field.
    enum Ending { case separator, line, file }

    /// What ended the last field.
    private(set) var ending = Ending.line
    /// The content of the field last read by `readText`, without its quotes.
    private(set) var text: [UInt8] = []
    /// Whether that field was in quotes.
    private(set) var isQuoted = false
    /// The index of the next field in its row, from 0.
    private(set) var column = 0
    /// The number of bytes of the file scanned so far.
    var bytesTaken: Int { bytesBefore + position }
    /// The names of the columns in errors; empty until they are known.
    var names: [String] = []

    private let file: String
    private let numbers: DecimalReader
    private let separator: UInt8
    private let lookAhead: Int
    private let chunks: CSVSource.Chunks
    private var buffer: [UInt8] = []
    private var position = 0
    /// The current line, counted from 1 as in an editor, and the lines at which the last row and the last field began.
    private var line = 1
    private(set) var rowLine = 1
    private var fieldLine = 1
    /// The number of bytes of the file before those in the buffer.
    private var bytesBefore = 0
    /// Whether the buffer holds the end of the file.
    private var isLast = false
    /// Whether a carriage return ended the last line; a line feed after it belongs to it.
    private var followsReturn = false

    private static let maximumFieldBytes = 1 << 20

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    init(
        _ source: CSVSource, separator: UInt8, decimalPoint: UInt8 = UInt8(ascii: ".")
    ) throws(PerceptronError) {
        file = source.name
        self.separator = separator
        // A number whose decimal point is the separator needs quotes, and is not read here.
        numbers = DecimalReader(decimalPoint: decimalPoint == separator ? 0 : decimalPoint)
        lookAhead = source.lookAhead
        chunks = try source.open()
        try fill(TextEncoding.beginning)
        if let encoding = TextEncoding(beginning: buffer.span) {
            throw .invalidFile("\(file): looks like \(encoding.rawValue); \(encoding.advice)")
        }
        if buffer.starts(with: CSVScanner.byteOrderMark) { position = CSVScanner.byteOrderMark.count }
    }

    /// Whether another row follows; empty lines before it are skipped.
    @inline(__always)
    mutating func startRow() throws(PerceptronError) -> Bool {
        column = 0
        while true {
            try fill(lookAhead)
            guard position < buffer.count else { return false }
            let byte = buffer[position]
            if byte == CSVScanner.lineFeed, followsReturn {
                followsReturn = false
                position += 1
            } else if CSVScanner.endsLine(byte) {
                endLine(at: position)
            } else {
                if DecimalReader.isBlank(byte), try skipBlanks() { continue }
                rowLine = line
                return true
            }
        }
    }

    /// Moves to the end of a line that has only blanks; false if it has anything else.
    private mutating func skipBlanks() throws(PerceptronError) -> Bool {
        var count = 0
        while true {
            try fill(count + 1)
            guard position + count < buffer.count, !CSVScanner.endsLine(buffer[position + count]) else {
                position += count
                return true
            }
            let byte = buffer[position + count]
            guard DecimalReader.isBlank(byte), byte != separator else { return false }
            count += 1
        }
    }

    /// Reads the next field if it is a finite number without quotes; otherwise leaves it unread.
    /// - Parameter padded: Whether it may have a leading zero, as in `00123`.
    @inline(__always)
    mutating func readNumber<Scalar: BLASScalar>(padded: Bool = true) throws(PerceptronError) -> Scalar? {
        try fill(lookAhead)
        fieldLine = line
        var end = position
        guard let value: Scalar = number(&end, padded: padded), value.isFinite, end < buffer.count || isLast,
            endField(at: end)
        else {
            return nil
        }
        return value
    }

    @inline(__always)
    private func number<Scalar: BLASScalar>(_ index: inout Int, padded: Bool) -> Scalar? {
        let bytes = buffer.span
        while index < bytes.count, DecimalReader.isBlank(bytes[index]), bytes[index] != separator { index += 1 }
        if !padded, index + 1 < bytes.count, bytes[index] == UInt8(ascii: "0"),
            bytes[index + 1] &- UInt8(ascii: "0") < 10
        {
            return nil
        }
        return numbers.read(bytes, &index)
    }

    /// Skips the rest of the row.
    mutating func skipRow() throws(PerceptronError) {
        repeat { try readText() } while ending == .separator
    }

    /// Reads the next field of any kind into `text`, without surrounding blanks.
    mutating func readText() throws(PerceptronError) {
        text.removeAll(keepingCapacity: true)
        fieldLine = line
        try passBlanks()
        isQuoted = position < buffer.count && buffer[position] == CSVScanner.quote
        if isQuoted {
            try readQuoted()
            try passBlanks()
        } else {
            try readUnquoted()
            while let last = text.last, DecimalReader.isBlank(last) { text.removeLast() }
        }
        try fill(1)
        guard endField(at: position) else {
            throw failure(
                isQuoted
                    ? "there is text after the quote that ends the field"
                    : "a quote in a field that does not begin with one", line: line, column: column)
        }
    }

    private mutating func passBlanks() throws(PerceptronError) {
        try fill(1)
        while position < buffer.count, DecimalReader.isBlank(buffer[position]), buffer[position] != separator {
            position += 1
            try fill(1)
        }
    }

    private mutating func readUnquoted() throws(PerceptronError) {
        while true {
            try fill(1)
            var end = position
            while end < buffer.count, !endsUnquoted(buffer[end]) { end += 1 }
            text.append(contentsOf: buffer[position..<end])
            position = end
            try checkLength()
            if end < buffer.count || isLast { return }
        }
    }

    private mutating func readQuoted() throws(PerceptronError) {
        position += 1
        var followsReturn = false
        while true {
            try fill(2)
            guard position < buffer.count else {
                throw failure("the quote that begins the field is not closed", line: fieldLine, column: column)
            }
            let byte = buffer[position]
            position += 1
            if byte == CSVScanner.quote {
                guard position < buffer.count, buffer[position] == CSVScanner.quote else { return }
                position += 1
            } else if CSVScanner.endsLine(byte), !(byte == CSVScanner.lineFeed && followsReturn) {
                line += 1
            }
            followsReturn = byte == CSVScanner.carriageReturn
            text.append(byte)
            try checkLength()
        }
    }

    private func checkLength() throws(PerceptronError) {
        guard text.count <= CSVScanner.maximumFieldBytes else {
            throw failure(
                "the field has more than \(counted(CSVScanner.maximumFieldBytes, "byte"))", line: fieldLine,
                column: column)
        }
    }

    /// Moves past a field that ends at `end`; false if what follows doesn't end a field.
    @inline(__always)
    private mutating func endField(at end: Int) -> Bool {
        if end == buffer.count {
            ending = .file
            position = end
        } else if buffer[end] == separator {
            ending = .separator
            position = end + 1
        } else if CSVScanner.endsLine(buffer[end]) {
            ending = .line
            endLine(at: end)
        } else {
            return false
        }
        column += 1
        return true
    }

    @inline(__always)
    private mutating func endLine(at end: Int) {
        followsReturn = buffer[end] == CSVScanner.carriageReturn
        line += 1
        position = end + 1
    }

    @inline(__always)
    private static func endsLine(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }

    @inline(__always)
    private func endsUnquoted(_ byte: UInt8) -> Bool {
        byte == separator || CSVScanner.endsLine(byte) || byte == CSVScanner.quote
    }

    /// Ensures that at least `count` bytes are in the buffer, if the file has that many.
    @inline(__always)
    private mutating func fill(_ count: Int) throws(PerceptronError) {
        if buffer.count - position < count, !isLast { try refill(count) }
    }

    @inline(never)
    private mutating func refill(_ count: Int) throws(PerceptronError) {
        while buffer.count - position < count, !isLast {
            let chunk = try chunks()
            isLast = chunk.isEmpty
            bytesBefore += position
            if position == buffer.count {
                buffer = chunk
            } else {
                buffer.removeSubrange(..<position)
                buffer += chunk
            }
            position = 0
        }
    }

    /// The content of the field last read by `readText`, as a string.
    func string() throws(PerceptronError) -> String {
        guard let string = String(validating: text, as: UTF8.self) else { throw failure(notUTF8) }
        guard !text.contains(0) else { throw failure("the text has a NUL byte") }
        return string
    }

    /// The error message for that field if it is not UTF-8.
    private var notUTF8: String {
        var bytes = text.makeIterator()
        var codec = UTF8()
        var count = 0
        while case .scalarValue(let scalar) = codec.decode(&bytes) { count += UTF8.width(scalar) }
        let digits = String(text[count], radix: 16, uppercase: true)
        guard let encoding = TextEncoding(text: text) else {
            return
                "the byte 0x\(digits) is not UTF-8; the file needs another encoding: iconv -f … -t UTF-8 converts it from "
                + "the one that it has"
        }
        let shown = CSV.shown(TextEncoding.windows1252(text))
        return "the byte 0x\(digits) is not UTF-8, and looks like \(encoding.rawValue), \(shown); \(encoding.advice)"
    }

    /// An error in the field last read.
    func failure(_ reason: String) -> PerceptronError { failure(reason, line: fieldLine, column: column - 1) }

    /// An error in the row.
    func failure(row reason: String) -> PerceptronError { .invalidFile("\(file): line \(rowLine): \(reason)") }

    private func failure(_ reason: String, line: Int, column: Int) -> PerceptronError {
        let name = column < names.count ? " \(names[column].debugDescription)" : ""
        return .invalidFile("\(file): line \(line), column \(column + 1)\(name): \(reason)")
    }
}
