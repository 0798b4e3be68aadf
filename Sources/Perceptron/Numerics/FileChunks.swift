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

/// The bytes of a file from the first to the last, some at a time.
final class FileChunks {
    private let path: String
    private let file: Int32

    private static let chunkBytes = 1 << 18

    /// - Throws: `PerceptronError.fileAccess` if there is no such file, it is a folder, or it can't be read.
    init(_ url: URL) throws(PerceptronError) {
        path = url.path(percentEncoded: false)
        file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(SystemCalls.reason) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure(SystemCalls.reason) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw failure("not a file with bytes of its own") }
    }

    deinit {
        if file >= 0 { close(file) }
    }

    /// The bytes that follow; none at the end of the file.
    func next() throws(PerceptronError) -> [UInt8] {
        while true {
            var result = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: FileChunks.chunkBytes) { buffer, count in
                result = read(file, buffer.baseAddress, buffer.count)
                count = max(result, 0)
            }
            if result >= 0 { return bytes }
            if errno != EINTR { throw failure(SystemCalls.reason) }
        }
    }

    private func failure(_ reason: String) -> PerceptronError { .fileAccess("\(path): can't be read: \(reason)") }
}
