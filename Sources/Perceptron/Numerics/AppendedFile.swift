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
/// A record is handed to the system at once, so that others see it, but not forced to the disk.
final class AppendedFile {
    let path: String
    private let file: Int32
    private let calls: SystemCalls
    private var length = 0

    /// - Throws: `PerceptronError.fileAccess` if there is a file at `url` already, or none can be made.
    init(creating url: URL, calls: SystemCalls = SystemCalls()) throws(PerceptronError) {
        path = url.path(percentEncoded: false)
        self.calls = calls
        file = calls.open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw .fileAccess("\(path): can't be created: \(SystemCalls.reason)") }
    }

    deinit {
        if file >= 0 { _ = calls.close(file) }
    }

    /// - Throws: `PerceptronError.fileAccess` if that fails; what part of the record was written is cut off again, for
    ///   readers stop at a torn record.
    func append(_ record: [UInt8]) throws(PerceptronError) {
        guard record.span.bytes.withUnsafeBytes({ calls.writeAll(file, $0) }) else {
            let reason = SystemCalls.reason
            _ = calls.truncate(file, off_t(length))
            throw .fileAccess("\(path): can't be written: \(reason)")
        }
        length += record.count
    }
}
