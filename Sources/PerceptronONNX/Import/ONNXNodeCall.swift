import Perceptron

/// A node with its operands.
struct ONNXNodeCall {
    typealias Failure = ONNXChain.Failure

    let node: ONNXNode
    /// Nil for an optional input that is omitted.
    let operands: [ONNXChain.Operand?]

    var count: Int { operands.count }

    /// Whether no operand depends on the model's rows.
    var isConstant: Bool {
        operands.allSatisfy { operand in
            if case .rows = operand { false } else { true }
        }
    }

    func has(_ index: Int) -> Bool { index < operands.count && operands[index] != nil }

    func operand(_ index: Int) throws(Failure) -> ONNXChain.Operand {
        guard index < operands.count, let operand = operands[index] else {
            throw Failure(reason: "has no input \(index)")
        }
        return operand
    }

    /// The index of an input's value; throws if the input is constant.
    func rows(_ index: Int) throws(Failure) -> Int {
        guard case .rows(let value) = try operand(index) else {
            throw Failure(reason: "input \(index) is constant; the model's rows are expected there")
        }
        return value
    }

    func constant(_ index: Int) throws(Failure) -> ONNXTensor {
        guard case .constant(let tensor) = try operand(index) else {
            throw Failure(reason: "input \(index) is not constant")
        }
        return tensor
    }

    /// The numbers of a constant, one for each of `width` columns.
    func numbers(_ index: Int, width: Int) throws(Failure) -> [Double] {
        let numbers = try numbers(of: constant(index), width: width)
        return numbers.count == width ? numbers : [Double](repeating: numbers[0], count: width)
    }

    /// One number, or one for each of `width` columns.
    private func numbers(of tensor: ONNXTensor, width: Int) throws(Failure) -> [Double] {
        guard tensor.count == 1 || tensor.count == width && tensor.shape.last == width,
            let numbers = tensor.scalars(of: Double.self)
        else {
            throw Failure(
                reason: "\"\(tensor.name)\" has the shape \(tensor.shape); a float is expected, or one for each of "
                    + "\(counted(width, "column"))")
        }
        return numbers
    }

    /// The operands of a sum or product: the rows, the constant if there is one, and whether the rows come first.
    func rowsAndConstant(
        _ chain: ONNXChain
    ) throws(Failure) -> (rows: Int, constant: [Double]?, isFirst: Bool) {
        switch (try operand(0), try operand(1)) {
        case (.rows(let rows), .rows): (rows, nil, true)
        case (.rows(let rows), .constant(let tensor)): (rows, try numbers(of: tensor, width: chain.width(rows)), true)
        case (.constant(let tensor), .rows(let rows)): (rows, try numbers(of: tensor, width: chain.width(rows)), false)
        case (.constant, .constant): throw Failure(reason: "has more than two inputs")
        }
    }

    /// The failure for a node that joins two branches of the graph.
    var joins: Failure {
        Failure(reason: "joins values that both depend on the model's input in a way that is none of a layer")
    }

    // MARK: Attributes

    func integer(_ name: String, default value: Int) throws(Failure) -> Int {
        switch node.attributes[name] {
        case nil: return value
        case .integer(let integer): return integer
        default: throw Failure(reason: "its attribute \(name) is not an integer")
        }
    }

    /// Integers that newer versions of an operator take as an input, and older ones as an attribute.
    func integers(_ index: Int, _ name: String) throws(Failure) -> [Int] {
        if has(index) {
            guard case .integers(let integers) = try constant(index).elements else {
                throw Failure(reason: "input \(index) has no integers")
            }
            return integers
        }
        switch node.attributes[name] {
        case nil: return []
        case .integers(let integers): return integers
        default: throw Failure(reason: "its attribute \(name) has no integers")
        }
    }

    func float(_ name: String, default value: Double) throws(Failure) -> Double {
        switch node.attributes[name] {
        case nil: return value
        case .float(let float) where float.isFinite: return float.meant
        default: throw Failure(reason: "its attribute \(name) is not a finite float")
        }
    }

    func text(_ name: String, default value: String) throws(Failure) -> String {
        switch node.attributes[name] {
        case nil: return value
        case .text(let text): return text
        default: throw Failure(reason: "its attribute \(name) is not a string")
        }
    }

    /// One float for each of `width` columns.
    func floats(_ name: String, width: Int) throws(Failure) -> [Double] {
        guard case .floats(let floats) = node.attributes[name], floats.count == width || floats.count == 1 else {
            throw Failure(
                reason: "its attribute \(name) is not one float, or one for each of \(counted(width, "column"))")
        }
        return floats.count == width ? floats.map { Double($0) } : [Double](repeating: Double(floats[0]), count: width)
    }
}

extension Float {
    /// The decimal number that was rounded to this Float, if it has at most six digits, which every Float preserves:
    /// an exporter can only write a Double's 0.1 as 0.100000001.
    fileprivate var meant: Double {
        let text = description
        let digits = text.prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" }
        return digits.count <= 6 ? Double(text) ?? Double(self) : Double(self)
    }
}
