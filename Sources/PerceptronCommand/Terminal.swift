import Foundation

/// Where the command writes.
enum Terminal {
    /// A result, with a line end behind it if it has none.
    static func print(_ text: String) {
        write(Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
    }

    /// A result as it is; where it can't be written, as on a full disk, the process ends.
    static func write(_ data: Data) {
        do { try FileHandle.standardOutput.write(contentsOf: data) } catch {
            note("perceptron: standard output can't be written")
            exitProcess(1)
        }
    }

    /// Anything that is no result.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
    }
}

/// Ends the process with that status.
func exitProcess(_ status: Int32) -> Never { exit(status) }
