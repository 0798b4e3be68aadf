/// A running fit of a model, one iteration at a time.
protocol FitRun<Scalar>: AnyObject {
    associatedtype Scalar: BLASScalar

    /// Holds the current parameters.
    var engine: Engine<Scalar> { get }
    /// The mean loss at the current parameters.
    var loss: Double { get }
    /// The norm of its gradient.
    var gradientNorm: Double { get }
    /// The length of the last step, as a fraction of the proposed one.
    var stepLength: Double { get }
    /// The numbers of evaluations of the loss and of its derivatives.
    var evaluations: Int { get }
    var derivativeEvaluations: Int { get }
    /// The state of the method, with which the fit continues from the same parameters as if it had not been
    /// interrupted.
    var state: FitState<Scalar> { get }

    /// Computes what the first iteration needs.
    func begin() throws(PerceptronError)

    /// One iteration; the parameters are no worse after it.
    func iterate() throws(PerceptronError) -> FitProgress
}

/// The outcome of an iteration.
enum FitProgress: Equatable {
    /// The parameters moved; with an ending, for the last time.
    case moved(FitEnding?)
    /// The parameters did not move, and the fit ends.
    case ended(FitEnding)
}

/// The state of a fitting method between two iterations.
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
