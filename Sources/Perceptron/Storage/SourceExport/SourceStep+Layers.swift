extension SourceStep {
    /// The step for a layer. An elementwise layer needs only its formula; to export any other layer, add it here, and
    /// the functions that it calls to `SourceFunction`.
    /// - Parameters:
    ///   - parameters: the layer's part of the flat vector.
    ///   - state: its part of the model's state.
    /// - Throws: `PerceptronError.invalidArgument` if it is not a layer of this package.
    init(
        _ layer: any Layer, from inputs: Int, to outputs: Int, parameters: [Double], state: [Double],
        precision: SourcePrecision
    ) throws(PerceptronError) {
        switch layer {
        case let layer as Linear:
            let bias = layer.bias ? [] : [Double](repeating: 0, count: outputs)
            self.init(
                .call(.linear, numbers: parameters + bias), from: inputs, to: outputs, "Linear, \(inputs) to \(outputs)"
            )
        case let layer as any ElementwiseLayer:
            self.init(inPlace: .elements(layer.formula), inputs, "\(type(of: layer))")
        case is Softmax: self.init(inPlace: .call(.softmax), inputs, "Softmax")
        case is LogSoftmax: self.init(inPlace: .call(.logSoftmax), inputs, "LogSoftmax")
        case is PReLU:
            let weight = parameters.count == inputs ? parameters : Array(repeating: parameters[0], count: inputs)
            self.init(inPlace: .call(.prelu, numbers: weight), inputs, "PReLU")
        case let layer as BatchNorm:
            let map = layer.affineMap(parameters: parameters, state: state)
            self.init(inPlace: .call(.affine, numbers: map.weight + map.bias), inputs, "BatchNorm")
        case is Affine: self.init(inPlace: .call(.affine, numbers: parameters), inputs, "Affine")
        case let layer as LayerNorm:
            let identity = [Double](repeating: 1, count: inputs) + [Double](repeating: 0, count: inputs)
            let numbers = layer.affine ? parameters : identity
            self.init(
                inPlace: .call(.layerNorm, numbers: numbers, parameters: [layer.epsilon]), inputs, "LayerNorm")
        case let layer as RMSNorm:
            let weight = layer.affine ? parameters : [Double](repeating: 1, count: inputs)
            let epsilon = layer.epsilon ?? (precision.isDouble ? .ulpOfOne : Double(Float.ulpOfOne))
            self.init(inPlace: .call(.rmsNorm, numbers: weight, parameters: [epsilon]), inputs, "RMSNorm")
        case is Scale:
            let zeros = [Double](repeating: 0, count: inputs)
            self.init(inPlace: .call(.affine, numbers: parameters + zeros), inputs, "Scale")
        case let layer as NTKLinear:
            let factor = 1 / Double(inputs).squareRoot()
            let weight = parameters.prefix(inputs * outputs).map { $0 * factor }
            let bias = layer.bias ? Array(parameters.suffix(outputs)) : [Double](repeating: 0, count: outputs)
            self.init(
                .call(.linear, numbers: weight + bias), from: inputs, to: outputs,
                "NTKLinear, \(inputs) to \(outputs)")
        case let layer as Embedding:
            self.init(
                .call(.embedding, numbers: parameters, counts: [layer.column, layer.categories]), from: inputs,
                to: outputs, "Embedding of column \(layer.column)")
        case let layer as EnsembleLinear:
            self.init(
                .call(.members, numbers: parameters, counts: [layer.members, layer.inputFeatures]), from: inputs,
                to: outputs,
                "EnsembleLinear, \(layer.members) members")
        case let layer as MemberMean:
            self.init(
                .call(.memberMean, counts: [layer.softmax ? 1 : 0]), from: inputs, to: outputs,
                "MemberMean of \(layer.members) members")
        case let layer as PiecewiseLinearEncoding:
            self.init(.columns(SourceColumn.bins(layer.bins)), from: inputs, to: outputs, "PiecewiseLinearEncoding")
        case let layer as PeriodicEmbedding:
            self.init(
                .call(.waves, numbers: parameters, counts: [layer.frequencies, layer.kind == .pbld ? 1 : 0]),
                from: inputs, to: outputs, "PeriodicEmbedding, \(layer.kind)")
        default: throw .invalidArgument("only layers of this package can be exported as source code")
        }
    }
}

extension SourceColumn {
    /// The position of each number in each of its bins; the first bin has no lower limit, and the last no upper one.
    fileprivate static func bins(_ bins: [[Double]]) -> [SourceColumn] {
        bins.enumerated().flatMap { column, edges in
            zip(edges, edges.dropFirst()).enumerated().map { index, edge in
                var value = SourceColumn.call(.standardized, .input(column), [edge.0, edge.1 - edge.0])
                if index > 0 { value = .call(.maximum, value, [0]) }
                if index < edges.count - 2 { value = .call(.minimum, value, [1]) }
                return value
            }
        }
    }
}
