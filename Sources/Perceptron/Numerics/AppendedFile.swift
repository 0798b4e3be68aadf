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

/// A file that grows by whole records, and can be read while it grows.
///
/// A record is passed to the system at once, so that other processes see it, but is not forced to disk.
final class AppendedFile {
    let path: String
    private let file: Int32
    private let calls: SystemCalls
    private var length = 0

    /// - Throws: `PerceptronError.fileAccess` if there already is a file at `url`, or it can't be created.
    init(creating url: URL, calls: SystemCalls = SystemCalls()) throws(PerceptronError) {
        path = url.path(percentEncoded: false)
        self.calls = calls
        file = calls.open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw .fileAccess("\(path): can't be created: \(SystemCalls.reason)") }
    }

    deinit {
        if file >= 0 { _ = calls.close(file) }
    }

    /// - Throws: `PerceptronError.fileAccess` if that fails; a partially written record is then removed, because
    ///   readers stop at a torn one.
    func append(_ record: [UInt8]) throws(PerceptronError) {
        guard record.span.bytes.withUnsafeBytes({ calls.writeAll(file, $0) }) else {
            let reason = SystemCalls.reason
            _ = calls.truncate(file, off_t(length))
            throw .fileAccess("\(path): can't be written: \(reason)")
        }
        length += record.count
    }
}
