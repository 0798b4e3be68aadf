/// A loss that the C loops compute, with its parameters.
struct LossKernel: Sendable {
    let kind: Kernels.LossKind
    /// What a class loss takes as outputs.
    var form = Kernels.LossOutputs.logits
    var parameter = 0.0
    /// Parameters that the output columns use in turn, instead of the one.
    var parameters: [Double] = []
    /// The fraction of the targets that is spread evenly over the classes.
    var labelSmoothing = 0.0
}
