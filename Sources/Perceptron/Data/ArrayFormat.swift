/// The formats of a file that holds one array.
package enum ArrayFormat: Sendable {
    /// NumPy's `.npy`.
    case npy
    /// The format of MNIST.
    case idx

    /// The maximum number of bytes before the numbers.
    static let longestHeader = NPYHeader.longest

    /// The layout described by the beginning of a file, which is the whole file or at least `longestHeader` bytes of
    /// it.
    func layout(of beginning: Span<UInt8>, name: String) throws(PerceptronError) -> ArrayLayout {
        switch self {
        case .npy: try NPYHeader(beginning, name: name).layout(name: name)
        case .idx: try ArrayLayout(idx: beginning, name: name)
        }
    }

    /// The array of a file, as a matrix.
    package func matrix<Scalar: BLASScalar>(
        _ file: Span<UInt8>, name: String, of scalar: Scalar.Type
    ) throws(PerceptronError) -> Matrix<Scalar> {
        try read(file, name: name) { layout, bytes in layout.matrix(of: bytes, scalar) }
    }

    /// The array of a file, as class labels.
    package func labels(_ file: Span<UInt8>, name: String) throws(PerceptronError) -> [Int] {
        try read(file, name: name) { (layout, bytes) throws(PerceptronError) in
            try layout.integers(of: bytes, name: name)
        }
    }

    /// Calls `body` with a file's layout and bytes, unpacked if it is gzipped.
    private func read<Result>(
        _ file: Span<UInt8>, name: String,
        _ body: (ArrayLayout, Span<UInt8>) throws(PerceptronError) -> Result
    ) throws(PerceptronError) -> Result {
        if Gzip.isGzip(file) {
            var stream = Gzip(file, name: name)
            return try read(&stream, packedCount: file.count, name: name, body)
        }
        let layout = try layout(of: file, name: name)
        try layout.check(count: file.count, name: name)
        return try body(layout, file)
    }

    /// Calls `body` with the layout and the bytes that a decompressor produces from `packedCount` bytes.
    func read<Stream: ByteStream & ~Copyable & ~Escapable, Result>(
        _ stream: inout Stream, packedCount: Int, name: String,
        _ body: (ArrayLayout, Span<UInt8>) throws(PerceptronError) -> Result
    ) throws(PerceptronError) -> Result {
        var bytes: [UInt8] = []
        try stream.read(upTo: ArrayFormat.longestHeader, appendingTo: &bytes)
        let layout = try layout(of: bytes.span, name: name)
        guard layout.end / Gzip.greatestRatio <= packedCount else {
            throw .invalidFile(
                "\(name): an array of shape \(describe(layout.shape)) and type \(layout.format.kind.rawValue) has "
                    + "\(counted(layout.end - layout.offset, "byte")); \(counted(packedCount, "compressed byte")) "
                    + "can't hold them"
            )
        }
        // Reserves enough for usual compression ratios; more is allocated only as data arrives.
        bytes.reserveCapacity(min(layout.end, 4 * packedCount))
        // Reads up to one byte more than expected, which also makes the stream check its end.
        try stream.read(upTo: layout.end + 1 - bytes.count, appendingTo: &bytes)
        try layout.check(count: bytes.count, name: name)
        return try body(layout, bytes.span)
    }
}
