#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A folder with a run's checkpoints, `checkpoint-000120.safetensors` after step 120. It keeps the last few and the
/// best.
///
/// `checkpoints.json` lists the checkpoints written here, and only files that it lists are ever removed. A step is
/// listed before its checkpoint is written, and for as long as the file exists: so no checkpoint is forgotten, wherever
/// the process ends.
package struct CheckpointFolder: Sendable {
    package let url: URL
    package let keepLast: Int
    package let keepBest: Bool

    private struct Entry {
        let step: Int
        /// Lower is better.
        let score: Double?
    }

    /// - Parameters:
    ///   - keepLast: how many of the newest checkpoints to keep, at least 1.
    ///   - keepBest: whether to also keep the one with the lowest score; the first, if there are several.
    /// - Throws: `PerceptronError.invalidArgument` if `keepLast` is less than 1.
    package init(_ url: URL, keepLast: Int, keepBest: Bool) throws(PerceptronError) {
        guard keepLast > 0 else { throw .invalidArgument("\(keepLast) checkpoints to keep; at least 1 is needed") }
        self.url = url
        self.keepLast = keepLast
        self.keepBest = keepBest
    }

    /// The subfolder for a fold of a cross-validation; this folder without a fold.
    func ofFold(_ fold: Int?) throws(PerceptronError) -> CheckpointFolder {
        guard let fold else { return self }
        return try CheckpointFolder(url.appending(path: "fold \(fold)"), keepLast: keepLast, keepBest: keepBest)
    }

    /// Writes a checkpoint, creating the folder if necessary, and then removes those that are not kept.
    /// - Parameters:
    ///   - step: at least 0; a checkpoint of the same step is replaced.
    ///   - score: the quality of the model, lower is better; nil, or not finite, if it is unknown.
    ///   - write: writes the file at a URL, whole or not at all.
    /// - Throws: `PerceptronError.fileAccess` if that fails, `.invalidFile` if `checkpoints.json` was not written by
    ///   this type; then no checkpoint is removed.
    package func save(
        step: Int, score: Double? = nil, write: (URL) throws(PerceptronError) -> Void
    ) throws(PerceptronError) {
        guard step >= 0 else { throw .invalidArgument("the checkpoint's step is \(step); it must not be negative") }
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw .fileAccess("\(try url.filePath()): the folder can't be created: \(error)")
        }
        var entries = try entries().filter { $0.step != step }
        entries.append(Entry(step: step, score: score.flatMap { $0.isFinite ? $0 : nil }))
        try writeList(entries)
        try write(file(step))
        let best = keepBest ? CheckpointFolder.best(entries)?.step : nil
        for entry in entries.dropLast(keepLast) where entry.step != best {
            // If this fails, the checkpoint stays listed and is removed another time.
            try? FileManager.default.removeItem(at: file(entry.step))
        }
    }

    /// The newest checkpoint; nil if there is none.
    package func latest() throws(PerceptronError) -> URL? { try entries().last.map { file($0.step) } }

    /// The checkpoint with the lowest score; nil if none has a score.
    package func best() throws(PerceptronError) -> URL? {
        CheckpointFolder.best(try entries()).map { file($0.step) }
    }

    /// Removes the checkpoints that were written here, their list, and the folder if it is then empty.
    /// - Throws: `PerceptronError` if the list can't be read; then nothing is removed.
    func remove() throws(PerceptronError) {
        for entry in try entries() { try? FileManager.default.removeItem(at: file(entry.step)) }
        try? FileManager.default.removeItem(at: list)
        CheckpointFolder.removeIfEmpty(url)
    }

    /// Removes a folder if it is empty.
    static func removeIfEmpty(_ folder: URL) {
        let path = folder.path(percentEncoded: false)
        guard (try? FileManager.default.contentsOfDirectory(atPath: path))?.isEmpty == true else { return }
        try? FileManager.default.removeItem(at: folder)
    }

    private static func best(_ entries: [Entry]) -> Entry? {
        entries.filter { $0.score != nil }.min { $0.score ?? 0 < $1.score ?? 0 }
    }

    /// Named by its step alone: a list from elsewhere must not be able to name another file for removal.
    private func file(_ step: Int) -> URL {
        let digits = "\(step)"
        let padded = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        return url.appending(path: "checkpoint-\(padded).safetensors")
    }

    private var list: URL { url.appending(path: "checkpoints.json") }

    /// The checkpoints in the order in which they were written.
    private func entries() throws(PerceptronError) -> [Entry] {
        guard isThere(list) else { return [] }
        let list = try MappedFile(list)
        let value: JSONValue
        do throws(JSONParser.Failure) { value = try JSONParser.parse(list.bytes) } catch {
            throw error.located(list.path)
        }
        guard let elements = value["checkpoints"]?.array else {
            throw .invalidFile("\(list.path): there is no list \"checkpoints\"")
        }
        var entries: [Entry] = []
        for element in elements {
            guard let step = element["step"]?.integer(), step >= 0 else {
                throw .invalidFile("\(list.path): a checkpoint has no step")
            }
            entries.append(Entry(step: step, score: element["score"]?.number))
        }
        return entries.filter { isThere(file($0.step)) }
    }

    private func isThere(_ file: URL) -> Bool {
        FileManager.default.fileExists(atPath: file.path(percentEncoded: false))
    }

    private func writeList(_ entries: [Entry]) throws(PerceptronError) {
        let checkpoints = entries.map { entry in
            var members = [JSONValue.Member("step", .integer(Int128(entry.step)))]
            if let score = entry.score { members.append(JSONValue.Member("score", .number(score))) }
            return JSONValue.object(members)
        }
        let text = try JSONValue.object([JSONValue.Member("checkpoints", .array(checkpoints))]).text()
        try AtomicFile.write(to: list) { (file) throws(PerceptronError) in try file.write(text + "\n") }
    }
}
