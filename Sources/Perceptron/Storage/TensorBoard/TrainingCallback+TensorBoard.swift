#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension TrainingCallback {
    /// Writes the progress of training to an event file for TensorBoard, which can show it live.
    ///
    /// After each epoch: "loss/training", "loss/validation", "metrics/…" for each metric, and histograms of the
    /// parameters, named by layer and tensor: "0.weight". TensorBoard's steps are epochs.
    ///
    /// ```swift
    /// try model.train(
    ///     inputs: x, targets: y, loss: CrossEntropy(), epochs: 20,
    ///     callbacks: [.tensorBoard(folder: URL(filePath: "runs/first"))])
    /// ```
    ///
    /// - Parameters:
    ///   - folder: the run's folder; it is created if it doesn't exist. In a cross-validation each fold is a run of its
    ///     own in it, "fold 1" and so on.
    ///   - histogramsEvery: the number of epochs between histograms; nil for no histograms.
    /// - Throws: `PerceptronError.fileAccess` if the file can't be created (a later failure to write ends training with
    ///   the same error); `.invalidArgument` if `histogramsEvery` is less than 1.
    public static func tensorBoard(
        folder: URL, histogramsEvery: Int? = 1
    ) throws(PerceptronError) -> TrainingCallback {
        try checkInterval(histogramsEvery, "histogramsEvery")
        let whole = try tensorBoard(TensorBoardWriter(folder: folder), histogramsEvery: histogramsEvery)
        let folds = Locked<[Int: TrainingCallback]>([:])
        return .everyEpoch { (report) throws(PerceptronError) in
            guard let fold = report.fold else { return try whole.body(report) }
            // The epochs of a fold are sequential; only different folds call this at the same time.
            var callback = folds.withLock { $0[fold] }
            if callback == nil {
                let writer = try TensorBoardWriter(folder: folder.appending(path: "fold \(fold)"))
                callback = try tensorBoard(writer, histogramsEvery: histogramsEvery)
                folds.withLock { $0[fold] = callback }
            }
            return try callback?.body(report) ?? .proceed
        }
    }

    /// The same, with a writer that is also used for other things.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public static func tensorBoard(
        _ writer: TensorBoardWriter, histogramsEvery: Int? = 1
    ) throws(PerceptronError) -> TrainingCallback {
        try checkInterval(histogramsEvery, "histogramsEvery")
        return .everyEpoch { (report) throws(PerceptronError) in
            let history = report.history
            func write(_ value: Double?, _ name: String) throws(PerceptronError) {
                if let value { try writer.scalar(value, name: name, step: report.epoch) }
            }
            try write(history.losses.last, "loss/training")
            try write(history.validationLosses.last, "loss/validation")
            for metric in history.metrics { try write(metric.values.last, "metrics/\(metric.name)") }
            if let histogramsEvery, report.epoch.isMultiple(of: histogramsEvery) {
                let model = report.model
                for tensor in model.parameterLayout {
                    try writer.histogram(
                        Array(model.parameters[tensor.range]), name: "\(tensor.layer).\(tensor.name)",
                        step: report.epoch)
                }
            }
            return .proceed
        }
    }

    /// Writes "loss/step", the mean loss of the epoch so far, within epochs. TensorBoard's steps are updates.
    /// - Parameters:
    ///   - writer: where to write.
    ///   - interval: the number of updates between points.
    /// - Throws: `PerceptronError.invalidArgument` if `interval` is not at least 1.
    public static func tensorBoardSteps(
        _ writer: TensorBoardWriter, every interval: Int = 1
    ) throws(PerceptronError) -> TrainingCallback {
        try checkInterval(interval, "every")
        return .everyStep { (report) throws(PerceptronError) in
            if report.updates.isMultiple(of: interval) {
                try writer.scalar(report.loss, name: "loss/step", step: report.updates)
            }
            return .proceed
        }
    }

    private static func checkInterval(_ interval: Int?, _ name: String) throws(PerceptronError) {
        if let interval, interval < 1 { throw .invalidArgument("\(name) is \(interval); at least 1 is needed") }
    }
}
