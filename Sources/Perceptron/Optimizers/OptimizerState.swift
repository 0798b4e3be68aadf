/// All that an optimizer keeps from step to step.
struct OptimizerState<Scalar: BLASScalar>: Equatable, Sendable {
    /// Vectors as long as the parameters.
    var vectors: [[Scalar]]
    /// What is kept of tensors besides, one after the other.
    var tensors: [Scalar]
    var numbers: [Double]
}
