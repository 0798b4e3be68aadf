/// Limits the length of gradients.
public enum GradientClipping: Equatable, Sendable {
    /// The whole gradient times m/(‖g‖ + 10⁻⁶) where that is below 1: it is at most about m long
    /// (`torch.nn.utils.clip_grad_norm_`).
    case norm(Double)
    /// Each element at least −m and at most m (`torch.nn.utils.clip_grad_value_`).
    case value(Double)

    var needsNorm: Bool { if case .norm = self { true } else { false } }

    func check() throws(PerceptronError) {
        let (name, most) =
            switch self {
            case .norm(let most): ("norm", most)
            case .value(let most): ("value", most)
            }
        guard most > 0, most.isFinite else {
            throw .invalidArgument("gradients are clipped at a \(name) of \(most); it must be positive and finite")
        }
    }
}
