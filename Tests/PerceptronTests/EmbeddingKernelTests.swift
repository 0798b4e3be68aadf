import Testing

@testable import Perceptron

/// The kernels whose columns become several, and the one that scales rows, in every instruction set against plain loops.
@Suite struct EmbeddingKernelTests {
    private func write<Scalar: KernelScalar>(
        _ rows: Int, _ columns: Int, _ body: (UnsafeMutableRawPointer, Int) -> Void
    ) -> StridedMatrix<Scalar> {
        var result = StridedMatrix<Scalar>(rows: rows, columns: columns, gap: 2) { _, _ in .nan }
        let stride = result.stride
        result.memory.withUnsafeMutableBytes { body($0.baseAddress!, stride) }
        return result
    }

    private func checkEmbedding<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let table = Scalar.table(set).functions
        var generator = RandomGenerator(seed: 60)
        for features in kernelColumns {
            let (rows, columns, column, categories) = (11, 1 + features % 4, features % (1 + features % 4), 6)
            var codes = generator.matrix(rows, columns, of: type)
            for row in 0..<rows { codes[row, column] = Scalar(generator.nextInteger(below: categories + 1)) }
            let inputs = StridedMatrix(codes, gap: 1)
            let weight: Matrix<Scalar> = generator.matrix(categories, features, of: type)
            let width = columns - 1 + features
            let outputs: StridedMatrix<Scalar> = write(rows, width) { y, stride in
                inputs.memory.withUnsafeBytes { x in
                    weight.elements.withUnsafeBytes {
                        table.embed(
                            rows, columns, x.baseAddress!, inputs.stride, column, categories, features, $0.baseAddress!,
                            y, stride)
                    }
                }
            }
            let gradient = StridedMatrix(generator.matrix(rows, width, of: type), gap: 3)
            let back: StridedMatrix<Scalar> = write(rows, columns) { d, stride in
                gradient.memory.withUnsafeBytes {
                    table.embed_backward(rows, columns, $0.baseAddress!, gradient.stride, column, features, d, stride)
                }
            }
            let (first, count) = (2, 3)
            var sums = [Scalar](repeating: .nan, count: count * features)
            inputs.memory.withUnsafeBytes { x in
                gradient.memory.withUnsafeBytes { g in
                    sums.withUnsafeMutableBytes {
                        table.embed_weight_gradient(
                            rows, features, x.baseAddress! + column * MemoryLayout<Scalar>.stride, inputs.stride,
                            g.baseAddress! + column * MemoryLayout<Scalar>.stride, gradient.stride, first, count,
                            $0.baseAddress!)
                    }
                }
            }
            var expectedSums = Matrix<Scalar>(rows: categories + 1, columns: features)
            let (y, g) = (outputs.matrix, gradient.matrix)
            for row in 0..<rows {
                let code = Int(codes[row, column])
                let learned = code < categories ? weight.rows([code]).elements : [Scalar](repeating: 0, count: features)
                let passing = codes.rows([row]).elements
                #expect(y.rows([row]).elements == passing[..<column] + learned + passing[(column + 1)...])
                for feature in 0..<features { expectedSums[code, feature] += g[row, column + feature] }
                let coming = g.rows([row]).elements
                #expect(back.matrix.rows([row]).elements == coming[..<column] + [0] + coming[(column + features)...])
            }
            #expect(outputs.gapsAreUntouched && back.gapsAreUntouched)
            // Rows in order: the same roundings as adding them up one by one.
            #expect(sameBits(sums, expectedSums.rows(first..<first + count).elements))
        }
    }

    @Test(arguments: kernelVariants) func embeddingInDouble(_ set: InstructionSet) { checkEmbedding(set, Double.self) }
    @Test(arguments: kernelVariants) func embeddingInFloat(_ set: InstructionSet) { checkEmbedding(set, Float.self) }

    private func checkBins<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let table = Scalar.table(set).functions
        var generator = RandomGenerator(seed: 61)
        for count in kernelColumns.filter({ $0 < 150 }) {
            let (rows, columns) = (9, 1 + count % 3)
            let edges = (0..<columns).map { column in
                (0...count + column).map { (Double($0) - Double(count) / 2) / Double(count) * 4 }
            }
            let bins = BinTable(edges)
            let inputs = StridedMatrix(generator.matrix(rows, columns, of: type), gap: 1)
            let gradient = StridedMatrix(generator.matrix(rows, bins.count, of: type), gap: 3)
            let outputs: StridedMatrix<Scalar> = write(rows, bins.count) { y, stride in
                inputs.memory.withUnsafeBytes {
                    table.encode_bins(
                        rows, columns, $0.baseAddress!, inputs.stride, bins.starts, bins.lower, bins.slope, bins.least,
                        bins.most, y, stride)
                }
            }
            let back: StridedMatrix<Scalar> = write(rows, columns) { d, stride in
                inputs.memory.withUnsafeBytes { x in
                    gradient.memory.withUnsafeBytes {
                        table.encode_bins_backward(
                            rows, columns, x.baseAddress!, inputs.stride, $0.baseAddress!, gradient.stride, bins.starts,
                            bins.lower, bins.slope, bins.least, bins.most, d, stride)
                    }
                }
            }
            var expected = Matrix<Double>(rows: rows, columns: bins.count)
            var expectedBack = Matrix<Double>(rows: rows, columns: columns)
            let (x, g) = (inputs.matrix, gradient.matrix)
            for row in 0..<rows {
                for column in 0..<columns {
                    let value = Double(x[row, column])
                    for (bin, (low, high)) in zip(edges[column], edges[column].dropFirst()).enumerated() {
                        let isFirst = bin == 0
                        let isLast = bin == edges[column].count - 2
                        let place = bins.starts[column] + bin
                        let isInside = (isFirst || value > low) && (isLast || value < high)
                        expected[row, place] = isInside ? (value - low) / (high - low) : value <= low ? 0 : 1
                        if isInside { expectedBack[row, column] += Double(g[row, place]) / (high - low) }
                    }
                }
            }
            let unit = Double(Scalar.ulpOfOne)
            func differs(_ found: StridedMatrix<Scalar>, _ expected: Matrix<Double>) -> String? {
                firstDifference(
                    found.matrix.elements.map { Double($0) }, expected.elements, relative: 64 * unit, floor: 1)
            }
            #expect(differs(outputs, expected) == nil && outputs.gapsAreUntouched, "\(count) bins")
            #expect(differs(back, expectedBack) == nil && back.gapsAreUntouched, "\(count) bins, backward")
        }
    }

    @Test(arguments: kernelVariants) func binsInDouble(_ set: InstructionSet) { checkBins(set, Double.self) }
    @Test(arguments: kernelVariants) func binsInFloat(_ set: InstructionSet) { checkBins(set, Float.self) }

    private func checkScale<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let table = Scalar.table(set).functions
        var generator = RandomGenerator(seed: 62)
        for columns in kernelColumns {
            let begin = StridedMatrix(generator.matrix(4, columns, of: type), gap: 1)
            let row = generator.matrix(1, columns, of: type).elements
            for bias in [row, nil] {
                var values = begin
                let stride = values.stride
                values.memory.withUnsafeMutableBytes { y in
                    if let bias {
                        bias.withUnsafeBytes { table.scale(4, columns, y.baseAddress!, stride, 0.3, $0.baseAddress!) }
                    } else {
                        table.scale(4, columns, y.baseAddress!, stride, 0.3, nil)
                    }
                }
                let expected = begin.matrix.elements.indices.map { index in
                    Double(begin.matrix.elements[index]) * Double(Scalar(0.3))
                        + Double(bias?[index % columns] ?? 0)
                }
                let difference = firstDifference(
                    values.matrix.elements.map { Double($0) }, expected, relative: 2 * Double(Scalar.ulpOfOne), floor: 1
                )
                #expect(difference == nil && values.gapsAreUntouched, "\(columns) columns")
            }
        }
    }

    @Test(arguments: kernelVariants) func scaleInDouble(_ set: InstructionSet) { checkScale(set, Double.self) }
    @Test(arguments: kernelVariants) func scaleInFloat(_ set: InstructionSet) { checkScale(set, Float.self) }
}
