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

/// A file that is written completely or not at all.
///
/// The bytes go to a temporary file in the same folder. When all are written, it is synchronized and renamed, and then
/// the folder is synchronized. Whenever the process ends, either the old or the new file exists, complete.
package struct AtomicFile: ~Copyable {
    private let path: String
    private let file: Int32
    private let calls: SystemCalls
    private var pending: [UInt8] = []
    /// The number of bytes written so far.
    private(set) var count = 0

    private static let pendingBytes = 1 << 16

    /// Writes a text to the file at `url`.
    package static func write(_ text: String, to url: URL) throws(PerceptronError) {
        try write(to: url) { (file) throws(PerceptronError) in try file.write(text) }
    }

    /// Writes the file at `url` with the bytes that `body` writes.
    ///
    /// A symbolic link stays one: the file that it points to is replaced. A new file has the permissions of the one it
    /// replaces.
    /// - Throws: `PerceptronError.fileAccess` if that fails; the old file at `url` is then unchanged. Only if the last
    ///   step fails, synchronizing the folder, the new file is already in place but might not survive a loss of power;
    ///   the message says so. `.invalidArgument` if the URL is not a file URL.
    package static func write(
        to url: URL, _ body: (inout AtomicFile) throws(PerceptronError) -> Void
    ) throws(PerceptronError) {
        try write(to: url, calls: SystemCalls(), body)
    }

    /// Throws what `write(to:)` would throw before writing, for a check ahead of long work.
    package static func check(_ url: URL) throws(PerceptronError) {
        var isOpen = false
        do throws(PerceptronError) {
            try write(to: url) { (_) throws(PerceptronError) in
                isOpen = true
                throw .invalidState("nothing to write")
            }
        } catch {
            if !isOpen { throw error }
        }
    }

    static func write(
        to url: URL, calls: SystemCalls, _ body: (inout AtomicFile) throws(PerceptronError) -> Void
    ) throws(PerceptronError) {
        let path = try url.filePath()
        func failure(_ what: String) -> PerceptronError { .fileAccess("\(path): \(what): \(SystemCalls.reason)") }

        let (folder, name) = try place(of: path, calls)
        let directory = SystemCalls.uninterrupted { calls.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0) }
        guard directory >= 0 else { throw failure("its folder can't be opened") }
        defer { _ = calls.close(directory) }

        var status = stat()
        let isThere = calls.status("\(folder)/\(name)", &status) == 0
        guard isThere || errno == ENOENT else { throw failure("can't be replaced") }
        // Renaming would replace a device by a file.
        guard !isThere || status.st_mode & S_IFMT == S_IFREG else {
            throw .fileAccess("\(path): can't be replaced: not a regular file")
        }

        guard let temporary = TemporaryFile.create(folder: folder, name: name, calls: calls) else {
            throw failure("can't be created")
        }
        do throws(PerceptronError) {
            let file = temporary.file
            if isThere, calls.setMode(file, status.st_mode & 0o777) != 0 { throw failure("can't be created") }
            var writer = AtomicFile(path: path, file: file, calls: calls)
            try body(&writer)
            try writer.flush()
            guard SystemCalls.uninterrupted({ calls.synchronize(file) }) == 0 else { throw failure("can't be written") }
            guard calls.rename(temporary.path, "\(folder)/\(name)") == 0 else { throw failure("can't be replaced") }
        } catch {
            temporary.discard(calls)
            throw error
        }
        // Closed after renaming, because closing releases the lock; all bytes are on disk, so a failure loses nothing.
        _ = calls.close(temporary.file)
        // Some file systems can't synchronize folders and report an invalid argument.
        guard SystemCalls.uninterrupted({ calls.synchronize(directory) }) == 0 || errno == EINVAL else {
            throw failure("was replaced, but its folder can't be synchronized")
        }
    }

    /// The folder and name of the file that a path leads to, after symbolic links.
    private static func place(
        of path: String, _ calls: SystemCalls
    ) throws(PerceptronError) -> (folder: String, name: String) {
        var target = path
        // Linux's limit.
        for _ in 0...40 {
            let slash = target.lastIndex(of: "/")
            let folder = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
            let name = slash.map { String(target[target.index(after: $0)...]) } ?? target
            guard !name.isEmpty, name != ".", name != ".." else { throw .fileAccess("\(path): is a folder") }
            guard let next = calls.linkTarget(target) else { return (folder, name) }
            target = next.hasPrefix("/") ? next : "\(folder)/\(next)"
        }
        throw .fileAccess("\(path): can't be replaced: too many symbolic links")
    }

    private init(path: String, file: Int32, calls: SystemCalls) {
        self.path = path
        self.file = file
        self.calls = calls
    }

    package mutating func write(_ text: String) throws(PerceptronError) {
        pending.append(contentsOf: text.utf8)
        count += text.utf8.count
        if pending.count >= AtomicFile.pendingBytes { try flush() }
    }

    mutating func write(_ bytes: RawSpan) throws(PerceptronError) {
        count += bytes.byteCount
        guard bytes.byteCount < AtomicFile.pendingBytes else {
            try flush()
            return try bytes.withUnsafeBytes { (bytes) throws(PerceptronError) in try write(all: bytes) }
        }
        bytes.withUnsafeBytes { pending.append(contentsOf: $0) }
        if pending.count >= AtomicFile.pendingBytes { try flush() }
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
