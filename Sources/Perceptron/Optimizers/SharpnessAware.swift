/// Sharpness-aware minimisation (Foret et al. 2021) around another optimizer: the gradient is taken at w + ρ·g/‖g‖, the
/// worst point nearby, and moves w. A step computes two gradients; its loss is that of the first.
public struct SharpnessAware: WrappingOptimizer {
    let wrapped: any Optimizer
    /// ρ.
    public let radius: Double

    /// Wraps an optimizer; ρ, the radius, is positive.
    public init(_ optimizer: any Optimizer, radius: Double = 0.05) {
        wrapped = optimizer
        self.radius = radius
    }

    public func validate() throws(PerceptronError) {
        guard radius > 0, radius.isFinite else {
            throw .invalidArgument("SharpnessAware: the radius is \(radius); it must be positive and finite")
        }
        try wrapped.validate()
    }
}

extension Optimizer {
    /// How far away gradients are taken, if they are.
    var sharpnessRadius: Double? {
        (self as? SharpnessAware)?.radius ?? (self as? any WrappingOptimizer)?.wrapped.sharpnessRadius
    }
}
