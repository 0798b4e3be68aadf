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

/// The bytes of a file, or of a pipe, from the first to the last, some at a time.
final class FileChunks {
    let path: String
    private let file: Int32
    /// Whether the bytes can be had again, from another opening.
    let isRegular: Bool

    private static let chunkBytes = 1 << 18

    /// - Parameter acceptsPipes: whether it may be what can be read only once: a pipe, or a terminal.
    /// - Throws: `PerceptronError.fileAccess` if there is no such file, it is a folder, or it can't be read;
    ///   `.invalidArgument` if the URL is none of a file.
    init(_ url: URL, acceptsPipes: Bool = false) throws(PerceptronError) {
        let path = try url.filePath()
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw FileChunks.failure(path, SystemCalls.reason) }
        var status = stat()
        do throws(PerceptronError) {
            guard fstat(file, &status) == 0 else { throw FileChunks.failure(path, SystemCalls.reason) }
            isRegular = status.st_mode & S_IFMT == S_IFREG
            guard isRegular || acceptsPipes && [S_IFIFO, S_IFCHR].contains(status.st_mode & S_IFMT) else {
                throw FileChunks.failure(path, "not a file with bytes of its own")
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

    /// What standard input has, which stays open.
    static func standardInput() -> FileChunks { FileChunks(path: "standard input", file: dup(STDIN_FILENO)) }

    deinit { close(file) }

    /// The bytes that follow; none at the end of the file.
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
