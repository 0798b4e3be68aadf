import Foundation
import Perceptron

/// The folder beside a model that keeps an interrupted training.
struct KeptTraining: CustomStringConvertible {
    let description: String

    var isThere: Bool { FileManager.default.fileExists(atPath: description) }

    var checkpoints: FitCheckpoints {
        FitCheckpoints(URL(filePath: description, directoryHint: .isDirectory), keepsCompleted: true)
    }

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

    /// Trains to the end. If a signal interrupts that, the process ends here.
    func train(
        _ body: (FitCheckpoints, TrainingCallback<Float>) throws(PerceptronError) -> Void
    ) throws(PerceptronError) {
        if isThere { Terminal.note("resuming from \(self)") }
        let signal: Int32?
        do throws(PerceptronError) {
            signal = try Interruption.noting { (callback) throws(PerceptronError) in try body(checkpoints, callback) }
        } catch {
            if case .fileAccess = error { noteWhatIsKept() }
            throw error
        }
        guard let signal else { return }
        Terminal.note("interrupted; the training is kept in \(self): the same command with --resume continues it")
        exitProcess(128 + signal)
    }

    /// Writes what was trained, and then removes the folder.
    func finish(_ write: () throws(PerceptronError) -> Void) throws(PerceptronError) {
        do throws(PerceptronError) { try write() } catch {
            noteWhatIsKept()
            throw error
        }
        try checkpoints.remove()
    }

    private func noteWhatIsKept() {
        guard isThere else { return }
        Terminal.note("the same command with --resume continues from the last checkpoint, in \(self)")
    }
}
