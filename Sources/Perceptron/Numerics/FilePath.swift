#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension URL {
    /// The path of a file's URL, as the operating system takes it.
    /// - Throws: `PerceptronError.invalidArgument` for any other URL.
    func filePath() throws(PerceptronError) -> String {
        guard isFileURL else { throw .invalidArgument("\(absoluteString) is not the URL of a file") }
        let path = path(percentEncoded: false)
        // The system would take the path to end at a zero byte.
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw .invalidArgument("\(absoluteString) has no path that a file can have")
        }
        return path
    }
}
