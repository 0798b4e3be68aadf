/// How long the section `linear` may take over a product.
struct LinearEffort {
    /// The most multiplications for which the naive kernel is run.
    let naiveLimit: Int
    /// The same for the reordered one.
    let reorderedLimit: Int
    let naive: Timing.Effort
    let linear: Timing.Effort

    init(quick: Bool) {
        naiveLimit = quick ? 1 << 24 : 1 << 27
        reorderedLimit = quick ? 1 << 27 : 1 << 30
        naive = Timing.Effort(repetitions: 1, secondsPerRepetition: quick ? 0.002 : 0.02)
        linear = Timing.Effort(repetitions: quick ? 9 : 11, secondsPerRepetition: quick ? 0.001 : 0.005)
    }
}
