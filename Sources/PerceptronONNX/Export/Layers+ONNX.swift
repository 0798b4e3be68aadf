import Perceptron

// One layer each; the inverse is in `ONNXOperators`. Elementwise layers are in `ONNXActivation`, unless ONNX Runtime
// has their operators for Double too.

extension Linear: ONNXExportableLayer {
    /// ONNX's Gemm takes the weight as it is here, in × out.
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        var inputs = [input, try graph.parameter("weight")]
        if bias { inputs.append(try graph.parameter("bias")) }
        return graph.node("Gemm", inputs)
    }
}

extension Softmax: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
        graph.node("Softmax", [input], ["axis": .integer(-1)])
    }
}

extension LogSoftmax: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
        graph.node("LogSoftmax", [input], ["axis": .integer(-1)])
    }
}

extension PReLU: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        graph.node("PRelu", [input, try graph.parameter("weight")])
    }
}

extension LeakyReLU: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
        // An attribute is a Float, which may not represent the slope exactly.
        guard graph.isDouble, Double(Float(negativeSlope)) != negativeSlope else {
            return graph.node("LeakyRelu", [input], ["alpha": .float(Float(negativeSlope))])
        }
        return graph.node("PRelu", [input, graph.constant([negativeSlope])])
    }
}

extension LayerNorm: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        var input = input
        // No positive ε is rounded to 0 or to infinity.
        var attribute = epsilon > 0 ? min(max(Float(epsilon), 0x1p-126), 0x1p127) : 0
        if graph.isDouble, Double(attribute) != epsilon {
            // An attribute is a Float, which may not represent ε exactly. (k·x − k·mean) / √(k²·variance + k²·ε) is the
            // same, and k²·ε can be a power of two. (ONNX Runtime would drop a factor k that Float rounds to 1.)
            attribute = Float(min(max(epsilon.binade, 0x1p-126), 0x1p127))
            input = graph.node("Mul", [input, graph.constant((Double(attribute) / epsilon).squareRoot())])
        }
        let weight = affine ? try graph.parameter("weight") : graph.constant(repeating: 1, count: features)
        let inputs = [input, weight] + (affine ? [try graph.parameter("bias")] : [])
        return graph.node("LayerNormalization", inputs, ["axis": .integer(-1), "epsilon": .float(attribute)])
    }
}

extension BatchNorm: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        let weight = affine ? try graph.parameter("weight") : graph.constant(repeating: 1, count: features)
        let bias = affine ? try graph.parameter("bias") : graph.constant(repeating: 0, count: features)
        let mean = try graph.parameter("running_mean")
        var attribute = min(max(Float(epsilon), 0x1p-126), 0x1p127)
        var variance = try graph.parameter("running_var")
        if graph.isDouble, Double(attribute) != epsilon {
            // An attribute is a Float, which may not represent ε exactly. It holds a power of two; the difference is
            // added to the variance.
            attribute = Float(min(max(epsilon.binade, 0x1p-126), 0x1p127))
            variance = graph.node("Add", [variance, graph.constant(epsilon - Double(attribute))])
        }
        return graph.node(
            "BatchNormalization", [input, weight, bias, mean, variance], ["epsilon": .float(attribute)])
    }
}

extension RMSNorm: ONNXExportableLayer {
    /// x / √(mean(x²) + ε) · weight; version 17 has no operator for it.
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        let square = graph.node("Mul", [input, input])
        let mean = graph.node("ReduceMean", [square], ["axes": .integers([-1])])
        let epsilon = graph.constant(epsilon ?? (graph.isDouble ? Double.ulpOfOne : Double(Float.ulpOfOne)))
        let root = graph.node("Sqrt", [graph.node("Add", [mean, epsilon])])
        let normalized = graph.node("Div", [input, root])
        return affine ? graph.node("Mul", [normalized, try graph.parameter("weight")]) : normalized
    }
}

extension Affine: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        let scaled = graph.node("Mul", [input, try graph.parameter("weight")])
        return graph.node("Add", [scaled, try graph.parameter("bias")])
    }
}
