extension SourceStep {
    /// What a layer does to a row. To export another layer, add it here, and what it calls to `SourceFunction`.
    /// - Parameter parameters: the layer's stretch of the flat vector.
    /// - Throws: `PerceptronError.invalidArgument` if it is none of this package's layers.
    init(_ layer: any Layer, from inputs: Int, to outputs: Int, parameters: [Double]) throws(PerceptronError) {
        switch layer {
        case let layer as Linear:
            let bias = layer.bias ? [] : [Double](repeating: 0, count: outputs)
            self.init(
                .call(.linear, numbers: parameters + bias), from: inputs, to: outputs, "Linear, \(inputs) to \(outputs)"
            )
        case is ReLU: self.init(inPlace: .call(.relu), inputs, "ReLU")
        case let layer as LeakyReLU:
            self.init(inPlace: .call(.leakyReLU, parameters: [layer.negativeSlope]), inputs, "LeakyReLU")
        case let layer as ELU: self.init(inPlace: .call(.elu, parameters: [layer.alpha]), inputs, "ELU")
        case let layer as GELU:
            switch layer.approximation {
            case .none: self.init(inPlace: .call(.gelu), inputs, "GELU")
            case .tanh: self.init(inPlace: .call(.geluTanh), inputs, "GELU, by tanh")
            }
        case is SiLU: self.init(inPlace: .call(.silu), inputs, "SiLU")
        case is Sigmoid: self.init(inPlace: .call(.sigmoid), inputs, "Sigmoid")
        case is Tanh: self.init(inPlace: .call(.tanh), inputs, "Tanh")
        case is Softplus: self.init(inPlace: .call(.softplus), inputs, "Softplus")
        case is Softmax: self.init(inPlace: .call(.softmax), inputs, "Softmax")
        case is Affine: self.init(inPlace: .call(.affine, numbers: parameters), inputs, "Affine")
        case let layer as LayerNorm:
            let identity = [Double](repeating: 1, count: inputs) + [Double](repeating: 0, count: inputs)
            let numbers = layer.affine ? parameters : identity
            self.init(
                inPlace: .call(.layerNorm, numbers: numbers, parameters: [layer.epsilon]), inputs, "LayerNorm")
        default: throw .invalidArgument("only layers of this package can be written as source code")
        }
    }
}
