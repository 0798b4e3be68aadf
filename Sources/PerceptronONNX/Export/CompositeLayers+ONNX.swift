import Perceptron

// Layers made of layers: the inner layers are appended like the layers of a model.

extension Residual: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        let features = graph.inputFeatures
        let inner = try graph.append(layers, inputFeatures: features, input: input)
        guard let projection else { return graph.node("Add", [inner, input]) }
        let projected = try graph.append(
            projection, named: "projection", what: "projection", inputFeatures: features, input: input)
        return graph.node("Add", [inner, projected])
    }
}

extension Columns: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        var results: [String] = []
        for (index, part) in parts.enumerated() {
            let (begin, end) = (part.columns.lowerBound, part.columns.upperBound)
            let columns =
                parts.count == 1
                ? input
                : graph.node(
                    "Slice", [input, graph.constant([begin]), graph.constant([end]), graph.constant([1])])
            do throws(PerceptronError) {
                results.append(
                    try graph.append(part.layers, part: "\(index)", inputFeatures: end - begin, input: columns))
            } catch {
                throw error.inside("columns \(part.columns)")
            }
        }
        return results.count == 1 ? results[0] : graph.node("Concat", results, ["axis": .integer(1)])
    }
}

extension ParametricActivation: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        let features = graph.inputFeatures
        let activated = try graph.append(
            activation, named: "activation", what: "activation", inputFeatures: features, input: input)
        let scaled = try graph.append(
            Scale(features), named: "scale", what: "scale", inputFeatures: features,
            input: graph.node("Sub", [activated, input]))
        return graph.node("Add", [scaled, input])
    }
}

extension Average: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        let features = graph.inputFeatures
        var sum: String?
        for (index, member) in members.enumerated() {
            do throws(PerceptronError) {
                let output = try graph.append(member, part: "\(index)", inputFeatures: features, input: input)
                sum = sum.map { graph.node("Add", [$0, output]) } ?? output
            } catch {
                throw error.inside("member \(index)")
            }
        }
        return try graph.append(
            Multiply(by: 1 / Double(members.count)), named: "mean", what: "mean",
            inputFeatures: try outputFeatures(forInputFeatures: features), input: sum ?? input)
    }
}
