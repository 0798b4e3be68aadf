extension Kernels {
    /// Returns the weighted sum of the loss over the rows, and writes `scale` times its gradient.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    static func loss<Scalar>(
        _ kernel: LossKernel, outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, weights: LossWeights,
        scale: Double, gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        precondition(targets.rows == outputs.rows, "as many targets as outputs")
        precondition(weights.rows.isEmpty || weights.rows.count == outputs.rows, "a weight for each row")
        precondition(
            weights.classes.isEmpty || weights.classes.count == max(2, outputs.columns), "a weight for each class")
        let outputsOfTarget = kernel.kind == .gaussian ? 2 : max(1, kernel.parameters.count)
        precondition(targets.columns * outputsOfTarget == outputs.columns, "as many targets as the loss takes")
        for row in targets.classes.indices {
            precondition(
                targets.classes[row] >= 0 && targets.classes[row] < max(2, targets.columns), "a class that is none")
        }
        var sum = 0.0
        withMemory(outputs, &gradient) { outputs, gradient in
            targets.values.elements.withUnsafeBufferPointer { values in
                targets.classes.withUnsafeBufferPointer { classes in
                    weights.rows.withUnsafeBufferPointer { rowWeights in
                        weights.classes.withUnsafeBufferPointer { classWeights in
                            withParameters(of: kernel) { parameters in
                                var call = LossCall(
                                    kind: kernel.kind, form: kernel.form, parameters: parameters.baseAddress!,
                                    parameter_count: parameters.count, smoothing: kernel.labelSmoothing,
                                    rows: outputs.rows, columns: outputs.columns, outputs: outputs.start,
                                    outputs_stride: outputs.stride, targets: row(values),
                                    targets_stride: targets.values.stride, classes: address(classes),
                                    weights: address(rowWeights), class_weights: address(classWeights), scale: scale,
                                    gradient: gradient.start, gradient_stride: gradient.stride)
                                sum = Scalar._kernelTable.functions.loss(&call)
                            }
                        }
                    }
                }
            }
        }
        return sum
    }

    private static func withParameters(of kernel: LossKernel, _ body: (UnsafeBufferPointer<Double>) -> Void) {
        if kernel.parameters.isEmpty {
            withUnsafePointer(to: kernel.parameter) { body(UnsafeBufferPointer(start: $0, count: 1)) }
        } else {
            kernel.parameters.withUnsafeBufferPointer(body)
        }
    }

    /// The address of numbers; nil if there are none.
    private static func address<Number>(_ numbers: UnsafeBufferPointer<Number>) -> UnsafePointer<Number>? {
        numbers.isEmpty ? nil : numbers.baseAddress
    }
}
