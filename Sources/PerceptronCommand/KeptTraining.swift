import Foundation
import Perceptron

/// The folder beside a model that keeps an interrupted training.
struct KeptTraining: CustomStringConvertible {
    let description: String

    var isThere: Bool { FileManager.default.fileExists(atPath: description) }

    var checkpoints: FitCheckpoints { FitCheckpoints(URL(filePath: description, directoryHint: .isDirectory)) }

    /// - Parameters:
    ///   - path: the path of the model.
    ///   - resumes: whether to continue a training that is kept there.
    /// - Throws: `PerceptronError.invalidArgument` if a kept training would be lost.
    init(of path: String, resumes: Bool) throws(PerceptronError) {
        description = path + ".checkpoints"
        guard !isThere || resumes else {
            throw .invalidArgument(
                "\(description) holds an interrupted training: continue it with --resume, or remove it to start anew")
        }
        if resumes, !isThere { Terminal.note("there is no \(description) to resume from; training starts anew") }
    }
}
