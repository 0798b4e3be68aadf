extension Kernels {
    /// Makes outputs of inputs and the numbers of a random field.
    /// - Parameter firstColumn: where in the field the columns begin.
    static func disturb<Scalar>(
        _ inputs: MatrixView<Scalar>, _ noise: Noise, _ field: RandomField, firstColumn: Int,
        into outputs: inout MutableMatrixView<Scalar>
    ) {
        withMemory(inputs, &outputs) { inputs, outputs in
            disturb(Scalar.self, noise, field, firstColumn, inputs.start, stride: inputs.stride, outputs)
        }
    }

    /// The same, in the place of the inputs.
    static func disturb<Scalar>(
        _ values: inout MutableMatrixView<Scalar>, _ noise: Noise, _ field: RandomField, firstColumn: Int
    ) {
        values.withMemory { values in
            disturb(Scalar.self, noise, field, firstColumn, values.start, stride: values.stride, values)
        }
    }

    private static func disturb<Scalar: BLASScalar>(
        _: Scalar.Type, _ noise: Noise, _ field: RandomField, _ firstColumn: Int, _ inputs: UnsafeRawPointer,
        stride: Int, _ outputs: Memory<UnsafeMutableRawPointer>
    ) {
        let functions = Scalar._kernelTable.functions
        var field = field.kernels
        switch noise {
        case .dropout(let probability, let scale, let shift, let dropped):
            let threshold = UInt32((probability * 0x1p32).rounded(.down))
            functions.dropout(
                outputs.rows, outputs.columns, firstColumn, &field, threshold, scale, shift, dropped, inputs, stride,
                outputs.start, outputs.stride)
        case .normal(let deviation):
            functions.add_noise(
                outputs.rows, outputs.columns, firstColumn, &field, deviation, inputs, stride, outputs.start,
                outputs.stride)
        }
    }
}
