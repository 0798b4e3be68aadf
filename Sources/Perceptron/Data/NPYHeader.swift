/// The header of a `.npy` file, which describes the array as defined by NumPy's `numpy.lib.format`.
struct NPYHeader: Equatable, Sendable {
    var format: NumberFormat
    var isColumnMajor = false
    var shape: [Int]
    /// The size of the whole header in bytes.
    var count: Int

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// The bytes before the text: the magic bytes, two for the version, and two or four for the text's length.
    private static let longestPrefix = 12
    /// NumPy doesn't read longer headers either, unless told to trust the file.
    private static let longestText = 10_000
    static let longest = longestPrefix + longestText

    /// - Parameter beginning: The whole file, or at least `longest` bytes of it.
    init(_ beginning: Span<UInt8>, name: String) throws(PerceptronError) {
        guard beginning.count >= 8, (0..<6).allSatisfy({ beginning[$0] == NPYHeader.magic[$0] }) else {
            throw .invalidFile("\(name): not an .npy file: it doesn't begin with \\x93NUMPY and a version")
        }
        let (major, minor) = (beginning[6], beginning[7])
        guard 1...3 ~= major, minor == 0 else {
            throw .invalidFile("\(name): version \(major).\(minor) of .npy; 1.0, 2.0 and 3.0 can be read")
        }
        let start = major == 1 ? 10 : 12
        guard beginning.count >= start else {
            throw .invalidFile(
                "\(name): the file is truncated: \(thereAre(beginning.count, "byte")), within the header")
        }
        let length = (8..<start).reversed().reduce(0) { $0 << 8 | Int(beginning[$1]) }
        guard length <= NPYHeader.longestText else {
            throw .invalidFile(
                "\(name): the header says it has \(counted(length, "character")); up to \(NPYHeader.longestText) are read"
            )
        }
        guard length <= beginning.count - start else {
            throw .invalidFile(
                "\(name): the file is truncated: the header says it has \(counted(length, "character")); "
                    + thereAre(beginning.count - start, "byte"))
        }
        do throws(NPYHeaderParser.Failure) {
            var parser = NPYHeaderParser(beginning.extracting(start..<start + length))
            self = try parser.header(count: start + length)
        } catch {
            throw .invalidFile("\(name): the header of the .npy file \(error.reason)")
        }
    }

    init(format: NumberFormat, isColumnMajor: Bool = false, shape: [Int], count: Int = 0) {
        self.format = format
        self.isColumnMajor = isColumnMajor
        self.shape = shape
        self.count = count
    }

    /// The header of an array of this many labels.
    init(labels count: Int) {
        self.init(format: NumberFormat(kind: .int64, isBigEndian: NumberFormat.machineIsBigEndian), shape: [count])
    }

    func layout(name: String) throws(PerceptronError) -> ArrayLayout {
        try ArrayLayout(format: format, shape: shape, isColumnMajor: isColumnMajor, offset: count, name: name)
    }

    /// The header's bytes, exactly as NumPy writes them: version 1.0, padded so that the numbers begin at a multiple of
    /// 64.
    var encoded: [UInt8] {
        let order = format.kind.size == 1 ? "|" : format.isBigEndian ? ">" : "<"
        let text =
            "{'descr': '\(order)\(format.kind.rawValue)', 'fortran_order': \(isColumnMajor ? "True" : "False"), "
            + "'shape': \(describe(shape)), }"
        // 10 bytes come before the text, and a new line ends it.
        let spaces = 64 - (10 + text.utf8.count + 1) % 64
        let length = text.utf8.count + spaces + 1
        return NPYHeader.magic + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)] + Array(text.utf8)
            + [UInt8](repeating: UInt8(ascii: " "), count: spaces) + [UInt8(ascii: "\n")]
    }
}
