/// Neighbouring parameters that an optimizer moves alike.
struct UpdateStretch: Sendable {
    var range: Range<Int>
    /// What the learning rate is multiplied by.
    let rateFactor: Double
    let weightDecay: Double

    /// How the flat vector falls into such stretches.
    static func all(_ optimizer: any Optimizer, tensors: [ParameterTensor]) -> [UpdateStretch] {
        guard optimizer.treatsTensorsApart else {
            let count = tensors.last?.range.upperBound ?? 0
            return [UpdateStretch(range: 0..<count, rateFactor: 1, weightDecay: optimizer.weightDecay)]
        }
        var stretches: [UpdateStretch] = []
        for tensor in tensors {
            var factor = 1.0
            var decay = tensor.decays ? optimizer.weightDecay : 0
            for group in optimizer.groups where group.contains(tensor) {
                factor = group.factor ?? factor
                decay = group.weightDecay ?? decay
            }
            let stretch = UpdateStretch(range: tensor.range, rateFactor: factor, weightDecay: decay)
            if optimizer.treatsParametersApart, let last = stretches.last, last.rateFactor == factor,
                last.weightDecay == decay
            {
                stretches[stretches.count - 1].range = last.range.lowerBound..<tensor.range.upperBound
            } else {
                stretches.append(stretch)
            }
        }
        return stretches
    }
}
