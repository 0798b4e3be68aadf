import Perceptron

/// The effect of each ONNX operator on rows, the inverse of `Layers+ONNX.swift`.
enum ONNXOperators {
    typealias Failure = ONNXChain.Failure
    typealias Operand = ONNXChain.Operand
    typealias Reader = @Sendable (inout ONNXChain, ONNXNodeCall) throws(Failure) -> Operand

    /// The readers by operator name; those of scikit-learn's domain are prefixed with it.
    static let all: [String: Reader] = others.merging(activations) { one, _ in one }

    private static let activations: [(String, Reader)] = ONNXActivation.all.map { activation in
        (
            activation.name,
            { (chain, call) throws(Failure) in
                var rows = try call.rows(0)
                for step in try activation.steps(call) { rows = try chain.append(step, to: rows) }
                return .rows(rows)
            }
        )
    }

    private static let others: [String: Reader] = [
        "Abs": { (chain, call) throws(Failure) in try append(.part(.absolute), &chain, call) },
        "Add": { (chain, call) throws(Failure) in try add(&chain, call) },
        "BatchNormalization": { (chain, call) throws(Failure) in try batchNormalization(&chain, call) },
        "Cast": { (chain, call) throws(Failure) in try cast(call) },
        "Clip": { (chain, call) throws(Failure) in try clip(&chain, call) },
        "Concat": { (chain, call) throws(Failure) in try concat(&chain, call) },
        "Div": { (chain, call) throws(Failure) in try divide(&chain, call) },
        "Dropout": { (_, call) throws(Failure) in try dropout(call) },
        "Erf": { (chain, call) throws(Failure) in try append(.part(.erf), &chain, call) },
        "Flatten": { (chain, call) throws(Failure) in try flatten(&chain, call) },
        "Gelu": { (chain, call) throws(Failure) in try gelu(&chain, call) },
        "Gemm": { (chain, call) throws(Failure) in try gemm(&chain, call) },
        "Greater": { (chain, call) throws(Failure) in
            try append(.part(.exceeds(threshold: try call.numbers(1, width: 1)[0])), &chain, call)
        },
        "Identity": { (_, call) throws(Failure) in try call.operand(0) },
        "LayerNormalization": { (chain, call) throws(Failure) in try layerNormalization(&chain, call) },
        "LeakyRelu": { (chain, call) throws(Failure) in
            try append(.layer(LeakyReLU(negativeSlope: try call.float("alpha", default: 0.01))), &chain, call)
        },
        "LogSoftmax": { (chain, call) throws(Failure) in try softmax(LogSoftmax(), &chain, call) },
        "MatMul": { (chain, call) throws(Failure) in try matMul(&chain, call) },
        "Max": { (chain, call) throws(Failure) in
            let (rows, bounds) = try bounds(call)
            return try bounded(&chain, rows, bounds.max(), nil)
        },
        "Min": { (chain, call) throws(Failure) in
            let (rows, bounds) = try bounds(call)
            return try bounded(&chain, rows, nil, bounds.min())
        },
        "Mish": { (chain, call) throws(Failure) in try append(.layer(Mish()), &chain, call) },
        "Mul": { (chain, call) throws(Failure) in try multiply(&chain, call) },
        "Pow": { (chain, call) throws(Failure) in try power(&chain, call) },
        "PRelu": { (chain, call) throws(Failure) in try prelu(&chain, call) },
        "RMSNormalization": { (chain, call) throws(Failure) in try rmsNormalization(&chain, call) },
        "Reciprocal": { (chain, call) throws(Failure) in try reciprocal(&chain, call) },
        "ReduceMean": { (chain, call) throws(Failure) in try mean(&chain, call) },
        "Relu": { (chain, call) throws(Failure) in try append(.bounded(0 ... .infinity), &chain, call) },
        "Reshape": { (chain, call) throws(Failure) in try reshape(&chain, call) },
        "Sigmoid": { (chain, call) throws(Failure) in try append(.layer(Sigmoid()), &chain, call) },
        "Sin": { (chain, call) throws(Failure) in try sine(&chain, call) },
        "Softmax": { (chain, call) throws(Failure) in try softmax(Softmax(), &chain, call) },
        "Sqrt": { (chain, call) throws(Failure) in try root(&chain, call) },
        "Sub": { (chain, call) throws(Failure) in try subtract(&chain, call) },
        "Tanh": { (chain, call) throws(Failure) in try append(.layer(Tanh()), &chain, call) },
        "Where": { (chain, call) throws(Failure) in try choose(chain, call) },
        "ai.onnx.ml.Scaler": { (chain, call) throws(Failure) in try scaler(&chain, call) },
    ]

    static func append(
        _ step: ONNXStep, _ chain: inout ONNXChain, _ call: ONNXNodeCall
    ) throws(Failure) -> Operand {
        .rows(try chain.append(step, to: try call.rows(0)))
    }

    // MARK: Products

    private static func gemm(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        guard try call.integer("transA", default: 0) == 0 else { throw Failure(reason: "transA is not 0") }
        let alpha = try call.float("alpha", default: 1)
        let beta = try call.float("beta", default: 1)
        let isTransposed = try call.integer("transB", default: 0) != 0
        var bias: [Double]?
        let origin = try call.rows(0)
        let weight = try call.constant(1)
        let width = try checkedWidth(weight, isTransposed: isTransposed, input: chain.width(origin))
        if call.has(2) {
            bias = try call.numbers(2, width: width).map { $0 * beta }
            try chain.spend(width)
        }
        try chain.spend(weight.count)
        let step = ONNXStep.linear(weight: weight, isTransposed: isTransposed, scale: alpha, bias: bias)
        return .rows(try chain.append(step, to: origin, width: width))
    }

    private static func matMul(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        let origin = try call.rows(0)
        let weight = try call.constant(1)
        let width = try checkedWidth(weight, isTransposed: false, input: chain.width(origin))
        try chain.spend(weight.count)
        let step = ONNXStep.linear(weight: weight, isTransposed: false, scale: 1, bias: nil)
        return .rows(try chain.append(step, to: origin, width: width))
    }

    /// The number of columns after a product with a weight.
    private static func checkedWidth(_ weight: ONNXTensor, isTransposed: Bool, input: Int) throws(Failure) -> Int {
        guard weight.hasFloats, weight.shape.count == 2, !weight.shape.contains(0) else {
            throw Failure(
                reason: "its weight \"\(weight.name)\" is not a matrix of floats; its shape is \(weight.shape)")
        }
        let (inner, outer) = isTransposed ? (weight.shape[1], weight.shape[0]) : (weight.shape[0], weight.shape[1])
        guard inner == input else {
            throw Failure(reason: "its weight \"\(weight.name)\" takes \(counted(inner, "column")); it gets \(input)")
        }
        return outer
    }

    // MARK: Arithmetic

    private static func add(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        let (rows, constant, _) = try call.rowsAndConstant(chain)
        if let constant { return try affine(&chain, rows, scale: nil, shift: constant) }
        for (value, other) in [(rows, try call.rows(1)), (try call.rows(1), rows)] {
            let (scale, shift, core) = chain.core(other)
            // x + c·x³, in GELU
            if shift == 0, case .part(.cube) = chain.values[core].step, chain.values[core].origin == value {
                return .rows(try chain.append(.part(.cubic(factor: scale)), to: value))
            }
        }
        guard let sum = try chain.appendSum(rows, try call.rows(1)) else { throw call.joins }
        return .rows(sum)
    }

    private static func subtract(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        let (rows, constant, isFirst) = try call.rowsAndConstant(chain)
        guard let constant else { throw call.joins }
        return isFirst
            ? try affine(&chain, rows, scale: nil, shift: constant.map { -$0 })
            : try affine(&chain, rows, scale: [-1], shift: constant)
    }

    private static func divide(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        let (rows, constant, isFirst) = try call.rowsAndConstant(chain)
        if constant == nil {
            if let norm = try rootMeanSquareNorm(&chain, rows, call.rows(1), isInverse: false) { return norm }
            // x / (1 + |x|)
            let (scale, shift, core) = chain.core(try call.rows(1))
            guard scale == 1, shift == 1, case .part(.absolute) = chain.values[core].step,
                chain.values[core].origin == rows
            else { throw call.joins }
            return .rows(try chain.append(.layer(Softsign()), to: rows))
        }
        guard let constant, isFirst else { throw call.joins }
        return try affine(&chain, rows, scale: constant.map { 1 / $0 }, shift: nil)
    }

    private static func multiply(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        let (rows, constant, _) = try call.rowsAndConstant(chain)
        if let constant { return try affine(&chain, rows, scale: constant, shift: nil) }
        let pair = (try call.rows(0), try call.rows(1))
        if pair.0 == pair.1 { return .rows(try chain.append(.part(.square), to: pair.0)) }
        for (value, other) in [pair, (pair.1, pair.0)] {
            if let norm = try rootMeanSquareNorm(&chain, value, other, isInverse: true) { return norm }
            if case .part(.square) = chain.values[other].step, chain.values[other].origin == value {
                return .rows(try chain.append(.part(.cube), to: value))
            }
            if case .layer(let layer, _) = chain.values[other].step, layer is Sigmoid,
                chain.values[other].origin == value
            {
                return .rows(try chain.append(.layer(SiLU()), to: value))
            }
            // x · tanh(softplus(x))
            if case .layer(let layer, _) = chain.values[other].step, layer is Tanh,
                let inner = chain.values[other].origin, case .layer(let innermost, _) = chain.values[inner].step,
                innermost is Softplus, chain.values[inner].origin == value
            {
                return .rows(try chain.append(.layer(Mish()), to: value))
            }
            if let scale = hardSwish(chain, value, other) {
                return try affine(
                    &chain, try chain.append(.layer(HardSwish()), to: value), scale: [scale], shift: nil)
            }
            if let gelu = chain.gelu(value, other) {
                let activated = try chain.append(.layer(GELU(approximation: gelu.approximation)), to: gelu.origin)
                return try affine(&chain, activated, scale: [gelu.scale], shift: nil)
            }
        }
        throw call.joins
    }

    private static func power(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        switch try call.numbers(1, width: 1) {
        case [2]: try append(.part(.square), &chain, call)
        case [3]: try append(.part(.cube), &chain, call)
        case let exponent:
            throw Failure(reason: "raises to the power \(exponent[0]); only GELU's 2 and 3 are supported")
        }
    }

    private static func affine(
        _ chain: inout ONNXChain, _ rows: Int, scale: [Double]?, shift: [Double]?
    ) throws(Failure) -> Operand {
        if let layer = try hardSigmoid(&chain, rows, scale: scale, shift: shift) { return layer }
        try chain.spend(2 * chain.width(rows))
        return .rows(try chain.append(.affine(scale: scale, shift: shift), to: rows))
    }

    /// Softplus as PyTorch's newer exporter writes it: above a threshold it is x, with an error of at most 2·10⁻⁹.
    private static func choose(_ chain: ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        let (condition, large, small) = (try call.rows(0), try call.rows(1), try call.rows(2))
        let (scale, shift, core) = chain.core(small)
        guard case .part(.exceeds(let threshold)) = chain.values[condition].step, threshold >= 20, shift == 0,
            case .layer(let layer, _) = chain.values[core].step, layer is Softplus,
            let argument = chain.values[core].origin, argument == chain.values[condition].origin,
            let factor = chain.factor(argument, of: large), abs(factor * scale - 1) < 1e-6
        else { throw call.joins }
        return .rows(small)
    }

    // MARK: Normalisations

    /// (x − mean) / √(variance + ε) · scale + bias, with the statistics from training.
    private static func batchNormalization(
        _ chain: inout ONNXChain, _ call: ONNXNodeCall
    ) throws(Failure) -> Operand {
        // Before version 14, more than one output means training mode.
        let trains =
            chain.operatorVersion < 14
            ? call.node.outputs.count { !$0.isEmpty } > 1 : try call.integer("training_mode", default: 0) != 0
        guard !trains else { throw Failure(reason: "is in training mode") }
        let rows = try call.rows(0)
        let width = chain.width(rows)
        try chain.spend(4 * width)
        let epsilon = try call.float("epsilon", default: 1e-5)
        let (factors, biases) = (try call.numbers(1, width: width), try call.numbers(2, width: width))
        let (means, variances) = (try call.numbers(3, width: width), try call.numbers(4, width: width))
        let scale = zip(factors, variances).map { $0 / ($1 + epsilon).squareRoot() }
        let shift = biases.indices.map { biases[$0] - means[$0] * scale[$0] }
        return try affine(&chain, rows, scale: scale, shift: shift)
    }

    /// (x − offset) · scale, as skl2onnx writes scikit-learn's scalers.
    private static func scaler(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        let rows = try call.rows(0)
        let width = chain.width(rows)
        try chain.spend(2 * width)
        let scale = try call.floats("scale", width: width)
        let shift = zip(try call.floats("offset", width: width), scale).map { -$0 * $1 }
        return try affine(&chain, rows, scale: scale, shift: shift)
    }

    private static func layerNormalization(
        _ chain: inout ONNXChain, _ call: ONNXNodeCall
    ) throws(Failure) -> Operand {
        let axis = try call.integer("axis", default: -1)
        guard axis == -1 || axis == 1 else {
            throw Failure(reason: "is along axis \(axis); only axis 1, along the rows, is supported")
        }
        let width = chain.width(try call.rows(0))
        try chain.spend(2 * width)
        let layer = LayerNorm(width, epsilon: try call.float("epsilon", default: 1e-5))
        let weight = try call.numbers(1, width: width)
        let bias = call.has(2) ? try call.numbers(2, width: width) : [Double](repeating: 0, count: width)
        return try append(.layer(layer, parameters: weight + bias), &chain, call)
    }

    private static func rmsNormalization(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        let axis = try call.integer("axis", default: -1)
        guard axis == -1 || axis == 1 else {
            throw Failure(reason: "is along axis \(axis); only axis 1, along the rows, is supported")
        }
        let width = chain.width(try call.rows(0))
        try chain.spend(width)
        let layer = RMSNorm(width, epsilon: try call.float("epsilon", default: 1e-5))
        return try append(.layer(layer, parameters: call.numbers(1, width: width)), &chain, call)
    }

    /// The mean of each row's squares, for an RMSNorm written as several nodes: x / √(mean(x²) + ε).
    private static func mean(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        let square = try call.rows(0)
        guard case .part(.square) = chain.values[square].step, let origin = chain.values[square].origin else {
            throw Failure(reason: "is not a mean of squares; only that of RMSNorm is supported")
        }
        let axes = try call.integers(1, "axes")
        guard axes == [-1] || axes == [1], try call.integer("keepdims", default: 1) == 1 else {
            throw Failure(
                reason: "is along the axes \(axes); only the mean of each row is supported, axis 1 with keepdims 1")
        }
        return .rows(try chain.append(.part(.meanSquare), to: origin, width: 1))
    }

    /// PyTorch's exporter omits an ε that is too small; `RMSNorm` needs one, so it gets the smallest normal number.
    private static func root(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        let (scale, summand, core) = chain.core(try call.rows(0))
        let epsilon = summand == 0 ? Double.leastNormalMagnitude : summand
        guard scale == 1, case .part(.meanSquare) = chain.values[core].step, let origin = chain.values[core].origin
        else { throw Failure(reason: "is not a root of mean squares; only that of RMSNorm is supported") }
        return .rows(
            try chain.append(.part(.rootMeanSquare(epsilon: epsilon, isInverse: false)), to: origin, width: 1))
    }

    private static func reciprocal(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        let root = try call.rows(0)
        guard case .part(.rootMeanSquare(let epsilon, false)) = chain.values[root].step,
            let origin = chain.values[root].origin
        else {
            throw Failure(reason: "is not the reciprocal of a root of mean squares; only that of RMSNorm is supported")
        }
        return .rows(
            try chain.append(.part(.rootMeanSquare(epsilon: epsilon, isInverse: true)), to: origin, width: 1))
    }

    /// RMSNorm as a value divided by its root mean square or multiplied by the reciprocal; nil if it isn't RMSNorm.
    private static func rootMeanSquareNorm(
        _ chain: inout ONNXChain, _ value: Int, _ other: Int, isInverse: Bool
    ) throws(Failure) -> Operand? {
        guard case .part(.rootMeanSquare(let epsilon, isInverse)) = chain.values[other].step,
            chain.values[other].origin == value
        else { return nil }
        let layer = RMSNorm(chain.width(value), epsilon: epsilon, affine: false)
        return .rows(try chain.append(.layer(layer), to: value))
    }

    private static func gelu(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        switch try call.text("approximate", default: "none") {
        case "none": try append(.layer(GELU()), &chain, call)
        case "tanh": try append(.layer(GELU(approximation: .tanh)), &chain, call)
        case let other: throw Failure(reason: "its attribute approximate is \"\(other)\"")
        }
    }

    // MARK: Activations

    /// One slope, or one for each column.
    private static func prelu(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        let width = chain.width(try call.rows(0))
        let perColumn = try call.constant(1).count > 1
        if perColumn { try chain.spend(width) }
        let weight = try call.numbers(1, width: perColumn ? width : 1)
        return try append(.layer(PReLU(perColumn: perColumn), parameters: weight), &chain, call)
    }

    /// A single factor for all columns is the frequency.
    private static func sine(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        let rows = try call.rows(0)
        let (scale, shift, core) = chain.core(rows)
        return shift == 0 && scale != 0
            ? .rows(try chain.append(.layer(Sine(frequency: scale)), to: core))
            : .rows(try chain.append(.layer(Sine()), to: rows))
    }

    /// Before version 11, the bounds are attributes, which default to plus and minus the largest Float.
    private static func clip(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        func bound(_ index: Int, _ name: String) throws(Failure) -> Double? {
            guard call.node.attributes[name] == nil else {
                let bound = try call.float(name, default: 0)
                return abs(bound) < Double(Float.greatestFiniteMagnitude) ? bound : nil
            }
            return call.has(index) ? try call.numbers(index, width: 1)[0] : nil
        }
        return try bounded(&chain, call.rows(0), bound(1, "min"), bound(2, "max"))
    }

    /// The rows and the constant bounds that a Max or Min takes.
    private static func bounds(_ call: ONNXNodeCall) throws(Failure) -> (rows: Int, bounds: [Double]) {
        var (rows, bounds): ([Int], [Double]) = ([], [])
        for (index, operand) in call.operands.enumerated() {
            switch operand {
            case .rows(let value): rows.append(value)
            case .constant(let tensor):
                guard tensor.count == 1 else {
                    throw Failure(
                        reason:
                            "\"\(tensor.name)\" has the shape \(tensor.shape); only one bound for all columns is "
                            + "supported"
                    )
                }
                bounds += try call.numbers(index, width: 1)
            case nil: break
            }
        }
        guard rows.count == 1 else { throw call.joins }
        return (rows[0], bounds)
    }

    private static func bounded(
        _ chain: inout ONNXChain, _ rows: Int, _ lower: Double?, _ upper: Double?
    ) throws(Failure) -> Operand {
        let (lower, upper) = (lower ?? -.infinity, upper ?? .infinity)
        guard lower < upper else {
            throw Failure(reason: "has the bounds \(lower) and \(upper), which exclude every value")
        }
        return .rows(try chain.append(.bounded(lower...upper), to: rows))
    }

    /// HardSigmoid as a sixth of min(max(x + 3, 0), 6); nil if it isn't HardSigmoid.
    private static func hardSigmoid(
        _ chain: inout ONNXChain, _ rows: Int, scale: [Double]?, shift: [Double]?
    ) throws(Failure) -> Operand? {
        guard let scale, scale.allSatisfy({ abs(6 * $0 - 1) < 1e-6 }), shift == nil,
            let origin = chain.hardSigmoidArgument(rows)
        else { return nil }
        return .rows(try chain.append(.layer(HardSigmoid()), to: origin))
    }

    /// The factor c in x · other = c · HardSwish(x), for x · HardSigmoid(x) and x · min(max(x + 3, 0), 6); nil if it
    /// isn't HardSwish.
    private static func hardSwish(_ chain: ONNXChain, _ value: Int, _ other: Int) -> Double? {
        let (scale, shift, core) = chain.core(other)
        guard shift == 0 else { return nil }
        if chain.hardSigmoidArgument(core) == value { return 6 * scale }
        guard case .layer(let layer, _) = chain.values[core].step, layer is HardSigmoid,
            chain.values[core].origin == value
        else { return nil }
        return scale
    }

    // MARK: Softmax and classes

    private static func softmax(
        _ layer: any Layer, _ chain: inout ONNXChain, _ call: ONNXNodeCall
    ) throws(Failure) -> Operand {
        let axis = try call.integer("axis", default: chain.operatorVersion < 13 ? 1 : -1)
        guard axis == -1 || axis == 1 else {
            throw Failure(reason: "is along axis \(axis); only axis 1, along the rows, is supported")
        }
        return try append(.layer(layer), &chain, call)
    }

    /// 1 − p next to p, as skl2onnx writes the probabilities of two classes.
    private static func concat(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        guard [1, -1].contains(try call.integer("axis", default: 0)), call.count == 2 else { throw call.joins }
        let (first, second) = (try call.rows(0), try call.rows(1))
        let (scale, shift, core) = chain.core(first)
        guard core == second, scale == -1, shift == 1, chain.width(second) == 1,
            case .layer(let layer, _) = chain.values[second].step, layer is Sigmoid,
            let logit = chain.values[second].origin
        else { throw call.joins }
        return .rows(try chain.append(.bothClasses, to: logit, width: 2))
    }

    // MARK: Nodes without effect

    private static func cast(_ call: ONNXNodeCall) throws(Failure) -> Operand {
        let type = try call.integer("to", default: 0)
        guard ONNXValue.scalarTypes.contains(type) else {
            throw Failure(reason: "casts to type \(type); only FLOAT (1) and DOUBLE (11) are supported")
        }
        return try call.operand(0)
    }

    private static func dropout(_ call: ONNXNodeCall) throws(Failure) -> Operand {
        // In a model for prediction this input could only be a constant false, which exporters omit.
        guard !call.has(2) else { throw Failure(reason: "may be in training mode") }
        return try call.operand(0)
    }

    private static func flatten(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        let axis = try call.integer("axis", default: 1)
        let rows = try call.rows(0)
        guard axis == 1 || axis == -1 && chain.values[rows].isMatrix else {
            throw Failure(reason: "flattens from axis \(axis); only axis 1 keeps the rows")
        }
        return .rows(chain.flatten(rows))
    }

    /// Only a reshape to rows × columns is supported, which keeps the rows as they are.
    private static func reshape(_ chain: inout ONNXChain, _ call: ONNXNodeCall) throws(Failure) -> Operand {
        let rows = try call.rows(0)
        let width = chain.width(rows)
        let shape = try call.constant(1)
        guard case .integers(let sizes) = shape.elements, sizes.count == 2, sizes[0] == -1 || sizes[0] == 0,
            sizes[1] == width || sizes == [0, -1]
        else {
            throw Failure(reason: "reshapes rows × \(width) to \(shape.elements.description)")
        }
        return .rows(chain.flatten(rows))
    }
}

extension ONNXTensor.Elements {
    /// For messages.
    fileprivate var description: String {
        if case .integers(let integers) = self { "\(integers.prefix(10))" } else { "no integers" }
    }
}
