#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Standard output.
package enum StandardOutput {
    /// Writes all of a text at once.
    /// - Throws: `PerceptronError.fileAccess` if that fails, as on a full disk.
    package static func write(_ text: String) throws(PerceptronError) {
        let bytes = Array(text.utf8)
        let isWritten = bytes.withUnsafeBytes { SystemCalls().writeAll(STDOUT_FILENO, $0) }
        guard isWritten else { throw .fileAccess("standard output can't be written: \(SystemCalls.reason)") }
    }
}
