import Perceptron

// Layers for tables. A dimension of 0 in a shape keeps the number of rows.

extension Scale: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        graph.node("Mul", [input, try graph.parameter("weight")])
    }
}

extension NTKLinear: ONNXExportableLayer {
    /// (x / √in)·W + b; an attribute for the factor would be rounded to Float.
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        let scaled = graph.node("Mul", [input, graph.constant(1 / Double(inputFeatures).squareRoot())])
        var inputs = [scaled, try graph.parameter("weight")]
        if bias { inputs.append(try graph.parameter("bias")) }
        return graph.node("Gemm", inputs)
    }
}

extension Embedding: ONNXExportableLayer {
    /// A row of zeros follows the weight, for the code after the last. For values that aren't codes, the runtime fails
    /// or truncates.
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        let zeros = graph.constant(Matrix<Double>(rows: 1, columns: features))
        // A single row is a vector in the file.
        let learnt = graph.node("Reshape", [try graph.parameter("weight"), graph.constant([categories, features])])
        let weight = graph.node("Concat", [learnt, zeros], ["axis": .integer(0)])
        let code = graph.node("Gather", [input, graph.constant([column])], ["axis": .integer(1)])
        let index = graph.node("Cast", [code], ["to": .integer(ONNXValue.wholeNumberType)])
        let rows = graph.node("Gather", [weight, index], ["axis": .integer(0)])
        let learned = graph.node("Reshape", [rows, graph.constant([0, features])])
        func part(from start: Int, to end: Int) -> String {
            let (begin, stop) = (graph.constant([start]), graph.constant([end]))
            return graph.node("Slice", [input, begin, stop, graph.constant([1])])
        }
        let end = graph.inputFeatures
        let before = column > 0 ? [part(from: 0, to: column)] : []
        let behind = column + 1 < end ? [part(from: column + 1, to: end)] : []
        return graph.node("Concat", before + [learned] + behind, ["axis": .integer(1)])
    }
}

extension PiecewiseLinearEncoding: ONNXExportableLayer {
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
        let columns = bins.enumerated().flatMap { column, edges in edges.dropFirst().map { _ in column } }
        let lower = bins.flatMap { $0.dropLast() }
        let slopes = bins.flatMap { edges in zip(edges, edges.dropFirst()).map { 1 / ($1 - $0) } }
        let least = bins.flatMap { edges in edges.dropLast().indices.map { $0 == 0 ? -Double.infinity : 0 } }
        let most = bins.flatMap { edges in edges.dropLast().indices.map { $0 == edges.count - 2 ? Double.infinity : 1 }
        }
        let numbers = graph.node("Gather", [input, graph.constant(columns)], ["axis": .integer(1)])
        let above = graph.node("Sub", [numbers, graph.constant(lower)])
        let shares = graph.node("Mul", [above, graph.constant(slopes)])
        let bounded = graph.node("Max", [shares, graph.constant(least)])
        return graph.node("Min", [bounded, graph.constant(most)])
    }
}

extension EnsembleLinear: ONNXExportableLayer {
    /// Batch × members × features in between; members that share an input count as one.
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        let apart = graph.node(
            "Reshape", [input, graph.constant([0, graph.inputFeatures / inputFeatures, inputFeatures])])
        let scaled = graph.node("Mul", [apart, try graph.parameter("r")])
        let product = graph.node("MatMul", [scaled, try graph.parameter("weight")])
        let outputs = graph.node("Mul", [product, try graph.parameter("s")])
        let biased = graph.node("Add", [outputs, try graph.parameter("bias")])
        return graph.node("Reshape", [biased, graph.constant([0, members * outputFeatures])])
    }
}

extension MemberMean: ONNXExportableLayer {
    /// Batch × members × columns in between.
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
        let columns = graph.inputFeatures / members
        var outputs = graph.node("Reshape", [input, graph.constant([0, members, columns])])
        if softmax { outputs = graph.node("Softmax", [outputs], ["axis": .integer(-1)]) }
        let mean = graph.node("ReduceMean", [outputs], ["axes": .integers([1])])
        return graph.node("Reshape", [mean, graph.constant([0, columns])])
    }
}

extension PeriodicEmbedding: ONNXExportableLayer {
    /// Batch × columns × features of a column in between. cos x is sin(x + π/2), because ONNX Runtime has Sin for
    /// Double too.
    public func appendNodes(to graph: inout ONNXGraphBuilder, input: String) throws(PerceptronError) -> String {
        let isPLR = kind == .plr
        let (angles, outputs) = isPLR ? (2 * frequencies, features) : (frequencies, features - 1)
        let numbers = graph.node("Reshape", [input, graph.constant([0, inputFeatures, 1])])
        let turns = graph.node("Mul", [numbers, try graph.parameter("frequency")])
        var angle = graph.node("Mul", [turns, graph.constant(2 * Double.pi)])
        if !isPLR { angle = graph.node("Add", [angle, try graph.parameter("phase")]) }
        var waves = graph.node("Sin", [graph.node("Add", [angle, graph.constant(Double.pi / 2)])])
        if isPLR { waves = graph.node("Concat", [graph.node("Sin", [angle]), waves], ["axis": .integer(2)]) }
        // For each column, a matrix of one row times the column's weight.
        let rows = graph.node("Reshape", [waves, graph.constant([0, inputFeatures, 1, angles])])
        let shape = graph.constant([inputFeatures, angles, outputs])
        let weight = graph.node("Reshape", [try graph.parameter("weight"), shape])
        let products = graph.node("MatMul", [rows, weight])
        let apart = graph.node("Reshape", [products, graph.constant([0, inputFeatures, outputs])])
        var result = graph.node("Add", [apart, try graph.parameter("bias")])
        result =
            isPLR ? graph.node("Relu", [result]) : graph.node("Concat", [numbers, result], ["axis": .integer(2)])
        return graph.node("Reshape", [result, graph.constant([0, inputFeatures * features])])
    }
}
