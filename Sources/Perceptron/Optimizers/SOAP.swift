/// Adam in the eigenbases of Shampoo's factors (Vyas et al. 2024, "SOAP: improving and stabilizing Shampoo using Adam"),
/// computed as the authors' `SOAP` does with its defaults.
///
/// For a matrix with gradient G: L ← σL + (1 − σ)GGᵀ and R ← σR + (1 − σ)GᵀG, whose eigenvectors P and Q are computed
/// at the first update, which moves nothing, and refined by a step of power iteration and QR every `interval` updates.
/// Adam's moments are those of PᵀGQ, its move d becomes PdQᵀ, and W ← (1 − ηλ)(W − ηPdQᵀ). Parameters that are no
/// matrix are moved by the same Adam without bases.
public struct SOAP: Optimizer, Equatable {
    /// η, the learning rate.
    public var learningRate: Schedule
    /// The decay of the mean of gradients, in [0, 1).
    public var beta1: Double
    /// The decay of the mean of squared gradients, in [0, 1).
    public var beta2: Double
    /// σ, in [0, 1); as `beta2` if nil.
    public var factorDecay: Double?
    /// ε, added to the root of the mean of squares; not negative.
    public var epsilon: Double
    /// λ, the weight decay.
    public var weightDecay: Double
    /// The number of updates between refinements of the bases, at least 1.
    public var interval: Int
    /// A matrix with a longer side has no bases.
    public var largestSide: Int

    /// Creates the optimizer; the properties explain the arguments.
    public init(
        learningRate: Schedule = 0.003, beta1: Double = 0.95, beta2: Double = 0.95, factorDecay: Double? = nil,
        epsilon: Double = 1e-8, weightDecay: Double = 0.01, interval: Int = 10, largestSide: Int = 10000
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.factorDecay = factorDecay
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.interval = interval
        self.largestSide = largestSide
    }

    public var stateVectors: Int { 2 }
    public var treatsTensorsApart: Bool { true }

    public func validate() throws(PerceptronError) {
        try check("beta1", beta1, 0..<1)
        try check("beta2", beta2, 0..<1)
        if let factorDecay { try check("factor decay", factorDecay, 0..<1) }
        try check(notNegative: "epsilon", epsilon)
        guard interval > 0 else {
            throw .invalidArgument("SOAP: the interval is \(interval); it must be at least 1 update")
        }
    }

    private func hasBases(_ tensor: ParameterTensor) -> Bool {
        tensor.rows > 1 && tensor.columns > 1 && max(tensor.rows, tensor.columns) <= largestSide
    }

    /// L, R, P and Q, one after the other.
    public func tensorState(for tensor: ParameterTensor) -> Int {
        hasBases(tensor) ? 2 * (tensor.rows * tensor.rows + tensor.columns * tensor.columns) : 0
    }

    /// Three matrices of the tensor's shape, and what follows its longer side.
    public func tensorScratch(for tensor: ParameterTensor) -> Int {
        let side = max(tensor.rows, tensor.columns)
        return hasBases(tensor) ? 3 * tensor.range.count + side + Eigenbasis.scratch(side) : 0
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func update<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {
        let tensor = update.tensor
        if hasBases(tensor) {
            let sides = Sides(tensor)
            if update.step > 1 { move(sides, &update) }
            follow(sides, &update)
        } else if update.step > 1 {
            var first = update.state(0)
            var second = update.state(1)
            var none = MutableSpan<Scalar>()
            Kernels.update(
                kernel(update.step, rate: update.learningRate, decay: update.weightDecay),
                parameters: &update.parameters, gradients: update.gradients, states: &first, &second, &none)
        }
    }

    /// Adam without its correction within the root, and with decay after the move. The first update was none.
    private func kernel(_ step: Int, rate: Double, decay: Double) -> OptimizerKernel {
        let step = Double(step - 1)
        let corrected = rate * (1 - power(beta2, step)).squareRoot() / (1 - power(beta1, step))
        let shrink = 1 - rate * decay
        var kernel = OptimizerKernel(.adam, rate: corrected * shrink, shrink: shrink)
        kernel.numbers.beta1 = beta1
        kernel.numbers.beta2 = beta2
        kernel.numbers.epsilon = epsilon
        return kernel
    }

    /// Where things are for a matrix.
    private struct Sides {
        let rows: Int
        let columns: Int
        let count: Int
        let left: Range<Int>
        let right: Range<Int>
        let leftBasis: Range<Int>
        let rightBasis: Range<Int>

        init(_ tensor: ParameterTensor) {
            (rows, columns, count) = (tensor.rows, tensor.columns, tensor.range.count)
            let (l, r) = (rows * rows, columns * columns)
            (left, right, leftBasis, rightBasis) = (0..<l, l..<l + r, l + r..<2 * l + r, 2 * l + r..<2 * (l + r))
        }

        func scratch(_ index: Int) -> Range<Int> { index * count..<(index + 1) * count }
        func square(_ side: Int) -> Range<Int> { 3 * count..<3 * count + side * side }
        func basis(_ side: Int) -> Range<Int> { 3 * count..<3 * count + Eigenbasis.scratch(side) }
        func order(_ side: Int) -> Range<Int> { basis(side).upperBound..<basis(side).upperBound + side }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    private func move<Scalar: BLASScalar>(_ sides: Sides, _ update: inout ParameterUpdate<Scalar>) {
        var rotated = update.tensorScratch(sides.scratch(0))
        rotate(update.gradients, sides, update, into: &rotated)
        // A move of Adam from 0.
        var direction = update.tensorScratch(sides.scratch(2))
        Kernels.combine(0, update.gradients, 0, update.gradients, into: &direction)
        var first = update.state(0)
        var second = update.state(1)
        var none = MutableSpan<Scalar>()
        Kernels.update(
            kernel(update.step, rate: update.learningRate, decay: 0), parameters: &direction, gradients: rotated.span,
            states: &first, &second, &none)
        let shrink = 1 - update.learningRate * update.weightDecay
        var back = update.tensorScratch(sides.scratch(0))
        rotateBack(direction.span, sides, update, into: &back)
        Kernels.combine(shrink, &update.parameters, shrink, back.span)
    }

    /// PᵀXQ.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    private func rotate<Scalar: BLASScalar>(
        _ x: Span<Scalar>, _ sides: Sides, _ update: borrowing ParameterUpdate<Scalar>,
        into result: inout MutableSpan<Scalar>
    ) {
        var half = update.tensorScratch(sides.scratch(1))
        let left = update.tensorStateValues(sides.leftBasis)
        let right = update.tensorStateValues(sides.rightBasis)
        BLAS.multiply(left, sides.rows, transposeA: .yes, x, sides.columns, into: &half, sides.columns)
        BLAS.multiply(half.span, sides.columns, right, sides.columns, into: &result, sides.columns)
    }

    /// PXQᵀ.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    private func rotateBack<Scalar: BLASScalar>(
        _ x: Span<Scalar>, _ sides: Sides, _ update: borrowing ParameterUpdate<Scalar>,
        into result: inout MutableSpan<Scalar>
    ) {
        var half = update.tensorScratch(sides.scratch(1))
        let left = update.tensorStateValues(sides.leftBasis)
        let right = update.tensorStateValues(sides.rightBasis)
        BLAS.multiply(left, sides.rows, x, sides.columns, into: &half, sides.columns)
        BLAS.multiply(
            half.span, sides.columns, right, sides.columns, transposeB: .yes, into: &result, sides.columns)
    }

    /// Brings the factors up to date, and their bases if it is time for that.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    private func follow<Scalar: BLASScalar>(_ sides: Sides, _ update: inout ParameterUpdate<Scalar>) {
        let decay = factorDecay ?? beta2
        var left = update.tensorState(sides.left)
        var right = update.tensorState(sides.right)
        var square = update.tensorScratch(sides.square(sides.rows))
        BLAS.multiply(
            update.gradients, sides.columns, update.gradients, sides.columns, transposeB: .yes, into: &square,
            sides.rows)
        Kernels.combine(decay, &left, 1 - decay, square.span)
        square = update.tensorScratch(sides.square(sides.columns))
        BLAS.multiply(
            update.gradients, sides.columns, transposeA: .yes, update.gradients, sides.columns, into: &square,
            sides.columns)
        Kernels.combine(decay, &right, 1 - decay, square.span)
        if update.step == 1 {
            for (factor, basis, side) in [
                (sides.left, sides.leftBasis, sides.rows), (sides.right, sides.rightBasis, sides.columns),
            ] {
                let matrix = update.tensorStateValues(factor)
                var axes = update.tensorState(basis)
                Eigenbasis.write(Eigenbasis.of(matrix, side), to: &axes)
            }
        } else if (update.step - 1).isMultiple(of: interval) {
            refresh(sides, &update)
        }
    }

    /// A step of power iteration for each basis; the moments follow their axes.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    private func refresh<Scalar: BLASScalar>(_ sides: Sides, _ update: inout ParameterUpdate<Scalar>) {
        var mean = update.state(0)
        var back = update.tensorScratch(sides.scratch(0))
        rotateBack(mean.span, sides, update, into: &back)
        refresh(sides.left, sides.leftBasis, sides.rows, sides, update) { row, column, order in
            Int(order[row]) * sides.columns + column
        }
        refresh(sides.right, sides.rightBasis, sides.columns, sides, update) { row, column, order in
            row * sides.columns + Int(order[column])
        }
        rotate(back.span, sides, update, into: &mean)
    }

    /// - Parameter place: where the mean of squares was that comes to a row and a column in a new order of axes.
    @inline(__always)
    private func refresh<Scalar: BLASScalar>(
        _ factor: Range<Int>, _ basis: Range<Int>, _ side: Int, _ sides: Sides,
        _ update: borrowing ParameterUpdate<Scalar>, place: (Int, Int, Span<Scalar>) -> Int
    ) {
        var axes = update.tensorState(basis)
        var scratch = update.tensorScratch(sides.basis(side))
        var order = update.tensorScratch(sides.order(side))
        Eigenbasis.refresh(
            &axes, factor: update.tensorStateValues(factor), side, scratch: &scratch, order: &order)
        var squares = update.state(1)
        var before = update.tensorScratch(sides.scratch(1))
        Kernels.combine(1, squares.span, 0, squares.span, into: &before)
        for row in 0..<sides.rows {
            for column in 0..<sides.columns {
                squares[row * sides.columns + column] = before[place(row, column, order.span)]
            }
        }
    }
}
