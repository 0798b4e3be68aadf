import Perceptron

extension ONNXGraph {
    typealias Failure = ONNXChain.Failure

    /// The count of numbers in the tensors and attributes.
    var numbers: Int {
        var numbers = tensors.reduce(0) { $0 + $1.count }
        for node in nodes {
            for attribute in node.attributes.values {
                switch attribute {
                case .tensor(let tensor): numbers += tensor.count
                case .floats(let floats): numbers += floats.count
                default: break
                }
            }
        }
        return numbers
    }

    /// The constants by name.
    func constants() throws(Failure) -> [String: ONNXTensor] {
        var constants: [String: ONNXTensor] = [:]
        for tensor in tensors {
            guard constants.updateValue(tensor, forKey: tensor.name) == nil else {
                throw Failure(reason: "two tensors are named \"\(tensor.name)\"")
            }
        }
        return constants
    }

    /// The requested name, or that of the graph's only matrix; scikit-learn's classifiers also output labels.
    func checkedOutput(_ name: String?) throws(Failure) -> String {
        if let name { return name }
        let matrices = outputs.filter { ONNXValue.scalarTypes.contains($0.type) }
        guard matrices.count == 1 else {
            throw Failure(
                reason: "\(matrices.count) of its outputs \(quoted(outputs.map(\.name))) are floats; "
                    + "name the one that the model should return")
        }
        return matrices[0].name
    }

    /// The indices of the nodes that the output depends on, in graph order.
    func nodesLeading(to output: String) throws(Failure) -> [Int] {
        var makers: [String: (node: Int, place: Int)] = [:]
        for (index, node) in nodes.enumerated() {
            for (place, name) in node.outputs.enumerated() where !name.isEmpty {
                guard makers.updateValue((index, place), forKey: name) == nil else {
                    throw failure(index, "makes a second \"\(name)\"")
                }
            }
        }
        guard makers[output] != nil else {
            throw Failure(reason: "no node makes \"\(output)\"; the outputs are \(quoted(outputs.map(\.name)))")
        }
        var needed: Set<Int> = []
        var names = [output]
        while let name = names.popLast() {
            guard let (index, place) = makers[name] else { continue }
            guard place == 0 else { throw failure(index, "only its first output is supported; \"\(name)\" is another") }
            if needed.insert(index).inserted { names += nodes[index].inputs }
        }
        return needed.sorted()
    }

    /// The only non-constant input that the nodes use.
    func checkedInput(constants: [String: ONNXTensor], of needed: [Int]) throws(Failure) -> ONNXValue {
        let taken = Set(needed.flatMap { nodes[$0].inputs })
        let free = inputs.filter { taken.contains($0.name) && constants[$0.name] == nil }
        guard free.count == 1 else {
            throw Failure(
                reason: "the output depends on \(counted(free.count, "input")): \(quoted(free.map(\.name))); "
                    + "a model has one, a matrix")
        }
        return free[0]
    }

    /// A failure whose reason names the node.
    func failure(_ index: Int, _ reason: String) -> Failure {
        let node = nodes[index]
        return Failure(
            reason: "node \(index)\(node.name.isEmpty ? "" : " '\(node.name)'") (\(node.fullType)): \(reason)")
    }

    private func quoted(_ names: [String]) -> String {
        names.prefix(10).map { "\"\($0)\"" }.joined(separator: ", ") + (names.count > 10 ? ", …" : "")
    }
}

extension ONNXNode {
    /// The operator's name, prefixed with its domain unless that is ONNX's own.
    var fullType: String { domain.isEmpty ? type : "\(domain).\(type)" }
}
