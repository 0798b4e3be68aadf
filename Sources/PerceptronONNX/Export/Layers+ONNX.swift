import Perceptron

// One layer each; the way back is in `ONNXOperators`. ONNX Runtime has no Elu, Erf and Softplus of Double: these are
// then made of what it has, and for that there is no way back.

extension Linear: ONNXExportableLayer {
    /// ONNX's Gemm takes the weight as it is here, in × out.
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        var inputs = [input, try graph.parameter("weight")]
        if bias { inputs.append(try graph.parameter("bias")) }
        return graph.node("Gemm", inputs)
    }
}

extension ReLU: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String { graph.node("Relu", [input]) }
}

extension Sigmoid: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
        graph.node("Sigmoid", [input])
    }
}

extension Tanh: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String { graph.node("Tanh", [input]) }
}

extension Softmax: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
        graph.node("Softmax", [input], ["axis": .integer(-1)])
    }
}

extension LeakyReLU: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
        // An attribute is a Float, which need not be the slope.
        guard graph.isDouble, Double(Float(negativeSlope)) != negativeSlope else {
            return graph.node("LeakyRelu", [input], ["alpha": .float(Float(negativeSlope))])
        }
        return graph.node("PRelu", [input, graph.constant([negativeSlope])])
    }
}

extension ELU: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
        guard graph.isDouble else { return graph.node("Elu", [input], ["alpha": .float(Float(alpha))]) }
        // max(x, 0) + α · (e^min(x, 0) − 1)
        let zero = graph.constant(0.0)
        let exponential = graph.node("Exp", [graph.node("Min", [input, zero])])
        let below = graph.node("Sub", [exponential, graph.constant(1.0)])
        let scaled = graph.node("Mul", [below, graph.constant(alpha)])
        return graph.node("Add", [graph.node("Max", [input, zero]), scaled])
    }
}

extension Softplus: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
        guard graph.isDouble else { return graph.node("Softplus", [input]) }
        // max(x, 0) + ln(1 + e^−|x|), and x beyond 20.
        let power = graph.node("Exp", [graph.node("Neg", [graph.node("Abs", [input])])])
        let logarithm = graph.node("Log", [graph.node("Add", [power, graph.constant(1.0)])])
        let sum = graph.node("Add", [graph.node("Max", [input, graph.constant(0.0)]), logarithm])
        return graph.node("Where", [graph.node("Greater", [input, graph.constant(20.0)]), input, sum])
    }
}

extension SiLU: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
        graph.node("Mul", [input, graph.node("Sigmoid", [input])])
    }
}

extension GELU: ONNXExportableLayer {
    /// As PyTorch writes it: x · (1 + erf(x/√2)) / 2, or x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) / 2.
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
        let curve: String
        switch approximation {
        case .none:
            curve = graph.erf(graph.node("Mul", [input, graph.constant(0.5.squareRoot())]))
        case .tanh:
            let cube = graph.node("Mul", [input, graph.node("Mul", [input, input])])
            let cubic = graph.node("Add", [input, graph.node("Mul", [cube, graph.constant(0.044715)])])
            curve = graph.node("Tanh", [graph.node("Mul", [cubic, graph.constant((2 / Double.pi).squareRoot())])])
        }
        let product = graph.node("Mul", [input, graph.node("Add", [curve, graph.constant(1.0)])])
        return graph.node("Mul", [product, graph.constant(0.5)])
    }
}

extension LayerNorm: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        var input = input
        // No ε becomes 0 or infinite.
        var attribute = epsilon > 0 ? min(max(Float(epsilon), 0x1p-126), 0x1p127) : 0
        if graph.isDouble, Double(attribute) != epsilon {
            // An attribute is a Float, which need not be ε: (k·x − k·mean) / √(k²·variance + k²·ε) is the same, and
            // k²·ε can be a power of two. (ONNX Runtime would leave out a factor k that Float rounds to 1.)
            attribute = Float(min(max(epsilon.binade, 0x1p-126), 0x1p127))
            input = graph.node("Mul", [input, graph.constant((Double(attribute) / epsilon).squareRoot())])
        }
        let weight = affine ? try graph.parameter("weight") : graph.constant([Double](repeating: 1, count: features))
        let inputs = [input, weight] + (affine ? [try graph.parameter("bias")] : [])
        return graph.node("LayerNormalization", inputs, ["axis": .integer(-1), "epsilon": .float(attribute)])
    }
}

extension Affine: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        let scaled = graph.node("Mul", [input, try graph.parameter("weight")])
        return graph.node("Add", [scaled, try graph.parameter("bias")])
    }
}
