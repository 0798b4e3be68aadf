import Perceptron

extension ONNXGraphBuilder {
    /// Appends layers that follow each other, of those that act in prediction.
    /// - Parameter part: what the names of their parameters begin with; nothing if nil.
    /// - Returns: the name of what comes out.
    mutating func append(
        _ layers: [any Layer], part: String? = nil, inputFeatures: Int, input: String
    ) throws(PerceptronError) -> String {
        var (value, features) = (input, inputFeatures)
        for (index, layer) in layers.enumerated() {
            let name = (part.map { "\($0)." } ?? "") + "\(index)"
            value = try append(layer, named: name, what: "layer \(index)", inputFeatures: features, input: value)
            features = try layer.outputFeatures(forInputFeatures: features)
        }
        return value
    }

    /// Appends a layer, unless it acts in training alone.
    /// - Parameters:
    ///   - name: what the names of its parameters begin with.
    ///   - what: what errors call it.
    /// - Returns: the name of what comes out.
    mutating func append(
        _ layer: any Layer, named name: String, what: String, inputFeatures: Int, input: String
    ) throws(PerceptronError) -> String {
        if layer.actsInTrainingAlone { return input }
        return try inside(name, inputFeatures: inputFeatures) { (graph) throws(PerceptronError) in
            switch layer {
            case let layer as any ONNXExportableLayer:
                do throws(PerceptronError) {
                    return try layer.appendNodes(to: &graph, input: input)
                } catch {
                    throw error.inside("\(what) (\(type(of: layer)))")
                }
            case let layer as any ElementwiseLayer:
                return ONNXActivation.append(layer, to: &graph, input: input)
            default:
                throw .invalidArgument(
                    "\(what) (\(type(of: layer))) can't be written to ONNX; make it an ONNXExportableLayer")
            }
        }
    }
}
