import Foundation
import Perceptron

/// What the command prints.
enum Terminal {
    /// Prints a result, and a line end if it has none.
    static func print(_ text: String) throws(PerceptronError) {
        try StandardOutput.write(text.hasSuffix("\n") ? text : text + "\n")
    }

    /// Prints a result for programs.
    static func print(_ value: JSONValue) throws(PerceptronError) { try print(value.text()) }

    /// Prints anything but a result, on standard error; if that fails, the text is lost.
    static func note(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
    }
}

/// Ends the process with this status.
func exitProcess(_ status: Int32) -> Never { exit(status) }
