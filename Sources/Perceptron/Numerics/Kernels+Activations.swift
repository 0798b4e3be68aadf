extension Kernels {
    static func relu<Scalar>(_ values: inout MutableMatrixView<Scalar>) {
        values.withMemory { Scalar._kernelTable.functions.relu($0.rows, $0.columns, $0.start, $0.stride) }
    }

    static func reluBackward<Scalar>(outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>) {
        withMemory(outputs, &gradient) {
            Scalar._kernelTable.functions.relu_backward(
                $1.rows, $1.columns, $0.start, $0.stride, $1.start, $1.stride)
        }
    }

    static func sigmoid<Scalar>(_ values: inout MutableMatrixView<Scalar>) {
        values.withMemory { Scalar._kernelTable.functions.sigmoid($0.rows, $0.columns, $0.start, $0.stride) }
    }

    static func sigmoidBackward<Scalar>(outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>) {
        withMemory(outputs, &gradient) {
            Scalar._kernelTable.functions.sigmoid_backward(
                $1.rows, $1.columns, $0.start, $0.stride, $1.start, $1.stride)
        }
    }

    static func tanh<Scalar>(_ values: inout MutableMatrixView<Scalar>) {
        values.withMemory { Scalar._kernelTable.functions.tanh($0.rows, $0.columns, $0.start, $0.stride) }
    }

    static func tanhBackward<Scalar>(outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>) {
        withMemory(outputs, &gradient) {
            Scalar._kernelTable.functions.tanh_backward(
                $1.rows, $1.columns, $0.start, $0.stride, $1.start, $1.stride)
        }
    }

    static func softmax<Scalar>(_ values: inout MutableMatrixView<Scalar>) {
        values.withMemory { Scalar._kernelTable.functions.softmax($0.rows, $0.columns, $0.start, $0.stride) }
    }

    static func softmaxBackward<Scalar>(outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>) {
        withMemory(outputs, &gradient) {
            Scalar._kernelTable.functions.softmax_backward(
                $1.rows, $1.columns, $0.start, $0.stride, $1.start, $1.stride)
        }
    }

    static func leakyReLU<Scalar>(_ values: inout MutableMatrixView<Scalar>, slope: Double) {
        values.withMemory { Scalar._kernelTable.functions.leaky_relu($0.rows, $0.columns, $0.start, $0.stride, slope) }
    }

    static func leakyReLUBackward<Scalar>(
        outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>, slope: Double
    ) {
        withMemory(outputs, &gradient) {
            Scalar._kernelTable.functions.leaky_relu_backward(
                $1.rows, $1.columns, $0.start, $0.stride, $1.start, $1.stride, slope)
        }
    }

    static func elu<Scalar>(_ values: inout MutableMatrixView<Scalar>, alpha: Double) {
        values.withMemory { Scalar._kernelTable.functions.elu($0.rows, $0.columns, $0.start, $0.stride, alpha) }
    }

    static func eluBackward<Scalar>(
        outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>, alpha: Double
    ) {
        withMemory(outputs, &gradient) {
            Scalar._kernelTable.functions.elu_backward(
                $1.rows, $1.columns, $0.start, $0.stride, $1.start, $1.stride, alpha)
        }
    }

    static func softplus<Scalar>(_ values: inout MutableMatrixView<Scalar>) {
        values.withMemory { Scalar._kernelTable.functions.softplus($0.rows, $0.columns, $0.start, $0.stride) }
    }

    static func softplusBackward<Scalar>(outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>) {
        withMemory(outputs, &gradient) {
            Scalar._kernelTable.functions.softplus_backward(
                $1.rows, $1.columns, $0.start, $0.stride, $1.start, $1.stride)
        }
    }

    static func silu<Scalar>(_ values: inout MutableMatrixView<Scalar>) {
        values.withMemory { Scalar._kernelTable.functions.silu($0.rows, $0.columns, $0.start, $0.stride) }
    }

    static func siluBackward<Scalar>(inputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>) {
        withMemory(inputs, &gradient) {
            Scalar._kernelTable.functions.silu_backward(
                $1.rows, $1.columns, $0.start, $0.stride, $1.start, $1.stride)
        }
    }

    static func gelu<Scalar>(_ values: inout MutableMatrixView<Scalar>) {
        values.withMemory { Scalar._kernelTable.functions.gelu($0.rows, $0.columns, $0.start, $0.stride) }
    }

    static func geluBackward<Scalar>(inputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>) {
        withMemory(inputs, &gradient) {
            Scalar._kernelTable.functions.gelu_backward(
                $1.rows, $1.columns, $0.start, $0.stride, $1.start, $1.stride)
        }
    }

    static func geluTanh<Scalar>(_ values: inout MutableMatrixView<Scalar>) {
        values.withMemory { Scalar._kernelTable.functions.gelu_tanh($0.rows, $0.columns, $0.start, $0.stride) }
    }

    static func geluTanhBackward<Scalar>(inputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>) {
        withMemory(inputs, &gradient) {
            Scalar._kernelTable.functions.gelu_tanh_backward(
                $1.rows, $1.columns, $0.start, $0.stride, $1.start, $1.stride)
        }
    }
}
