import Foundation
import Perceptron

/// A named file, or a temporary copy of standard input, for data that must be read more than once.
struct InputFile {
    let url: URL
    private let isTemporary: Bool

    /// - Parameter path: "-" for standard input.
    /// - Throws: `PerceptronError.fileAccess` if standard input can't be read or copied.
    init(_ path: String) throws(PerceptronError) {
        isTemporary = path == "-"
        guard isTemporary else {
            url = URL(filePath: path)
            return
        }
        url = FileManager.default.temporaryDirectory.appending(path: "perceptron-\(UUID().uuidString).csv")
        do {
            try Data().write(to: url, options: .withoutOverwriting)
            let file = try FileHandle(forWritingTo: url)
            while let data = try FileHandle.standardInput.read(upToCount: 1 << 20), !data.isEmpty {
                try file.write(contentsOf: data)
            }
            try file.close()
        } catch {
            remove()
            throw .fileAccess(
                "standard input can't be copied to \(url.deletingLastPathComponent().path(percentEncoded: false)): "
                    + error.localizedDescription)
        }
    }

    func remove() {
        if isTemporary { try? FileManager.default.removeItem(at: url) }
    }
}
