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

/// A new file beside the one that it will replace.
///
/// Its writer holds a lock on it, which the system releases when the file is closed or the process ends in any way. So
/// a temporary file without a lock was left behind by a killed process, and is removed when the same file is written
/// next.
struct TemporaryFile: ~Copyable {
    let path: String
    let file: Int32

    /// Creates `.name.0123456789abcdef.tmp` in the folder of a file named `name`; nil, with the reason in `errno`, if
    /// that fails.
    static func create(folder: String, name: String, calls: SystemCalls) -> TemporaryFile? {
        removeAbandoned(folder: folder, name: name, calls: calls)
        // Tries another name if the file exists, or if another writer took this one for an abandoned file before it was
        // locked. Both happen only by chance, so not many times in a row.
        for _ in 0..<16 {
            let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
            let padded = String(repeating: "0", count: 16 - digits.count) + digits
            let path = "\(folder)/\(prefix(name))\(padded)\(suffix)"
            let file = SystemCalls.uninterrupted {
                calls.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
            }
            guard file >= 0 else {
                if errno == EEXIST { continue }
                return nil
            }
            let temporary = TemporaryFile(path: path, file: file)
            // On file systems without locks, no file counts as abandoned.
            if calls.lock(file) < 0, errno == EWOULDBLOCK {
                temporary.discard(calls)
                continue
            }
            var status = stat()
            guard calls.fileStatus(file, &status) == 0 else {
                let reason = errno
                temporary.discard(calls)
                errno = reason
                return nil
            }
            if status.st_nlink > 0 { return temporary }
            temporary.discard(calls)
        }
        errno = EEXIST
        return nil
    }

    private init(path: String, file: Int32) {
        self.path = path
        self.file = file
    }

    func discard(_ calls: SystemCalls) {
        _ = calls.remove(path)
        _ = calls.close(file)
    }

    private static let suffix = ".tmp"

    /// A name has at most 255 bytes.
    private static func prefix(_ name: String) -> String {
        ".\(String(decoding: name.utf8.prefix(200), as: UTF8.self))."
    }

    private static func removeAbandoned(folder: String, name: String, calls: SystemCalls) {
        let prefix = prefix(name)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for candidate in names where candidate.hasPrefix(prefix) && candidate.hasSuffix(suffix) {
            let digits = candidate.dropFirst(prefix.count).dropLast(suffix.count)
            guard digits.utf8.count == 16, digits.allSatisfy(\.isHexDigit) else { continue }
            let path = "\(folder)/\(candidate)"
            let file = calls.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0)
            guard file >= 0 else { continue }
            if calls.lock(file) == 0 { _ = calls.remove(path) }
            _ = calls.close(file)
        }
    }
}
