#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A file of several named arrays, as `numpy.savez` and `numpy.savez_compressed` write it: a zip archive of `.npy`
/// files.
///
/// ```swift
/// let file = try NPZFile(url)
/// let images: Matrix<Float> = try file.matrix("x_train")
/// let labels = try file.labels("y_train")
/// ```
public struct NPZFile: Sendable {
    private let file: MappedFile
    /// The names of the arrays, in the file's order; other entries of the archive are ignored.
    public let names: [String]

    /// Opens a file and reads its list of arrays.
    ///
    /// - Throws: `PerceptronError.fileAccess` if the file can't be read, `.invalidFile` if it is not a zip archive.
    public init(_ url: URL) throws(PerceptronError) {
        let file = try MappedFile(url)
        self.file = file
        names = try NPZFile.names(file.bytes, name: file.path)
    }

    /// Reads an array, as ``Matrix/init(npy:)`` reads a file.
    /// - Throws: `PerceptronError.invalidFile` if there is none of that name, its entry is encrypted or damaged, or the
    ///   array can't be read.
    public func matrix<Scalar: BLASScalar>(
        _ name: String, of scalar: Scalar.Type = Scalar.self
    ) throws(PerceptronError) -> Matrix<Scalar> {
        try NPZFile.matrix(file.bytes, name: file.path, array: name, of: scalar)
    }

    /// Reads class labels, as `[Int](npy:)` reads a file.
    /// - Throws: `PerceptronError.invalidFile` if there is no array of that name, or a number is not an integer.
    public func labels(_ name: String) throws(PerceptronError) -> [Int] {
        try NPZFile.read(file.bytes, name: file.path, array: name) { (layout, bytes) throws(PerceptronError) in
            try layout.integers(of: bytes, name: "\(file.path): \(name)")
        }
    }

    static let suffix = ".npy"

    package static func names(_ file: Span<UInt8>, name: String) throws(PerceptronError) -> [String] {
        try ZipArchive(file, name: name).names.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
    }

    package static func matrix<Scalar: BLASScalar>(
        _ file: Span<UInt8>, name: String, array: String, of scalar: Scalar.Type
    ) throws(PerceptronError) -> Matrix<Scalar> {
        try read(file, name: name, array: array) { layout, bytes in layout.matrix(of: bytes, scalar) }
    }

    private static func read<Result>(
        _ file: Span<UInt8>, name: String, array: String,
        _ body: (ArrayLayout, Span<UInt8>) throws(PerceptronError) -> Result
    ) throws(PerceptronError) -> Result {
        let archive = try ZipArchive(file, name: name)
        var entry = try archive.entry(array + suffix)
        return try ArrayFormat.npy.read(&entry, packedCount: entry.packedCount, name: entry.name, body)
    }
}
