import Perceptron

/// The layers of an ONNX model with their parameters.
struct ONNXImport<Scalar: BLASScalar> {
    let layers: [any Layer]
    /// In the layout of a model with these layers.
    let parameters: [Scalar]

    /// The supported operator set versions; operators whose meaning changed within them check the version.
    private static var operatorVersions: ClosedRange<Int> { 7...28 }

    typealias Failure = ONNXChain.Failure

    /// - Parameter output: the name of the value to predict; nil for the graph's only matrix.
    init(_ model: ONNXModel, output: String?, allowsNonFinite: Bool) throws(Failure) {
        guard ONNXImport.operatorVersions.contains(model.operatorVersion) else {
            throw Failure(
                reason: "its operator set has version \(model.operatorVersion); versions "
                    + "\(ONNXImport.operatorVersions.lowerBound) to \(ONNXImport.operatorVersions.upperBound) are "
                    + "supported"
            )
        }
        let graph = model.graph
        let output = try graph.checkedOutput(output)
        let constants = try graph.constants()
        let needed = try graph.nodesLeading(to: output)
        let input = try graph.checkedInput(constants: constants, of: needed)
        let numbers = graph.numbers
        var chain = try ONNXChain(input, operatorVersion: model.operatorVersion, numbers: numbers)
        var folding = ONNXFolding(numbers: numbers)
        var operands = constants.mapValues { ONNXChain.Operand.constant($0) }
        operands[input.name] = .rows(0)
        for index in needed {
            let node = graph.nodes[index]
            chain.node = index
            do throws(Failure) {
                let result = try ONNXImport.read(node, &chain, &folding, operands)
                guard operands.updateValue(result, forKey: node.outputs[0]) == nil else {
                    throw Failure(reason: "makes a second \"\(node.outputs[0])\"")
                }
            } catch {
                throw graph.failure(index, error.reason)
            }
        }
        guard case .rows(let result) = operands[output] else {
            throw Failure(reason: "the output \"\(output)\" is constant")
        }
        var pieces = ONNXPieces<Scalar>()
        for value in chain.path(to: result) {
            guard let step = value.step else { continue }
            do throws(Failure) {
                try pieces.append(step, outputs: value.width, allowsNonFinite: allowsNonFinite)
            } catch {
                throw graph.failure(value.node, error.reason)
            }
        }
        (layers, parameters) = pieces.layers
        guard allowsNonFinite || parameters.allSatisfy({ $0.isFinite }) else {
            throw Failure(reason: "its numbers become infinite or NaN when combined as \(Scalar.self)")
        }
    }

    private static func read(
        _ node: ONNXNode, _ chain: inout ONNXChain, _ folding: inout ONNXFolding,
        _ operands: [String: ONNXChain.Operand]
    ) throws(Failure) -> ONNXChain.Operand {
        var inputs: [ONNXChain.Operand?] = []
        for name in node.inputs {
            guard name.isEmpty || operands[name] != nil else {
                throw Failure(reason: "no node before it makes its input \"\(name)\"")
            }
            inputs.append(name.isEmpty ? nil : operands[name])
        }
        let call = ONNXNodeCall(node: node, operands: inputs)
        if call.isConstant { return .constant(try folding.result(of: call)) }
        guard let reader = ONNXOperators.all[node.fullType] else {
            throw Failure(reason: "not one of \(ONNXOperators.all.keys.sorted().joined(separator: ", "))")
        }
        return try reader(&chain, call)
    }
}
