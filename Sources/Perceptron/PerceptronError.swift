/// The error of this package: what was expected, what was found, and where.
///
/// The message is for the person who reads it; the case tells a program what kind of mistake it was. A call that throws
/// has changed nothing, unless its documentation says otherwise.
public enum PerceptronError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A list of layers that does not fit together, or a layer with impossible sizes.
    case invalidArchitecture(String)
    /// An argument out of its range: a learning rate of 0, a negative number of epochs.
    case invalidArgument(String)
    /// Data of the wrong shape: columns that don't fit the model, rows that don't match.
    case shapeMismatch(String)
    /// A value in the data that can't be used: NaN, infinity, a label that is not a class.
    case invalidValue(String)
    /// Calls in the wrong order: a backward pass without a forward pass.
    case invalidState(String)
    /// A file whose content is not valid; the message names the file, and the place in it where there is one.
    case invalidFile(String)
    /// A file that can't be opened, read or written; the message names its path and the system's reason.
    case fileAccess(String)
    /// A loss or gradient that became NaN or infinite; the model keeps its last finite parameters.
    ///
    /// `epoch` and `step` (within the epoch) count from 1; a step outside of `train` has no epoch.
    case diverged(what: String, epoch: Int?, step: Int)

    /// An output that became NaN or infinite on its way through the layers; the message names its row and the layer.
    case overflow(String)

    public var description: String {
        switch self {
        case .invalidArchitecture(let message), .invalidArgument(let message), .shapeMismatch(let message),
            .invalidValue(let message), .invalidState(let message), .invalidFile(let message),
            .fileAccess(let message), .overflow(let message):
            message
        case .diverged(let what, let epoch, let step):
            "\(what) in \(epoch.map { "epoch \($0), " } ?? "")step \(step); "
                + "the model keeps the parameters it had before that step. A smaller learning rate or scaled inputs may help"
        }
    }

    /// The same error, saying first where it happened.
    package func inside(_ place: String) -> PerceptronError { reworded { "\(place): \($0)" } }

    /// The same error in other words.
    package func reworded(_ transform: (String) -> String) -> PerceptronError {
        switch self {
        case .invalidArchitecture(let message): .invalidArchitecture(transform(message))
        case .invalidArgument(let message): .invalidArgument(transform(message))
        case .shapeMismatch(let message): .shapeMismatch(transform(message))
        case .invalidValue(let message): .invalidValue(transform(message))
        case .invalidState(let message): .invalidState(transform(message))
        case .invalidFile(let message): .invalidFile(transform(message))
        case .fileAccess(let message): .fileAccess(transform(message))
        case .overflow(let message): .overflow(transform(message))
        case .diverged(let what, let epoch, let step): .diverged(what: transform(what), epoch: epoch, step: step)
        }
    }
}
