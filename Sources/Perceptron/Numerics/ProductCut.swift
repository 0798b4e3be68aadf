/// How a matrix product is cut into calls of cblas: a pure function of its shape and of the kind of core, so that the
/// bits depend on nothing else.
///
/// OpenBLAS copies both factors of a product before it multiplies, unless the product has at most 10⁶ multiply-adds and
/// the core has kernels for such small ones. These are fastest where what they read again lies in the first-level cache
/// and in few pages: rows of B that are a multiple of 2 kB apart all fall into the same few sets of the cache. So a large
/// product is cut into small ones, and, where enough rows share the cost, B is copied here into panels of 256 bytes a row
/// — all that OpenBLAS's own copies gain, without its copy of A.
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
    /// The most multiply-adds that OpenBLAS's kernels for small products take.
    static let smallWork = 1_000_000
    /// The least for which a row is multiplied by gemv where there are kernels for small products: it is 1.2 (784×128,
    /// Double) to 6 times (1024×2048, Float) as fast as gemm then, and no faster for less. Elsewhere it always is.
    static let vectorWork = 1 << 16

    /// The most rows, inner terms and columns of a call.
    package var rows: Int
    package var inner: Int
    package var columns: Int
    /// Whether B is copied, panel by panel.
    package var packs = false
    /// Whether a call of 9 to 15 columns beyond a multiple of 16 is made as two, of which the first ends at a multiple of
    /// 8: OpenBLAS's Float kernels mask such a rest, and take up to twice the time for it.
    package var splitsRest = false
    /// Whether one call is all.
    package var isWhole = false

    /// Whether a row is multiplied by a matrix as a vector is.
    package var isVector = false

    /// One call.
    package static let whole = ProductCut(rows: .max, inner: .max, columns: .max, isWhole: true)
    /// One call of gemv.
    package static let vector = ProductCut(rows: .max, inner: .max, columns: .max, isWhole: true, isVector: true)

    /// B copied in panels, 32 rows a call.
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
            // As many elements of B as the first-level cache holds.
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

    /// The columns of panels that follow each other.
    func panels(ofColumns count: Int) -> Panels { Panels(count, most: columns, splitsRest: splitsRest) }

    /// The inner terms of calls that follow each other, which add up.
    func blocks(ofInner count: Int) -> EvenBlocks { EvenBlocks(count, most: inner) }

    /// The rows of calls that follow each other: so many that none has more than the small kernels take.
    func blocks(ofRows count: Int, inner: Int, columns: Int) -> EvenBlocks {
        EvenBlocks(count, most: min(rows, max(8, ProductCut.smallWork / (inner * columns) / 8 * 8)))
    }
}
