extension Kernels {
    /// outputs[r, c] = `dropped` with that probability, else inputs[r, c] · scale + shift.
    /// - Parameter firstColumn: where in the field the columns begin.
    static func dropout<Scalar>(
        _ inputs: MatrixView<Scalar>, _ field: RandomField, firstColumn: Int, probability: Double, scale: Double,
        shift: Double = 0, dropped: Double = 0, into outputs: inout MutableMatrixView<Scalar>
    ) {
        var field = field.kernels
        let threshold = UInt32((probability * 0x1p32).rounded(.down))
        withMemory(inputs, &outputs) { inputs, outputs in
            Scalar._kernelTable.functions.dropout(
                inputs.rows, inputs.columns, firstColumn, &field, threshold, scale, shift, dropped, inputs.start,
                inputs.stride, outputs.start, outputs.stride)
        }
    }

    /// outputs[r, c] = inputs[r, c] + a normal number of mean 0 and that standard deviation.
    static func addNoise<Scalar>(
        _ inputs: MatrixView<Scalar>, _ field: RandomField, firstColumn: Int, deviation: Double,
        into outputs: inout MutableMatrixView<Scalar>
    ) {
        var field = field.kernels
        withMemory(inputs, &outputs) { inputs, outputs in
            Scalar._kernelTable.functions.add_noise(
                inputs.rows, inputs.columns, firstColumn, &field, deviation, inputs.start, inputs.stride,
                outputs.start, outputs.stride)
        }
    }
}
