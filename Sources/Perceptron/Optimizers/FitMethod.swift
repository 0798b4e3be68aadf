/// A method that minimises a loss over all rows, iteration by iteration, until it has converged: `LevenbergMarquardt`
/// or `LBFGS`.
///
/// The requirement with an underscore names the methods that there are.
public protocol FitMethod: Sendable {
    /// The most iterations.
    var maximumIterations: Int { get }

    /// Throws `PerceptronError.invalidArgument` if a number of the method is out of its range.
    func validate() throws(PerceptronError)

    var _kind: _FitMethodKind { get }
}

public enum _FitMethodKind: Sendable {
    case levenbergMarquardt(LevenbergMarquardt)
    case lbfgs(LBFGS)
}

extension FitMethod {
    var name: String { "\(type(of: self))" }

    func check(_ name: String, _ value: Double, _ isValid: Bool, _ rule: String) throws(PerceptronError) {
        guard isValid, value.isFinite else {
            throw .invalidArgument("\(self.name): \(name) is \(value); it must be \(rule)")
        }
    }

    func checkIterations() throws(PerceptronError) {
        guard maximumIterations > 0 else {
            throw .invalidArgument(
                "\(name): maximumIterations is \(maximumIterations); it must be at least 1")
        }
    }
}
