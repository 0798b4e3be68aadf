/// An average of the parameters during training, with which the model predicts.
///
/// Validation and callbacks see the average, and the model has it at the end.
public enum WeightAveraging: Equatable, Sendable {
    /// After each update, average ← decay · average + (1 − decay) · parameters, starting with the parameters
    /// (`torch.optim.swa_utils.get_ema_multi_avg_fn`). Running statistics are those of training (`AveragedModel`
    /// without `use_buffers`).
    case exponential(decay: Double)
    /// The mean of the parameters at the ends of epochs, beginning with epoch `from`, counted from 1 (Izmailov et al.
    /// 2018, `torch.optim.swa_utils.AveragedModel`). Running statistics are those of training until all epochs are
    /// done; then another pass over the rows recomputes them for the average (`torch.optim.swa_utils.update_bn`).
    case stochastic(from: Int)

    func check() throws(PerceptronError) {
        switch self {
        case .exponential(let decay):
            guard decay >= 0, decay < 1 else {
                throw .invalidArgument("the decay of the average is \(decay); it must be at least 0 and below 1")
            }
        case .stochastic(let epoch):
            guard epoch > 0 else {
                throw .invalidArgument("averaging starts at epoch \(epoch); it must be at least 1")
            }
        }
    }
}
