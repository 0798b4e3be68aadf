import Foundation

/// A new folder, which is gone when nobody uses it any more; in memory where there is room for files, for a disk makes each
/// of the many writes wait.
package final class TemporaryFolder {
    package let url: URL

    package init() throws {
        let memory = URL(filePath: "/dev/shm")
        let isThere = FileManager.default.isWritableFile(atPath: memory.path(percentEncoded: false))
        let parent = isThere ? memory : FileManager.default.temporaryDirectory
        url = parent.appending(path: "perceptron-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    package func file(_ name: String) -> URL { url.appending(path: name) }
}

/// Calls `body` with a new folder, which is gone afterwards.
package func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) { try body(folder.url) }
}
