/// L-BFGS: steps along −H·g, where H is made of the last changes of parameters and gradient (Nocedal 1980; Liu and Nocedal
/// 1989), as far as a line search says that fulfils the strong Wolfe conditions (Moré and Thuente 1994).
///
/// Takes any loss. Line search and constants are those of L-BFGS-B without bounds (`scipy.optimize.minimize`). An
/// evaluation is a forward and a backward pass over all rows, whose activations are in memory at once; it also needs
/// 2·history + 4 vectors as long as the parameters.
public struct LBFGS: FitMethod, Equatable {
    /// The number of remembered changes, at least 1.
    public var history: Int
    /// The most iterations, at least 1.
    public var maximumIterations: Int
    /// Converged if no derivative of the mean loss is larger than this; not negative.
    public var gradientTolerance: Double
    /// Converged if a step is shorter than this times the norm of the parameters; not negative.
    public var stepTolerance: Double
    /// Converged if the relative decrease of the loss is at most this; not negative.
    public var functionTolerance: Double

    /// Creates the method; the properties explain the arguments.
    public init(
        history: Int = 10, maximumIterations: Int = 1000, gradientTolerance: Double = 1e-8,
        stepTolerance: Double = 1e-12, functionTolerance: Double = 1e-12
    ) {
        self.history = history
        self.maximumIterations = maximumIterations
        self.gradientTolerance = gradientTolerance
        self.stepTolerance = stepTolerance
        self.functionTolerance = functionTolerance
    }

    public func validate() throws(PerceptronError) {
        guard history > 0 else { throw .invalidArgument("\(name): history is \(history); at least 1 is needed") }
        try checkIterations()
        try check("gradientTolerance", gradientTolerance, gradientTolerance >= 0, "finite and not negative")
        try check("stepTolerance", stepTolerance, stepTolerance >= 0, "finite and not negative")
        try check("functionTolerance", functionTolerance, functionTolerance >= 0, "finite and not negative")
    }

    public var _kind: _FitMethodKind { .lbfgs(self) }
}
