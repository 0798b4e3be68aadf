import CBLAS
import Perceptron

/// Four ways to compute a product into `result`, each with as many calls as it is told, so that short ones can be
/// timed.
///
/// The layer has no bias, so that all four compute the same.
extension Product {
    /// As a model does.
    func throughLinear(into result: inout [Scalar], _ calls: Int) {
        let layer = Linear(shape.inputs, shape.outputs, bias: false)
        let inputs = MatrixView(rows: shape.batch, columns: shape.inputs, elements: inputs.span)
        let outputGradient = MatrixView(rows: shape.batch, columns: shape.outputs, elements: outputGradient.span)
        // A Linear reads no outputs on the way back.
        let outputs = outputGradient.rows(0..<0)
        switch kind {
        case .forward:
            var pass = ForwardPass(
                input: inputs, parameters: weight.span, columns: 0..<columns,
                output: MutableMatrixView(rows: rows, columns: columns, elements: result.mutableSpan))
            for _ in 0..<calls { layer.forward(&pass) }
        case .weight:
            var pass = ParameterPass(
                input: inputs, output: outputs, outputGradient: outputGradient, parameters: weight.span,
                parts: 0..<layer.parameterParts(forInputFeatures: shape.inputs), gradients: result.mutableSpan)
            for _ in 0..<calls { layer.parameterGradients(&pass) }
        case .downstream:
            var pass = BackwardPass(
                input: inputs, output: outputs, outputGradient: outputGradient, parameters: weight.span,
                columns: 0..<columns,
                inputGradient: MutableMatrixView(rows: rows, columns: columns, elements: result.mutableSpan))
            for _ in 0..<calls { layer.backward(&pass) }
        }
    }

    /// The bare call.
    func throughCBLAS(into result: inout [Scalar], _ calls: Int) {
        result.withUnsafeMutableBufferPointer { result in
            withFactors { left, right in
                let (rows, columns, inner) = (Int32(rows), Int32(columns), Int32(inner))
                let transposeLeft = left.isTransposed ? CblasTrans : CblasNoTrans
                let transposeRight = right.isTransposed ? CblasTrans : CblasNoTrans
                let (strideLeft, strideRight) = (Int32(left.stride), Int32(right.stride))
                let a = UnsafeRawPointer(left.elements)
                let b = UnsafeRawPointer(right.elements)
                let c = UnsafeMutableRawPointer(result.baseAddress!)
                if Scalar.self == Double.self {
                    for _ in 0..<calls {
                        cblas_dgemm(
                            CblasRowMajor, transposeLeft, transposeRight, rows, columns, inner, 1,
                            a.assumingMemoryBound(to: Double.self), strideLeft,
                            b.assumingMemoryBound(to: Double.self), strideRight, 0,
                            c.assumingMemoryBound(to: Double.self), columns)
                    }
                } else {
                    for _ in 0..<calls {
                        cblas_sgemm(
                            CblasRowMajor, transposeLeft, transposeRight, rows, columns, inner, 1,
                            a.assumingMemoryBound(to: Float.self), strideLeft,
                            b.assumingMemoryBound(to: Float.self), strideRight, 0,
                            c.assumingMemoryBound(to: Float.self), columns)
                    }
                }
            }
        }
    }

    /// The definition, as a triple loop.
    func naive(into result: inout [Scalar], _ calls: Int) {
        result.withUnsafeMutableBufferPointer { result in
            withFactors { left, right in
                for _ in 0..<calls {
                    NaiveKernels.product(
                        rows: rows, inner: inner, columns: columns, left, right, into: result.baseAddress!)
                }
            }
        }
    }

    /// The same loop in the order in which memory lies.
    func reordered(into result: inout [Scalar], _ calls: Int) {
        var copy = [Scalar](repeating: 0, count: kind == .downstream ? inner * columns : 0)
        result.withUnsafeMutableBufferPointer { result in
            withFactors { left, right in
                for _ in 0..<calls {
                    NaiveKernels.reorderedProduct(
                        rows: rows, inner: inner, columns: columns, left, right, copy: &copy,
                        into: result.baseAddress!)
                }
            }
        }
    }

    /// A result with no element computed.
    var emptyResult: [Scalar] { [Scalar](repeating: .nan, count: rows * columns) }
}
