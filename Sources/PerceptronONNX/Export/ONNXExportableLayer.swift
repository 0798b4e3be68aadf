import Perceptron

/// A layer that can be written to ONNX files. All layers of this package can; for your own, add a conformance:
///
/// ```swift
/// extension Scale: ONNXExportableLayer {
///     func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
///         let factors = try graph.parameter("weight")
///         return graph.node("Mul", [input, factors])
///     }
/// }
/// ```
public protocol ONNXExportableLayer: Layer {
    /// Appends the nodes that compute the layer.
    /// - Parameters:
    ///   - graph: where to append them.
    ///   - input: the name of the input, batch × input features.
    /// - Returns: the name of the output, batch × output features.
    func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String
}
