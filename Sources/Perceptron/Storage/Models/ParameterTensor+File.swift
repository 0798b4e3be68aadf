/// The name and layout of a parameter tensor in a file: those of PyTorch's `nn.Sequential`.
extension ParameterTensor {
    /// "0.weight": the index of the layer, and the name.
    var nameInFiles: String { "\(layer).\(name)" }

    /// [out, in] for a transposed in × out matrix, [n] for 1 × n, otherwise [rows, columns].
    var shapeInFiles: [Int] { isTransposedInFiles ? [columns, rows] : rows == 1 ? [columns] : [rows, columns] }

    /// Ranges of the file's rows: processed one after another, they stay in a processor's cache, and the whole tensor
    /// need not be copied.
    private var fileRows: StrideTo<Int> {
        stride(from: 0, to: isTransposedInFiles ? columns : rows, by: fileRowsAtOnce)
    }

    private var fileRowsAtOnce: Int {
        let length = isTransposedInFiles ? rows : columns
        return isTransposedInFiles ? min(max(8, (1 << 17) / length), 64) : max(1, (1 << 17) / length)
    }

    /// Writes the tensor's elements from a flat vector.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func write<Scalar: BLASScalar>(
        _ parameters: [Scalar], to file: inout AtomicFile
    ) throws(PerceptronError) {
        let elements = parameters.span.extracting(range)
        guard isTransposedInFiles else { return try file.write(elements.bytes) }
        let matrix = MatrixView(rows: rows, columns: columns, elements: elements)
        for first in fileRows {
            let band = first..<min(first + fileRowsAtOnce, columns)
            let transposed = [Scalar](count: band.count * rows) { memory in
                var view = memory.mutableView(
                    MatrixBlock(columns: rows), rows: 0..<band.count, columns: 0..<rows)
                Kernels.transpose(matrix.columns(band), into: &view)
            }
            try file.write(transposed.span.bytes)
        }
    }

    /// Reads the tensor from a file and converts it, into its place in a flat vector; `memory` is the part of the
    /// vector from the element `start` on.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func read<Scalar: BLASScalar>(
        _ stored: SafetensorsTensor, of file: Span<UInt8>, into memory: Memory<Scalar>, from start: Int
    ) {
        let block = MatrixBlock(offset: range.lowerBound - start, columns: columns)
        let (fileRowCount, length) = isTransposedInFiles ? (columns, rows) : (rows, columns)
        for first in fileRows {
            let band = first..<min(first + fileRowsAtOnce, fileRowCount)
            let part = stored.elements(band.lowerBound * length..<band.upperBound * length)
            guard let elements = part.scalars(of: Scalar.self, in: file) else {
                preconditionFailure("a type that is no number of a model")
            }
            let source = MatrixView(rows: band.count, columns: length, elements: elements.span)
            if isTransposedInFiles {
                var view = memory.mutableView(block, rows: 0..<rows, columns: band)
                Kernels.transpose(source, into: &view)
            } else {
                var view = memory.mutableView(block, rows: band, columns: 0..<columns)
                Kernels.copy(source, into: &view)
            }
        }
    }
}
