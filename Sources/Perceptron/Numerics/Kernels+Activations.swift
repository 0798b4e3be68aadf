/// The C loops of one activation, and their parameters.
package struct ActivationKernel: Sendable {
    let activation: Kernels.Activation
    let a: Double
    let b: Double

    /// - Parameters:
    ///   - activation: its number; `activation_list.h` has the formulas.
    ///   - a: the first parameter, if it has one.
    ///   - b: the second, if it has two.
    init(_ activation: Kernels.Activation, _ a: Double = 0, _ b: Double = 0) {
        self.activation = activation
        self.a = a
        self.b = b
    }
}

extension Kernels {
    /// outputs = f(inputs), element by element.
    static func activate<Scalar>(
        _ kernel: ActivationKernel, _ inputs: MatrixView<Scalar>, into outputs: inout MutableMatrixView<Scalar>
    ) {
        withMemory(inputs, &outputs) {
            Scalar._kernelTable.functions.activate(
                kernel.activation, kernel.a, kernel.b, $0.rows, $0.columns, $0.start, $0.stride, $1.start, $1.stride)
        }
    }

    static func activate<Scalar>(_ kernel: ActivationKernel, _ values: inout MutableMatrixView<Scalar>) {
        values.withMemory {
            Scalar._kernelTable.functions.activate(
                kernel.activation, kernel.a, kernel.b, $0.rows, $0.columns, $0.start, $0.stride, $0.start, $0.stride)
        }
    }

    /// results = gradient · f′, element by element; f′ is computed from the inputs or the outputs, depending on the
    /// kernel.
    static func activateBackward<Scalar>(
        _ kernel: ActivationKernel, kept: MatrixView<Scalar>, gradient: MatrixView<Scalar>,
        into results: inout MutableMatrixView<Scalar>
    ) {
        precondition(gradient.rows == kept.rows && gradient.columns == kept.columns, "matrices of one shape")
        withMemory(kept, &results) { kept, results in
            gradient.elements.withUnsafeBufferPointer {
                Scalar._kernelTable.functions.activate_backward(
                    kernel.activation, kernel.a, kernel.b, kept.rows, kept.columns, kept.start, kept.stride,
                    $0.baseAddress!, gradient.stride, results.start, results.stride)
            }
        }
    }

    static func activateBackward<Scalar>(
        _ kernel: ActivationKernel, kept: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
    ) {
        withMemory(kept, &gradient) {
            Scalar._kernelTable.functions.activate_backward(
                kernel.activation, kernel.a, kernel.b, $0.rows, $0.columns, $0.start, $0.stride, $1.start, $1.stride,
                $1.start, $1.stride)
        }
    }

    // MARK: Rows

    static func softmax<Scalar>(_ values: inout MutableMatrixView<Scalar>) {
        values.withMemory {
            Scalar._kernelTable.functions.softmax($0.rows, $0.columns, $0.start, $0.stride, $0.start, $0.stride)
        }
    }

    static func softmax<Scalar>(_ inputs: MatrixView<Scalar>, into outputs: inout MutableMatrixView<Scalar>) {
        withMemory(inputs, &outputs) {
            Scalar._kernelTable.functions.softmax($0.rows, $0.columns, $0.start, $0.stride, $1.start, $1.stride)
        }
    }

    static func softmaxBackward<Scalar>(outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>) {
        withMemory(outputs, &gradient) {
            Scalar._kernelTable.functions.softmax_backward(
                $1.rows, $1.columns, $0.start, $0.stride, $1.start, $1.stride, $1.start, $1.stride)
        }
    }

    static func softmaxBackward<Scalar>(
        outputs: MatrixView<Scalar>, gradient: MatrixView<Scalar>, into results: inout MutableMatrixView<Scalar>
    ) {
        precondition(gradient.rows == outputs.rows && gradient.columns == outputs.columns, "matrices of one shape")
        withMemory(outputs, &results) { outputs, results in
            gradient.elements.withUnsafeBufferPointer {
                Scalar._kernelTable.functions.softmax_backward(
                    outputs.rows, outputs.columns, outputs.start, outputs.stride, $0.baseAddress!, gradient.stride,
                    results.start, results.stride)
            }
        }
    }

    static func logSoftmax<Scalar>(_ values: inout MutableMatrixView<Scalar>) {
        values.withMemory {
            Scalar._kernelTable.functions.log_softmax($0.rows, $0.columns, $0.start, $0.stride, $0.start, $0.stride)
        }
    }

    static func logSoftmaxBackward<Scalar>(outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>) {
        withMemory(outputs, &gradient) {
            Scalar._kernelTable.functions.log_softmax_backward(
                $1.rows, $1.columns, $0.start, $0.stride, $1.start, $1.stride, $1.start, $1.stride)
        }
    }

    // MARK: PReLU

    /// outputs = values where inputs > 0, otherwise weight · values; one weight, or one for each column.
    static func scaleNegatives<Scalar>(
        of inputs: MatrixView<Scalar>, _ values: MatrixView<Scalar>, weight: Span<Scalar>,
        into outputs: inout MutableMatrixView<Scalar>
    ) {
        precondition(weight.count == 1 || weight.count == inputs.columns, "one weight, or one for each column")
        precondition(values.rows == inputs.rows && values.columns == inputs.columns, "matrices of one shape")
        withMemory(inputs, &outputs) { inputs, outputs in
            values.elements.withUnsafeBufferPointer { values_ in
                weight.withUnsafeBufferPointer {
                    Scalar._kernelTable.functions.scale_negatives(
                        inputs.rows, inputs.columns, inputs.start, inputs.stride, values_.baseAddress!, values.stride,
                        $0.baseAddress!, weight.count, outputs.start, outputs.stride)
                }
            }
        }
    }

    /// sums = the sum of min(inputs, 0) · gradient, for each column or for all together; rows are added in order.
    static func negativeDots<Scalar>(
        _ inputs: MatrixView<Scalar>, _ gradient: MatrixView<Scalar>, into sums: inout MutableMatrixView<Scalar>
    ) {
        precondition(inputs.rows == gradient.rows && inputs.columns == gradient.columns, "matrices of one shape")
        precondition(
            sums.rows == 1 && (sums.columns == 1 || sums.columns == inputs.columns), "one sum, or one for each column")
        sums.withMemory { sums in
            inputs.elements.withUnsafeBufferPointer { x in
                gradient.elements.withUnsafeBufferPointer { g in
                    // With no rows, the sums are zero and the memory has no address.
                    Scalar._kernelTable.functions.negative_dots(
                        inputs.rows, inputs.columns, UnsafeRawPointer(x.baseAddress) ?? UnsafeRawPointer(sums.start),
                        inputs.stride, UnsafeRawPointer(g.baseAddress) ?? UnsafeRawPointer(sums.start),
                        gradient.stride, sums.start, sums.columns)
                }
            }
        }
    }
}
