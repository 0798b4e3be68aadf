/// How the values of several classes are combined.
public enum Averaging: Equatable, Hashable, Sendable {
    /// The value of class 1, of two classes.
    case binary
    /// The value of one class against all others.
    case ofClass(Int)
    /// The value over the rows of all classes together.
    case micro
    /// The mean over the classes.
    case macro
    /// The mean over the classes, weighted by their rows.
    case weighted

    /// The name of a metric that is averaged like this, "F1 (macro)".
    func name(_ metric: String) -> String {
        switch self {
        case .binary: metric
        case .ofClass(let number): "\(metric) (class \(number))"
        case .micro: "\(metric) (micro)"
        case .macro: "\(metric) (macro)"
        case .weighted: "\(metric) (weighted)"
        }
    }

    /// The class if it is of one, checked against how many there are; nil for an average.
    func checkedClass(of classes: Int) throws(PerceptronError) -> Int? {
        switch self {
        case .binary:
            guard classes == 2 else {
                throw .invalidArgument(
                    "`.binary` needs two classes; there are \(classes): name one of them, or an average")
            }
            return 1
        case .ofClass(let number):
            guard number >= 0, number < classes else {
                throw .invalidArgument("there is no class \(number); the \(classes) classes are 0 to \(classes - 1)")
            }
            return number
        case .micro, .macro, .weighted: return nil
        }
    }
}
