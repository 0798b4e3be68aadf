#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The calls of the operating system that write a file, so that a test can put failing ones in their place.
///
/// They return what the system's own do: less than 0 for a failure, whose reason is in `errno`.
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
    /// Waits until what was written is on the disk.
    var synchronize: @Sendable (_ file: Int32) -> Int32 = { file in
        #if canImport(Darwin)
            // There fsync leaves the bytes in the disk's own cache; where that can't be emptied, it must do.
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
    /// Takes a lock that ends when the file is closed, or its process does; fails if another has it.
    var lock: @Sendable (_ file: Int32) -> Int32 = { flock($0, LOCK_EX | LOCK_NB) }
    var readLink: @Sendable (_ path: String, _ target: UnsafeMutableBufferPointer<CChar>) -> Int = { path, target in
        readlink(path, target.baseAddress!, target.count)
    }

    /// Writes all of the bytes, in as many calls as that takes; false if one of them fails.
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

    /// Makes a call again for as long as a signal interrupts it.
    static func uninterrupted(_ call: () -> Int32) -> Int32 {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }

    /// What the system says of the last call that failed.
    static var reason: String { String(cString: strerror(errno)) }
}
