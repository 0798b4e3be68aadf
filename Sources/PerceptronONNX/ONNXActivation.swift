import Perceptron

/// The mapping between one of ONNX's own operators and an elementwise layer, in both directions.
///
/// Layers without such an operator are written as the nodes of their formulas. So are layers of Double, because ONNX
/// Runtime lacks most of these operators for Double; most of these can't be read back as layers.
struct ONNXActivation: Sendable {
    typealias Failure = ONNXChain.Failure

    let name: String
    /// Its attributes, if it computes a layer.
    private let attributes: @Sendable (any ElementwiseLayer) -> KeyValuePairs<String, ONNXAttributeValue>?
    /// The steps of a node: one such layer, or several if its attributes differ from the layer's.
    let steps: @Sendable (ONNXNodeCall) throws(Failure) -> [ONNXStep]

    private init<L: ElementwiseLayer>(
        _ name: String, _ attributes: @escaping @Sendable (L) -> KeyValuePairs<String, ONNXAttributeValue>,
        _ steps: @escaping @Sendable (ONNXNodeCall) throws(Failure) -> [ONNXStep]
    ) {
        self.name = name
        self.attributes = { ($0 as? L).map(attributes) }
        self.steps = steps
    }

    /// An operator without attributes.
    private init<L: ElementwiseLayer>(_ name: String, _ layer: L) {
        self.init(name, { (_: L) in [:] }, { (_) throws(Failure) in [.layer(layer)] })
    }

    /// min(max(alpha·x + beta, 0), 1), of which HardSigmoid is one.
    private static func hardSigmoid(_ call: ONNXNodeCall) throws(Failure) -> [ONNXStep] {
        let (alpha, beta) = (try call.float("alpha", default: 0.2), try call.float("beta", default: 0.5))
        guard isClose(alpha, 1 / 6), beta == 0.5 else {
            return [.affine(scale: [alpha], shift: [beta]), .bounded(0...1)]
        }
        return [.layer(HardSigmoid())]
    }

    /// gamma·ELU(x), of which SELU is one.
    private static func selu(_ call: ONNXNodeCall) throws(Failure) -> [ONNXStep] {
        let alpha = try call.float("alpha", default: SELU.alpha)
        let gamma = try call.float("gamma", default: SELU.scale)
        guard isClose(alpha, SELU.alpha), isClose(gamma, SELU.scale) else {
            return [.layer(ELU(alpha: alpha)), .affine(scale: [gamma], shift: nil)]
        }
        return [.layer(SELU())]
    }

    /// Whether two numbers are equal up to the rounding of a Float.
    private static func isClose(_ number: Double, _ expected: Double) -> Bool {
        abs(number - expected) < 1e-6 * expected
    }

    static let all = [
        ONNXActivation("Celu", { (layer: CELU) in ["alpha": .float(Float(layer.alpha))] }) { (call) throws(Failure) in
            [.layer(CELU(alpha: try call.float("alpha", default: 1)))]
        },
        ONNXActivation("Elu", { (layer: ELU) in ["alpha": .float(Float(layer.alpha))] }) { (call) throws(Failure) in
            [.layer(ELU(alpha: try call.float("alpha", default: 1)))]
        },
        ONNXActivation("Exp", Exponential()),
        ONNXActivation(
            "HardSigmoid", { (_: HardSigmoid) in ["alpha": .float(1 / 6), "beta": .float(0.5)] }, hardSigmoid),
        ONNXActivation("HardSwish", HardSwish()),
        ONNXActivation("Selu", { (_: SELU) in [:] }, selu),
        ONNXActivation("Softplus", Softplus()),
        ONNXActivation("Softsign", Softsign()),
    ]

    /// Appends a layer's operator if there is one, or the nodes of its formula.
    /// - Returns: the name of the output.
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
