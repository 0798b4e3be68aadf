import Foundation
import Testing

@testable import Perceptron

/// PReLU's kernels of every instruction set, with one weight and with one for each column; and LogSoftmax with a loss.
@Suite struct PReLUTests {
    private func check<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type) {
        let table = Scalar.table(set).functions
        var generator = RandomGenerator(seed: 17)
        for columns in kernelColumns {
            let rows = columns % 3 + 1
            let gap = columns % 4
            let x = generator.matrix(rows, columns, of: type)
            let g = generator.matrix(rows, columns, of: type)
            for count in Set([1, columns]) {
                let weight = generator.normals(count).map { Scalar($0) }
                let (inputs, values) = (StridedMatrix(x, gap: gap), StridedMatrix(g, gap: columns % 3))
                var outputs = StridedMatrix<Scalar>(rows: rows, columns: columns, gap: 1) { _, _ in .nan }
                var sums = [Scalar](repeating: .nan, count: count)
                inputs.memory.withUnsafeBytes { inputs_ in
                    values.memory.withUnsafeBytes { values_ in
                        weight.withUnsafeBytes { weight in
                            outputs.memory.withUnsafeMutableBytes {
                                table.scale_negatives(
                                    rows, columns, inputs_.baseAddress!, inputs.stride, values_.baseAddress!,
                                    values.stride, weight.baseAddress!, count, $0.baseAddress!, columns + 1)
                            }
                        }
                        sums.withUnsafeMutableBytes {
                            table.negative_dots(
                                rows, columns, inputs_.baseAddress!, inputs.stride, values_.baseAddress!,
                                values.stride, $0.baseAddress!, count)
                        }
                    }
                }
                var expected = g
                var totals = [Double](repeating: 0, count: count)
                for row in 0..<rows {
                    for column in 0..<columns where x[row, column] <= 0 {
                        expected[row, column] *= weight[count == 1 ? 0 : column]
                        totals[count == 1 ? 0 : column] += Double(x[row, column]) * Double(g[row, column])
                    }
                }
                #expect(outputs.gapsAreUntouched)
                #expect(outputs.matrix.elements == expected.elements)
                let relative = 64 * Double(Scalar.ulpOfOne)
                #expect(firstDifference(sums.map { Double($0) }, totals, relative: relative, floor: 1) == nil)
            }
        }
    }

    @Test(arguments: kernelVariants) func inDouble(_ set: InstructionSet) { check(set, Double.self) }
    @Test(arguments: kernelVariants) func inFloat(_ set: InstructionSet) { check(set, Float.self) }

    /// The logarithm changes nothing of what is learned: the loss takes both from the logits.
    @Test func crossEntropyOfLogSoftmaxIsThatOfSoftmax() throws {
        var generator = RandomGenerator(seed: 3)
        let inputs = generator.matrix(40, 4, of: Double.self)
        let classes = (0..<40).map { $0 % 3 }
        func trained(_ last: any Layer) throws -> (MLP<Double>, [Double]) {
            var model = try MLP<Double>([Linear(4, 6), Mish(), Linear(6, 3), last], seed: 1)
            let history = try model.train(
                inputs: inputs, targets: classes, loss: CrossEntropy(), epochs: 3, batchSize: 7, progress: .silent)
            return (model, history.losses)
        }
        let (model, losses) = try trained(Softmax())
        let (logarithmic, same) = try trained(LogSoftmax())
        #expect(same == losses)
        #expect(logarithmic.parameters == model.parameters)
        let probabilities = try model.predict(inputs).elements
        #expect(
            firstDifference(try logarithmic.predict(inputs).elements, probabilities.map { log($0) }, relative: 1e-13)
                == nil)
    }
}
