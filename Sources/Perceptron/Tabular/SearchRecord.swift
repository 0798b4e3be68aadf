#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a search for settings has tried so far, kept in a file, so that a search that was interrupted continues there.
final class SearchRecord: Sendable {
    /// What must be the same for a search to continue.
    struct Identity: Equatable, Codable {
        let recipe: TabularRecipe
        let settings: TabularSettings
        let seed: UInt64
        let trials: Int?
        let minutes: Double?
        /// A checksum of all training rows and held-out rows.
        let data: UInt64
    }

    /// A trial that has ended.
    private struct Entry: Codable {
        let round: Int
        let number: Int
        /// Nil if the loss did not stay finite.
        let trial: Tuning.Trial?
    }

    private struct Content: Codable {
        var seconds = 0.0
        var entries: [Entry] = []
    }

    private let file: URL
    private let content: Locked<Content>

    /// Reads what is there.
    /// - Throws: `PerceptronError.invalidFile` or `.fileAccess` if that can't be read.
    init(_ file: URL) throws(PerceptronError) {
        self.file = file
        guard FileManager.default.fileExists(atPath: try file.filePath()) else {
            content = Locked(Content())
            return
        }
        content = Locked(try JSONCoding.read(Content.self, from: file))
    }

    /// The time that was spent on these trials.
    var elapsed: Duration { .seconds(content.withLock { $0.seconds }) }

    /// What became of settings in a round, if they were tried.
    func outcome(round: Int, number: Int) -> TrialOutcome? {
        let entry = content.withLock { $0.entries.first { $0.round == round && $0.number == number } }
        return entry.map { $0.trial.map { .trial($0) } ?? .diverged }
    }

    /// Adds a trial, and writes the file.
    /// - Parameter elapsed: the time since the search began, without interruptions.
    func add(_ outcome: TrialOutcome, round: Int, number: Int, elapsed: Duration) throws(PerceptronError) {
        var trial: Tuning.Trial?
        if case .trial(let ended) = outcome { trial = ended }
        // One file at a time: the last to be written must have all trials.
        try content.withLock { (content) throws(PerceptronError) in
            content.entries.append(Entry(round: round, number: number, trial: trial))
            content.seconds = max(content.seconds, elapsed / .seconds(1))
            try JSONCoding.write(content, to: file)
        }
    }
}
