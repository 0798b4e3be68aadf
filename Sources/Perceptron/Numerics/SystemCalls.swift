#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The system calls that write a file; a test can replace them by failing ones.
///
/// They return what the system's own calls return: less than 0 for a failure, with the reason in `errno`.
struct SystemCalls: Sendable {
    var open: @Sendable (_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 = { path, flags, mode in
        #if canImport(Darwin)
            Darwin.open(path, flags, mode)
        #elseif canImport(Glibc)
            Glibc.open(path, flags, mode)
        #elseif canImport(Musl)
            Musl.open(path, flags, mode)
        #endif
    }
    var write: @Sendable (_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int = { file, bytes in
        #if canImport(Darwin)
            Darwin.write(file, bytes.baseAddress, bytes.count)
        #elseif canImport(Glibc)
            Glibc.write(file, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
            Musl.write(file, bytes.baseAddress, bytes.count)
        #endif
    }
    var truncate: @Sendable (_ file: Int32, _ length: off_t) -> Int32 = { ftruncate($0, $1) }
    /// Waits until all written bytes are on disk.
    var synchronize: @Sendable (_ file: Int32) -> Int32 = { file in
        #if canImport(Darwin)
            // On macOS, fsync leaves the bytes in the disk's cache; it has to suffice if that can't be flushed.
            fcntl(file, F_FULLFSYNC) == 0 ? 0 : fsync(file)
        #else
            fsync(file)
        #endif
    }
    var close: @Sendable (_ file: Int32) -> Int32 = { file in
        #if canImport(Darwin)
            Darwin.close(file)
        #elseif canImport(Glibc)
            Glibc.close(file)
        #elseif canImport(Musl)
            Musl.close(file)
        #endif
    }
    var rename: @Sendable (_ from: String, _ to: String) -> Int32 = { from, to in
        #if canImport(Darwin)
            Darwin.rename(from, to)
        #elseif canImport(Glibc)
            Glibc.rename(from, to)
        #elseif canImport(Musl)
            Musl.rename(from, to)
        #endif
    }
    var remove: @Sendable (_ path: String) -> Int32 = { unlink($0) }
    var status: @Sendable (_ path: String, _ status: inout stat) -> Int32 = { path, status in stat(path, &status) }
    var fileStatus: @Sendable (_ file: Int32, _ status: inout stat) -> Int32 = { file, status in fstat(file, &status) }
    var setMode: @Sendable (_ file: Int32, _ mode: mode_t) -> Int32 = { fchmod($0, $1) }
    /// Takes a lock that ends when the file is closed or the process ends; fails if another process has it.
    var lock: @Sendable (_ file: Int32) -> Int32 = { flock($0, LOCK_EX | LOCK_NB) }
    var readLink: @Sendable (_ path: String, _ target: UnsafeMutableBufferPointer<CChar>) -> Int = { path, target in
        readlink(path, target.baseAddress!, target.count)
    }

    /// Writes all bytes, in as many calls as needed; false if one of them fails.
    func writeAll(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            // Linux writes at most 2 GiB at a time.
            let count = write(file, UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30)))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
        return true
    }

    /// Where a symbolic link points to; nil for anything else.
    func linkTarget(_ path: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { target in
            let count = readLink(path, target)
            guard count > 0, count < target.count else { return nil }
            return String(decoding: target.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }

    /// Repeats a call while signals interrupt it.
    static func uninterrupted(_ call: () -> Int32) -> Int32 {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }

    /// The system's message for the last failed call.
    static var reason: String { String(cString: strerror(errno)) }
}
