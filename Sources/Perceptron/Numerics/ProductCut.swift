/// How a matrix product is cut into calls of cblas: a pure function of its shape and of the kind of core, so that the
/// bits depend on nothing else.
///
/// OpenBLAS copies both factors of a product before it multiplies, unless the product has at most 10⁶ multiply-adds and
/// the core has kernels for such small products. These are fastest if the data that they reread is in the first-level
/// cache and in few pages; rows of B that are a multiple of 2 kB apart compete for a few sets of the cache. So a large
/// product is cut into small ones. If enough rows share the cost, B is also copied into panels of 256 bytes per row,
/// which gains all that OpenBLAS's own copies gain, without its copy of A.
///
/// The rules were measured on one core of an AMD EPYC (Zen 5), OpenBLAS 0.3.21, Cooperlake kernels, in GFLOP/s,
/// one call → cut, Double and Float (`Benchmarks --filter products` measures them again):
///
/// | product, rows × inner × columns | Double | Float | rule |
/// |---|---|---|---|
/// | forward 64×784×128 | 80 → 116 | 196 → 243 | rows of B as they lie |
/// | forward 256×784×512 | 92 → 118 | 229 → 240 | panels |
/// | forward 512×2048×256 | 87 → 118 | 221 → 238 | panels |
/// | forward 16×784×512 | 65 → 78 | 119 → 207 | few rows |
/// | forward 64×128×10 | 74 | 95 → 158 | eight columns first |
/// | weight gradient 784×64×128 | 83 → 121 | 213 → 245 | panels |
/// | weight gradient 784×256×512 | 92 → 118 | 234 → 243 | panels |
/// | weight gradient 64×256×300 | 83 → 119 | 194 → 234 | few rows |
/// | downstream 256×512×512 | 92 → 118 | 224 → 236 | panels |
/// | downstream 64×10×128 | 59 → 96 | 120 → 160 | panels |
/// | downstream 16×512×512 | 55 → 88 | 94 → 212 | few rows |
package struct ProductCut: Equatable, Sendable {
    /// The most multiply-adds for OpenBLAS's small-product kernels.
    static let smallWork = 1_000_000
    /// The least multiply-adds for which a row is multiplied by gemv if there are small-product kernels: it is then 1.2
    /// (784×128, Double) to 6 times (1024×2048, Float) as fast as gemm, and no faster for less. Without such kernels,
    /// gemv is always used.
    static let vectorWork = 1 << 16

    /// The most rows, inner terms and columns of a call.
    package var rows: Int
    package var inner: Int
    package var columns: Int
    /// Whether B is copied, panel by panel.
    package var packs = false
    /// Whether a call with 9 to 15 columns beyond a multiple of 16 is split in two, the first ending at a multiple of
    /// 8: OpenBLAS's Float kernels mask such a rest and take up to twice as long.
    package var splitsRest = false
    /// Whether the product is one call.
    package var isWhole = false

    /// Whether a row is multiplied as a vector, by gemv.
    package var isVector = false

    /// One call.
    package static let whole = ProductCut(rows: .max, inner: .max, columns: .max, isWhole: true)
    /// One call of gemv.
    package static let vector = ProductCut(rows: .max, inner: .max, columns: .max, isWhole: true, isVector: true)

    /// B copied in panels, 32 rows per call.
    static func panels(scalarBytes: Int) -> ProductCut {
        ProductCut(
            rows: 32, inner: PackedPanel.mostRows, columns: PackedPanel.columns(scalarBytes: scalarBytes), packs: true,
            splitsRest: scalarBytes < 8)
    }

    package init(_ shape: ProductShape, on core: CoreKind) {
        self = .whole
        let isVector = shape.rows == 1 && shape.inner > 0 && (shape.kind == .forward || shape.kind == .downstream)
        if isVector, core == .copying || shape.kind == .downstream || shape.multiplyAdds >= ProductCut.vectorWork {
            self = .vector
            return
        }
        guard core == .smallKernels else { return }
        let isDouble = shape.scalarBytes == 8
        let isSmall = shape.multiplyAdds <= ProductCut.smallWork
        let panel = PackedPanel.columns(scalarBytes: shape.scalarBytes)
        let rowBytes = shape.strideB * shape.scalarBytes
        switch shape.kind {
        case .forward where isSmall, .weightGradient where isSmall:
            let rest = shape.columns % 16
            guard !isDouble, rest > 8, shape.inner > 0 else { return }
            self = ProductCut(rows: .max, inner: .max, columns: .max, splitsRest: true)
        case .forward where shape.rows < 16:
            self = ProductCut(rows: .max, inner: 128, columns: 64, splitsRest: !isDouble)
        case .forward where rowBytes <= 1024 || shape.rows < 128 && !rowBytes.isMultiple(of: 2048):
            // As many elements of B as fit into the first-level cache.
            let columns = min(shape.columns, 128)
            self = ProductCut(
                rows: .max, inner: (isDouble ? 6144 : 8192) / columns, columns: columns, splitsRest: !isDouble)
        case .forward:
            self = .panels(scalarBytes: shape.scalarBytes)
        case .weightGradient where shape.rows < 128 || shape.columns <= 32:
            self = ProductCut(rows: .max, inner: 192, columns: panel, splitsRest: !isDouble)
        case .weightGradient:
            self = ProductCut(rows: 128, inner: 128, columns: panel, packs: true, splitsRest: !isDouble)
        case .downstream where shape.rows >= 32 && shape.inner > 0:
            self = .panels(scalarBytes: shape.scalarBytes)
        case .downstream where !isSmall:
            self = ProductCut(rows: .max, inner: 1024, columns: 16)
        case .downstream, .both: break
        }
    }

    package init(
        rows: Int, inner: Int, columns: Int, packs: Bool = false, splitsRest: Bool = false, isWhole: Bool = false,
        isVector: Bool = false
    ) {
        self.rows = rows
        self.inner = inner
        self.columns = columns
        self.packs = packs
        self.splitsRest = splitsRest
        self.isWhole = isWhole
        self.isVector = isVector
    }

    /// The columns of successive panels.
    func panels(ofColumns count: Int) -> Panels { Panels(count, most: columns, splitsRest: splitsRest) }

    /// The inner terms of successive calls, whose results add up.
    func blocks(ofInner count: Int) -> EvenBlocks { EvenBlocks(count, most: inner) }

    /// The rows of successive calls, none of which exceeds the small kernels' limit.
    func blocks(ofRows count: Int, inner: Int, columns: Int) -> EvenBlocks {
        EvenBlocks(count, most: min(rows, max(8, ProductCut.smallWork / (inner * columns) / 8 * 8)))
    }
}
