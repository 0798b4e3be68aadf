/// All numbers of a model: its parameters, and what of its state is not trained.
struct ModelValues<Scalar: BLASScalar>: Equatable, Sendable {
    var parameters: [Scalar]
    var state: [Scalar]
}
