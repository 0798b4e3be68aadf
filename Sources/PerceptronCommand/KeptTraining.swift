import Foundation
import Perceptron

/// The folder beside a model in which an interrupted training is kept.
struct KeptTraining: CustomStringConvertible {
    let description: String

    var isThere: Bool { FileManager.default.fileExists(atPath: description) }

    var checkpoints: FitCheckpoints { FitCheckpoints(URL(filePath: description, directoryHint: .isDirectory)) }

    /// - Parameters:
    ///   - path: the model's.
    ///   - resumes: whether a training that is kept there is to go on.
    /// - Throws: `PerceptronError.invalidArgument` if there is one that would be lost.
    init(of path: String, resumes: Bool) throws(PerceptronError) {
        description = path + ".checkpoints"
        guard !isThere || resumes else {
            throw .invalidArgument(
                "\(description) has a training that was interrupted: go on with --resume, or remove it to begin anew")
        }
        if resumes, !isThere { Terminal.note("there is no \(description) to go on with; training begins") }
    }
}
