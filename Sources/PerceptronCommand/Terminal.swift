import Foundation

/// Where the command writes.
enum Terminal {
    /// A result, with a line end behind it if it has none.
    static func print(_ text: String) {
        FileHandle.standardOutput.write(Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
    }

    /// Anything that is no result.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
    }
}

/// Ends the process with that status.
func exitProcess(_ status: Int32) -> Never { exit(status) }
