import Perceptron

/// Restores a model that this package wrote, from the layers in the metadata and the numbers among the constants.
///
/// Other programs may change the graph and keep the metadata. So the layers are exported again, and are used only if
/// the result is exactly the graph in the file, down to the last number.
enum ONNXOriginal<Scalar: BLASScalar> {
    /// - Returns: nil if the graph isn't exactly that of the layers in the metadata.
    static func model(in file: ONNXModel) -> MLP<Scalar>? {
        switch file.graph.inputs.first?.type {
        case ONNXValue.scalarType(isDouble: Scalar.self == Double.self): same(file)
        case ONNXValue.scalarType(isDouble: false): ONNXOriginal<Float>.same(file).flatMap(converted)
        case ONNXValue.scalarType(isDouble: true): ONNXOriginal<Double>.same(file).flatMap(converted)
        default: nil
        }
    }

    /// The model of a file whose numbers are of type `Scalar`.
    private static func same(_ file: ONNXModel) -> MLP<Scalar>? {
        let graph = file.graph
        guard let text = file.metadata[ONNXExport.layersKey], let input = graph.inputs.first,
            let output = graph.outputs.first
        else { return nil }
        let tensors = Dictionary(graph.tensors.map { ($0.name, $0) }) { first, _ in first }
        do throws(PerceptronError) {
            let layers = try LayerCoding.decode(text, path: ONNXExport.layersKey)
            let model = try MLP<Scalar>(layers) { (name, count) throws(PerceptronError) in
                guard let numbers = tensors[name]?.scalars(of: Scalar.self), numbers.count == count else {
                    throw .invalidFile("there is no tensor \"\(name)\" of \(count) numbers")
                }
                return numbers
            }
            let export = try ONNXExport(
                model: model, preprocessing: nil, output: .probabilities, inputName: input.name,
                outputName: output.name, metadata: [:], mostNumbers: graph.numbers
            ).model
            return export.graph == graph && export.operatorVersion == file.operatorVersion ? model : nil
        } catch {
            return nil
        }
    }

    private static func converted<Other>(_ model: MLP<Other>) -> MLP<Scalar>? {
        guard var result = try? MLP<Scalar>(model.layers, parameters: model.parameters.map { Scalar($0) }) else {
            return nil
        }
        result.state = model.state.map { Scalar($0) }
        return result
    }
}
