import Foundation

/// The process's memory that is in the machine's, in bytes; nil where the system doesn't say (Linux does).
enum ResidentMemory {
    static var now: Int? { status("VmRSS:") }
    /// The most since `resetPeak`, or since the process began where that can't be reset.
    static var peak: Int? { status("VmHWM:") }

    /// Gives back to the machine what the process has freed, where it can.
    static func trim() {
        // In glibc alone, and in no header that Swift imports.
        if let symbol = dlsym(nil, "malloc_trim") {
            _ = unsafeBitCast(symbol, to: (@convention(c) (Int) -> CInt).self)(0)
        }
    }

    /// Starts a new peak.
    static func resetPeak() {
        let file = open("/proc/self/clear_refs", O_WRONLY)
        guard file >= 0 else { return }
        _ = write(file, "5", 1)
        close(file)
    }

    private static func status(_ name: String) -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }
}
