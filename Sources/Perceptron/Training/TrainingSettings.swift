/// What a call of `train` asks for besides its rows.
struct TrainingSettings<Scalar: BLASScalar>: Sendable {
    var epochs: Int
    var batchSize: Int
    var sampling: Sampling
    var validation: Validation<Scalar>?
    var earlyStopping: EarlyStopping?
    var metrics: [Metric]
    var callbacks: [TrainingCallback<Scalar>]
    var progress: Progress

    /// Throws unless the numbers are in their ranges and the names are known.
    func check() throws(PerceptronError) {
        guard epochs > 0 else { throw .invalidArgument("epochs are \(epochs); at least 1 is needed") }
        guard batchSize > 0 else { throw .invalidArgument("the batch size is \(batchSize); at least 1 is needed") }
        var names: Set<String> = []
        for metric in metrics where !names.insert(metric.name).inserted {
            throw .invalidArgument("two metrics are called '\(metric.name)'; each needs a name of its own")
        }
        guard let earlyStopping else { return }
        guard earlyStopping.patience > 0 else {
            throw .invalidArgument("early stopping's patience is \(earlyStopping.patience); at least 1 epoch is needed")
        }
        let improvement = earlyStopping.minimumImprovement
        guard improvement >= 0, improvement.isFinite else {
            throw .invalidArgument(
                "early stopping's minimum improvement is \(improvement); it must be finite and not negative")
        }
        if case .metric(let name) = earlyStopping.monitored, !names.contains(name) {
            let known = metrics.map { "'\($0.name)'" }.joined(separator: ", ")
            throw .invalidArgument(
                "early stopping monitors '\(name)', which is not among metrics: "
                    + (known.isEmpty ? "there are none" : known))
        }
    }

    /// The number that early stopping watches, or would, turned so that smaller is better.
    func monitoredValue(loss: Double, validationLoss: Double?, metrics values: [Double]) -> Double? {
        switch earlyStopping?.monitored {
        case nil, .loss: validationLoss ?? loss
        case .metric(let name):
            zip(metrics, values).first { $0.0.name == name }.map { $0.0.largerIsBetter ? -$0.1 : $0.1 }
        }
    }
}
