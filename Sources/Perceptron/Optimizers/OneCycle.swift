/// One rise and one fall of a learning rate, as `torch.optim.lr_scheduler.OneCycleLR` computes them.
struct OneCycle: Equatable, Codable, Sendable {
    let maximum: Double
    let rise: Double
    let divisor: Double
    let finalDivisor: Double

    /// The rate after t of `total` updates.
    func rate(after t: Double, of total: Double) -> Double {
        let start = maximum / divisor
        let top = rise * total - 1
        if t <= top { return Schedule.cosine(from: start, to: maximum, at: top > 0 ? t / top : 1) }
        let fall = total - 1 - top
        return Schedule.cosine(from: maximum, to: start / finalDivisor, at: fall > 0 ? min(1, (t - top) / fall) : 1)
    }
}
