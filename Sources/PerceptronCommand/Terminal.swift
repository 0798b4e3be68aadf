import Foundation
import Perceptron
import Synchronization

/// Where the command writes.
enum Terminal {
    private static let isSilent = Atomic<Bool>(false)

    /// From now on there are no notes: another process writes them.
    static func beSilent() { isSilent.store(true, ordering: .relaxed) }

    /// A result, with a line end behind it if it has none.
    static func print(_ text: String) throws(PerceptronError) {
        try StandardOutput.write(text.hasSuffix("\n") ? text : text + "\n")
    }

    /// A result for programs.
    static func print(_ value: JSONValue) throws(PerceptronError) { try print(value.text()) }

    /// Anything that is no result; where it can't be written, it is lost.
    static func note(_ text: String) {
        if isSilent.load(ordering: .relaxed) { return }
        try? FileHandle.standardError.write(contentsOf: Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
    }
}

/// Ends the process with that status.
func exitProcess(_ status: Int32) -> Never { exit(status) }
