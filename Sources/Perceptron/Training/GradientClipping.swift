/// Limits the size of gradients.
public enum GradientClipping: Equatable, Sendable {
    /// Scales the whole gradient g by m/(‖g‖ + 10⁻⁶) if that is below 1, so that its norm is at most about m
    /// (`torch.nn.utils.clip_grad_norm_`).
    case norm(Double)
    /// Limits each element to −m…m (`torch.nn.utils.clip_grad_value_`).
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
