#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Matrix {
    /// Reads a `.npy` file of NumPy's, plain or gzipped, as `numpy.load` does: a row for each index of the first
    /// dimension, so that an array of 100 × 28 × 28 is 100 rows of 784 columns; a one-dimensional array is a column.
    ///
    /// Versions 1 to 3, C and Fortran order, both byte orders, and the types f2, f4, f8, i1 to i8, u1 to u8 and bool
    /// are supported; numbers are rounded to the nearest scalar. NaN and infinity are read as they are. The header is
    /// checked against the size of the file before memory is allocated; bytes after the array, which NumPy silently
    /// ignores, are an error.
    /// - Throws: `PerceptronError.fileAccess` if the file can't be read, `.invalidFile` unless it is a complete `.npy`
    ///   file.
    public init(npy url: URL) throws(PerceptronError) {
        let file = try MappedFile(url)
        self = try ArrayFormat.npy.matrix(file.bytes, name: file.path, of: Scalar.self)
    }

    /// Reads an array of an `.npz` file of NumPy's, by its name there; see ``init(npy:)`` and ``NPZFile``.
    /// - Throws: `PerceptronError.fileAccess` if the file can't be read, `.invalidFile` if it is not an `.npz` file,
    ///   has no array of that name, or the array can't be read.
    public init(npz url: URL, name: String) throws(PerceptronError) {
        self = try NPZFile(url).matrix(name)
    }

    /// Writes the matrix as the only array of an `.npz` file; ``NPZWriter`` writes several.
    /// - Throws: `PerceptronError.invalidArgument` if the array can't have that name, `.fileAccess` if the file can't
    ///   be written; an old file is then unchanged.
    public func write(npz url: URL, name: String, isCompressed: Bool = false) throws(PerceptronError) {
        var arrays = NPZWriter()
        try arrays.add(name, self)
        try arrays.write(npz: url, isCompressed: isCompressed)
    }

    /// Writes the matrix as a `.npy` file, byte for byte as `numpy.save` writes the same array: version 1.0, C order.
    ///
    /// The file is written atomically.
    /// - Throws: `PerceptronError.fileAccess` if it can't be written; an old file is then unchanged.
    public func write(npy url: URL) throws(PerceptronError) {
        let header = NPYHeader(format: .native(Scalar.self), shape: [rows, columns])
        try AtomicFile.write(to: url) { (file) throws(PerceptronError) in
            try file.write(header.encoded.span.bytes)
            try file.write(elements.span.bytes)
        }
    }
}

extension [Int] {
    /// Reads class labels from a `.npy` file, plain or gzipped: an array of one dimension, or of one column.
    /// - Throws: `PerceptronError.fileAccess` if the file can't be read, `.invalidFile` if it is not such a file, or a
    ///   number is not an integer.
    public init(npy url: URL) throws(PerceptronError) {
        let file = try MappedFile(url)
        self = try ArrayFormat.npy.labels(file.bytes, name: file.path)
    }

    /// Writes class labels as a `.npy` file: an array of one dimension, of integers of 64 bits.
    ///
    /// The file is written atomically.
    /// - Throws: `PerceptronError.fileAccess` if it can't be written; an old file is then unchanged.
    public func write(npy url: URL) throws(PerceptronError) {
        let header = NPYHeader(labels: count)
        try AtomicFile.write(to: url) { (file) throws(PerceptronError) in
            try file.write(header.encoded.span.bytes)
            try file.write(span.bytes)
        }
    }
}
