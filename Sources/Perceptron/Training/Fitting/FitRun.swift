/// A method of fitting at work on a model of its own: one iteration at a time.
protocol FitRun<Scalar>: AnyObject {
    associatedtype Scalar: BLASScalar

    /// What has the parameters that the run is at.
    var engine: Engine<Scalar> { get }
    /// The mean loss there.
    var loss: Double { get }
    /// How long its gradient is.
    var gradientNorm: Double { get }
    /// Which part of the way that the method proposed the last iteration went.
    var stepLength: Double { get }
    /// How often the loss was computed, and how often its derivatives.
    var evaluations: Int { get }
    var derivativeEvaluations: Int { get }
    /// All that the method has gathered, to go on from the same parameters as if it had not been interrupted.
    var state: FitState<Scalar> { get }

    /// Computes what the first iteration needs.
    func begin() throws(PerceptronError)

    /// One iteration; the parameters are no worse after it.
    func iterate() throws(PerceptronError) -> FitProgress
}

/// What came of an iteration.
enum FitProgress: Equatable {
    /// The parameters moved; with an ending that was the last time.
    case moved(FitEnding?)
    /// They did not, and there is nothing more to do.
    case ended(FitEnding)
}

/// What a method of fitting has gathered, between two iterations.
struct FitState<Scalar: BLASScalar>: Equatable, Sendable {
    let method: String
    var evaluations: Int
    var derivativeEvaluations: Int
    var numbers: [Double]
    var vectors: [Scalar] = []

    /// Throws unless it is the state of a method, with as many numbers as that has.
    func check(method: String, numbers: Int, vectors: Int) throws(PerceptronError) {
        guard self.method == method else {
            throw .invalidArgument(
                "the interrupted run is a fit by \(self.method), which \(method) can't continue. "
                    + "Set continuesRun to false to start a new one")
        }
        guard self.numbers.count == numbers, self.vectors.count == vectors else {
            throw .invalidState(
                "the interrupted fit has \(self.numbers.count) + \(counted(self.vectors.count, "number")); \(method) has "
                    + "\(numbers) + \(vectors) for this model")
        }
    }
}
