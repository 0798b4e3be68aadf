import Foundation
import Perceptron

/// A named file, or a temporary copy of standard input, for data that must be read more than once.
enum InputFile {
    /// Calls `body` with the file.
    /// - Parameter path: "-" for standard input.
    /// - Throws: `PerceptronError.fileAccess` if standard input can't be read or copied; what `body` throws.
    static func reading<Result>(
        _ path: String, _ body: (URL) throws(PerceptronError) -> Result
    ) throws(PerceptronError) -> Result {
        guard path == "-" else { return try body(URL(filePath: path)) }
        let url = FileManager.default.temporaryDirectory.appending(path: "perceptron-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: url) }
        try copyStandardInput(to: url)
        do throws(PerceptronError) { return try body(url) } catch {
            throw error.reworded { $0.replacing(url.path(percentEncoded: false), with: "standard input") }
        }
    }

    private static func copyStandardInput(to url: URL) throws(PerceptronError) {
        do {
            try Data().write(to: url, options: .withoutOverwriting)
            let file = try FileHandle(forWritingTo: url)
            while let data = try FileHandle.standardInput.read(upToCount: 1 << 20), !data.isEmpty {
                try file.write(contentsOf: data)
            }
            try file.close()
        } catch {
            throw .fileAccess(
                "standard input can't be copied to \(url.deletingLastPathComponent().path(percentEncoded: false)): "
                    + error.localizedDescription)
        }
    }
}
