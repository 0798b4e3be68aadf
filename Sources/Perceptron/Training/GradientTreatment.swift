/// What happens to gradients between the backward pass and the update.
struct GradientTreatment: Equatable, Sendable {
    var clipping: GradientClipping?
    /// The number of batches per update.
    var accumulating = 1
    var penalties: [WeightPenalty] = []

    func check() throws(PerceptronError) {
        guard accumulating > 0 else {
            throw .invalidArgument(
                "accumulating is \(accumulating); it must be at least 1 batch")
        }
        try clipping?.check()
        for penalty in penalties { try penalty.check() }
    }
}
