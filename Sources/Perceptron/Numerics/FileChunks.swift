#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reads the bytes of a file or a pipe in chunks.
final class FileChunks {
    let path: String
    private let file: Int32
    /// Whether the file can be opened and read again.
    let isRegular: Bool

    private static let chunkBytes = 1 << 18

    /// - Parameter acceptsPipes: whether a pipe or a terminal is accepted, which can be read only once.
    /// - Throws: `PerceptronError.fileAccess` if there is no such file, it is a folder, or it can't be read;
    ///   `.invalidArgument` if the URL is not a file URL.
    init(_ url: URL, acceptsPipes: Bool = false) throws(PerceptronError) {
        let path = try url.filePath()
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw FileChunks.failure(path, SystemCalls.reason) }
        var status = stat()
        do throws(PerceptronError) {
            guard fstat(file, &status) == 0 else { throw FileChunks.failure(path, SystemCalls.reason) }
            isRegular = status.st_mode & S_IFMT == S_IFREG
            guard isRegular || acceptsPipes && [S_IFIFO, S_IFCHR].contains(status.st_mode & S_IFMT) else {
                throw FileChunks.failure(path, "not a regular file")
            }
        } catch {
            close(file)
            throw error
        }
        self.path = path
        self.file = file
    }

    private init(path: String, file: Int32) {
        self.path = path
        self.file = file
        isRegular = false
    }

    /// Standard input, which stays open.
    static func standardInput() -> FileChunks { FileChunks(path: "standard input", file: dup(STDIN_FILENO)) }

    deinit { close(file) }

    /// The next bytes; empty at the end of the file.
    func next() throws(PerceptronError) -> [UInt8] {
        while true {
            var result = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: FileChunks.chunkBytes) { buffer, count in
                result = read(file, buffer.baseAddress, buffer.count)
                count = max(result, 0)
            }
            if result >= 0 { return bytes }
            if errno != EINTR { throw FileChunks.failure(path, SystemCalls.reason) }
        }
    }

    private static func failure(_ path: String, _ reason: String) -> PerceptronError {
        .fileAccess("\(path): can't be read: \(reason)")
    }
}
