/// A setting of a run of `train` that must be the same when it continues, in words.
struct RunSetting: Equatable, Sendable {
    let name: String
    let value: String
}

extension TrainingOptions {
    /// What must be the same when a run continues, besides its shape.
    func settings(learningRate: Schedule) -> [RunSetting] {
        [
            RunSetting(name: "learning rate", value: "\(learningRate)"),
            RunSetting(name: "gradient clipping", value: gradientClipping.map { ".\($0)" } ?? "none"),
            RunSetting(name: "accumulating", value: "\(accumulating)"),
            RunSetting(name: "penalties", value: penalties.map { ".\($0)" }.joined(separator: " and ").orNone),
            RunSetting(name: "averaging", value: averaging.map { ".\($0)" } ?? "none"),
            RunSetting(name: "shards", value: sharding.map { "\($0.shards)" } ?? "none"),
        ]
    }
}

extension String {
    fileprivate var orNone: String { isEmpty ? "none" : self }
}
