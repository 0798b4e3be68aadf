extension Kernels {
    /// The kernels of one loss: for targets as a matrix, and as class indices.
    struct LossKernels {
        let matrix:
            @convention(c) (
                Int, Int, UnsafeRawPointer, Int, UnsafeRawPointer, Int, Double, UnsafeMutableRawPointer, Int
            ) -> Double
        let classes:
            @convention(c) (
                Int, Int, UnsafeRawPointer, Int, UnsafePointer<Int>, Double, UnsafeMutableRawPointer, Int
            ) -> Double

        static func meanSquaredError<Scalar: BLASScalar>(_ type: Scalar.Type) -> LossKernels {
            let table = Scalar._kernelTable.functions
            return LossKernels(matrix: table.mean_squared_error, classes: table.mean_squared_error_classes)
        }

        static func crossEntropy<Scalar: BLASScalar>(_ type: Scalar.Type) -> LossKernels {
            let table = Scalar._kernelTable.functions
            return LossKernels(matrix: table.cross_entropy, classes: table.cross_entropy_classes)
        }

        static func softmaxCrossEntropy<Scalar: BLASScalar>(_ type: Scalar.Type) -> LossKernels {
            let table = Scalar._kernelTable.functions
            return LossKernels(matrix: table.softmax_cross_entropy, classes: table.softmax_cross_entropy_classes)
        }
    }

    /// Writes `scale` times the gradient of the loss summed over the rows, and returns that sum.
    static func loss<Scalar>(
        _ kernels: LossKernels, outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        precondition(targets.rows == outputs.rows, "as many targets as outputs")
        var sum = 0.0
        withMemory(outputs, &gradient) { outputs, gradient in
            switch targets.kind {
            case .matrix:
                precondition(targets.values.columns == outputs.columns, "as many target columns as outputs")
                targets.values.elements.withUnsafeBufferPointer {
                    sum = kernels.matrix(
                        outputs.rows, outputs.columns, outputs.start, outputs.stride, $0.baseAddress!,
                        targets.values.stride, scale, gradient.start, gradient.stride)
                }
            case .classes:
                for row in targets.classes.indices {
                    precondition(
                        targets.classes[row] >= 0 && targets.classes[row] < outputs.columns, "a class that is none")
                }
                targets.classes.withUnsafeBufferPointer {
                    sum = kernels.classes(
                        outputs.rows, outputs.columns, outputs.start, outputs.stride, $0.baseAddress!, scale,
                        gradient.start, gradient.stride)
                }
            }
        }
        return sum
    }
}
