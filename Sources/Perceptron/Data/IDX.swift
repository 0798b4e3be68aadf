#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Matrix {
    /// Reads an IDX file, the format of MNIST, plain or gzipped: a row for each item, so that images of 28 × 28 pixels are
    /// rows of 784 columns; a one-dimensional file is a column.
    ///
    /// All types are supported: signed and unsigned bytes, integers of 2 and 4 bytes, floats and doubles. The sizes in
    /// the file are checked against its bytes before memory is taken. The format is LeCun's, from
    /// <http://yann.lecun.com/exdb/mnist/>.
    /// - Throws: `PerceptronError.fileAccess` if the file can't be read, `.invalidFile` unless it is a complete IDX
    ///   file.
    public init(idx url: URL) throws(PerceptronError) {
        let file = try MappedFile(url)
        self = try ArrayFormat.idx.matrix(file.bytes, name: file.path, of: Scalar.self)
    }
}

extension [Int] {
    /// Reads class labels from a one-dimensional IDX file, plain or gzipped.
    /// - Throws: `PerceptronError.fileAccess` if the file can't be read, `.invalidFile` unless it is a complete IDX
    ///   file with one integer per row.
    public init(idx url: URL) throws(PerceptronError) {
        let file = try MappedFile(url)
        self = try ArrayFormat.idx.labels(file.bytes, name: file.path)
    }
}

extension ArrayLayout {
    /// The types of IDX, by their byte in the header.
    static let idxKinds: [UInt8: NumberFormat.Kind] = [
        0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
    ]

    /// Reads the header of an IDX file: two zeros, the type, the number of dimensions, and the size of each in four
    /// bytes. Everything in the file has its most significant byte first.
    init(idx bytes: Span<UInt8>, name: String) throws(PerceptronError) {
        guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0 else {
            throw .invalidFile(
                "\(name): not an IDX file: it doesn't begin with two zeros, a type and a number of dimensions")
        }
        guard let kind = ArrayLayout.idxKinds[bytes[2]] else {
            throw .invalidFile("\(name): IDX has no type \(bytes[2]); the types are 8, 9, 11, 12, 13 and 14")
        }
        let dimensions = Int(bytes[3])
        guard dimensions > 0 else { throw .invalidFile("\(name): the IDX file has no dimensions") }
        let offset = 4 + 4 * dimensions
        guard bytes.count >= offset else {
            throw .invalidFile(
                "\(name): the file is truncated: a header of \(counted(dimensions, "dimension")) has "
                    + "\(counted(offset, "byte")); "
                    + thereAre(bytes.count, "byte"))
        }
        let shape = (0..<dimensions).map { dimension in
            (4 + 4 * dimension..<8 + 4 * dimension).reduce(0) { $0 << 8 | Int(bytes[$1]) }
        }
        try self.init(
            format: NumberFormat(kind: kind, isBigEndian: true), shape: shape, offset: offset, name: name)
    }
}
