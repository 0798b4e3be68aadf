import Perceptron

/// Builds an ONNX graph: appends nodes and constants, and gives them names.
public struct ONNXGraphBuilder: Sendable {
    /// Whether the model computes in Double, for which ONNX Runtime has fewer operators than for Float.
    public private(set) var isDouble: Bool
    /// The input columns of the layer being appended.
    public private(set) var inputFeatures = 0
    private(set) var graph = ONNXGraph(name: "perceptron")
    private var names: Set<String>
    /// The prefix of all appended names.
    private var prefix = ""
    /// The parameters of the layer being appended.
    private var parameters: [ONNXTensor] = []
    /// How many numbers, apart from parameters and those of layers' descriptions, may still be appended.
    private var room: Int

    /// - Parameters:
    ///   - isDouble: whether numbers are Double, until `cast` changes it.
    ///   - reserved: names that are taken.
    ///   - mostNumbers: the most numbers, apart from parameters and those of layers' descriptions.
    init(isDouble: Bool, reserved: [String], mostNumbers: Int) {
        self.isDouble = isDouble
        room = mostNumbers
        names = Set(reserved)
    }

    // MARK: For layers

    /// Appends a node of ONNX's operator `type` in version 17.
    /// - Returns: the name of its output.
    public mutating func node(
        _ type: String, _ inputs: [String], _ attributes: KeyValuePairs<String, ONNXAttributeValue> = [:]
    ) -> String {
        let output = name(type)
        graph.nodes.append(
            ONNXNode(
                name: output, type: type, inputs: inputs, outputs: [output],
                attributes: Dictionary(attributes.map { ($0, $1.attribute) }, uniquingKeysWith: { $1 })))
        return output
    }

    /// Appends the layer's tensor of parameters of that name: rows × columns, or a vector if there is one row and files
    /// don't have it transposed.
    /// - Returns: the constant's name.
    /// - Throws: `PerceptronError.invalidArgument` if the layer has no such parameters.
    public mutating func parameter(_ parameter: String) throws(PerceptronError) -> String {
        guard var tensor = parameters.first(where: { $0.name == parameter }) else {
            throw .invalidArgument("it has no parameters \"\(parameter)\"; it has \(parameters.map(\.name))")
        }
        tensor.name = name(parameter)
        graph.tensors.append(tensor)
        return tensor.name
    }

    /// Appends a number.
    /// - Returns: the constant's name.
    public mutating func constant(_ number: Double) -> String { append(shape: [], [number]) }

    /// Appends a vector.
    /// - Returns: the constant's name.
    public mutating func constant(_ numbers: [Double]) -> String { append(shape: [numbers.count], numbers) }

    /// Appends a vector of whole numbers, which some operators take for axes and indices.
    /// - Returns: the constant's name.
    public mutating func constant(_ integers: [Int]) -> String {
        append(shape: [integers.count], .integers(integers))
    }

    // MARK: For models

    mutating func constant(_ matrix: Matrix<Double>) -> String {
        append(shape: [matrix.rows, matrix.columns], matrix.elements)
    }

    /// Appends a vector of equal numbers; an empty one if that would exceed the limit.
    mutating func constant(repeating number: Double, count: Int) -> String {
        guard count <= room else { return constant([Double]()) }
        room -= count
        return constant([Double](repeating: number, count: count))
    }

    private mutating func append(shape: [Int], _ numbers: [Double]) -> String {
        append(shape: shape, isDouble ? .doubles(numbers) : .floats(numbers.map { Float($0) }))
    }

    private mutating func append(shape: [Int], _ elements: ONNXTensor.Elements) -> String {
        let tensor = ONNXTensor(name("constant"), shape: shape, elements)
        graph.tensors.append(tensor)
        return tensor.name
    }

    /// Casts to Double or Float; numbers from here on have that type.
    mutating func cast(_ input: String, toDouble: Bool) -> String {
        guard toDouble != isDouble else { return input }
        isDouble = toDouble
        return node("Cast", [input], ["to": .integer(ONNXValue.scalarType(isDouble: toDouble))])
    }

    /// Begins a group of nodes, with the parameters of the layers in it.
    mutating func begin(_ prefix: String = "", parameters: [ONNXTensor] = []) {
        self.prefix = prefix
        self.parameters = parameters
    }

    /// Calls `body` for a layer in the group, with the parameters whose names start with the layer's name; that prefix
    /// is removed.
    mutating func inside(
        _ name: String, inputFeatures: Int,
        _ body: (inout ONNXGraphBuilder) throws(PerceptronError) -> String
    ) throws(PerceptronError) -> String {
        let outer = (prefix, self.inputFeatures, parameters)
        defer { (prefix, self.inputFeatures, parameters) = outer }
        prefix = prefix.isEmpty ? name : "\(prefix).\(name)"
        self.inputFeatures = inputFeatures
        parameters = parameters.compactMap { tensor in
            guard tensor.name.hasPrefix("\(name).") else { return nil }
            var tensor = tensor
            tensor.name.removeFirst(name.count + 1)
            return tensor
        }
        return try body(&self)
    }

    /// Declares the input and the output: batch × columns each.
    mutating func finish(input: ONNXValue, result: String, output: ONNXValue) {
        graph.inputs = [input]
        graph.outputs = [output]
        // The output's name was reserved, so the last node has another one; without nodes there is nothing to rename.
        if graph.nodes.last?.outputs == [result] {
            graph.nodes[graph.nodes.count - 1].outputs = [output.name]
        } else {
            graph.nodes.append(ONNXNode(name: "output", type: "Identity", inputs: [result], outputs: [output.name]))
        }
    }

    private mutating func name(_ base: String) -> String {
        var candidate = "\(prefix).\(base)"
        var number = 1
        while !names.insert(candidate).inserted {
            number += 1
            candidate = "\(prefix).\(base)\(number)"
        }
        return candidate
    }
}
