import Perceptron

/// One of the three matrix products of a `Linear`, of random matrices that are the same on every run.
struct Product<Scalar: BLASScalar> {
    enum Kind: String, CaseIterable {
        /// Y = X·W
        case forward
        /// dW = Xᵀ·dY
        case weight
        /// dX = dY·Wᵀ
        case downstream
    }

    let kind: Kind
    let shape: LinearShape
    /// batch × inputs
    let inputs: [Scalar]
    /// inputs × outputs
    let weight: [Scalar]
    /// batch × outputs
    let outputGradient: [Scalar]

    init(_ kind: Kind, _ shape: LinearShape) {
        self.kind = kind
        self.shape = shape
        var generator = RandomGenerator(seed: 0)
        func random(_ count: Int) -> [Scalar] { (0..<count).map { _ in Scalar(2 * generator.nextUniform() - 1) } }
        inputs = random(shape.batch * shape.inputs)
        weight = random(shape.inputs * shape.outputs)
        outputGradient = random(shape.batch * shape.outputs)
    }

    /// Rows of the result.
    var rows: Int { kind == .weight ? shape.inputs : shape.batch }

    /// Columns of the result.
    var columns: Int { kind == .downstream ? shape.inputs : shape.outputs }

    /// The terms of an element of the result.
    var inner: Int {
        switch kind {
        case .forward: shape.inputs
        case .weight: shape.batch
        case .downstream: shape.outputs
        }
    }

    /// Calls `body` with the two factors.
    func withFactors<Result>(_ body: (Factor<Scalar>, Factor<Scalar>) -> Result) -> Result {
        let (left, right) =
            switch kind {
            case .forward: (inputs, weight)
            case .weight: (inputs, outputGradient)
            case .downstream: (outputGradient, weight)
            }
        return left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                body(
                    Factor(
                        elements: left.baseAddress!, stride: kind == .downstream ? shape.outputs : shape.inputs,
                        isTransposed: kind == .weight),
                    Factor(elements: right.baseAddress!, stride: shape.outputs, isTransposed: kind == .downstream))
            }
        }
    }
}
