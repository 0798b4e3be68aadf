extension Kernels {
    /// The scalars per row that hold one flag for each column.
    static func flagScalars(columns: Int) -> Int { (columns + 3) / 4 }

    /// Applies noise from a random field to the inputs.
    /// - Parameters:
    ///   - firstColumn: the column of the field at which the columns begin.
    ///   - kept: receives dropout's flags of kept elements: for each row, `flagScalars` of all columns of the field.
    static func disturb<Scalar>(
        _ inputs: MatrixView<Scalar>, _ noise: Noise, _ field: RandomField, firstColumn: Int,
        kept: inout MutableSpan<Scalar>, into outputs: inout MutableMatrixView<Scalar>
    ) {
        kept.withUnsafeMutableBufferPointer { kept in
            withMemory(inputs, &outputs) { inputs, outputs in
                disturb(noise, field, firstColumn, inputs.start, stride: inputs.stride, kept, outputs)
            }
        }
    }

    /// The same in place.
    static func disturb<Scalar>(
        _ values: inout MutableMatrixView<Scalar>, _ noise: Noise, _ field: RandomField, firstColumn: Int,
        kept: inout MutableSpan<Scalar>
    ) {
        kept.withUnsafeMutableBufferPointer { kept in
            values.withMemory { values in
                disturb(noise, field, firstColumn, values.start, stride: values.stride, kept, values)
            }
        }
    }

    private static func disturb<Scalar: BLASScalar>(
        _ noise: Noise, _ field: RandomField, _ firstColumn: Int, _ inputs: UnsafeRawPointer, stride: Int,
        _ kept: UnsafeMutableBufferPointer<Scalar>, _ outputs: Memory<UnsafeMutableRawPointer>
    ) {
        let functions = Scalar._kernelTable.functions
        var field = field.kernels
        switch noise {
        case .dropout(let probability, let scale, let shift, let dropped):
            let threshold = UInt32((probability * 0x1p32).rounded(.down))
            let flags = Flags(UnsafeBufferPointer(kept), rows: outputs.rows, firstColumn, columns: outputs.columns)
            functions.dropout(
                outputs.rows, outputs.columns, firstColumn, &field, threshold, scale, shift, dropped, inputs, stride,
                outputs.start, outputs.stride, UnsafeMutablePointer(mutating: flags.start), flags.stride)
        case .normal(let deviation):
            functions.add_noise(
                outputs.rows, outputs.columns, firstColumn, &field, deviation, inputs, stride, outputs.start,
                outputs.stride)
        }
    }

    /// Multiplies kept elements by `scale`; the others become 0.
    static func scaleKept<Scalar>(
        _ outputGradient: MatrixView<Scalar>, by scale: Double, kept: Span<Scalar>, firstColumn: Int,
        into gradient: inout MutableMatrixView<Scalar>
    ) {
        kept.withUnsafeBufferPointer { kept in
            withMemory(outputGradient, &gradient) { outputGradient, gradient in
                scaleKept(outputGradient.start, stride: outputGradient.stride, scale, kept, firstColumn, gradient)
            }
        }
    }

    /// The same in place, for a gradient.
    static func scaleKept<Scalar>(
        _ gradient: inout MutableMatrixView<Scalar>, by scale: Double, kept: Span<Scalar>, firstColumn: Int
    ) {
        kept.withUnsafeBufferPointer { kept in
            gradient.withMemory { gradient in
                scaleKept(UnsafeRawPointer(gradient.start), stride: gradient.stride, scale, kept, firstColumn, gradient)
            }
        }
    }

    private static func scaleKept<Scalar: BLASScalar>(
        _ outputGradient: UnsafeRawPointer, stride: Int, _ scale: Double, _ kept: UnsafeBufferPointer<Scalar>,
        _ firstColumn: Int, _ gradient: Memory<UnsafeMutableRawPointer>
    ) {
        let flags = Flags(kept, rows: gradient.rows, firstColumn, columns: gradient.columns)
        Scalar._kernelTable.functions.dropout_backward(
            gradient.rows, gradient.columns, flags.start, flags.stride, scale, outputGradient, stride, gradient.start,
            gradient.stride)
    }

    /// Bytes in the memory of scalars, one for each column of a row.
    private struct Flags {
        let start: UnsafePointer<UInt8>
        let stride: Int

        init<Scalar>(_ memory: UnsafeBufferPointer<Scalar>, rows: Int, _ firstColumn: Int, columns: Int) {
            let scalars = memory.count / rows
            precondition(flagScalars(columns: firstColumn + columns) <= scalars, "a flag for each element")
            stride = scalars * MemoryLayout<Scalar>.stride
            start = UnsafePointer(
                UnsafeRawPointer(memory.baseAddress!).assumingMemoryBound(to: UInt8.self) + firstColumn)
        }
    }
}
