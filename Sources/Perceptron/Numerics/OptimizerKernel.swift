/// One vector loop of an optimizer, and its numbers.
struct OptimizerKernel {
    let kind: Kernels.OptimizerKind
    var numbers = Kernels.OptimizerNumbers(
        rate: 0, shrink: 1, decay: 0, beta1: 0, beta2: 0, epsilon: 0, inverse_root: 1, weight: 0, nesterov: 0)

    init(_ kind: Kernels.OptimizerKind, rate: Double, shrink: Double = 1, decay: Double = 0) {
        self.kind = kind
        numbers.rate = rate
        numbers.shrink = shrink
        numbers.decay = decay
    }
}
