import CKernels

/// The elementwise loops for one scalar type, compiled for the instruction set of this machine.
public struct _KernelTable: @unchecked Sendable {
    let functions: CKernelTable

    static func best(for type: Double.Type) -> _KernelTable { variant(.best, for: type) }
    static func best(for type: Float.Type) -> _KernelTable { variant(.best, for: type) }

    static func variant(_ variant: InstructionSet, for type: Double.Type) -> _KernelTable {
        _KernelTable(functions: ckernels_double(variant.kernels).pointee)
    }

    static func variant(_ variant: InstructionSet, for type: Float.Type) -> _KernelTable {
        _KernelTable(functions: ckernels_float(variant.kernels).pointee)
    }
}

/// The instruction sets that the elementwise loops exist for.
enum InstructionSet: String, CaseIterable, Sendable {
    case baseline, avx2, avx512

    static let best: InstructionSet =
        switch ckernels_best_variant() {
        case CKernelAVX512: .avx512
        case CKernelAVX2: .avx2
        default: .baseline
        }

    /// Those that this machine has.
    static var available: [InstructionSet] { Array(allCases.prefix(through: allCases.firstIndex(of: best)!)) }

    fileprivate var kernels: CKernelVariant {
        switch self {
        case .baseline: CKernelBaseline
        case .avx2: CKernelAVX2
        case .avx512: CKernelAVX512
        }
    }
}

/// The checked interface to the C loops: views in, sizes compared, one call for a whole array.
enum Kernels {
    /// A hint to the processor inside a loop that waits.
    static func pause() { ckernels_pause() }

    // MARK: Activations

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

    // MARK: Normalisation

    /// Each row of `inputs` without its mean, over its standard deviation; times `weight` and plus `bias`, unless these
    /// are empty.
    static func layerNorm<Scalar>(
        _ inputs: MatrixView<Scalar>, weight: Span<Scalar>, bias: Span<Scalar>, epsilon: Double,
        into outputs: inout MutableMatrixView<Scalar>
    ) {
        precondition(weight.isEmpty || weight.count == inputs.columns, "a weight for each column")
        precondition(bias.count == weight.count, "as many biases as weights")
        withMemory(inputs, &outputs) { inputs, outputs in
            weight.withUnsafeBufferPointer { weight in
                bias.withUnsafeBufferPointer { bias in
                    Scalar._kernelTable.functions.layer_norm(
                        inputs.rows, inputs.columns, inputs.start, inputs.stride, row(weight), row(bias), epsilon,
                        outputs.start, outputs.stride)
                }
            }
        }
    }

    static func layerNormBackward<Scalar>(
        inputs: MatrixView<Scalar>, weight: Span<Scalar>, epsilon: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) {
        precondition(weight.isEmpty || weight.count == inputs.columns, "a weight for each column")
        withMemory(inputs, &gradient) { inputs, gradient in
            weight.withUnsafeBufferPointer {
                Scalar._kernelTable.functions.layer_norm_backward(
                    inputs.rows, inputs.columns, inputs.start, inputs.stride, row($0), epsilon, gradient.start,
                    gradient.stride)
            }
        }
    }

    /// sums[0, c] = the sum of `gradient` times the normalised `inputs` over column c; rows are added in their order.
    static func layerNormWeightGradient<Scalar>(
        inputs: MatrixView<Scalar>, gradient: MatrixView<Scalar>, epsilon: Double,
        into sums: inout MutableMatrixView<Scalar>
    ) {
        withMemory(inputs, gradient, sums: &sums) {
            Scalar._kernelTable.functions.layer_norm_weight_gradient(
                $0.rows, $0.columns, $0.start, $0.stride, $1.start, $1.stride, epsilon, $2)
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

    // MARK: Losses

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

    // MARK: Optimizers

    /// One update of Adam over a stretch of the flat vectors.
    static func adam<Scalar: BLASScalar>(
        parameters: inout MutableSpan<Scalar>, gradients: Span<Scalar>, firstMoment: inout MutableSpan<Scalar>,
        secondMoment: inout MutableSpan<Scalar>, step: Double, inverseRoot: Double, beta1: Double, beta2: Double,
        epsilon: Double
    ) {
        let count = parameters.count
        precondition(
            gradients.count == count && firstMoment.count == count && secondMoment.count == count,
            "flat vectors of one length")
        if count == 0 { return }
        parameters.withUnsafeMutableBufferPointer { p in
            gradients.withUnsafeBufferPointer { g in
                firstMoment.withUnsafeMutableBufferPointer { m in
                    secondMoment.withUnsafeMutableBufferPointer { v in
                        Scalar._kernelTable.functions.adam(
                            count, p.baseAddress!, g.baseAddress!, m.baseAddress!, v.baseAddress!, step, inverseRoot,
                            beta1, beta2, epsilon)
                    }
                }
            }
        }
    }

    // MARK: Rows and columns

    /// Every row of `values` becomes `row`.
    static func fill<Scalar>(_ values: inout MutableMatrixView<Scalar>, row: Span<Scalar>) {
        precondition(row.count == values.columns, "a row as wide as the matrix")
        values.withMemory { values in
            row.withUnsafeBufferPointer {
                Scalar._kernelTable.functions.fill_rows(
                    values.rows, values.columns, $0.baseAddress!, values.start, values.stride)
            }
        }
    }

    /// sums[0, c] = the sum of column c; rows are added in their order.
    static func columnSums<Scalar>(_ values: MatrixView<Scalar>, into sums: inout MutableMatrixView<Scalar>) {
        precondition(sums.rows == 1 && sums.columns == values.columns, "as many sums as columns")
        sums.withMemory { sums in
            values.elements.withUnsafeBufferPointer {
                // Of no rows the sums are zero, and their memory has no address.
                let start = UnsafeRawPointer($0.baseAddress) ?? UnsafeRawPointer(sums.start)
                Scalar._kernelTable.functions.column_sums(
                    values.rows, values.columns, start, values.stride, sums.start)
            }
        }
    }

    /// sums[0, c] = the sum of a[r, c] · b[r, c] over column c; rows are added in their order.
    static func columnDots<Scalar>(
        _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, into sums: inout MutableMatrixView<Scalar>
    ) {
        withMemory(a, b, sums: &sums) {
            Scalar._kernelTable.functions.column_dots(
                $0.rows, $0.columns, $0.start, $0.stride, $1.start, $1.stride, $2)
        }
    }

    /// Row r of `values` becomes row indices[r] of `source`.
    static func gather<Scalar>(
        _ source: MatrixView<Scalar>, rows indices: Span<Int>, into values: inout MutableMatrixView<Scalar>
    ) {
        precondition(indices.count == values.rows && source.columns == values.columns, "one index per row")
        for position in indices.indices {
            precondition(indices[position] >= 0 && indices[position] < source.rows, "row out of range")
        }
        values.withMemory { values in
            source.elements.withUnsafeBufferPointer { source_ in
                indices.withUnsafeBufferPointer {
                    Scalar._kernelTable.functions.gather_rows(
                        values.rows, values.columns, source_.baseAddress!, source.stride, $0.baseAddress!,
                        values.start, values.stride)
                }
            }
        }
    }

    static func copy<Scalar>(_ source: MatrixView<Scalar>, into values: inout MutableMatrixView<Scalar>) {
        withMemory(source, &values) {
            Scalar._kernelTable.functions.copy($1.rows, $1.columns, $0.start, $0.stride, $1.start, $1.stride)
        }
    }

    /// The index of the first element that is NaN or infinite.
    static func firstNonFinite<Scalar: BLASScalar>(_ values: Span<Scalar>) -> Int? {
        if values.count == 0 { return nil }
        let index = values.withUnsafeBufferPointer {
            Scalar._kernelTable.functions.first_non_finite($0.count, $0.baseAddress!)
        }
        return index < 0 ? nil : index
    }

    // MARK: Memory behind the views

    struct Memory<Pointer> {
        let start: Pointer
        let rows: Int
        let columns: Int
        let stride: Int
    }

    /// Calls `body` with the memory of two matrices of one shape, unless they are empty.
    private static func withMemory<Scalar>(
        _ source: MatrixView<Scalar>, _ values: inout MutableMatrixView<Scalar>,
        _ body: (Memory<UnsafeRawPointer>, Memory<UnsafeMutableRawPointer>) -> Void
    ) {
        precondition(source.rows == values.rows && source.columns == values.columns, "matrices of one shape")
        values.withMemory { values in
            source.elements.withUnsafeBufferPointer {
                body(
                    Memory(
                        start: UnsafeRawPointer($0.baseAddress!), rows: source.rows, columns: source.columns,
                        stride: source.stride), values)
            }
        }
    }

    /// Calls `body` with the memory of two matrices of one shape and a sum for each of their columns.
    private static func withMemory<Scalar>(
        _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, sums: inout MutableMatrixView<Scalar>,
        _ body: (Memory<UnsafeRawPointer>, Memory<UnsafeRawPointer>, UnsafeMutableRawPointer) -> Void
    ) {
        precondition(a.rows == b.rows && a.columns == b.columns, "matrices of one shape")
        precondition(sums.rows == 1 && sums.columns == a.columns, "as many sums as columns")
        sums.withMemory { sums in
            a.elements.withUnsafeBufferPointer { first in
                b.elements.withUnsafeBufferPointer { second in
                    // Of no rows the sums are zero, and their memory has no address.
                    func memory(_ start: UnsafePointer<Scalar>?, stride: Int) -> Memory<UnsafeRawPointer> {
                        Memory(
                            start: start.map { UnsafeRawPointer($0) } ?? UnsafeRawPointer(sums.start), rows: a.rows,
                            columns: a.columns, stride: stride)
                    }
                    body(
                        memory(first.baseAddress, stride: a.stride), memory(second.baseAddress, stride: b.stride),
                        sums.start)
                }
            }
        }
    }

    /// Where a row of parameters is; nil if there is none.
    private static func row<Scalar>(_ elements: UnsafeBufferPointer<Scalar>) -> UnsafeRawPointer? {
        elements.isEmpty ? nil : UnsafeRawPointer(elements.baseAddress)
    }
}

extension MutableMatrixView {
    /// Calls `body` with the matrix's memory, unless it is empty.
    fileprivate mutating func withMemory(_ body: (Kernels.Memory<UnsafeMutableRawPointer>) -> Void) {
        if rows == 0 || columns == 0 { return }
        let (rows, columns, stride) = (rows, columns, stride)
        elements.withUnsafeMutableBufferPointer {
            body(
                Kernels.Memory(
                    start: UnsafeMutableRawPointer($0.baseAddress!), rows: rows, columns: columns, stride: stride))
        }
    }
}
