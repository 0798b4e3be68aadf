extension Kernels {
    /// Each row of `inputs` without its mean, over its standard deviation; times `weight` and plus `bias`, unless these
    /// are empty.
    static func layerNorm<Scalar>(
        _ inputs: MatrixView<Scalar>, weight: Span<Scalar>, bias: Span<Scalar>, epsilon: Double,
        into outputs: inout MutableMatrixView<Scalar>
    ) {
        precondition(weight.isEmpty || weight.count == inputs.columns, "a weight for each column")
        precondition(bias.count == weight.count, "as many biases as weights")
        withMemory(inputs, &outputs) { inputs, outputs in
            weight.withUnsafeBufferPointer { weight in
                bias.withUnsafeBufferPointer { bias in
                    Scalar._kernelTable.functions.layer_norm(
                        inputs.rows, inputs.columns, inputs.start, inputs.stride, row(weight), row(bias), epsilon,
                        outputs.start, outputs.stride)
                }
            }
        }
    }

    static func layerNormBackward<Scalar>(
        inputs: MatrixView<Scalar>, weight: Span<Scalar>, epsilon: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) {
        precondition(weight.isEmpty || weight.count == inputs.columns, "a weight for each column")
        withMemory(inputs, &gradient) { inputs, gradient in
            weight.withUnsafeBufferPointer {
                Scalar._kernelTable.functions.layer_norm_backward(
                    inputs.rows, inputs.columns, inputs.start, inputs.stride, row($0), epsilon, gradient.start,
                    gradient.stride)
            }
        }
    }

    /// sums[0, c] = the sum of `gradient` times the normalised `inputs` over column c; rows are added in their order.
    static func layerNormWeightGradient<Scalar>(
        inputs: MatrixView<Scalar>, gradient: MatrixView<Scalar>, epsilon: Double,
        into sums: inout MutableMatrixView<Scalar>
    ) {
        withMemory(inputs, gradient, sums: &sums) {
            Scalar._kernelTable.functions.layer_norm_weight_gradient(
                $0.rows, $0.columns, $0.start, $0.stride, $1.start, $1.stride, epsilon, $2)
        }
    }

    /// outputs[r, c] = inputs[r, c] · weight[c] + bias[c]; no bias is a bias of zero.
    static func scaleColumns<Scalar>(
        _ inputs: MatrixView<Scalar>, weight: Span<Scalar>, bias: Span<Scalar>,
        into outputs: inout MutableMatrixView<Scalar>
    ) {
        precondition(weight.count == inputs.columns, "a weight for each column")
        precondition(bias.isEmpty || bias.count == inputs.columns, "a bias for each column")
        withMemory(inputs, &outputs) { inputs, outputs in
            weight.withUnsafeBufferPointer { weight in
                bias.withUnsafeBufferPointer { bias in
                    Scalar._kernelTable.functions.scale_columns(
                        inputs.rows, inputs.columns, inputs.start, inputs.stride, weight.baseAddress!, row(bias),
                        outputs.start, outputs.stride)
                }
            }
        }
    }
}
