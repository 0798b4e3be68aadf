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
/// with the same data continues from there and arrives at the same bits. A completed fit removes its checkpoints, unless
/// it is to keep them until the model is saved. `tune` keeps its trials here too.
public struct FitCheckpoints: Equatable, Sendable {
    /// The folder.
    public let folder: URL
    /// The least time between two checkpoints of a network; they are written at the ends of epochs.
    public let interval: Duration
    /// Whether checkpoints stay when the fit is completed.
    public let keepsCompleted: Bool

    /// Creates a description of where checkpoints go, and how often.
    ///
    /// - Parameters:
    ///   - folder: created if it doesn't exist. Use one for each fit.
    ///   - interval: the least time between two checkpoints of a network; they are written at the ends of epochs.
    ///   - keepsCompleted: whether checkpoints stay when the fit is completed, until `remove`.
    public init(_ folder: URL, every interval: Duration = .seconds(10), keepsCompleted: Bool = false) {
        self.folder = folder
        self.interval = interval
        self.keepsCompleted = keepsCompleted
    }

    /// Removes what fits and searches have kept here, and the folder if nothing else is in it.
    /// - Throws: `PerceptronError` if a list of checkpoints can't be read.
    public func remove() throws(PerceptronError) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: try folder.filePath())) ?? []
        for name in names where name == Self.intervals || name.hasPrefix(Self.member) {
            try checkpoints(of: name).remove()
        }
        for file in [identity(of: "fit"), identity(of: "search"), trials] {
            try? FileManager.default.removeItem(at: file)
        }
        CheckpointFolder.removeIfEmpty(folder)
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
    private static let member = "member "
    /// The network that intervals come from.
    static let intervals = "intervals"

    static func name(ofMember index: Int) -> String { member + "\(index + 1)" }

    private func identity(of work: String) -> URL { folder.appending(path: work + ".json") }
    private var trials: URL { folder.appending(path: "trials.json") }

    /// Claims the folder for a fit.
    /// - Throws: `PerceptronError.invalidArgument` if it belongs to another fit; `.fileAccess` or `.invalidFile` if it
    ///   can't be read or written.
    func begin(_ fit: FitIdentity) throws(PerceptronError) {
        try claim(for: fit, "fit", holds: "the checkpoints of a fit")
    }

    /// Claims the folder for a search.
    /// - Returns: the trials that are there.
    /// - Throws: as `begin` does for a fit.
    func begin(_ search: SearchRecord.Identity) throws(PerceptronError) -> SearchRecord {
        try claim(for: search, "search", holds: "the trials of a search")
        return try SearchRecord(trials)
    }

    private func claim<Identity: Codable & Equatable>(
        for identity: Identity, _ work: String, holds content: String
    ) throws(PerceptronError) {
        let file = self.identity(of: work)
        guard FileManager.default.fileExists(atPath: try file.filePath()) else {
            do {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            } catch {
                throw .fileAccess("\(try folder.filePath()): the folder can't be created: \(error)")
            }
            return try JSONCoding.write(identity, to: file)
        }
        guard try JSONCoding.read(Identity.self, from: file) == identity else {
            throw .invalidArgument(
                "\(try folder.filePath()): holds \(content) with other data or settings; remove them, or use "
                    + "another folder")
        }
    }

    /// The checkpoint to continue from; nil if there is none.
    func latest(of network: String) throws(PerceptronError) -> URL? { try checkpoints(of: network).latest() }

    /// Writes checkpoints at the ends of epochs.
    func callback<Scalar>(of network: String) throws(PerceptronError) -> TrainingCallback<Scalar> {
        let folder = try checkpoints(of: network)
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
        try checkpoints(of: network).save(step: trainer.engine.parameters.updates) { (url) throws(PerceptronError) in
            try trainer.saveCheckpoint(to: url)
        }
    }

    private func checkpoints(of network: String) throws(PerceptronError) -> CheckpointFolder {
        try CheckpointFolder(folder.appending(path: network), keepLast: 1, keepBest: false)
    }
}
