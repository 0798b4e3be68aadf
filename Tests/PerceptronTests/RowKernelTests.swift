import Testing

@testable import Perceptron

/// The kernels that move and add rows, and the search for NaN and infinity.
@Suite struct RowKernelTests {
    private func check<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let table = Scalar.table(set).functions
        var generator = RandomGenerator(seed: 50)
        for columns in kernelColumns {
            let rows = columns % 5 + 1
            for gap in [0, 1 + columns % 3] {
                let x = StridedMatrix(generator.matrix(rows, columns, of: type), gap: gap)
                let blank = StridedMatrix<Scalar>(rows: rows, columns: columns, gap: columns % 3) { _, _ in .nan }

                var copied = blank
                x.memory.withUnsafeBytes { source in
                    copied.memory.withUnsafeMutableBytes {
                        table.copy(rows, columns, source.baseAddress!, x.stride, $0.baseAddress!, blank.stride)
                    }
                }
                #expect(copied.matrix == x.matrix && copied.gapsAreUntouched, "copy \(rows)x\(columns)")

                let y = StridedMatrix(generator.matrix(rows, columns, of: type), gap: 2 - gap % 3)
                var sum = blank
                x.memory.withUnsafeBytes { first in
                    y.memory.withUnsafeBytes { second in
                        sum.memory.withUnsafeMutableBytes {
                            table.add(
                                rows, columns, first.baseAddress!, x.stride, second.baseAddress!, y.stride,
                                $0.baseAddress!, blank.stride)
                        }
                    }
                }
                let summed = zip(x.matrix.elements, y.matrix.elements).map { $0 + $1 }
                #expect(sum.matrix.elements == summed && sum.gapsAreUntouched, "add \(rows)x\(columns)")

                var turned = StridedMatrix<Scalar>(rows: columns, columns: rows, gap: columns % 3) { _, _ in .nan }
                let stride = turned.stride
                x.memory.withUnsafeBytes { source in
                    turned.memory.withUnsafeMutableBytes {
                        table.transpose(rows, columns, source.baseAddress!, x.stride, $0.baseAddress!, stride)
                    }
                }
                let (all, allTurned) = (x.matrix, turned.matrix)
                let isTurned = (0..<rows).allSatisfy { row in
                    (0..<columns).allSatisfy { allTurned[$0, row] == all[row, $0] }
                }
                #expect(isTurned && turned.gapsAreUntouched, "transpose \(rows)x\(columns)")
                var turnedBack = blank
                turned.memory.withUnsafeBytes { source in
                    turnedBack.memory.withUnsafeMutableBytes {
                        table.transpose(columns, rows, source.baseAddress!, stride, $0.baseAddress!, blank.stride)
                    }
                }
                #expect(
                    turnedBack.matrix == all && turnedBack.gapsAreUntouched, "transpose \(columns)x\(rows)")

                let indices = (0..<rows).map { _ in generator.nextInteger(below: rows) }
                var gathered = blank
                x.memory.withUnsafeBytes { source in
                    gathered.memory.withUnsafeMutableBytes {
                        table.gather_rows(
                            rows, columns, source.baseAddress!, x.stride, indices, $0.baseAddress!, blank.stride)
                    }
                }
                #expect(
                    gathered.matrix == x.matrix.rows(indices) && gathered.gapsAreUntouched, "gather \(rows)x\(columns)")

                let row = x.matrix.rows([0]).elements
                var filled = blank
                row.withUnsafeBytes { source in
                    filled.memory.withUnsafeMutableBytes {
                        table.fill_rows(rows, columns, source.baseAddress!, $0.baseAddress!, blank.stride)
                    }
                }
                #expect(
                    filled.matrix == x.matrix.rows([Int](repeating: 0, count: rows)) && filled.gapsAreUntouched,
                    "fill \(rows)x\(columns)")

                // Rows in order: the same roundings as adding them up one by one.
                var sums = [Scalar](repeating: .nan, count: columns)
                x.memory.withUnsafeBytes { source in
                    sums.withUnsafeMutableBytes {
                        table.column_sums(rows, columns, source.baseAddress!, x.stride, $0.baseAddress!)
                    }
                }
                let matrix = x.matrix
                let expected = (0..<columns).map { column in
                    (0..<rows).reduce(Scalar(0)) { $0 + matrix[$1, column] }
                }
                #expect(sameBits(sums, expected), "column sums \(rows)x\(columns)")
            }
        }
        var sums: [Scalar] = [.nan, .nan]
        sums.withUnsafeMutableBytes { bytes in
            table.column_sums(0, 2, UnsafeRawPointer(bytes.baseAddress!), 2, bytes.baseAddress!)
        }
        #expect(sums == [0, 0], "of no rows the sums are 0")
    }

    @Test(arguments: kernelVariants) func inDouble(_ set: InstructionSet) { check(set, Double.self) }
    @Test(arguments: kernelVariants) func inFloat(_ set: InstructionSet) { check(set, Float.self) }

    private func checkNonFinite<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        func first(_ values: [Scalar]) -> Int {
            values.withUnsafeBytes { Scalar.table(set).functions.first_non_finite(values.count, $0.baseAddress!) }
        }
        let bad: [Scalar] = [.nan, .infinity, -.infinity, .signalingNaN, -.nan]
        let fine: [Scalar] = [0, -0.0, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 1]
        for count in Array(1...70) + [255, 256, 257, 511, 512, 513, 600] {
            var values = (0..<count).map { fine[$0 % fine.count] }
            #expect(first(values) == -1)
            for position in 0..<count {
                values[position] = bad[position % bad.count]
                #expect(first(values) == position)
                // The first of two.
                if position + 1 < count {
                    let next = values[count - 1]
                    values[count - 1] = .infinity
                    #expect(first(values) == position)
                    values[count - 1] = next
                }
                values[position] = fine[position % fine.count]
            }
        }
    }

    private func checkLargest<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        func largest(_ values: [Scalar]) -> Double {
            values.withUnsafeBytes { Scalar.table(set).functions.largest_magnitude(values.count, $0.baseAddress!) }
        }
        for count in Array(1...70) + [255, 256, 257, 600] {
            var values = (0..<count).map { Scalar($0 % 7 - 3) / 8 }
            let most = values.map { Double(abs($0)) }.max()!
            #expect(largest(values) == most)
            for position in 0..<count {
                let before = values[position]
                for odd in [-5, .infinity, -.greatestFiniteMagnitude] as [Scalar] {
                    values[position] = odd
                    #expect(largest(values) == Double(odd.magnitude))
                }
                for nan in [.nan, -.nan, .signalingNaN] as [Scalar] {
                    values[position] = nan
                    values[count / 2] = position == count / 2 ? nan : .infinity
                    #expect(largest(values).isNaN)
                    values[count / 2] = Scalar(count / 2 % 7 - 3) / 8
                }
                values[position] = before
            }
        }
    }

    @Test(arguments: kernelVariants) func largestInDouble(_ set: InstructionSet) { checkLargest(set, Double.self) }
    @Test(arguments: kernelVariants) func largestInFloat(_ set: InstructionSet) { checkLargest(set, Float.self) }

    @Test(arguments: kernelVariants) func nonFiniteInDouble(_ set: InstructionSet) { checkNonFinite(set, Double.self) }
    @Test(arguments: kernelVariants) func nonFiniteInFloat(_ set: InstructionSet) { checkNonFinite(set, Float.self) }

    /// Through the checked interface: nothing to do is no mistake.
    @Test func empty() {
        var values: [Double] = []
        do {
            var view = MutableMatrixView(rows: 0, columns: 0, elements: values.mutableSpan)
            Kernels.activate(ReLU().kernel, &view)
            Kernels.softmax(&view)
        }
        #expect(values.isEmpty)
        #expect(Kernels.firstNonFinite(values.span) == nil)
        #expect(Kernels.firstNonFinite([1, 2, Double.nan].span) == 2)
        #expect(Kernels.largestMagnitude(values.span) == 0)
        #expect(Kernels.largestMagnitude([1, -2, 0.5 as Double].span) == 2)
    }

    @Test func variants() {
        #expect(kernelVariants.first == .baseline)
        #expect(kernelVariants.last == InstructionSet.best)
    }
}
