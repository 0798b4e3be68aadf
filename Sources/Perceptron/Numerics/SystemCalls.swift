#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The calls of the operating system that write a file, so that a test can put failing ones in their place.
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
    var synchronize: @Sendable (_ file: Int32) -> Int32 = { fsync($0) }
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

    /// What the system says of the last call that failed.
    static var reason: String { String(cString: strerror(errno)) }
}
