import Foundation

/// A new folder, which is gone when nobody uses it any more; in memory where there is room for files, for a disk makes each
/// of the many writes wait. (Programs can't be started there on every machine: for them there are `onDisk` folders.)
package final class TemporaryFolder {
    package let url: URL

    package init(onDisk: Bool = false) throws {
        let memory = URL(filePath: "/dev/shm")
        let isThere = FileManager.default.isWritableFile(atPath: memory.path(percentEncoded: false))
        let parent = isThere && !onDisk ? memory : FileManager.default.temporaryDirectory
        url = parent.appending(path: "perceptron-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    package func file(_ name: String) -> URL { url.appending(path: name) }
}

/// Calls `body` with a new folder, which is gone afterwards.
package func withTemporaryFolder<Result>(onDisk: Bool = false, _ body: (URL) throws -> Result) throws -> Result {
    let folder = try TemporaryFolder(onDisk: onDisk)
    return try withExtendedLifetime(folder) { try body(folder.url) }
}
