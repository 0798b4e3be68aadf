#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes named arrays to an `.npz` file, which `numpy.load` and ``NPZFile`` read.
///
/// ```swift
/// var arrays = NPZWriter()
/// try arrays.add("x_train", images)
/// try arrays.add("y_train", labels)
/// try arrays.write(npz: url)
/// ```
public struct NPZWriter: Sendable {
    private typealias Write = @Sendable (inout ZipWriter, inout AtomicFile) throws(PerceptronError) -> Void

    private var names: Set<String> = []
    private var writes: [Write] = []

    /// Creates a writer without arrays.
    public init() {}

    /// Adds a matrix: an array of rows × columns, of the matrix's own type.
    /// - Throws: `PerceptronError.invalidArgument` if there already is an array with this name, or a zip archive can't
    ///   have such a name.
    public mutating func add<Scalar: BLASScalar>(
        _ name: String, _ matrix: Matrix<Scalar>
    ) throws(PerceptronError) {
        let header = NPYHeader(format: .native(Scalar.self), shape: [matrix.rows, matrix.columns]).encoded
        try add(name) { (archive, file) throws(PerceptronError) in
            try archive.add(name + NPZFile.suffix, header, matrix.elements.span.bytes, to: &file)
        }
    }

    /// Adds labels: an array of one dimension, of integers of 64 bits.
    /// - Throws: `PerceptronError.invalidArgument` as for a matrix.
    public mutating func add(_ name: String, _ labels: [Int]) throws(PerceptronError) {
        let header = NPYHeader(labels: labels.count).encoded
        try add(name) { (archive, file) throws(PerceptronError) in
            try archive.add(name + NPZFile.suffix, header, labels.span.bytes, to: &file)
        }
    }

    private mutating func add(_ name: String, _ write: @escaping Write) throws(PerceptronError) {
        guard !name.isEmpty, !name.utf8.contains(0) else {
            throw .invalidArgument("the name of an array in an .npz file needs at least one character, and no NUL")
        }
        guard name.utf8.count + NPZFile.suffix.utf8.count <= ZipWriter.longestName else {
            throw .invalidArgument(
                "the name of an array has \(name.utf8.count) bytes; in an .npz file it can have "
                    + "\(ZipWriter.longestName - NPZFile.suffix.utf8.count)")
        }
        guard names.insert(name).inserted else { throw .invalidArgument("two arrays are named \"\(name)\"") }
        writes.append(write)
    }

    /// Writes the file: as `numpy.savez` or, compressed, `numpy.savez_compressed` does.
    ///
    /// The file is written atomically. The compressed arrays are in memory until the file is written.
    /// - Parameters:
    ///   - url: the file.
    ///   - isCompressed: whether arrays are compressed by deflate: smaller files, but slower.
    /// - Throws: `PerceptronError.fileAccess` if it can't be written; an old file is then unchanged.
    public func write(npz url: URL, isCompressed: Bool = false) throws(PerceptronError) {
        try AtomicFile.write(to: url) { (file) throws(PerceptronError) in
            var archive = ZipWriter(isDeflated: isCompressed)
            for write in writes { try write(&archive, &file) }
            try archive.finish(in: &file)
        }
    }
}
