import Foundation
import Perceptron
import Synchronization

/// What the command prints.
enum Terminal {
    private static let isSilent = Atomic<Bool>(false)

    /// Suppresses notes, which another process writes.
    static func beSilent() { isSilent.store(true, ordering: .relaxed) }

    /// Prints a result, and a line end if it has none.
    static func print(_ text: String) throws(PerceptronError) {
        try StandardOutput.write(text.hasSuffix("\n") ? text : text + "\n")
    }

    /// Prints a result for programs.
    static func print(_ value: JSONValue) throws(PerceptronError) { try print(value.text()) }

    /// Prints anything but a result, on standard error; if that fails, the text is lost.
    static func note(_ text: String) {
        if isSilent.load(ordering: .relaxed) { return }
        StandardError.write(text.hasSuffix("\n") ? text : text + "\n")
    }
}

/// Ends the process with this status.
func exitProcess(_ status: Int32) -> Never { exit(status) }
