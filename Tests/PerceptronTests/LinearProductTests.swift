import Testing

@testable import Perceptron

/// Products against the naive triple loop: each element within (k + 2)·u·Σ|a||b|, u half an ulp of 1.
@Suite struct LinearProductTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        let rows: Int
        let inputs: Int
        let outputs: Int

        var testDescription: String { "\(rows)x\(inputs)x\(outputs)" }
    }

    /// Random shapes from 1 to 130 in each dimension, small ones and no rows among them.
    static let shapes: [Shape] = {
        var generator = RandomGenerator(seed: 20)
        var shapes = [
            Shape(rows: 1, inputs: 1, outputs: 1), Shape(rows: 0, inputs: 5, outputs: 3),
            Shape(rows: 0, inputs: 1, outputs: 1), Shape(rows: 130, inputs: 1, outputs: 1),
            Shape(rows: 1, inputs: 130, outputs: 1), Shape(rows: 1, inputs: 1, outputs: 130),
            Shape(rows: 130, inputs: 130, outputs: 130), Shape(rows: 0, inputs: 130, outputs: 7),
        ]
        func size(_ most: Int) -> Int { 1 + generator.nextInteger(below: most) }
        for _ in 0..<12 { shapes.append(Shape(rows: size(9), inputs: size(9), outputs: size(9))) }
        for _ in 0..<12 { shapes.append(Shape(rows: size(130), inputs: size(130), outputs: size(130))) }
        return shapes
    }()

    /// op(A)·op(B) + C in Double, one multiplication after the other, and Σ|a||b| + |c| with it.
    static func naive<Scalar: BLASScalar>(
        _ a: Matrix<Scalar>, _ b: Matrix<Scalar>, transposeA: Transpose = .no, transposeB: Transpose = .no,
        plus c: Matrix<Scalar>? = nil
    ) -> (product: Matrix<Scalar>, magnitude: Matrix<Double>) {
        let (rows, inner) = transposeA == .no ? (a.rows, a.columns) : (a.columns, a.rows)
        let columns = transposeB == .no ? b.columns : b.rows
        let (rowA, stepA) = transposeA == .no ? (a.columns, 1) : (1, a.columns)
        let (columnB, stepB) = transposeB == .no ? (1, b.columns) : (b.columns, 1)
        var product = [Scalar](repeating: 0, count: rows * columns)
        var magnitude = [Double](repeating: 0, count: rows * columns)
        let c = c?.elements ?? product
        a.elements.withUnsafeBufferPointer { a in
            b.elements.withUnsafeBufferPointer { b in
                for row in 0..<rows {
                    for column in 0..<columns {
                        var sum = Double(c[row * columns + column])
                        var size = abs(sum)
                        var i = row * rowA
                        var j = column * columnB
                        var k = 0
                        while k < inner {
                            let term = Double(a[i]) * Double(b[j])
                            sum += term
                            size += abs(term)
                            i += stepA
                            j += stepB
                            k += 1
                        }
                        product[row * columns + column] = Scalar(sum)
                        magnitude[row * columns + column] = size
                    }
                }
            }
        }
        return (
            Matrix(rows: rows, columns: columns, elements: product),
            Matrix(rows: rows, columns: columns, elements: magnitude)
        )
    }

    /// Where the error bound is exceeded, if anywhere.
    static func excess<Scalar: BLASScalar>(
        _ found: [Scalar], _ naive: (product: Matrix<Scalar>, magnitude: Matrix<Double>), terms: Int
    ) -> String? {
        guard found.count == naive.product.elements.count else { return "\(found.count) elements" }
        let unit = Double(Scalar.ulpOfOne) / 2
        for index in found.indices {
            let error = abs(Double(found[index]) - Double(naive.product.elements[index]))
            let bound = Double(terms + 2) * unit * naive.magnitude.elements[index]
            guard error <= bound else { return "element \(index): error \(error) > \(bound)" }
        }
        return nil
    }

    @Test(arguments: shapes) func inDouble(_ shape: Shape) throws { try check(shape, Double.self) }
    @Test(arguments: shapes) func inFloat(_ shape: Shape) throws { try check(shape, Float.self) }

    /// The three products, as the layer makes them.
    private func check<Scalar: BLASScalar>(_ shape: Shape, _ type: Scalar.Type) throws {
        var generator = RandomGenerator(seed: UInt64(shape.rows * 131 * 131 + shape.inputs * 131 + shape.outputs))
        let x = generator.matrix(shape.rows, shape.inputs, of: type)
        let gradient = generator.matrix(shape.rows, shape.outputs, of: type)
        let weight = generator.matrix(shape.inputs, shape.outputs, of: type)
        let bias = generator.matrix(1, shape.outputs, of: type)
        for hasBias in [true, false] {
            let layer = Linear(shape.inputs, shape.outputs, bias: hasBias)
            let parameters = hasBias ? weight.elements + bias.elements : weight.elements

            var outputs = [Scalar](repeating: .nan, count: shape.rows * shape.outputs)
            do {
                let span = outputs.mutableSpan
                var pass = ForwardPass(
                    input: x.view, parameters: parameters.span, columns: 0..<shape.outputs,
                    output: MutableMatrixView(rows: shape.rows, columns: shape.outputs, elements: span))
                layer.forward(&pass)
            }
            let y = Matrix(rows: shape.rows, columns: shape.outputs, elements: outputs)
            let rowsOfBias = Matrix(
                rows: shape.rows, columns: shape.outputs, elements: (0..<shape.rows).flatMap { _ in bias.elements })
            #expect(
                Self.excess(
                    y.elements, Self.naive(x, weight, plus: hasBias ? rowsOfBias : nil),
                    terms: shape.inputs + (hasBias ? 1 : 0)) == nil, "Y = XW + b")

            var dx = [Scalar](repeating: .nan, count: shape.rows * shape.inputs)
            do {
                let span = dx.mutableSpan
                var pass = BackwardPass(
                    input: x.view, output: y.view, outputGradient: gradient.view, parameters: parameters.span,
                    columns: 0..<shape.inputs,
                    inputGradient: MutableMatrixView(
                        rows: shape.rows, columns: shape.inputs, elements: span))
                layer.backward(&pass)
            }
            #expect(
                Self.excess(dx, Self.naive(gradient, weight, transposeB: .yes), terms: shape.outputs) == nil,
                "dX = dY Wᵀ")

            let naive = Self.naive(x, gradient, transposeA: .yes)
            let ones = Matrix<Scalar>(rows: shape.rows, columns: 1, repeating: 1)
            let sums = Self.naive(ones, gradient, transposeA: .yes)
            // All at once, and cut into parts.
            for cut in Set([shape.inputs + (hasBias ? 1 : 0), max(1, shape.inputs / 2)]) {
                let parts = shape.inputs + (hasBias ? 1 : 0)
                var dw = [Scalar](repeating: .nan, count: parameters.count)
                for range in [0..<cut, cut..<parts] where !range.isEmpty {
                    var span = dw.mutableSpan
                    var pass = ParameterPass(
                        input: x.view, output: y.view, outputGradient: gradient.view, parameters: parameters.span,
                        parts: range,
                        gradients: span._mutatingExtracting(
                            range.lowerBound * shape.outputs..<range.upperBound * shape.outputs))
                    layer.parameterGradients(&pass)
                }
                #expect(
                    Self.excess(Array(dw.prefix(weight.elements.count)), naive, terms: shape.rows) == nil,
                    "dW = Xᵀ dY, cut at \(cut)")
                if hasBias {
                    #expect(
                        Self.excess(Array(dw.suffix(shape.outputs)), sums, terms: shape.rows) == nil,
                        "db, cut at \(cut)")
                }
            }
        }
    }

    /// The columns of Y and of dX in blocks are those of the whole.
    @Test func blocksOfColumns() throws {
        var generator = RandomGenerator(seed: 8)
        let (rows, inputs, outputs) = (6, 11, 9)
        let x = generator.matrix(rows, inputs, of: Double.self)
        let gradient = generator.matrix(rows, outputs, of: Double.self)
        let weight = generator.matrix(inputs, outputs, of: Double.self)
        let bias = generator.matrix(1, outputs, of: Double.self)
        let parameters = weight.elements + bias.elements
        let layer = Linear(inputs, outputs)
        let rowsOfBias = Matrix(rows: rows, columns: outputs, elements: (0..<rows).flatMap { _ in bias.elements })
        let forward = Self.naive(x, weight, plus: rowsOfBias)
        let backward = Self.naive(gradient, weight, transposeB: .yes)
        for (from, to) in [(0, 4), (4, 9), (3, 4), (5, 8)] {
            var y = [Double](repeating: .nan, count: rows * outputs)
            var span = y.mutableSpan
            var pass = ForwardPass(
                input: x.view, parameters: parameters.span, columns: from..<to,
                output: MutableMatrixView(
                    rows: rows, columns: to - from, stride: outputs,
                    elements: span._mutatingExtracting(from..<rows * outputs)))
            layer.forward(&pass)
            var dx = [Double](repeating: .nan, count: rows * inputs)
            var dxSpan = dx.mutableSpan
            var back = BackwardPass(
                input: x.view, output: x.view, outputGradient: gradient.view, parameters: parameters.span,
                columns: from..<to,
                inputGradient: MutableMatrixView(
                    rows: rows, columns: to - from, stride: inputs,
                    elements: dxSpan._mutatingExtracting(from..<rows * inputs)))
            layer.backward(&back)
            for row in 0..<rows {
                for column in 0..<outputs {
                    let value = y[row * outputs + column]
                    if (from..<to).contains(column) {
                        #expect(abs(value - forward.product[row, column]) < 1e-13)
                    } else {
                        #expect(value.isNaN, "outside of the block nothing is written")
                    }
                }
                for column in 0..<inputs {
                    let value = dx[row * inputs + column]
                    if (from..<to).contains(column) {
                        #expect(abs(value - backward.product[row, column]) < 1e-13)
                    } else {
                        #expect(value.isNaN, "outside of the block nothing is written")
                    }
                }
            }
        }
    }
}
