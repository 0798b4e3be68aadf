import Foundation

/// A new folder for the time of a test; in memory where there is room for files, for a disk makes each of the many
/// writes wait.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let memory = URL(filePath: "/dev/shm")
    let isThere = FileManager.default.isWritableFile(atPath: memory.path(percentEncoded: false))
    let parent = isThere ? memory : FileManager.default.temporaryDirectory
    let folder = parent.appending(path: "perceptron-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
