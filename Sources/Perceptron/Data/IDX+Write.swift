#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Matrix {
    /// Writes the matrix as an IDX file, the format of MNIST; gzipped if the file's name ends in `.gz`.
    ///
    /// Unless `asBytes` is true, numbers are floats of the matrix's own type. The file is written atomically.
    /// - Parameters:
    ///   - url: the file.
    ///   - itemShape: the shape of the columns of a row, such as `[28, 28]` for images of 784 pixels; a vector if nil.
    ///   - asBytes: whether numbers are written as bytes, like the pixels of MNIST: whole numbers from 0 to 255.
    /// - Throws: `PerceptronError.shapeMismatch` if the number of columns doesn't fit the shape, `.invalidValue` with
    ///   the row and column of a number that is not such a byte, `.invalidArgument` if IDX can't have such sizes;
    ///   `.fileAccess` if the file can't be written. An old file is then unchanged.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func write(idx url: URL, itemShape: [Int]? = nil, asBytes: Bool = false) throws(PerceptronError) {
        let itemShape = itemShape ?? [columns]
        guard elementCount(itemShape) == columns else {
            throw .shapeMismatch("items of shape \(describe(itemShape)) are not the \(columns) columns of the matrix")
        }
        let kind: NumberFormat.Kind = asBytes ? .uint8 : Scalar.self == Float.self ? .float32 : .float64
        if asBytes, let index = elements.firstIndex(where: { UInt8(exactly: $0) == nil }) {
            throw .invalidValue(
                "row \(index / columns), column \(index % columns) (counted from 0) has \(elements[index]); bytes "
                    + "must be whole "
                    + "numbers from 0 to 255")
        }
        try IDXFile.write(to: url, kind, shape: [rows] + itemShape, count: elements.count) { range in
            IDXFile.bytes(of: elements[range], as: kind)
        }
    }
}

extension [Int] {
    /// Writes class labels as an IDX file of one dimension: as bytes if all are from 0 to 255, otherwise as integers of
    /// 4 bytes; gzipped if the file's name ends in `.gz`.
    ///
    /// The file is written atomically.
    /// - Throws: `PerceptronError.invalidValue` with the row of a label that doesn't fit into 4 bytes,
    ///   `.invalidArgument` if there are too many labels for IDX; `.fileAccess` if the file can't be written. An old
    ///   file is then unchanged.
    public func write(idx url: URL) throws(PerceptronError) {
        if let row = firstIndex(where: { Int32(exactly: $0) == nil }) {
            throw .invalidValue(
                "row \(row) (counted from 0) has the label \(self[row]); IDX labels are integers of 4 bytes")
        }
        let kind: NumberFormat.Kind = allSatisfy { 0...255 ~= $0 } ? .uint8 : .int32
        try IDXFile.write(to: url, kind, shape: [count], count: count) { range in
            IDXFile.bytes(of: self[range], as: kind)
        }
    }
}

/// What all IDX files have in common when written.
private enum IDXFile {
    /// How many numbers are converted at once.
    private static let numbersAtOnce = 1 << 16

    /// - Parameter bytes: returns the bytes of a range of the numbers.
    static func write(
        to url: URL, _ kind: NumberFormat.Kind, shape: [Int], count: Int, _ bytes: (Range<Int>) -> [UInt8]
    ) throws(PerceptronError) {
        guard shape.count <= Int(UInt8.max), shape.allSatisfy({ UInt32(exactly: $0) != nil }) else {
            throw .invalidArgument(
                "the shape \(describe(shape)) is not possible in IDX: it has up to 255 sizes from 0 to \(UInt32.max)")
        }
        let type = ArrayLayout.idxKinds.first { $0.value == kind }?.key ?? 0
        let header = [0, 0, type, UInt8(shape.count)] + bigEndian(shape.map { UInt32($0) })
        let packer = url.pathExtension == "gz" ? Deflater(.gzip) : nil
        try AtomicFile.write(to: url) { (file) throws(PerceptronError) in
            var (next, end) = (header, 0)
            while true {
                try append(next, isLast: end == count, packer, to: &file)
                if end == count { return }
                let start = end
                end = min(start + numbersAtOnce, count)
                next = bytes(start..<end)
            }
        }
    }

    private static func append(
        _ bytes: [UInt8], isLast: Bool, _ packer: Deflater?, to file: inout AtomicFile
    ) throws(PerceptronError) {
        guard let packer else {
            try file.write(bytes.span.bytes)
            return
        }
        var packed: [UInt8] = []
        packer.pack(bytes.span.bytes, isLast: isLast, appendingTo: &packed)
        try file.write(packed.span.bytes)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    static func bytes<Scalar: BLASScalar>(of numbers: ArraySlice<Scalar>, as kind: NumberFormat.Kind) -> [UInt8] {
        switch kind {
        case .uint8: numbers.map { UInt8($0) }
        case .float32: bigEndian(numbers.map { Float($0).bitPattern })
        default: bigEndian(numbers.map { Double($0).bitPattern })
        }
    }

    static func bytes(of labels: ArraySlice<Int>, as kind: NumberFormat.Kind) -> [UInt8] {
        kind == .uint8 ? labels.map { UInt8($0) } : bigEndian(labels.map { UInt32(truncatingIfNeeded: $0) })
    }

    private static func bigEndian<Number: FixedWidthInteger & BitwiseCopyable>(_ numbers: [Number]) -> [UInt8] {
        let swapped = numbers.map { $0.bigEndian }
        var bytes: [UInt8] = []
        bytes.append(swapped.span.bytes)
        return bytes
    }
}
