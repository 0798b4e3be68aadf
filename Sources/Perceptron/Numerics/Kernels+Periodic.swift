extension Kernels {
    /// Replaces each column by the sines and cosines of its angles; with phases, by the cosines and the column itself.
    static func periodic<Scalar>(
        _ inputs: MatrixView<Scalar>, frequency: Span<Scalar>, phase: Span<Scalar>,
        into outputs: inout MutableMatrixView<Scalar>
    ) {
        let frequencies = checkedFrequencies(inputs, frequency, phase, columns: outputs.columns)
        precondition(inputs.rows == outputs.rows, "as many rows")
        outputs.withMemory { outputs in
            inputs.elements.withUnsafeBufferPointer { inputs_ in
                frequency.withUnsafeBufferPointer { frequency in
                    phase.withUnsafeBufferPointer {
                        Scalar._kernelTable.functions.periodic(
                            inputs.rows, inputs.columns, inputs_.baseAddress!, inputs.stride, frequencies,
                            frequency.baseAddress!, row($0), outputs.start, outputs.stride)
                    }
                }
            }
        }
    }

    static func periodicBackward<Scalar>(
        inputs: MatrixView<Scalar>, _ gradient: MatrixView<Scalar>, frequency: Span<Scalar>, phase: Span<Scalar>,
        into inputGradient: inout MutableMatrixView<Scalar>
    ) {
        let frequencies = checkedFrequencies(inputs, frequency, phase, columns: gradient.columns)
        withMemory(inputs, &inputGradient) { inputs, inputGradient in
            gradient.elements.withUnsafeBufferPointer { gradient_ in
                frequency.withUnsafeBufferPointer { frequency in
                    phase.withUnsafeBufferPointer {
                        Scalar._kernelTable.functions.periodic_backward(
                            inputs.rows, inputs.columns, inputs.start, inputs.stride, gradient_.baseAddress!,
                            gradient.stride, frequencies, frequency.baseAddress!, row($0), inputGradient.start,
                            inputGradient.stride, nil, nil)
                    }
                }
            }
        }
    }

    /// Adds the gradients of the frequencies to `sums`, followed by those of the phases.
    static func addPeriodicGradients<Scalar>(
        inputs: MatrixView<Scalar>, _ gradient: MatrixView<Scalar>, frequency: Span<Scalar>, phase: Span<Scalar>,
        to sums: inout MutableMatrixView<Scalar>
    ) {
        let frequencies = checkedFrequencies(inputs, frequency, phase, columns: gradient.columns)
        precondition(
            inputs.rows == gradient.rows && sums.rows == 1 && sums.columns == frequency.count + phase.count,
            "a sum for each frequency and phase")
        if inputs.rows == 0 { return }
        sums.withMemory { sums in
            inputs.elements.withUnsafeBufferPointer { inputs_ in
                gradient.elements.withUnsafeBufferPointer { gradient_ in
                    frequency.withUnsafeBufferPointer { frequency in
                        phase.withUnsafeBufferPointer {
                            let phases = $0.isEmpty ? nil : sums.start + frequency.count * MemoryLayout<Scalar>.stride
                            Scalar._kernelTable.functions.periodic_backward(
                                inputs.rows, inputs.columns, inputs_.baseAddress!, inputs.stride,
                                gradient_.baseAddress!, gradient.stride, frequencies, frequency.baseAddress!, row($0),
                                nil, 0, sums.start, phases)
                        }
                    }
                }
            }
        }
    }

    /// The number of frequencies per column.
    private static func checkedFrequencies<Scalar>(
        _ inputs: MatrixView<Scalar>, _ frequency: Span<Scalar>, _ phase: Span<Scalar>, columns: Int
    ) -> Int {
        precondition(
            inputs.columns > 0 && frequency.count.isMultiple(of: inputs.columns), "frequencies for each column")
        let frequencies = frequency.count / inputs.columns
        precondition(phase.isEmpty || phase.count == frequency.count, "a phase for each frequency")
        precondition(
            columns == inputs.columns * (phase.isEmpty ? 2 * frequencies : frequencies + 1),
            "columns of sines and cosines")
        return frequencies
    }
}
