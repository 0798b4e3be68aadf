/// The parameters of a network that predicts, wherever they are.
enum NetworkParameters<Scalar: BLASScalar>: Sendable {
    /// All in one flat vector.
    case flat(Memory<Scalar>)
    /// For each stage a stretch of its own.
    case apart([Memory<Scalar>])

    /// Those of a stage.
    @_lifetime(immortal)
    func span(_ stage: Network.Stage) -> Span<Scalar> {
        switch self {
        case .flat(let memory): memory.span(stage.parameters)
        case .apart(let stretches): stretches[stage.index].span(0..<stage.parameters.count)
        }
    }
}
