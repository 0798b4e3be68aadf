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

    private static func celu(_ call: ONNXNodeCall) throws(Failure) -> CELU {
        CELU(alpha: try call.float("alpha", default: 1))
    }

    private static func elu(_ call: ONNXNodeCall) throws(Failure) -> ELU {
        ELU(alpha: try call.float("alpha", default: 1))
    }

    private static func hardSigmoid(_ call: ONNXNodeCall) throws(Failure) -> HardSigmoid {
        try check(call, "alpha", is: 1 / 6, default: 0.2)
        try check(call, "beta", is: 0.5, default: 0.5)
        return HardSigmoid()
    }

    private static func selu(_ call: ONNXNodeCall) throws(Failure) -> SELU {
        try check(call, "alpha", is: SELU.alpha, default: SELU.alpha)
        try check(call, "gamma", is: SELU.scale, default: SELU.scale)
        return SELU()
    }

    /// Throws unless an attribute is what the layer has in its place, but for its being rounded to a Float.
    private static func check(
        _ call: ONNXNodeCall, _ name: String, is expected: Double, default value: Double
    ) throws(Failure) {
        let found = try call.float(name, default: value)
        guard abs(found - expected) < 1e-6 else {
            throw Failure(reason: "its attribute \(name) is \(found); only \(expected) is read")
        }
    }

    static let all = [
        ONNXActivation("Celu", { ["alpha": .float(Float($0.alpha))] }, celu),
        ONNXActivation("Elu", { ["alpha": .float(Float($0.alpha))] }, elu),
        ONNXActivation("HardSigmoid", { _ in ["alpha": .float(1 / 6), "beta": .float(0.5)] }, hardSigmoid),
        ONNXActivation("HardSwish", { _ in [:] }, { (_) throws(Failure) in HardSwish() }),
        ONNXActivation("Selu", { _ in [:] }, selu),
        ONNXActivation("Softplus", { _ in [:] }, { (_) throws(Failure) in Softplus() }),
        ONNXActivation("Softsign", { _ in [:] }, { (_) throws(Failure) in Softsign() }),
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
