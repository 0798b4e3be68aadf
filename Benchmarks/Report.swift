import ArgumentParser
import Foundation

/// Where results go: stdout for people, or for programs that ask for nothing else; a file of JSON lines if wanted.
final class Report {
    private let file: FileHandle?
    /// Results that are wrong, and where; any makes the process exit with 1.
    private(set) var failures: [String] = []

    /// - Throws: `ValidationError` if the file can't be written.
    init(jsonFile path: String?) throws {
        guard let path else {
            file = nil
            return
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else {
            throw ValidationError("--json '\(path)' can't be written: \(String(cString: strerror(errno)))")
        }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// A line, or several, on stdout; at once, so that it can be read while the next is measured.
    func print(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    /// The same on stderr.
    func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// A line of the JSON file, if there is one.
    func record(_ object: JSONObject) throws {
        try file?.write(contentsOf: Data("\(object)\n".utf8))
    }

    func fail(_ message: String) {
        failures.append(message)
    }
}
