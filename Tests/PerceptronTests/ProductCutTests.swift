import Testing

@testable import Perceptron

/// How products are cut into calls of cblas, and that they are right however they are cut. (Whatever kernels OpenBLAS has
/// chosen, the cuts for both kinds of core are computed here.)
@Suite struct ProductCutTests {

    private static func shape(
        _ kind: ProductShape.Kind, _ rows: Int, _ inner: Int, _ columns: Int, strideB: Int? = nil, bytes: Int
    ) -> ProductShape {
        ProductShape(
            kind: kind, rows: rows, inner: inner, columns: columns,
            strideB: strideB ?? (kind == .downstream ? inner : columns), scalarBytes: bytes)
    }

    struct Rule: Sendable {
        let kind: ProductShape.Kind
        let rows: Int
        let inner: Int
        let columns: Int
        var strideB: Int?
        let double: ProductCut
        let float: ProductCut
    }

    private static let noLimit = Int.max
    static let rules = [
        // Small products are one call, but for a Float's rest of 9 to 15 columns.
        Rule(kind: .forward, rows: 100, inner: 100, columns: 100, double: .whole, float: .whole),
        Rule(
            kind: .forward, rows: 64, inner: 128, columns: 10, double: .whole,
            float: ProductCut(rows: noLimit, inner: noLimit, columns: noLimit, splitsRest: true)),
        Rule(kind: .weightGradient, rows: 64, inner: 32, columns: 128, double: .whole, float: .whole),
        Rule(
            kind: .weightGradient, rows: 64, inner: 32, columns: 47, double: .whole,
            float: ProductCut(rows: noLimit, inner: noLimit, columns: noLimit, splitsRest: true)),
        Rule(kind: .downstream, rows: 31, inner: 32, columns: 32, double: .whole, float: .whole),
        // Forward: few rows, rows of B that lie close or not in the same sets, panels.
        Rule(
            kind: .forward, rows: 15, inner: 784, columns: 512,
            double: ProductCut(rows: noLimit, inner: 128, columns: 64),
            float: ProductCut(rows: noLimit, inner: 128, columns: 64, splitsRest: true)),
        Rule(
            kind: .forward, rows: 64, inner: 784, columns: 128,
            double: ProductCut(rows: noLimit, inner: 48, columns: 128),
            float: ProductCut(rows: noLimit, inner: 64, columns: 128, splitsRest: true)),
        Rule(
            kind: .forward, rows: 100, inner: 300, columns: 300,
            double: ProductCut(rows: noLimit, inner: 48, columns: 128),
            float: ProductCut(rows: noLimit, inner: 64, columns: 128, splitsRest: true)),
        Rule(
            kind: .forward, rows: 300, inner: 512, columns: 128, strideB: 128,
            double: ProductCut(rows: noLimit, inner: 48, columns: 128),
            float: ProductCut(rows: noLimit, inner: 64, columns: 128, splitsRest: true)),
        Rule(
            kind: .forward, rows: 300, inner: 512, columns: 129, strideB: 129,
            double: ProductCut(rows: 32, inner: 1024, columns: 32, packs: true),
            float: ProductCut(rows: noLimit, inner: 64, columns: 128, splitsRest: true)),
        Rule(
            kind: .forward, rows: 256, inner: 512, columns: 10,
            double: ProductCut(rows: noLimit, inner: 614, columns: 10),
            float: ProductCut(rows: noLimit, inner: 819, columns: 10, splitsRest: true)),
        Rule(
            kind: .forward, rows: 100, inner: 300, columns: 512,
            double: ProductCut(rows: 32, inner: 1024, columns: 32, packs: true),
            float: ProductCut(rows: 32, inner: 1024, columns: 64, packs: true, splitsRest: true)),
        Rule(
            kind: .forward, rows: 256, inner: 300, columns: 300,
            double: ProductCut(rows: 32, inner: 1024, columns: 32, packs: true),
            float: ProductCut(rows: 32, inner: 1024, columns: 64, packs: true, splitsRest: true)),
        // Weight gradient: few rows or columns, panels.
        Rule(
            kind: .weightGradient, rows: 64, inner: 256, columns: 300,
            double: ProductCut(rows: noLimit, inner: 192, columns: 32),
            float: ProductCut(rows: noLimit, inner: 192, columns: 64, splitsRest: true)),
        Rule(
            kind: .weightGradient, rows: 512, inner: 256, columns: 10,
            double: ProductCut(rows: noLimit, inner: 192, columns: 32),
            float: ProductCut(rows: noLimit, inner: 192, columns: 64, splitsRest: true)),
        Rule(
            kind: .weightGradient, rows: 128, inner: 300, columns: 33,
            double: ProductCut(rows: 128, inner: 128, columns: 32, packs: true),
            float: ProductCut(rows: 128, inner: 128, columns: 64, packs: true, splitsRest: true)),
        Rule(
            kind: .weightGradient, rows: 784, inner: 64, columns: 128,
            double: ProductCut(rows: 128, inner: 128, columns: 32, packs: true),
            float: ProductCut(rows: 128, inner: 128, columns: 64, packs: true, splitsRest: true)),
        // Downstream: panels, few rows.
        Rule(
            kind: .downstream, rows: 32, inner: 4, columns: 32,
            double: ProductCut(rows: 32, inner: 1024, columns: 32, packs: true),
            float: ProductCut(rows: 32, inner: 1024, columns: 64, packs: true, splitsRest: true)),
        Rule(
            kind: .downstream, rows: 16, inner: 512, columns: 512,
            double: ProductCut(rows: noLimit, inner: 1024, columns: 16),
            float: ProductCut(rows: noLimit, inner: 1024, columns: 16)),
        // One row.
        Rule(kind: .forward, rows: 1, inner: 255, columns: 257, double: .whole, float: .whole),
        Rule(kind: .forward, rows: 1, inner: 256, columns: 256, double: .vector, float: .vector),
        Rule(kind: .downstream, rows: 1, inner: 3, columns: 5, double: .vector, float: .vector),
        Rule(kind: .weightGradient, rows: 1, inner: 512, columns: 512, double: .whole, float: .whole),
        // Both transposed: no layer needs it.
        Rule(kind: .both, rows: 300, inner: 300, columns: 300, double: .whole, float: .whole),
    ]

    @Test(arguments: rules) func isCutAsMeasured(_ rule: Rule) {
        for (bytes, expected) in [(8, rule.double), (4, rule.float)] {
            let shape = Self.shape(
                rule.kind, rule.rows, rule.inner, rule.columns, strideB: rule.strideB, bytes: bytes)
            #expect(ProductCut(shape, on: .smallKernels) == expected, "\(shape)")
        }
    }

    @Test(arguments: [(999_999, 77, 117, 111), (1_000_000, 100, 100, 100), (1_000_001, 101, 9901, 1)])
    func smallOnesEndAtAMillion(work: Int, rows: Int, inner: Int, columns: Int) {
        let shape = Self.shape(.forward, rows, inner, columns, bytes: 8)
        #expect(shape.multiplyAdds == work)
        #expect(ProductCut(shape, on: .smallKernels).isWhole == (work <= 1_000_000))
        #expect(ProductCut(shape, on: .copying) == .whole)
    }

    @Test(arguments: [(8, 8), (9, 8), (15, 8), (16, 16), (17, 17), (24, 24), (26, 24), (47, 40), (74, 72), (200, 128)])
    func aRestOfColumnsIsSplit(left: Int, width: Int) {
        func first(splitsRest: Bool) -> Range<Int>? {
            ProductCut(rows: 32, inner: 64, columns: 128, splitsRest: splitsRest).panels(ofColumns: left).first { _ in
                true
            }
        }
        #expect(first(splitsRest: true) == 0..<width)
        #expect(first(splitsRest: false) == 0..<min(left, 128))
    }

    @Test func oneCallWhereThereAreNoSmallKernels() {
        for rule in Self.rules {
            let shape = Self.shape(rule.kind, rule.rows, rule.inner, rule.columns, bytes: 4)
            let isVector = rule.rows == 1 && rule.kind != .weightGradient
            #expect(ProductCut(shape, on: .copying) == (isVector ? .vector : .whole), "\(shape)")
        }
    }

    @Test(arguments: [
        ("Cooperlake", "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH", CoreKind.smallKernels),
        ("SkylakeX", "OpenBLAS 0.3.17", .smallKernels), ("SapphireRapids", "OpenBLAS 1.0.0", .smallKernels),
        ("SkylakeX", "OpenBLAS 0.3.16 DYNAMIC_ARCH", .copying), ("Haswell", "OpenBLAS 0.3.21", .copying),
        ("Zen", "OpenBLAS 0.3.34", .copying), ("neoversen1", "OpenBLAS 0.3.34", .copying),
        ("SkylakeX", "", .copying),
    ])
    func kindsOfCores(coreName: String, configuration: String, kind: CoreKind) {
        #expect(CoreKind(coreName: coreName, configuration: configuration) == kind)
    }

    /// Every element of every product is in exactly one call of each block of terms, and no call of a cut product is too
    /// large for the small kernels.
    @Test(arguments: ProductShape.Kind.allCases) func callsTileTheProduct(_ kind: ProductShape.Kind) {
        var generator = RandomGenerator(seed: 40)
        func size(_ most: Int) -> Int { 1 + generator.nextInteger(below: most) }
        for _ in 0..<300 {
            for bytes in [4, 8] {
                let shape = Self.shape(kind, size(600), size(3000), size(600), bytes: bytes)
                let cut = ProductCut(shape, on: .smallKernels)
                guard !cut.isWhole else { continue }
                var column = 0
                for panel in cut.panels(ofColumns: shape.columns) {
                    let width = panel.count
                    #expect(width > 0 && panel.lowerBound == column)
                    for (ranges, end) in [
                        (Array(cut.blocks(ofInner: shape.inner)), shape.inner),
                        (
                            Array(cut.blocks(ofRows: shape.rows, inner: min(cut.inner, shape.inner), columns: width)),
                            shape.rows
                        ),
                    ] {
                        #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == end)
                        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
                    }
                    for terms in cut.blocks(ofInner: shape.inner) {
                        for rows in cut.blocks(ofRows: shape.rows, inner: terms.count, columns: width) {
                            #expect(rows.count * terms.count * width <= ProductCut.smallWork, "\(shape)")
                        }
                    }
                    column += width
                }
                #expect(column == shape.columns)
            }
        }
    }

    // Shapes that meet every rule, at its edges, an element more or less than a cut, and of odd sizes.
    static let products: [(ProductShape.Kind, rows: Int, inner: Int, columns: Int)] = [
        (.forward, 77, 117, 111), (.forward, 100, 100, 100), (.forward, 101, 9901, 1), (.forward, 64, 130, 121),
        (.forward, 15, 529, 130), (.forward, 16, 529, 130), (.forward, 33, 257, 129), (.forward, 127, 97, 127),
        (.forward, 129, 129, 65), (.forward, 128, 64, 256), (.forward, 127, 65, 256), (.forward, 130, 1025, 9),
        (.forward, 65, 31, 543), (.forward, 17, 129, 10), (.forward, 3, 5, 31), (.forward, 1, 257, 256),
        (.forward, 1, 300, 255), (.forward, 2, 1031, 513),
        (.weightGradient, 127, 129, 64), (.weightGradient, 128, 127, 65), (.weightGradient, 129, 257, 33),
        (.weightGradient, 513, 200, 10), (.weightGradient, 130, 65, 300), (.weightGradient, 31, 17, 26),
        (.weightGradient, 64, 193, 97),
        (.downstream, 32, 3, 31), (.downstream, 33, 1025, 33), (.downstream, 31, 512, 65), (.downstream, 65, 129, 127),
        (.downstream, 40, 64, 300), (.downstream, 1, 31, 7), (.downstream, 1, 513, 300), (.downstream, 17, 1023, 63),
        (.both, 65, 130, 121),
    ]

    @Test(arguments: products.indices) func productsInDouble(_ index: Int) { check(index, Double.self) }
    @Test(arguments: products.indices) func productsInFloat(_ index: Int) { check(index, Float.self) }

    @Test(arguments: [
        (64, 784, 128, 8, true), (64, 784, 128, 4, false), (64, 784, 129, 4, true), (64, 64, 128, 8, false),
        (64, 512, 64, 8, false), (64, 512, 65, 8, true), (16, 625, 100, 8, false), (16, 626, 100, 8, true),
    ])
    func packedOnce(rows: Int, inner: Int, columns: Int, bytes: Int, gains: Bool) {
        func decision(_ core: CoreKind) -> Bool {
            PackedFactor.gains(rows: rows, inner: inner, columns: columns, scalarBytes: bytes, on: core)
        }
        #expect(decision(.smallKernels) == gains)
        #expect(!decision(.copying))
    }

    private func check<Scalar: BLASScalar>(_ index: Int, _: Scalar.Type) {
        let (kind, rows, inner, columns) = Self.products[index]
        var generator = RandomGenerator(seed: UInt64(index))
        let (transposeA, transposeB): (Transpose, Transpose) =
            switch kind {
            case .forward: (.no, .no)
            case .weightGradient: (.yes, .no)
            case .downstream: (.no, .yes)
            case .both: (.yes, .yes)
            }
        let a = generator.matrix(
            transposeA == .no ? rows : inner, transposeA == .no ? inner : rows, of: Scalar.self)
        let b = generator.matrix(
            transposeB == .no ? inner : columns, transposeB == .no ? columns : inner, of: Scalar.self)
        let start = generator.matrix(rows, columns, of: Scalar.self)
        for beta in [Scalar(0), 1] {
            let naive = LinearProductTests.naive(
                a, b, transposeA: transposeA, transposeB: transposeB, plus: beta == 1 ? start : nil)
            // Without a kind of core, B is packed once.
            for core in [CoreKind.smallKernels, .copying, nil] where core != nil || kind == .forward {
                // A column behind C's is left alone; what is in C doesn't matter where β is 0.
                let stride = columns + 1
                var c = [Scalar](repeating: .nan, count: rows * stride)
                if beta == 1 {
                    for row in 0..<rows {
                        for column in 0..<columns { c[row * stride + column] = start[row, column] }
                    }
                }
                do {
                    let span = c.mutableSpan
                    var view = MutableMatrixView(rows: rows, columns: columns, stride: stride, elements: span)
                    if let core {
                        BLAS.multiply(
                            a.view, b.view, transposeA: transposeA, transposeB: transposeB, beta: beta,
                            cut: ProductCut(
                                Self.shape(kind, rows, inner, columns, bytes: MemoryLayout<Scalar>.size), on: core),
                            into: &view)
                    } else {
                        let packed = Buffer<Scalar>(count: inner * columns)
                        PackedFactor.pack(b.view, into: packed.memory)
                        BLAS.multiply(
                            a.view, packed: packed.memory.span(0..<inner * columns), beta: beta, into: &view)
                    }
                }
                var product: [Scalar] = []
                for row in 0..<rows {
                    product += c[row * stride..<row * stride + columns]
                    #expect(c[row * stride + columns].isNaN)
                }
                #expect(
                    LinearProductTests.excess(product, naive, terms: inner + (beta == 1 ? 1 : 0)) == nil,
                    "\(kind) \(rows)x\(inner)x\(columns), \(String(describing: core)), beta \(beta)")
            }
        }
    }
}
