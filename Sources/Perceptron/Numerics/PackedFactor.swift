/// The second factor of many products, copied once for all of them: panels of columns in sequence, each with all inner
/// terms.
enum PackedFactor {
    /// Whether products with this many rows gain from packing: those too large for one call of the small kernels,
    /// unless B is at most two panels wide, so that its rows are already close together.
    static func gains(rows: Int, inner: Int, columns: Int, scalarBytes: Int, on core: CoreKind) -> Bool {
        core == .smallKernels && rows * inner * columns > ProductCut.smallWork
            && columns * scalarBytes > 2 * PackedPanel.rowBytes
    }

    /// Copies B, inner terms × columns.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    static func pack<Scalar: BLASScalar>(_ b: MatrixView<Scalar>, into packed: Memory<Scalar>) {
        for columns in ProductCut.panels(scalarBytes: MemoryLayout<Scalar>.size).panels(ofColumns: b.columns) {
            let block = MatrixBlock(offset: columns.lowerBound * b.rows, columns: columns.count)
            var panel = packed.mutableView(block, rows: 0..<b.rows, columns: 0..<columns.count)
            Kernels.copy(b.columns(columns), into: &panel)
        }
    }

    /// One panel of a packed factor.
    @_lifetime(copy packed)
    static func panel<Scalar: BLASScalar>(
        _ columns: Range<Int>, of packed: Span<Scalar>, inner: Int
    ) -> MatrixView<Scalar> {
        MatrixView(
            rows: inner, columns: columns.count,
            elements: packed.extracting(columns.lowerBound * inner..<columns.upperBound * inner))
    }
}
