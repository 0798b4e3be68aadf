/// Parameters with their own learning rate or weight decay.
///
/// ```swift
/// AdamW(learningRate: 0.001).grouped(.biases(weightDecay: 0.01), .layers(0..<2, learningRate: .times(0.1)))
/// ```
public struct ParameterGroup: Sendable {
    /// How a group changes the learning rate.
    public enum Rate: Equatable, Sendable {
        /// The optimizer's learning rate times a factor.
        case times(Double)
    }

    private enum Members: Sendable {
        case layers([Int])
        case biases
        case tensors(@Sendable (ParameterTensor) -> Bool)
    }

    private let members: Members
    /// As for the rest if nil.
    let rate: Rate?
    /// The decay, whether the layer says that decay is for the parameters or not; as for the rest if nil.
    let weightDecay: Double?

    /// The parameters of some layers, by their indices in the model's list.
    public static func layers(
        _ layers: some Sequence<Int>, learningRate: Rate? = nil, weightDecay: Double? = nil
    ) -> ParameterGroup {
        ParameterGroup(members: .layers(Array(layers)), rate: learningRate, weightDecay: weightDecay)
    }

    /// All tensors named "bias", including those in layers made of layers.
    public static func biases(learningRate: Rate? = nil, weightDecay: Double? = nil) -> ParameterGroup {
        ParameterGroup(members: .biases, rate: learningRate, weightDecay: weightDecay)
    }

    /// The tensors that satisfy a condition.
    public static func tensors(
        where belongs: @escaping @Sendable (ParameterTensor) -> Bool, learningRate: Rate? = nil,
        weightDecay: Double? = nil
    ) -> ParameterGroup {
        ParameterGroup(members: .tensors(belongs), rate: learningRate, weightDecay: weightDecay)
    }

    func contains(_ tensor: ParameterTensor) -> Bool {
        switch members {
        case .layers(let layers): layers.contains(tensor.layer)
        case .biases: tensor.name == "bias" || tensor.name.hasSuffix(".bias")
        case .tensors(let belongs): belongs(tensor)
        }
    }

    /// What the learning rate is multiplied by, if the group says so.
    var factor: Double? {
        if case .times(let factor) = rate { factor } else { nil }
    }

    /// Throws if a number is out of its range, or the group has no parameters.
    func check(owner: String, tensors: [ParameterTensor], layers count: Int) throws(PerceptronError) {
        if let factor {
            guard factor >= 0, factor.isFinite else {
                throw .invalidArgument(
                    "\(owner): a group's learning rate is \(factor) times that of the rest; the factor must be finite and "
                        + "not negative")
            }
        }
        if let weightDecay {
            guard weightDecay >= 0, weightDecay.isFinite else {
                throw .invalidArgument(
                    "\(owner): a group's weight decay is \(weightDecay); it must be finite and not negative")
            }
        }
        if case .layers(let layers) = members, let layer = layers.first(where: { !(0..<count).contains($0) }) {
            throw .invalidArgument(
                "\(owner): a group names layer \(layer); the model has layers 0 to \(count - 1)")
        }
        guard tensors.contains(where: contains) else {
            throw .invalidArgument("\(owner): a group names no parameters of the model")
        }
    }
}
