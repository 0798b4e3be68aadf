import Perceptron

extension ONNXGraphBuilder {
    /// Appends consecutive layers, except those that act only in training.
    /// - Parameter part: the prefix of their parameters' names; none if nil.
    /// - Returns: the name of the output.
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

    /// Appends a layer, unless it acts only in training.
    /// - Parameters:
    ///   - name: the prefix of its parameters' names.
    ///   - what: its name in errors.
    /// - Returns: the name of the output.
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
