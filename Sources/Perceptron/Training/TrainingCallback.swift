/// A function that is called during training and may end it.
///
/// ```swift
/// try model.train(
///     inputs: x, targets: y, loss: CrossEntropy(), epochs: 100,
///     callbacks: [.everyEpoch { report in report.loss < 0.01 ? .stop : .proceed }])
/// ```
public struct TrainingCallback<Scalar: BLASScalar>: Sendable {
    /// When a callback is called.
    public enum Occasion: Sendable {
        /// After every update.
        case step
        /// After every epoch, when its metrics are known.
        case epoch
    }

    /// A callback's answer.
    public enum Directive: Sendable {
        /// Training continues.
        case proceed
        /// Training ends after this step, with a usable model.
        case stop
    }

    /// The function of a callback; it gets a report on the training so far.
    public typealias Body = @Sendable (TrainingReport<Scalar>) throws(PerceptronError) -> Directive

    let occasion: Occasion
    let body: Body

    /// Creates a callback for an occasion.
    public init(every occasion: Occasion, _ body: @escaping Body) {
        self.occasion = occasion
        self.body = body
    }

    /// A callback after every update.
    public static func everyStep(_ body: @escaping Body) -> TrainingCallback { TrainingCallback(every: .step, body) }

    /// A callback after every epoch.
    public static func everyEpoch(_ body: @escaping Body) -> TrainingCallback { TrainingCallback(every: .epoch, body) }

    /// The same in a cross-validation, with the fold in its report, counted from 1.
    func inFold(_ fold: Int) -> TrainingCallback {
        TrainingCallback(every: occasion) { [body] (report) throws(PerceptronError) in
            var report = report
            report.fold = fold
            return try body(report)
        }
    }
}
