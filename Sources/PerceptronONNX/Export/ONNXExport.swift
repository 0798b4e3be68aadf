import Perceptron

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A model, with or without its preprocessing, as an ONNX model.
struct ONNXExport {
    let model: ONNXModel

    /// The most bytes of a Protocol Buffers message.
    private static let mostBytes = 1 << 31 - 1

    /// The metadata key of the layers, as JSON: the graph alone doesn't determine all of them.
    static let layersKey = "layers"
    /// The metadata key of the columns of raw rows, if the graph has the preprocessing.
    static let columnsKey = "columns"

    /// - Parameters:
    ///   - metadata: lists of names, to be written as JSON.
    ///   - mostNumbers: see `ONNXGraphBuilder`.
    init<Scalar>(
        model: MLP<Scalar>, preprocessing: FittedPreprocessing?, output: ONNXOutput, inputName: String,
        outputName: String, metadata: [String: [String]], mostNumbers: Int = .max
    ) throws(PerceptronError) {
        for (name, what) in [(inputName, "input"), (outputName, "output")] where name.isEmpty {
            throw .invalidArgument("the graph's \(what) needs a name")
        }
        guard inputName != outputName else {
            throw .invalidArgument("the graph's input and output can't both be named \"\(inputName)\"")
        }
        let isDouble = Scalar.self == Double.self
        var builder = ONNXGraphBuilder(
            isDouble: isDouble, reserved: ["", inputName, outputName], mostNumbers: mostNumbers)
        var value = inputName
        if let preprocessing {
            builder.begin("input")
            value = builder.cast(value, toDouble: true)
            value = preprocessing.appendNodes(to: &builder, input: value, fillsDoubles: isDouble)
            value = builder.cast(value, toDouble: isDouble)
        }
        var layers = model.layers
        if output == .logits, layers.count > 1, layers.last.map(ONNXExport.isLink) == true { layers.removeLast() }
        builder.begin(parameters: model.tensors)
        value = try builder.append(layers, inputFeatures: model.inputFeatures, input: value)
        if let scaler = preprocessing?.targetScaler {
            builder.begin("output")
            value = builder.cast(value, toDouble: true)
            value = builder.node("Mul", [value, builder.constant(scaler.scales)])
            value = builder.node("Add", [value, builder.constant(scaler.means)])
            value = builder.cast(value, toDouble: isDouble)
        }
        func matrix(_ name: String, columns: Int) -> ONNXValue {
            ONNXValue(
                name: name, type: ONNXValue.scalarType(isDouble: isDouble), shape: [.name("batch"), .size(columns)])
        }
        builder.finish(
            input: matrix(inputName, columns: preprocessing?.columnNames.count ?? model.inputFeatures), result: value,
            output: matrix(outputName, columns: model.outputFeatures))

        var texts: [String: String] = [:]
        for (key, names) in metadata { texts[key] = try JSONValue.array(names.map { .string($0) }).text() }
        if let preprocessing {
            texts[ONNXExport.columnsKey] = try preprocessing.columnDescriptions.text()
        } else if let text = try? LayerCoding.encode(layers) {
            // Unregistered layers have no names in files.
            texts[ONNXExport.layersKey] = text
        }
        self.model = ONNXModel(graph: builder.graph, metadata: texts)
    }

    /// Whether a layer turns logits into probabilities.
    private static func isLink(_ layer: any Layer) -> Bool {
        layer is Softmax || layer is LogSoftmax || layer is Sigmoid
    }

    func write(to url: URL) throws(PerceptronError) {
        let message = model.message
        guard message.bytes.count <= ONNXExport.mostBytes else {
            throw .invalidArgument(
                "the model would need \(counted(message.bytes.count, "byte")); an ONNX file can have \(ONNXExport.mostBytes)"
            )
        }
        try message.write(to: url)
    }
}

extension MLP {
    /// The parameters and the state of all layers, by their names: "0.weight".
    fileprivate var tensors: [ONNXTensor] {
        func elements(_ values: [Scalar], _ range: Range<Int>) -> ONNXTensor.Elements {
            if let doubles = values as? [Double] { return .doubles(Array(doubles[range])) }
            return .floats(values[range].map { Float($0) })
        }
        let state = stateLayout.map {
            ONNXTensor("\($0.layer).\($0.name)", shape: [$0.range.count], elements(self.state, $0.range))
        }
        return state
            + parameterLayout.map { tensor in
                // The weight of a Linear layer is a matrix even if it has one row.
                let isVector = tensor.rows == 1 && !tensor.isTransposedInFiles
                return ONNXTensor(
                    "\(tensor.layer).\(tensor.name)",
                    shape: isVector ? [tensor.columns] : [tensor.rows, tensor.columns],
                    elements(parameters, tensor.range))
            }
    }
}
