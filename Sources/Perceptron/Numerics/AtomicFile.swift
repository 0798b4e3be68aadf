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

/// A file that is written whole or not at all.
///
/// The bytes go to a temporary file in the same folder, which is synchronised and takes the file's name when all is
/// written; then the folder is synchronised. Whenever the process ends, the old or the new file is there, whole.
struct AtomicFile: ~Copyable {
    private let path: String
    private let file: Int32
    private let calls: SystemCalls
    private var pending: [UInt8] = []

    private static let pendingBytes = 1 << 16

    /// Writes the file at `url`: all that `body` writes.
    /// - Throws: `PerceptronError.fileAccess` if that fails; what was at `url` before is still there.
    static func write(
        to url: URL, calls: SystemCalls = SystemCalls(), _ body: (inout AtomicFile) throws(PerceptronError) -> Void
    ) throws(PerceptronError) {
        let path = url.path(percentEncoded: false)
        let folder = url.deletingLastPathComponent().path(percentEncoded: false)
        let temporary = "\(path).\(UInt32.random(in: 0...UInt32.max)).tmp"
        func failure(_ what: String) -> PerceptronError { .fileAccess("\(path): \(what): \(SystemCalls.reason)") }

        let file = calls.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw failure("can't be created") }
        do throws(PerceptronError) {
            var writer = AtomicFile(path: path, file: file, calls: calls)
            do throws(PerceptronError) {
                try body(&writer)
                try writer.flush()
                guard calls.synchronize(file) == 0 else { throw failure("can't be written") }
            } catch {
                _ = calls.close(file)
                throw error
            }
            guard calls.close(file) == 0 else { throw failure("can't be written") }
            guard calls.rename(temporary, path) == 0 else { throw failure("can't be replaced") }
        } catch {
            _ = calls.remove(temporary)
            throw error
        }
        let directory = calls.open(folder, O_RDONLY | O_CLOEXEC, 0)
        guard directory >= 0 else { throw failure("its folder can't be synchronised") }
        let synchronized = calls.synchronize(directory)
        guard calls.close(directory) == 0, synchronized == 0 else { throw failure("its folder can't be synchronised") }
    }

    private init(path: String, file: Int32, calls: SystemCalls) {
        self.path = path
        self.file = file
        self.calls = calls
    }

    mutating func write(_ text: String) throws(PerceptronError) {
        pending.append(contentsOf: text.utf8)
        if pending.count >= AtomicFile.pendingBytes { try flush() }
    }

    mutating func write(_ bytes: RawSpan) throws(PerceptronError) {
        try flush()
        try bytes.withUnsafeBytes { (bytes) throws(PerceptronError) in try write(all: bytes) }
    }

    private mutating func flush() throws(PerceptronError) {
        try pending.span.bytes.withUnsafeBytes { (bytes) throws(PerceptronError) in try write(all: bytes) }
        pending.removeAll(keepingCapacity: true)
    }

    private func write(all bytes: UnsafeRawBufferPointer) throws(PerceptronError) {
        guard calls.writeAll(file, bytes) else {
            throw .fileAccess("\(path): can't be written: \(SystemCalls.reason)")
        }
    }
}
