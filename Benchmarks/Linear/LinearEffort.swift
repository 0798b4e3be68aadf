/// How long the section `linear` may take over a product.
struct LinearEffort {
    /// The most multiplications in a product of which every element is compared with the naive kernel's.
    let comparisonLimit = 1 << 24
    /// The most multiplications for which the naive kernel is timed.
    let naiveLimit: Int
    /// The same for the reordered one.
    let reorderedLimit: Int
    /// For both of them.
    let naive: Timing.Effort
    private let quick: Bool

    init(quick: Bool) {
        self.quick = quick
        naiveLimit = quick ? 1 << 24 : 1 << 27
        reorderedLimit = quick ? 1 << 27 : 1 << 30
        naive = Timing.Effort(repetitions: 3, secondsPerRepetition: quick ? 0.001 : 0.005, patience: 0.01)
    }

    /// For the layer and the bare call.
    func linear(_ shape: LinearShape) -> Timing.Effort {
        let isLong = shape.multiplyAdds > 1 << 27
        return Timing.Effort(
            repetitions: quick || isLong ? 9 : 15, secondsPerRepetition: quick ? 0.001 : 0.005)
    }
}
