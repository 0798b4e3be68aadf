import Perceptron

// Layers made of layers: those within are appended as those of a model are.

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
