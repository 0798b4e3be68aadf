import CKernels
import Foundation
import Perceptron

/// The floor: what a model of Linear layers with ReLU between them and a Softmax at the end costs at least: its products,
/// each in the fastest cut into calls of cblas that a search finds, and one pass of each elementwise kernel, over memory
/// that is there already.
///
/// Nothing is checked or handed over; the order of the calls is that of the package, so that caches behave alike.
final class BareNetwork<Scalar: BLASScalar> {
    private let rows: Int
    private let kernels: CKernelTable
    private let layers: UnsafeMutableBufferPointer<BareLayer<Scalar>>
    /// The layers' indices, the one with the most parameters first: the order in which gradients are computed.
    private let largestFirst: UnsafeMutableBufferPointer<Int>
    private let inputs: AlignedBuffer<Scalar>
    private let classes: UnsafeMutableBufferPointer<Int>
    private let parameters: AlignedBuffer<Scalar>
    private let gradientBuffer: AlignedBuffer<Scalar>
    private let moments: [AlignedBuffer<Scalar>]
    private let between: [AlignedBuffer<Scalar>]
    private var updates = 0.0

    /// - Parameters:
    ///   - widths: from the input's to the output's.
    ///   - parameters: as `MLP.parameters` has them.
    ///   - rows: how many go through at once.
    ///   - inputs: at least as many rows.
    ///   - classes: of these rows; none if there is to be no training.
    ///   - search: finds the fastest cuts.
    init(
        widths: [Int], parameters: [Scalar], rows: Int, inputs: [Scalar], classes: [Int] = [],
        search: ProductSearch<Scalar>
    ) {
        let trains = !classes.isEmpty
        self.rows = rows
        kernels =
            Scalar.self == Double.self
            ? ckernels_double(ckernels_best_variant()).pointee : ckernels_float(ckernels_best_variant()).pointee
        self.inputs = AlignedBuffer(inputs)
        self.classes = .allocate(capacity: classes.count)
        _ = self.classes.initialize(from: classes)
        self.parameters = AlignedBuffer(parameters)
        gradientBuffer = AlignedBuffer(count: trains ? parameters.count : 0)
        moments = (0..<2).map { _ in AlignedBuffer(count: trains ? parameters.count : 0) }
        let outputs = widths.dropFirst().map { AlignedBuffer<Scalar>(count: rows * $0) }
        let gradients = widths.dropFirst().map { AlignedBuffer<Scalar>(count: trains ? rows * $0 : 0) }
        between = outputs + gradients
        var layers: [BareLayer<Scalar>] = []
        var offset = 0
        for (index, (inputs, outputs_)) in zip(widths, widths.dropFirst()).enumerated() {
            let bias = offset + inputs * outputs_
            func cut(_ kind: ProductShape.Kind, _ rows: Int, _ inner: Int, _ columns: Int) -> ProductCut {
                search.best(
                    ProductShape(
                        kind: kind, rows: rows, inner: inner, columns: columns, strideB: outputs_,
                        scalarBytes: MemoryLayout<Scalar>.size))
            }
            layers.append(
                BareLayer(
                    inputFeatures: inputs, outputFeatures: outputs_, weight: self.parameters.start + offset,
                    bias: self.parameters.start + bias, weightGradient: gradientBuffer.start + offset,
                    biasGradient: gradientBuffer.start + bias, output: outputs[index].start,
                    outputGradient: gradients[index].start, forwardCut: cut(.forward, rows, inputs, outputs_),
                    weightGradientCut: trains ? cut(.weightGradient, inputs, rows, outputs_) : .whole,
                    downstreamCut: trains && index > 0 ? cut(.downstream, rows, outputs_, inputs) : .whole))
            offset = bias + outputs_
        }
        precondition(offset == parameters.count, "parameters of these layers")
        self.layers = .allocate(capacity: layers.count)
        _ = self.layers.initialize(from: layers)
        let sizes = layers.map { $0.inputFeatures * $0.outputFeatures }
        largestFirst = .allocate(capacity: layers.count)
        _ = largestFirst.initialize(from: sizes.indices.sorted { sizes[$0] > sizes[$1] })
    }

    deinit {
        layers.deallocate()
        largestFirst.deallocate()
        classes.deallocate()
    }

    /// The gradient of the last step, laid out as the parameters are.
    var gradients: [Scalar] { Array(gradientBuffer.elements) }

    /// Forward, cross-entropy, backward, and Adam over all parameters.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func step() {
        forward(UnsafePointer(inputs.start), lastOutput: layers[layers.count - 1].output, rows: rows)
        let last = layers[layers.count - 1]
        var gamma = 0.0
        withUnsafePointer(to: &gamma) {
            var loss = CLoss(
                kind: .classes, form: .logits, parameters: $0, parameter_count: 1, smoothing: 0, rows: rows,
                columns: last.outputFeatures, outputs: last.output, outputs_stride: last.outputFeatures, targets: nil,
                targets_stride: 0, classes: UnsafePointer(classes.baseAddress!), weights: nil, class_weights: nil,
                scale: 1 / Double(rows), gradient: last.outputGradient, gradient_stride: last.outputFeatures)
            _ = kernels.loss(&loss)
        }
        for index in stride(from: layers.count - 1, to: 0, by: -1) {
            let (layer, before) = (layers[index], layers[index - 1])
            BareProduct.multiply(
                rows: rows, columns: layer.inputFeatures, inner: layer.outputFeatures, layer.outputGradient,
                layer.weight, transposeB: true, cut: layer.downstreamCut, into: before.outputGradient)
            let columns = before.outputFeatures
            kernels.activate_backward(
                .relu, 0, 0, rows, columns, before.output, columns, before.outputGradient, columns,
                before.outputGradient, columns)
        }
        for index in largestFirst {
            let layer = layers[index]
            BareProduct.multiply(
                rows: layer.inputFeatures, columns: layer.outputFeatures, inner: rows,
                index == 0 ? inputs.start : layers[index - 1].output, layer.outputGradient, transposeA: true,
                cut: layer.weightGradientCut,
                into: layer.weightGradient)
            kernels.column_sums(
                rows, layer.outputFeatures, layer.outputGradient, layer.outputFeatures, layer.biasGradient)
        }
        updates += 1
        let (beta1, beta2) = (0.9, 0.999)
        var update = COptimizerUpdate(
            kind: .adam, count: parameters.count, parameters: parameters.start, gradients: gradientBuffer.start,
            states: (UnsafeMutableRawPointer(moments[0].start), UnsafeMutableRawPointer(moments[1].start), nil),
            numbers: COptimizerNumbers(
                rate: 0.001 / (1 - pow(beta1, updates)), shrink: 1, decay: 0, beta1: beta1, beta2: beta2, epsilon: 1e-8,
                inverse_root: 1 / (1 - pow(beta2, updates)).squareRoot(), weight: 0, nesterov: 0))
        kernels.update(&update)
    }

    /// The outputs for all inputs, so many rows at a time that what lies between the layers stays in the cache.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func predict(into result: AlignedBuffer<Scalar>) {
        let (first, last) = (layers[0], layers[layers.count - 1])
        let total = inputs.count / first.inputFeatures
        var row = 0
        while row < total {
            let count = min(rows, total - row)
            let output = result.start + row * last.outputFeatures
            forward(UnsafePointer(inputs.start + row * first.inputFeatures), lastOutput: output, rows: count)
            kernels.softmax(
                count, last.outputFeatures, output, last.outputFeatures, output, last.outputFeatures)
            row += count
        }
    }

    @inline(__always)
    private func forward(_ inputs: UnsafePointer<Scalar>, lastOutput: UnsafeMutablePointer<Scalar>, rows: Int) {
        var values = inputs
        for index in layers.indices {
            let layer = layers[index]
            let isLast = index == layers.count - 1
            let output = isLast ? lastOutput : layer.output
            kernels.fill_rows(rows, layer.outputFeatures, layer.bias, output, layer.outputFeatures)
            BareProduct.multiply(
                rows: rows, columns: layer.outputFeatures, inner: layer.inputFeatures, values, layer.weight, beta: 1,
                cut: layer.forwardCut,
                into: output)
            if !isLast {
                let columns = layer.outputFeatures
                kernels.activate(.relu, 0, 0, rows, columns, output, columns, output, columns)
            }
            values = UnsafePointer(output)
        }
    }
}
