extension Kernels {
    /// Each row of `inputs` minus its mean, divided by its standard deviation; times `weight` plus `bias`, unless these
    /// are empty. The numbers written to `statistics`, unless that is empty, are for the backward pass.
    static func layerNorm<Scalar>(
        _ inputs: MatrixView<Scalar>, weight: Span<Scalar>, bias: Span<Scalar>, epsilon: Double,
        into outputs: inout MutableMatrixView<Scalar>, statistics: inout MutableSpan<Scalar>
    ) {
        precondition(weight.isEmpty || weight.count == inputs.columns, "a weight for each column")
        precondition(bias.count == weight.count, "as many biases as weights")
        precondition(
            statistics.isEmpty || statistics.count == inputs.rows * layerNormStatistics, "a place for each row's")
        statistics.withUnsafeMutableBufferPointer { statistics in
            withMemory(inputs, &outputs) { inputs, outputs in
                withRows(weight, bias) { weight, bias in
                    Scalar._kernelTable.functions.layer_norm(
                        inputs.rows, inputs.columns, inputs.start, inputs.stride, weight, bias, epsilon, outputs.start,
                        outputs.stride, statistics.isEmpty ? nil : UnsafeMutableRawPointer(statistics.baseAddress))
                }
            }
        }
    }

    /// The numbers that `layerNorm` keeps for each row.
    static let layerNormStatistics = 3

    static func layerNormBackward<Scalar>(
        inputs: MatrixView<Scalar>, weight: Span<Scalar>, statistics: Span<Scalar>,
        outputGradient: MatrixView<Scalar>, into gradient: inout MutableMatrixView<Scalar>
    ) {
        precondition(weight.isEmpty || weight.count == inputs.columns, "a weight for each column")
        precondition(statistics.count == inputs.rows * layerNormStatistics, "statistics of each row")
        precondition(
            outputGradient.rows == inputs.rows && outputGradient.columns == inputs.columns, "matrices of one shape")
        withMemory(inputs, &gradient) { inputs, gradient in
            withRows(weight, statistics) { weight, statistics in
                outputGradient.elements.withUnsafeBufferPointer {
                    Scalar._kernelTable.functions.layer_norm_backward(
                        inputs.rows, inputs.columns, inputs.start, inputs.stride, $0.baseAddress!,
                        outputGradient.stride, weight, statistics!, gradient.start, gradient.stride)
                }
            }
        }
    }

    /// sums[0, c] = the sum of `gradient` times the normalised `inputs` over column c, followed by the sums of
    /// `gradient`; rows are added in order.
    static func layerNormParameterGradients<Scalar>(
        inputs: MatrixView<Scalar>, statistics: Span<Scalar>, gradient: MatrixView<Scalar>,
        into sums: inout MutableMatrixView<Scalar>
    ) {
        precondition(statistics.count == inputs.rows * layerNormStatistics, "statistics of each row")
        precondition(gradient.rows == inputs.rows && gradient.columns == inputs.columns, "matrices of one shape")
        precondition(sums.rows == 1 && sums.columns == 2 * inputs.columns, "two sums for each column")
        if inputs.rows == 0 { return }
        sums.withMemory { sums in
            inputs.elements.withUnsafeBufferPointer { x in
                gradient.elements.withUnsafeBufferPointer { g in
                    statistics.withUnsafeBufferPointer {
                        Scalar._kernelTable.functions.layer_norm_parameter_gradients(
                            inputs.rows, inputs.columns, x.baseAddress!, inputs.stride, g.baseAddress!,
                            gradient.stride, $0.baseAddress!, sums.start)
                    }
                }
            }
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

// Columns.
extension Kernels {
    /// Writes the statistics of `inputs`, the columns `columns` of `count`, in the layout of `ColumnStatistics`.
    static func columnStatistics<Scalar>(
        _ inputs: MatrixView<Scalar>, of count: Int, columns: Range<Int>, into statistics: inout MutableSpan<Scalar>
    ) {
        precondition(inputs.rows > 0 && inputs.columns == columns.count, "columns with something in them")
        precondition(columns.upperBound <= count && 2 * count <= statistics.count, "a place for each column")
        if columns.isEmpty { return }
        statistics.withUnsafeMutableBufferPointer { statistics in
            inputs.elements.withUnsafeBufferPointer {
                let means = statistics.baseAddress! + columns.lowerBound
                Scalar._kernelTable.functions.column_moments(
                    inputs.rows, inputs.columns, $0.baseAddress!, inputs.stride, means, means + count)
            }
        }
    }

    /// outputs[r, c] = (inputs[r, c] − mean[c]) / √(variance[c] + ε) · weight[c] + bias[c], unless these are empty.
    static func normalizeColumns<Scalar>(
        _ inputs: MatrixView<Scalar>, _ statistics: ColumnStatistics<Scalar>, epsilon: Double, weight: Span<Scalar>,
        bias: Span<Scalar>, into outputs: inout MutableMatrixView<Scalar>
    ) {
        precondition(statistics.means.count == inputs.columns, "statistics of each column")
        precondition(weight.isEmpty || weight.count == inputs.columns, "a weight for each column")
        precondition(bias.count == weight.count, "as many biases as weights")
        withMemory(inputs, &outputs) { inputs, outputs in
            withRows(statistics.means, statistics.variances) { means, variances in
                withRows(weight, bias) { weight, bias in
                    Scalar._kernelTable.functions.normalize_columns(
                        inputs.rows, inputs.columns, inputs.start, inputs.stride, means!, variances!, epsilon, weight,
                        bias, outputs.start, outputs.stride)
                }
            }
        }
    }

    /// The gradient with respect to the inputs, if the statistics are theirs.
    static func normalizeColumnsBackward<Scalar>(
        inputs: MatrixView<Scalar>, _ statistics: ColumnStatistics<Scalar>, epsilon: Double, weight: Span<Scalar>,
        outputGradient: MatrixView<Scalar>, into gradient: inout MutableMatrixView<Scalar>
    ) {
        precondition(statistics.means.count == inputs.columns, "statistics of each column")
        precondition(weight.isEmpty || weight.count == inputs.columns, "a weight for each column")
        precondition(
            outputGradient.rows == inputs.rows && outputGradient.columns == inputs.columns, "matrices of one shape")
        withMemory(inputs, &gradient) { inputs, gradient in
            withRows(statistics.means, statistics.variances) { means, variances in
                withRows(weight, outputGradient.elements) { weight, outputGradient_ in
                    Scalar._kernelTable.functions.normalize_columns_backward(
                        inputs.rows, inputs.columns, inputs.start, inputs.stride, outputGradient_!,
                        outputGradient.stride, means!, variances!, epsilon, weight, gradient.start, gradient.stride)
                }
            }
        }
    }

    /// sums[0, c] = the sum of `gradient` times the normalised `inputs` over column c; rows are added in their order.
    static func normalizedColumnDots<Scalar>(
        inputs: MatrixView<Scalar>, _ statistics: ColumnStatistics<Scalar>, epsilon: Double,
        gradient: MatrixView<Scalar>, into sums: inout MutableMatrixView<Scalar>
    ) {
        precondition(statistics.means.count == inputs.columns, "statistics of each column")
        withMemory(inputs, gradient, sums: &sums) { inputs, gradient, sums in
            withRows(statistics.means, statistics.variances) { means, variances in
                Scalar._kernelTable.functions.normalized_column_dots(
                    inputs.rows, inputs.columns, inputs.start, inputs.stride, gradient.start, gradient.stride, means!,
                    variances!, epsilon, sums)
            }
        }
    }

    /// Calls `body` with the addresses of two rows of numbers; nil for an empty one.
    private static func withRows<Scalar>(
        _ first: Span<Scalar>, _ second: Span<Scalar>, _ body: (UnsafeRawPointer?, UnsafeRawPointer?) -> Void
    ) {
        first.withUnsafeBufferPointer { first in
            second.withUnsafeBufferPointer { second in body(row(first), row(second)) }
        }
    }
}

// Root mean squares.
extension Kernels {
    /// Each row of `inputs` over its root mean square, times `weight` unless that is empty; the factors go to `factors`,
    /// unless that is empty.
    static func rmsNorm<Scalar>(
        _ inputs: MatrixView<Scalar>, weight: Span<Scalar>, epsilon: Double,
        into outputs: inout MutableMatrixView<Scalar>,
        factors: inout MutableSpan<Scalar>
    ) {
        precondition(weight.isEmpty || weight.count == inputs.columns, "a weight for each column")
        precondition(factors.isEmpty || factors.count == inputs.rows, "a place for each row's factor")
        factors.withUnsafeMutableBufferPointer { factors in
            withMemory(inputs, &outputs) { inputs, outputs in
                weight.withUnsafeBufferPointer {
                    Scalar._kernelTable.functions.rms_norm(
                        inputs.rows, inputs.columns, inputs.start, inputs.stride, row($0), epsilon, outputs.start,
                        outputs.stride, factors.isEmpty ? nil : UnsafeMutableRawPointer(factors.baseAddress))
                }
            }
        }
    }

    static func rmsNormBackward<Scalar>(
        inputs: MatrixView<Scalar>, weight: Span<Scalar>, factors: Span<Scalar>, outputGradient: MatrixView<Scalar>,
        into gradient: inout MutableMatrixView<Scalar>
    ) {
        precondition(weight.isEmpty || weight.count == inputs.columns, "a weight for each column")
        precondition(factors.count == inputs.rows, "a factor for each row")
        precondition(
            outputGradient.rows == inputs.rows && outputGradient.columns == inputs.columns, "matrices of one shape")
        withMemory(inputs, &gradient) { inputs, gradient in
            withRows(weight, factors) { weight, factors in
                outputGradient.elements.withUnsafeBufferPointer {
                    Scalar._kernelTable.functions.rms_norm_backward(
                        inputs.rows, inputs.columns, inputs.start, inputs.stride, $0.baseAddress!,
                        outputGradient.stride, weight, factors!, gradient.start, gradient.stride)
                }
            }
        }
    }

    /// sums[0, c] = the sum of `gradient` times the normalised `inputs` over column c; rows are added in their order.
    static func rmsNormWeightGradient<Scalar>(
        inputs: MatrixView<Scalar>, factors: Span<Scalar>, gradient: MatrixView<Scalar>,
        into sums: inout MutableMatrixView<Scalar>
    ) {
        precondition(factors.count == inputs.rows, "a factor for each row")
        withMemory(inputs, gradient, sums: &sums) { inputs, gradient, sums in
            factors.withUnsafeBufferPointer {
                Scalar._kernelTable.functions.rms_norm_weight_gradient(
                    inputs.rows, inputs.columns, inputs.start, inputs.stride, gradient.start, gradient.stride,
                    $0.baseAddress!, sums)
            }
        }
    }
}
