extension Kernels {
    /// Each row with the code in `column` replaced by that category's row of `weight`: zeros for the code after the
    /// last category, NaN for anything that isn't a code.
    static func embed<Scalar>(
        _ inputs: MatrixView<Scalar>, column: Int, weight: MatrixView<Scalar>,
        into outputs: inout MutableMatrixView<Scalar>
    ) {
        let features = weight.columns
        precondition(
            inputs.rows == outputs.rows && 0..<inputs.columns ~= column
                && outputs.columns == inputs.columns - 1 + features && weight.stride == features,
            "shapes of an embedding")
        outputs.withMemory { outputs in
            inputs.elements.withUnsafeBufferPointer { inputs_ in
                weight.elements.withUnsafeBufferPointer {
                    Scalar._kernelTable.functions.embed(
                        inputs.rows, inputs.columns, inputs_.baseAddress!, inputs.stride, column, weight.rows, features,
                        $0.baseAddress!, outputs.start, outputs.stride)
                }
            }
        }
    }

    /// The gradient of the columns that were passed on, and 0 for the code.
    static func embedBackward<Scalar>(
        _ gradient: MatrixView<Scalar>, column: Int, features: Int, into inputGradient: inout MutableMatrixView<Scalar>
    ) {
        precondition(
            gradient.rows == inputGradient.rows && 0..<inputGradient.columns ~= column
                && gradient.columns == inputGradient.columns - 1 + features, "shapes of an embedding")
        inputGradient.withMemory { inputGradient in
            gradient.elements.withUnsafeBufferPointer {
                Scalar._kernelTable.functions.embed_backward(
                    inputGradient.rows, inputGradient.columns, $0.baseAddress!, gradient.stride, column, features,
                    inputGradient.start, inputGradient.stride)
            }
        }
    }

    /// sums[k, :] = the sum of the rows of `gradient` whose code is category k of a range; rows are added in order.
    static func embedWeightGradient<Scalar>(
        codes: MatrixView<Scalar>, _ gradient: MatrixView<Scalar>, categories: Range<Int>,
        into sums: inout MutableMatrixView<Scalar>
    ) {
        precondition(
            codes.rows == gradient.rows && codes.columns == 1 && sums.rows == categories.count
                && sums.columns == gradient.columns && sums.stride == sums.columns, "shapes of an embedding")
        sums.withMemory { sums in
            codes.elements.withUnsafeBufferPointer { codes_ in
                gradient.elements.withUnsafeBufferPointer {
                    // With no rows, the sums are zero and the memory has no address.
                    let none = UnsafeRawPointer(sums.start)
                    Scalar._kernelTable.functions.embed_weight_gradient(
                        gradient.rows, gradient.columns, codes_.baseAddress.map { UnsafeRawPointer($0) } ?? none,
                        codes.stride, $0.baseAddress.map { UnsafeRawPointer($0) } ?? none, gradient.stride,
                        categories.lowerBound, categories.count, sums.start)
                }
            }
        }
    }

    /// Encodes each column by its bins.
    static func encode<Scalar>(
        _ inputs: MatrixView<Scalar>, bins: BinTable, into outputs: inout MutableMatrixView<Scalar>
    ) {
        precondition(
            inputs.rows == outputs.rows && inputs.columns == bins.columns && outputs.columns == bins.count,
            "a column for each bin")
        outputs.withMemory { outputs in
            inputs.elements.withUnsafeBufferPointer {
                Scalar._kernelTable.functions.encode_bins(
                    inputs.rows, inputs.columns, $0.baseAddress!, inputs.stride, bins.starts, bins.lower, bins.slope,
                    bins.least, bins.most, outputs.start, outputs.stride)
            }
        }
    }

    static func encodeBackward<Scalar>(
        inputs: MatrixView<Scalar>, _ gradient: MatrixView<Scalar>, bins: BinTable,
        into inputGradient: inout MutableMatrixView<Scalar>
    ) {
        precondition(
            inputs.rows == gradient.rows && inputs.columns == bins.columns && gradient.columns == bins.count,
            "a column for each bin")
        withMemory(inputs, &inputGradient) { inputs, inputGradient in
            gradient.elements.withUnsafeBufferPointer {
                Scalar._kernelTable.functions.encode_bins_backward(
                    inputs.rows, inputs.columns, inputs.start, inputs.stride, $0.baseAddress!, gradient.stride,
                    bins.starts, bins.lower, bins.slope, bins.least, bins.most, inputGradient.start,
                    inputGradient.stride)
            }
        }
    }
}
