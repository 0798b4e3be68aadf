import Testing

@testable import Perceptron

/// The kernels of LayerNorm and Affine of every instruction set against plain Swift in Double, at every column count
/// and in strided rows.
@Suite struct NormalisationKernelTests {
    /// Calls a kernel with matrices, or rows, whose memory it reads.
    private func reading<Scalar: KernelScalar>(
        _ a: StridedMatrix<Scalar>, _ b: StridedMatrix<Scalar>, _ body: (UnsafeRawPointer, UnsafeRawPointer) -> Void
    ) {
        a.memory.withUnsafeBytes { a in b.memory.withUnsafeBytes { body(a.baseAddress!, $0.baseAddress!) } }
    }

    private func expect<Scalar: KernelScalar>(
        _ found: StridedMatrix<Scalar>, _ expected: [Double], _ name: String, relative: Double = 32
    ) {
        #expect(found.gapsAreUntouched, "\(name) writes between rows")
        let difference = firstDifference(
            found.matrix.elements.map { Double($0) }, expected, relative: relative * Double(Scalar.ulpOfOne), floor: 1)
        #expect(difference == nil, "\(name), \(found.rows)x\(found.columns)")
    }

    private func check<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let table = Scalar.table(set).functions
        var generator = RandomGenerator(seed: 23)
        let epsilon = 0.01
        for columns in kernelColumns {
            let rows = columns % 3 + 1
            for gap in [0, 1 + columns % 4] {
                let inputs = generator.matrix(rows, columns, of: type)
                let gradients = generator.matrix(rows, columns, of: type)
                let x = StridedMatrix(inputs, gap: gap)
                let g = StridedMatrix(gradients, gap: columns % 3)
                let weight = StridedMatrix(generator.matrix(1, columns, of: type), gap: 0)
                let bias = StridedMatrix(generator.matrix(1, columns, of: type), gap: 0)
                let blank = StridedMatrix<Scalar>(rows: rows, columns: columns, gap: columns % 3) { _, _ in .nan }
                let normalised = (0..<rows).map { row -> (values: [Double], scale: Double) in
                    let values = (0..<columns).map { Double(inputs[row, $0]) }
                    let mean = values.reduce(0, +) / Double(columns)
                    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
                    let scale = 1 / (variance + epsilon).squareRoot()
                    return (values.map { ($0 - mean) * scale }, scale)
                }
                func z(_ row: Int, _ column: Int) -> Double { normalised[row].values[column] }
                func w(_ column: Int) -> Double { Double(weight.memory[column]) }
                func b(_ column: Int) -> Double { Double(bias.memory[column]) }
                func gradient(_ row: Int, _ column: Int) -> Double { Double(gradients[row, column]) }
                func all(_ value: (Int, Int) -> Double) -> [Double] {
                    (0..<rows).flatMap { row in (0..<columns).map { value(row, $0) } }
                }

                var y = blank
                x.memory.withUnsafeBytes { x_ in
                    y.memory.withUnsafeMutableBytes {
                        table.layer_norm(
                            rows, columns, x_.baseAddress!, x.stride, nil, nil, epsilon, $0.baseAddress!, blank.stride,
                            nil)
                    }
                }
                expect(y, all(z), "layer norm")
                y = blank
                var statistics = StridedMatrix<Scalar>(rows: rows, columns: 3, gap: 0) { _, _ in .nan }
                x.memory.withUnsafeBytes { x_ in
                    reading(weight, bias) { weight, bias in
                        statistics.memory.withUnsafeMutableBytes { statistics in
                            y.memory.withUnsafeMutableBytes {
                                table.layer_norm(
                                    rows, columns, x_.baseAddress!, x.stride, weight, bias, epsilon, $0.baseAddress!,
                                    blank.stride, statistics.baseAddress!)
                            }
                        }
                    }
                }
                expect(y, all { z($0, $1) * w($1) + b($1) }, "layer norm with weights")

                for isWeighted in [false, true] {
                    func h(_ row: Int, _ column: Int) -> Double {
                        gradient(row, column) * (isWeighted ? w(column) : 1)
                    }
                    let means = (0..<rows).map { row in
                        (0..<columns).reduce(0) { $0 + h(row, $1) } / Double(columns)
                    }
                    let projections = (0..<rows).map { row in
                        (0..<columns).reduce(0) { $0 + h(row, $1) * z(row, $1) } / Double(columns)
                    }
                    var inputGradient = blank
                    reading(x, weight) { x_, weight in
                        reading(g, statistics) { g_, statistics in
                            inputGradient.memory.withUnsafeMutableBytes {
                                table.layer_norm_backward(
                                    rows, columns, x_, x.stride, g_, g.stride, isWeighted ? weight : nil, statistics,
                                    $0.baseAddress!, blank.stride)
                            }
                        }
                    }
                    // Of one column the gradient is the difference of equal numbers.
                    if columns == 1 {
                        #expect(inputGradient.matrix.elements.allSatisfy { abs($0) <= 32 * .ulpOfOne })
                    } else {
                        expect(
                            inputGradient,
                            all { normalised[$0].scale * (h($0, $1) - means[$0] - z($0, $1) * projections[$0]) },
                            "layer norm backward", relative: 256)
                    }
                }

                var sums = StridedMatrix<Scalar>(rows: 1, columns: columns, gap: 0) { _, _ in .nan }
                var both = StridedMatrix<Scalar>(rows: 2, columns: columns, gap: 0) { _, _ in .nan }
                reading(x, g) { x_, g_ in
                    statistics.memory.withUnsafeBytes { statistics in
                        both.memory.withUnsafeMutableBytes {
                            table.layer_norm_parameter_gradients(
                                rows, columns, x_, x.stride, g_, g.stride, statistics.baseAddress!, $0.baseAddress!)
                        }
                    }
                }
                expect(
                    both,
                    (0..<columns).map { column in (0..<rows).reduce(0) { $0 + gradient($1, column) * z($1, column) } }
                        + (0..<columns).map { column in (0..<rows).reduce(0) { $0 + gradient($1, column) } },
                    "layer norm parameter gradients")
                reading(x, g) { x_, g_ in
                    sums.memory.withUnsafeMutableBytes {
                        table.column_dots(rows, columns, x_, x.stride, g_, g.stride, $0.baseAddress!)
                    }
                }
                expect(
                    sums,
                    (0..<columns).map { column in
                        (0..<rows).reduce(0) { $0 + gradient($1, column) * Double(inputs[$1, column]) }
                    }, "column dots")

                for hasBias in [false, true] {
                    y = blank
                    x.memory.withUnsafeBytes { x_ in
                        reading(weight, bias) { weight, bias in
                            y.memory.withUnsafeMutableBytes {
                                table.scale_columns(
                                    rows, columns, x_.baseAddress!, x.stride, weight, hasBias ? bias : nil,
                                    $0.baseAddress!, blank.stride)
                            }
                        }
                    }
                    expect(
                        y, all { Double(inputs[$0, $1]) * w($1) + (hasBias ? b($1) : 0) }, "scaled columns")
                }
            }
        }
    }

    @Test(arguments: kernelVariants) func inDouble(_ set: InstructionSet) { check(set, Double.self) }
    @Test(arguments: kernelVariants) func inFloat(_ set: InstructionSet) { check(set, Float.self) }

    private func layerNorm<Scalar: BLASScalar>(_ row: [Scalar], epsilon: Double = 1e-5) -> [Scalar] {
        var result = [Scalar](repeating: -77, count: row.count)
        do {
            var outputs = MutableMatrixView(rows: 1, columns: row.count, elements: result.mutableSpan)
            let none: [Scalar] = []
            var nothing = MutableSpan<Scalar>()
            Kernels.layerNorm(
                MatrixView(rows: 1, columns: row.count, elements: row.span), weight: none.span, bias: none.span,
                epsilon: epsilon, into: &outputs, statistics: &nothing)
        }
        return result
    }

    /// Neither the squares of large numbers nor a mean far above the deviations cost Float its digits.
    @Test func rangesOfFloat() {
        for size in [Float(1e-12), 1, 1e20, 3e38] {
            let row = (0..<40).map { $0 % 2 == 0 ? size : -size }
            #expect(layerNorm(row, epsilon: 1e-30).allSatisfy { abs(abs($0) - 1) < 1e-6 }, "\(size)")
        }
        let far = (0..<64).map { Float(10_000) + Float($0 % 8) / 512 }
        let exact = layerNorm(far.map { Double($0) }, epsilon: 1e-12)
        let found = layerNorm(far, epsilon: 1e-12).map { Double($0) }
        #expect(firstDifference(found, exact, relative: 2e-7, floor: 1) == nil)
    }

    /// A row without deviations is zero; a NaN takes its own row and no other.
    @Test func constantRowsAndNaN() {
        #expect(layerNorm([Double](repeating: 0.1, count: 33)).allSatisfy { abs($0) < 1e-13 })
        #expect(layerNorm([3.0]) == [0])
        for place in 0..<40 {
            var elements = [Double](repeating: 0.5, count: 120)
            for index in elements.indices { elements[index] += Double(index % 7) }
            let before = elements
            elements[40 + place] = .nan
            func apply(_ elements: [Double]) -> [Double] {
                var result = [Double](repeating: 0, count: 120)
                let none: [Double] = []
                do {
                    var outputs = MutableMatrixView(rows: 3, columns: 40, elements: result.mutableSpan)
                    var nothing = MutableSpan<Double>()
                    Kernels.layerNorm(
                        MatrixView(rows: 3, columns: 40, elements: elements.span), weight: none.span,
                        bias: none.span, epsilon: 1e-5, into: &outputs, statistics: &nothing)
                }
                return result
            }
            let (found, usual) = (apply(elements), apply(before))
            #expect(found[40..<80].allSatisfy { $0.isNaN })
            #expect(found[0..<40] == usual[0..<40] && found[80..<120] == usual[80..<120])
        }
    }
}
