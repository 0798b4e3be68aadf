import Perceptron

/// Turns steps into layers: a constant added after a product is a bias, and factors and sums in a row are one layer.
struct ONNXPieces<Scalar: BLASScalar> {
    private enum Piece {
        case linear(inputs: Int, outputs: Int, weight: [Scalar], bias: [Scalar]?)
        /// One number for all columns, or one per column; nil means a scale of 1 or a shift of 0.
        case affine(width: Int, scale: [Double]?, shift: [Double]?)
        case bounded(ClosedRange<Double>)
        case layer(any Layer, [Scalar])
    }

    typealias Failure = ONNXChain.Failure

    private var pieces: [Piece] = []

    /// - Parameter outputs: the number of columns after the step.
    mutating func append(_ step: ONNXStep, outputs: Int, allowsNonFinite: Bool) throws(Failure) {
        func check(_ numbers: [Double]?, _ what: String) throws(Failure) {
            guard !allowsNonFinite, let number = numbers?.first(where: { !$0.isFinite }) else { return }
            throw Failure(reason: "has \(number) as \(what); all numbers must be finite")
        }
        switch step {
        case .linear(let tensor, let isTransposed, let scale, let bias):
            guard let elements = tensor.scalars(of: Scalar.self) else { return }
            let inputs = elements.count / outputs
            var weight = isTransposed ? transposed(elements, rows: outputs, columns: inputs) : elements
            if scale != 1 { weight = weight.map { Scalar(Double($0) * scale) } }
            if !allowsNonFinite, let number = weight.first(where: { !$0.isFinite }) {
                throw Failure(reason: "has \(number) in its weight \"\(tensor.name)\"; all numbers must be finite")
            }
            try check(bias, "bias")
            pieces.append(
                .linear(inputs: inputs, outputs: outputs, weight: weight, bias: bias?.map { Scalar($0) }))
        case .affine(let scale, let shift):
            try check(scale, "factor")
            try check(shift, "summand")
            append(scale, shift, width: outputs)
        case .bounded(var range):
            if case .bounded(let before) = pieces.last {
                range = before.clamped(to: range)
                pieces.removeLast()
            }
            guard range.lowerBound < range.upperBound else {
                throw Failure(reason: "leaves only the value \(range.lowerBound)")
            }
            pieces.append(.bounded(range))
        case .layer(let layer, let parameters):
            try check(parameters, "parameter")
            pieces.append(.layer(layer, parameters.map { Scalar($0) }))
        case .sum(let first, let second):
            try append(first, second, allowsNonFinite: allowsNonFinite)
        case .bothClasses: try appendBothClasses()
        case .part(.meanSquare), .part(.rootMeanSquare):
            throw Failure(reason: "is supported only as a part of RMSNorm, whose other parts are missing")
        case .part(.absolute):
            throw Failure(reason: "is supported only as a part of Softsign, whose other parts are missing")
        case .part:
            throw Failure(reason: "is supported only as a part of GELU or Softplus, whose other parts are missing")
        }
    }

    private func transposed(_ elements: [Scalar], rows: Int, columns: Int) -> [Scalar] {
        var result = elements
        for row in 0..<rows {
            for column in 0..<columns { result[column * rows + row] = elements[row * columns + column] }
        }
        return result
    }

    private mutating func append(_ scale: [Double]?, _ shift: [Double]?, width: Int) {
        switch pieces.last {
        case .linear(let inputs, let outputs, let weight, nil) where scale == nil:
            let bias = (shift ?? [0]).map { Scalar($0) }
            pieces[pieces.count - 1] = .linear(
                inputs: inputs, outputs: outputs, weight: weight,
                bias: bias.count == outputs ? bias : [Scalar](repeating: bias[0], count: outputs))
        case .layer(let norm as RMSNorm, _) where !norm.affine && shift == nil:
            let weight = (scale ?? [1]).map { Scalar($0) }
            pieces[pieces.count - 1] = .layer(
                RMSNorm(width, epsilon: norm.epsilon),
                weight.count == width ? weight : [Scalar](repeating: weight[0], count: width))
        case .affine(_, let first, let summand):
            pieces[pieces.count - 1] = .affine(
                width: width, scale: combined(first, scale, *),
                shift: combined(combined(summand, summand == nil ? nil : scale, *), shift, +))
        default: pieces.append(.affine(width: width, scale: scale, shift: shift))
        }
    }

    /// Combines elementwise; a single number applies to all columns, and nil has no effect.
    private func combined(
        _ first: [Double]?, _ second: [Double]?, _ operation: (Double, Double) -> Double
    ) -> [Double]? {
        guard let first, let second else { return first ?? second }
        return (0..<max(first.count, second.count)).map { index in
            operation(first[first.count == 1 ? 0 : index], second[second.count == 1 ? 0 : index])
        }
    }

    /// 1 − σ(z) and σ(z) are the Softmax of 0 and z.
    private mutating func appendBothClasses() throws(Failure) {
        guard case .linear(let inputs, 1, let weight, let bias) = pieces.last else {
            throw Failure(reason: "joins two classes whose probabilities don't come from a product")
        }
        pieces[pieces.count - 1] = .linear(
            inputs: inputs, outputs: 2, weight: weight.flatMap { [0, $0] }, bias: bias.map { [0, $0[0]] })
        pieces.append(.layer(Softmax(), []))
    }

    /// Appends a `Residual`: one way has its layers, the other is empty or its projection.
    private mutating func append(_ first: ONNXWay, _ second: ONNXWay, allowsNonFinite: Bool) throws(Failure) {
        var ways: [(layers: [any Layer], parameters: [Scalar])] = []
        for way in [first, second] {
            var pieces = ONNXPieces()
            for value in way.values {
                guard let step = value.step else { continue }
                try pieces.append(step, outputs: value.width, allowsNonFinite: allowsNonFinite)
            }
            ways.append(pieces.layers)
        }
        if ways[1].layers.count > 1 || ways[0].layers.isEmpty { ways.swapAt(0, 1) }
        guard !ways[0].layers.isEmpty, ways[1].layers.count <= 1 else {
            throw Failure(
                reason:
                    "adds two branches of several layers each, or a branch to itself; one branch must have at "
                    + "most one layer"
            )
        }
        pieces.append(
            .layer(
                Residual(ways[0].layers, projection: ways[1].layers.first), ways[0].parameters + ways[1].parameters))
    }

    /// The layers, and the parameters of all of them.
    var layers: (layers: [any Layer], parameters: [Scalar]) {
        var layers: [any Layer] = []
        var parameters: [Scalar] = []
        for piece in pieces {
            switch piece {
            case .linear(let inputs, let outputs, let weight, let bias):
                layers.append(Linear(inputs, outputs, bias: bias != nil))
                parameters += weight
                parameters += bias ?? []
            case .affine(let width, let scale, let shift):
                let (scale, shift) = (scale ?? [1], shift ?? [0])
                guard scale.contains(where: { $0 != 1 }) || shift.contains(where: { $0 != 0 }) else { continue }
                layers.append(Affine(width))
                parameters += scale.count == width ? scale.map { Scalar($0) } : repeated(scale, width)
                parameters += shift.count == width ? shift.map { Scalar($0) } : repeated(shift, width)
            case .bounded(let range) where range == 0 ... .infinity: layers.append(ReLU())
            case .bounded(let range):
                // An infinite bound becomes the largest finite number.
                let most = Double(Scalar.greatestFiniteMagnitude)
                layers.append(
                    HardTanh(minimum: max(range.lowerBound, -most), maximum: min(range.upperBound, most)))
            case .layer(let layer, let numbers):
                layers.append(layer)
                parameters += numbers
            }
        }
        return (layers, parameters)
    }

    private func repeated(_ numbers: [Double], _ count: Int) -> [Scalar] {
        [Scalar](repeating: Scalar(numbers[0]), count: count)
    }
}
