#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension URL {
    /// The path of a file URL, for the operating system.
    /// - Throws: `PerceptronError.invalidArgument` for any other URL.
    func filePath() throws(PerceptronError) -> String {
        guard isFileURL else { throw .invalidArgument("\(absoluteString) is not a file URL") }
        let path = path(percentEncoded: false)
        // For the system, a path ends at a zero byte.
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw .invalidArgument("\(absoluteString) has no valid file path")
        }
        return path
    }
}
