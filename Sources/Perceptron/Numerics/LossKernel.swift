/// A loss that the C loops know, with its numbers.
struct LossKernel: Sendable {
    let kind: Kernels.LossKind
    /// What the outputs are to a loss of classes.
    var form = Kernels.LossOutputs.logits
    var parameter = 0.0
    /// Parameters that the outputs take in turn, instead of the one.
    var parameters: [Double] = []
    /// The part of the targets that is spread evenly over the classes.
    var labelSmoothing = 0.0
}
