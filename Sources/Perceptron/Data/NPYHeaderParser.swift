/// Parses the text of a `.npy` header: a Python dictionary literal with the keys descr, fortran_order and shape, in any
/// order. No other Python is understood.
struct NPYHeaderParser: ~Escapable {
    /// What is wrong with a header, to follow the words "the header".
    struct Failure: Error {
        let reason: String
    }

    private let text: Span<UInt8>
    private var position = 0

    @_lifetime(copy text)
    init(_ text: Span<UInt8>) {
        self.text = text
    }

    /// - Parameter count: The size of the whole header in bytes.
    mutating func header(count: Int) throws(Failure) -> NPYHeader {
        var format: NumberFormat?
        var isColumnMajor: Bool?
        var shape: [Int]?
        try expect("{")
        while !skip("}") {
            let key = try string("a key")
            try expect(":")
            let isNew: Bool
            switch key {
            case "descr":
                isNew = format == nil
                format = try numberFormat()
            case "fortran_order":
                isNew = isColumnMajor == nil
                isColumnMajor = try boolean()
            case "shape":
                isNew = shape == nil
                shape = try tuple()
            default: throw Failure(reason: "has the unknown key '\(key)'; the keys are descr, fortran_order and shape")
            }
            guard isNew else { throw Failure(reason: "has the key '\(key)' twice") }
            guard skip(",") else {
                try expect("}")
                break
            }
        }
        guard let format, let isColumnMajor, let shape else {
            let missing = format == nil ? "descr" : isColumnMajor == nil ? "fortran_order" : "shape"
            throw Failure(reason: "lacks the key '\(missing)'")
        }
        skipSpace()
        guard position == text.count else { throw unexpected("the end") }
        return NPYHeader(format: format, isColumnMajor: isColumnMajor, shape: shape, count: count)
    }

    // MARK: Values

    private mutating func numberFormat() throws(Failure) -> NumberFormat {
        skipSpace()
        if next == UInt8(ascii: "[") || next == UInt8(ascii: "(") {
            throw Failure(reason: "describes records with several fields; only arrays of numbers can be read")
        }
        let name = try string("a type")
        let hasOrder = name.first.map { "<>|=".contains($0) } ?? false
        guard let kind = NumberFormat.Kind(rawValue: String(hasOrder ? name.dropFirst() : name[...])) else {
            throw Failure(reason: "has the type '\(name)'; f2, f4, f8, i1 to i8, u1 to u8 and b1 can be read")
        }
        let isBigEndian = name.first == ">" || (name.first != "<" && NumberFormat.machineIsBigEndian)
        return NumberFormat(kind: kind, isBigEndian: isBigEndian)
    }

    private mutating func boolean() throws(Failure) -> Bool {
        if skip("True") { return true }
        if skip("False") { return false }
        throw unexpected("True or False")
    }

    /// Integers in parentheses; a single one has a comma after it, as in Python.
    private mutating func tuple() throws(Failure) -> [Int] {
        var values: [Int] = []
        try expect("(")
        while !skip(")") {
            values.append(try integer())
            // Python 2 wrote long integers this way.
            _ = skip("L")
            if skip(",") { continue }
            guard values.count > 1 else { throw unexpected("a comma") }
            try expect(")")
            break
        }
        guard values.count <= 64 else {
            throw Failure(reason: "has a shape of \(counted(values.count, "dimension")); up to 64 can be read")
        }
        return values
    }

    private mutating func integer() throws(Failure) -> Int {
        skipSpace()
        if next == UInt8(ascii: "-") { throw Failure(reason: "has a negative size in its shape") }
        let start = position
        var value = 0
        while let digit = next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit {
            let tens = value.multipliedReportingOverflow(by: 10)
            let sum = tens.partialValue.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
            guard !tens.overflow, !sum.overflow else {
                throw Failure(reason: "has a size in its shape that is beyond 64 bits")
            }
            value = sum.partialValue
            position += 1
        }
        guard position > start else { throw unexpected("an integer") }
        return value
    }

    private mutating func string(_ what: String) throws(Failure) -> String {
        skipSpace()
        guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            throw unexpected("\(what) in quotes")
        }
        let start = position + 1
        position = start
        while let byte = next, byte != quote {
            guard 0x20..<0x7f ~= byte, byte != UInt8(ascii: "\\") else { throw unexpected("plain characters") }
            position += 1
        }
        guard next != nil else { throw unexpected("a quote") }
        let characters = (start..<position).map { Character(UnicodeScalar(text[$0])) }
        position += 1
        return String(characters)
    }

    // MARK: Characters

    private var next: UInt8? { position < text.count ? text[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || 0x09...0x0d ~= byte { position += 1 }
    }

    /// Skips a word and the space before it, if the word is next.
    private mutating func skip(_ word: StaticString) -> Bool {
        skipSpace()
        let count = word.utf8CodeUnitCount
        guard count <= text.count - position else { return false }
        let isNext = word.withUTF8Buffer { word in (0..<count).allSatisfy { word[$0] == text[position + $0] } }
        if isNext { position += count }
        return isNext
    }

    private mutating func expect(_ word: StaticString) throws(Failure) {
        guard skip(word) else { throw unexpected("'\(word)'") }
    }

    private func unexpected(_ expected: String) -> Failure {
        guard let next else { return Failure(reason: "ends where \(expected) should be") }
        let found = 0x20..<0x7f ~= next ? "'\(Character(UnicodeScalar(next)))'" : "byte \(next)"
        return Failure(reason: "has \(found) where \(expected) should be (character \(position), counted from 0)")
    }
}
