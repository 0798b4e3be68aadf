/// The mean over rows and columns of ln cosh e, for e = output − target: e²/2 near 0, |e| − ln 2 far away.
public struct LogCosh: ElementLoss {
    let kernel = LossKernel(kind: .logCosh)

    /// Creates the loss.
    public init() {}
}
