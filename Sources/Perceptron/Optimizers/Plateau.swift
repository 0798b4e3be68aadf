/// When a learning rate is reduced because training has got no further, as
/// `torch.optim.lr_scheduler.ReduceLROnPlateau` does.
struct Plateau: Equatable, Codable, Sendable {
    let factor: Double
    let patience: Int
    let threshold: Double
    let cooldown: Int
    let minimum: Double

    /// What it has seen in a run.
    struct Memory: Equatable, Codable, Sendable {
        /// The best number so far; none before the first.
        var best: Double?
        var badEpochs = 0
        var cooldown = 0
        /// By what the rate has been multiplied.
        var scale = 1.0
    }

    /// Takes in what an epoch came to, where smaller is better.
    func see(_ value: Double, _ memory: inout Memory) {
        if memory.best.map({ value < $0 - threshold * abs($0) }) ?? !value.isNaN {
            memory.best = value
            memory.badEpochs = 0
        } else {
            memory.badEpochs += 1
        }
        if memory.cooldown > 0 {
            memory.cooldown -= 1
            memory.badEpochs = 0
        }
        if memory.badEpochs > patience {
            memory.scale *= factor
            memory.cooldown = cooldown
            memory.badEpochs = 0
        }
    }
}
