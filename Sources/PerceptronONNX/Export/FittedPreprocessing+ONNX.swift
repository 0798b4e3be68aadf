import Perceptron

extension FittedPreprocessing {
    /// Appends the preprocessing, which turns raw rows into the model's inputs, in Double.
    /// - Parameter fillsDoubles: whether rows are Double; if not, imputed values are rounded to Float.
    func appendNodes(to graph: inout ONNXGraphBuilder, input: String, fillsDoubles: Bool) -> String {
        var parts: [String] = []
        for part in self.parts {
            let isWhole = part.columns == Array(columnNames.indices)
            let columns = isWhole ? input : graph.columns(part.columns, of: input)
            switch part {
            case .numeric(_, let imputer, let scaler):
                let missing = imputer.map { _ in graph.node("IsNaN", [columns]) }
                var values = columns
                if let imputer, let missing {
                    let fillings = fillsDoubles ? imputer.values : imputer.values.map { Double(Float($0)) }
                    values = graph.node("Where", [missing, graph.constant(fillings), values])
                }
                parts.append(scaler.map { $0.appendNodes(to: &graph, input: values) } ?? values)
                if let imputer, let missing, !imputer.indicatorColumns.isEmpty {
                    parts.append(graph.numbers(graph.columns(imputer.indicatorColumns, of: missing)))
                }
            case .oneHot(_, let encoder) where encoder.featureNames.isEmpty: break
            case .oneHot(_, let encoder): parts.append(encoder.codes.appendOneHot(to: &graph, input: columns))
            case .codes(_, let encoder): parts.append(encoder.codes.appendCodes(to: &graph, input: columns))
            }
        }
        let features = parts.count == 1 ? parts[0] : graph.node("Concat", parts, ["axis": .integer(1)])
        return whitening.map { $0.appendNodes(to: &graph, input: features) } ?? features
    }

    /// The name of each input column, and its categories, if any, in the order of their indices.
    var columnDescriptions: JSONValue {
        var categories: [String: [String]] = [:]
        for part in parts {
            let columns: [Column] =
                switch part {
                case .numeric: []
                case .oneHot(_, let encoder): encoder.columns
                case .codes(_, let encoder): encoder.columns
                }
            for column in columns {
                if case .categorical(let names) = column.kind { categories[column.name] = names }
            }
        }
        return .array(
            columnNames.map { name in
                var members = [JSONValue.Member("name", .string(name))]
                if let categories = categories[name] {
                    members.append(.init("categories", .array(categories.map { .string($0) })))
                }
                return .object(members)
            })
    }
}

extension FittedScaler {
    fileprivate func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
        switch self {
        case .standard(let scaler):
            let centered = graph.node("Sub", [input, graph.constant(scaler.means)])
            return graph.node("Div", [centered, graph.constant(scaler.scales)])
        case .minMax(let scaler):
            let zero = graph.node("Sub", [input, graph.constant(scaler.minimums)])
            let scaled = graph.node("Mul", [zero, graph.constant(scaler.factors)])
            return graph.node("Add", [scaled, graph.constant(scaler.lower)])
        case .robust(let scaler):
            let centered = graph.node("Sub", [input, graph.constant(scaler.medians)])
            let scaled = graph.node("Div", [centered, graph.constant(scaler.scales)])
            return scaler.smoothClip ? graph.smoothClip(scaled) : scaled
        case .quantile(let scaler): return scaler.appendNodes(to: &graph, input: input)
        }
    }
}

extension PCAWhitening {
    fileprivate func appendNodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
        let directions = Matrix<Double>(
            rows: inputFeatures, columns: components.count,
            elements: (0..<inputFeatures).flatMap { row in
                zip(components, variances).map { $0[row] / $1.squareRoot() }
            })
        let centered = graph.node("Sub", [input, graph.constant(means)])
        return graph.node("MatMul", [centered, graph.constant(directions)])
    }
}

extension CategoryCodes {
    /// Appends the codes of categories, as `OrdinalEncoder` assigns them.
    fileprivate func appendCodes(to graph: inout ONNXGraphBuilder, input: String) -> String {
        func constants(_ value: (_ known: Int, _ all: Int) -> Int) -> [Double] {
            columns.indices.map { column in
                let all = names(column).count
                let known = all - (missing == .ownCategory ? 1 : 0) - (unseen == .ownCategory ? 1 : 0)
                return Double(value(known, all))
            }
        }
        let isBelow = graph.node("Less", [input, graph.constant(constants { known, _ in known })])
        let isFromZero = graph.node("GreaterOrEqual", [input, graph.constant(0)])
        let isWhole = graph.node("Equal", [graph.node("Floor", [input]), input])
        let isKnown = graph.node("And", [graph.node("And", [isBelow, isFromZero]), isWhole])
        let unseenCodes = graph.constant(constants { _, all in unseen == .ownCategory ? all - 1 : all })
        let missingCodes = graph.constant(constants { known, all in missing == .ownCategory ? known : all })
        let codes = graph.node("Where", [isKnown, input, unseenCodes])
        return graph.node("Where", [graph.node("IsNaN", [input]), missingCodes, codes])
    }

    /// Appends one column per code: 1 in rows with that code, 0 elsewhere.
    fileprivate func appendOneHot(to graph: inout ONNXGraphBuilder, input: String) -> String {
        let counts = columns.indices.map { names($0).count }
        let codes = appendCodes(to: &graph, input: input)
        let repeated = graph.columns(columns.indices.flatMap { Array(repeating: $0, count: counts[$0]) }, of: codes)
        let numbers = graph.constant(counts.flatMap { (0..<$0).map { Double($0) } })
        return graph.numbers(graph.node("Equal", [repeated, numbers]))
    }
}

extension ONNXGraphBuilder {
    fileprivate mutating func columns(_ indices: [Int], of input: String) -> String {
        node("Gather", [input, constant(indices)], ["axis": .integer(1)])
    }

    /// 1 for true, 0 for false.
    fileprivate mutating func numbers(_ input: String) -> String {
        node("Cast", [input], ["to": .integer(ONNXValue.scalarType(isDouble: true))])
    }

    /// x / √(1 + (x/3)²)
    fileprivate mutating func smoothClip(_ input: String) -> String {
        // At these bounds the result is already ±3 to the last bit; beyond them the square could overflow.
        let value = node("Clip", [input, constant(-1e150), constant(1e150)])
        let square = node("Div", [node("Mul", [value, value]), constant(9.0)])
        let root = node("Sqrt", [node("Add", [square, constant(1.0)])])
        return node("Div", [value, root])
    }
}
