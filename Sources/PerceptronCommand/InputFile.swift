import Foundation

/// A file that is named, or one made of standard input.
struct InputFile {
    let url: URL
    private let isTemporary: Bool

    /// - Parameter path: "-" for standard input.
    init(_ path: String) throws {
        isTemporary = path == "-"
        guard isTemporary else {
            url = URL(filePath: path)
            return
        }
        url = InputFile.temporary()
        _ = FileManager.default.createFile(atPath: url.path(percentEncoded: false), contents: nil)
        let file = try FileHandle(forWritingTo: url)
        while let data = try FileHandle.standardInput.read(upToCount: 1 << 20), !data.isEmpty {
            try file.write(contentsOf: data)
        }
        try file.close()
    }

    static func temporary() -> URL {
        FileManager.default.temporaryDirectory.appending(path: "perceptron-\(UUID().uuidString).csv")
    }

    func remove() {
        if isTemporary { try? FileManager.default.removeItem(at: url) }
    }
}
