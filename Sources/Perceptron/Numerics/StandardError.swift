#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Standard error.
package enum StandardError {
    /// Writes all of a text. If that fails the text is lost: nothing is stopped for what is only said.
    package static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { SystemCalls().writeAll(STDERR_FILENO, $0) }
    }
}
