import Perceptron

/// One of ONNX's own operators, and the elementwise layer that it is: the way there and back.
///
/// Layers that have none are written as the nodes of their formulas. So are those of Double, for which ONNX Runtime
/// lacks most of these operators; from what is written then there is mostly no way back.
struct ONNXActivation: Sendable {
    typealias Failure = ONNXChain.Failure

    let name: String
    /// Its attributes, if it computes a layer.
    private let attributes: @Sendable (any ElementwiseLayer) -> KeyValuePairs<String, ONNXAttributeValue>?
    /// The layer that a node is.
    let layer: @Sendable (ONNXNodeCall) throws(Failure) -> any Layer

    private init<L: ElementwiseLayer>(
        _ name: String, _ attributes: @escaping @Sendable (L) -> KeyValuePairs<String, ONNXAttributeValue>,
        _ layer: @escaping @Sendable (ONNXNodeCall) throws(Failure) -> L
    ) {
        self.name = name
        self.attributes = { ($0 as? L).map(attributes) }
        self.layer = { (call) throws(Failure) in try layer(call) }
    }

    private static func elu(_ call: ONNXNodeCall) throws(Failure) -> ELU {
        ELU(alpha: try call.float("alpha", default: 1))
    }

    static let all = [
        ONNXActivation("Elu", { ["alpha": .float(Float($0.alpha))] }, elu),
        ONNXActivation("Softplus", { _ in [:] }, { (_) throws(Failure) in Softplus() }),
    ]

    /// Appends what computes a layer: its operator if there is one, or the nodes of its formula.
    /// - Returns: the name of what comes out.
    static func append(_ layer: any ElementwiseLayer, to graph: inout ONNXGraphBuilder, input: String) -> String {
        if !graph.isDouble {
            for activation in all {
                if let attributes = activation.attributes(layer) {
                    return graph.node(activation.name, [input], attributes)
                }
            }
        }
        return graph.value(of: layer.formula, input)
    }
}
