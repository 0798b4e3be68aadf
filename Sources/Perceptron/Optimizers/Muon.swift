/// Momentum that is orthogonalised for each hidden matrix (Jordan et al. 2024), computed as `torch.optim.Muon` does,
/// but in the model's own precision; all other parameters are moved by AdamW.
///
/// M ← μM + (1 − μ)G,  U = (1 − μ)G + μM (or M),  O = five Newton–Schulz steps X ← aX + (bA + cA²)X, A = XXᵀ, from
/// U/‖U‖,  W ← (1 − ηλ)W − η · adjustment · O. Hidden is every matrix of a linear layer but the last one's.
public struct Muon: Optimizer, Equatable {
    /// The factor of the learning rate for a matrix of a linear layer.
    public enum Adjustment: Equatable, Sendable {
        /// √max(1, outputs/inputs).
        case original
        /// 0.2 √max(outputs, inputs): updates as large as those of AdamW.
        case matchAdamW
    }

    /// η, the learning rate.
    public var learningRate: Schedule
    /// λ, the weight decay.
    public var weightDecay: Double
    /// μ, the momentum, in [0, 1).
    public var momentum: Double
    /// Whether to use Nesterov's momentum.
    public var nesterov: Bool
    /// a, b and c.
    public var coefficients: (Double, Double, Double) {
        get { (a, b, c) }
        set { (a, b, c) = newValue }
    }
    /// The smallest divisor of U; not negative.
    public var epsilon: Double
    /// The number of Newton–Schulz steps, from 1 to 99.
    public var steps: Int
    /// The factor of the learning rate for a matrix.
    public var adjustment: Adjustment
    /// The factor of the learning rate for the parameters that AdamW updates; not negative.
    public var othersRate: Double
    private var (a, b, c) = (3.4445, -4.775, 2.0315)
    private static let others = AdamW()

    /// Creates the optimizer; the properties explain the arguments.
    public init(
        learningRate: Schedule = 0.001, weightDecay: Double = 0.1, momentum: Double = 0.95, nesterov: Bool = true,
        coefficients: (Double, Double, Double) = (3.4445, -4.775, 2.0315), epsilon: Double = 1e-7, steps: Int = 5,
        adjustment: Adjustment = .original, othersRate: Double = 1
    ) {
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.momentum = momentum
        self.nesterov = nesterov
        self.epsilon = epsilon
        self.steps = steps
        self.adjustment = adjustment
        self.othersRate = othersRate
        self.coefficients = coefficients
    }

    public var stateVectors: Int { 2 }
    public var treatsTensorsApart: Bool { true }

    public func validate() throws(PerceptronError) {
        try check("momentum", momentum, 0..<1)
        try check(notNegative: "epsilon", epsilon)
        try check("steps", Double(steps), 1..<100)
        try check(notNegative: "others' rate", othersRate)
        for coefficient in [a, b, c] where !coefficient.isFinite {
            throw .invalidArgument("Muon: a coefficient is \(coefficient); all must be finite")
        }
    }

    /// Two matrices of the tensor's shape, and two squares of its shorter side.
    public func tensorScratch(for tensor: ParameterTensor) -> Int {
        let side = min(tensor.rows, tensor.columns)
        return tensor.isMatrixOfLinear ? 2 * (tensor.range.count + side * side) : 0
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func update<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {
        let tensor = update.tensor
        if tensor.isMatrixOfLinear, tensor != update.tensors.last(where: \.isMatrixOfLinear) {
            moveMatrix(tensor, &update)
        } else {
            Muon.others.applyKernel(to: &update, rateFactor: othersRate)
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    private func moveMatrix<Scalar: BLASScalar>(_ tensor: ParameterTensor, _ update: inout ParameterUpdate<Scalar>) {
        let count = tensor.range.count
        var mean = update.state(0)
        Kernels.combine(momentum, &mean, 1 - momentum, update.gradients)
        var x = update.tensorScratch(0..<count)
        if nesterov {
            Kernels.combine(1 - momentum, update.gradients, momentum, mean.span, into: &x)
        } else {
            Kernels.combine(1, mean.span, 0, mean.span, into: &x)
        }
        let norm = max(Kernels.sumOfSquares(x.span).squareRoot(), epsilon)
        Kernels.combine(1 / norm, &x, 0, mean.span)
        orthogonalise(tensor, &update)
        let adjusted =
            switch adjustment {
            case .original: max(1, Double(tensor.columns) / Double(tensor.rows)).squareRoot()
            case .matchAdamW: 0.2 * Double(max(tensor.columns, tensor.rows)).squareRoot()
            }
        let orthogonal = update.tensorScratchValues(0..<count)
        Kernels.combine(
            1 - update.learningRate * update.weightDecay, &update.parameters, -update.learningRate * adjusted,
            orthogonal)
    }

    /// Brings the singular values of the matrix at the start of the scratch near 1. The square is on its shorter side.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    private func orthogonalise<Scalar: BLASScalar>(
        _ tensor: ParameterTensor, _ update: inout ParameterUpdate<Scalar>
    ) {
        let (rows, columns, count) = (tensor.rows, tensor.columns, tensor.range.count)
        let side = min(rows, columns)
        for _ in 0..<steps {
            var x = update.tensorScratch(0..<count)
            var moved = update.tensorScratch(count..<2 * count)
            var gram = update.tensorScratch(2 * count..<2 * count + side * side)
            var gramSquared = update.tensorScratch(2 * count + side * side..<2 * (count + side * side))
            if rows <= columns {
                BLAS.multiply(x.span, columns, x.span, columns, transposeB: .yes, into: &gram, side)
            } else {
                BLAS.multiply(x.span, columns, transposeA: .yes, x.span, columns, into: &gram, side)
            }
            BLAS.multiply(gram.span, side, gram.span, side, into: &gramSquared, side)
            Kernels.combine(b, &gram, c, gramSquared.span)
            if rows <= columns {
                BLAS.multiply(gram.span, side, x.span, columns, into: &moved, columns)
            } else {
                BLAS.multiply(x.span, columns, gram.span, side, into: &moved, columns)
            }
            Kernels.combine(a, &x, 1, moved.span)
        }
    }
}

extension ParameterTensor {
    /// Whether it is a matrix that inputs are multiplied by: those are the ones that files have transposed.
    var isMatrixOfLinear: Bool { isTransposedInFiles && rows > 1 && columns > 1 }
}
