/// Levenberg–Marquardt for sums of squares ½·Σ w·(y − t)²: steps (JᵀJ + μI)·h = −Jᵀe, where J has the derivatives of all
/// outputs and e what they miss their targets by (Levenberg 1944; Marquardt 1963).
///
/// The damping μ follows the ratio of what a step gained to what was predicted (Nielsen 1999, in the form of Madsen, Nielsen
/// and Tingleff, "Methods for non-linear least squares problems", 2004). An iteration is a step that gained something.
///
/// Time p²·rows·outputs + p³/3 for an iteration of p parameters; memory 2·p² numbers, and a block of J.
public struct LevenbergMarquardt: FitMethod, Equatable {
    /// The penalty that is minimised together with the sum of squares.
    public enum Regularization: String, Equatable, Sendable, Codable {
        /// No penalty.
        case none
        /// α/2 · Σ parameter², whose α follows from the evidence, and so does the precision β of the noise (MacKay 1992; Foresee
        /// and Hagan 1997): γ = p − α·tr (βJᵀJ + αI)⁻¹ parameters are determined by the data, α = γ/Σ parameter²,
        /// β = (n − γ)/Σ w·(y − t)².
        case bayesian
    }

    /// The most iterations, at least 1.
    public var maximumIterations: Int
    /// The penalty that is minimised together with the sum of squares.
    public var regularization: Regularization
    /// Converged if no derivative of the mean loss is larger than this; not negative.
    public var gradientTolerance: Double
    /// Converged if a step is shorter than this times the norm of the parameters; not negative.
    public var stepTolerance: Double
    /// Converged if the actual and the predicted relative decrease of the loss are at most this; not negative.
    public var functionTolerance: Double
    /// The initial μ, relative to the largest diagonal element of JᵀJ; positive.
    public var initialDamping: Double
    /// The most bytes of memory to use, at least 1; a fit that needs more throws before it begins.
    public var memoryLimit: Int

    /// Creates the method; the properties explain the arguments.
    public init(
        maximumIterations: Int = 1000, regularization: Regularization = .none, gradientTolerance: Double = 1e-10,
        stepTolerance: Double = 1e-10, functionTolerance: Double = 1e-14, initialDamping: Double = 1e-3,
        memoryLimit: Int = 1 << 30
    ) {
        self.maximumIterations = maximumIterations
        self.regularization = regularization
        self.gradientTolerance = gradientTolerance
        self.stepTolerance = stepTolerance
        self.functionTolerance = functionTolerance
        self.initialDamping = initialDamping
        self.memoryLimit = memoryLimit
    }

    public func validate() throws(PerceptronError) {
        try checkIterations()
        try check("gradientTolerance", gradientTolerance, gradientTolerance >= 0, "finite and not negative")
        try check("stepTolerance", stepTolerance, stepTolerance >= 0, "finite and not negative")
        try check("functionTolerance", functionTolerance, functionTolerance >= 0, "finite and not negative")
        try check("initialDamping", initialDamping, initialDamping > 0, "finite and positive")
        guard memoryLimit > 0 else {
            throw .invalidArgument("\(name): memoryLimit is \(counted(memoryLimit, "byte")); at least 1 is needed")
        }
    }

    public var _kind: _FitMethodKind { .levenbergMarquardt(self) }
}
