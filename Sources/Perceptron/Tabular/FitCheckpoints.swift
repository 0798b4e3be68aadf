#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A folder in which a fit of a ``TabularModel`` keeps what it needs to continue after an interruption.
///
/// ```swift
/// try model.fit(data, checkpoints: FitCheckpoints(folder))
/// ```
/// Each network writes a checkpoint from time to time, and at once when a callback ends its training. The same call
/// with the same data continues from there and arrives at the same bits. A completed fit removes its checkpoints.
public struct FitCheckpoints: Equatable, Sendable {
    /// The folder.
    public let folder: URL
    /// The least time between two checkpoints of a network; they are written at the ends of epochs.
    public let interval: Duration

    /// Creates a description of where checkpoints go, and how often.
    ///
    /// - Parameters:
    ///   - folder: created if it doesn't exist. Use one for each fit.
    ///   - interval: the least time between two checkpoints of a network; they are written at the ends of epochs.
    public init(_ folder: URL, every interval: Duration = .seconds(10)) {
        self.folder = folder
        self.interval = interval
    }
}

/// What must be the same for a fit to continue.
struct FitIdentity: Equatable, Codable {
    let recipe: TabularRecipe
    let settings: TabularSettings
    let members: Int
    let ensembling: Ensembling
    let seed: UInt64
    let epochs: Int?
    let intervals: Bool
    /// A checksum of all training rows and held-out rows.
    let data: UInt64
}

extension FitCheckpoints {
    private var identity: URL { folder.appending(path: "fit.json") }

    /// Claims the folder for a fit.
    /// - Throws: `PerceptronError.invalidArgument` if it belongs to another fit; `.fileAccess` or `.invalidFile` if it
    ///   can't be read or written.
    func begin(_ fit: FitIdentity) throws(PerceptronError) {
        let path = try identity.filePath()
        guard FileManager.default.fileExists(atPath: path) else {
            let text: String
            do {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                text = try JSONCoding.value(of: fit).text()
            } catch {
                throw .fileAccess("\(try folder.filePath()): the folder can't be created: \(error)")
            }
            return try AtomicFile.write(text + "\n", to: identity)
        }
        let file = try MappedFile(identity)
        let begun: FitIdentity
        do {
            begun = try JSONCoding.decode(FitIdentity.self, from: try JSONParser.parse(file.bytes))
        } catch {
            throw .invalidFile("\(path): \(JSONCoding.reason(error))")
        }
        guard begun == fit else {
            throw .invalidArgument(
                "\(try folder.filePath()): holds the checkpoints of a fit with other data or settings; remove them, or use "
                    + "another folder")
        }
    }

    /// The checkpoint to continue from; nil if there is none.
    func latest(of network: String) throws(PerceptronError) -> URL? { try folder(of: network).latest() }

    /// Writes checkpoints at the ends of epochs.
    func callback<Scalar>(of network: String) throws(PerceptronError) -> TrainingCallback<Scalar> {
        let folder = try folder(of: network)
        let clock = ContinuousClock()
        let last = Locked(clock.now)
        return .everyEpoch { (report) throws(PerceptronError) in
            let isDue = last.withLock { last in
                if clock.now - last < interval { return false }
                last = clock.now
                return true
            }
            if isDue {
                try folder.save(step: report.updates) { (url) throws(PerceptronError) in
                    try report.trainer.saveCheckpoint(to: url)
                }
            }
            return .proceed
        }
    }

    /// Writes a checkpoint at once.
    func save<Scalar>(_ trainer: Trainer<Scalar>, of network: String) throws(PerceptronError) {
        try folder(of: network).save(step: trainer.engine.parameters.updates) { (url) throws(PerceptronError) in
            try trainer.saveCheckpoint(to: url)
        }
    }

    /// Removes the checkpoints, and the folder if nothing else is in it.
    func remove(_ networks: [String]) throws(PerceptronError) {
        for network in networks { try folder(of: network).remove() }
        try? FileManager.default.removeItem(at: identity)
        CheckpointFolder.removeIfEmpty(folder)
    }

    private func folder(of network: String) throws(PerceptronError) -> CheckpointFolder {
        try CheckpointFolder(folder.appending(path: network), keepLast: 1, keepBest: false)
    }
}
