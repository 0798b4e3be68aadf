import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes numbers and histograms for TensorBoard, which shows them while they are written.
///
/// ```swift
/// let board = try TensorBoardWriter(folder: URL(filePath: "runs/first"))
/// try board.scalar(0.25, name: "loss/training", step: 1)
/// ```
///
/// Each writer creates its own event file. Give each run its own folder: `tensorboard --logdir runs` shows each folder
/// in `runs` as a run. Several threads may share a writer.
public final class TensorBoardWriter: Sendable {
    private let file: Locked<AppendedFile>
    private static let writers = Atomic<Int>(0)

    /// Creates a writer to a new file `events.out.tfevents.…` in `folder`, which is created if it doesn't exist.
    /// - Throws: `PerceptronError.fileAccess` if that fails.
    public convenience init(folder: URL) throws(PerceptronError) { try self.init(folder: folder, calls: SystemCalls()) }

    init(folder: URL, calls: SystemCalls) throws(PerceptronError) {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw .fileAccess("\(folder.path(percentEncoded: false)): the folder can't be created: \(error)")
        }
        // TensorBoard reads the files of a folder in the order of their names.
        let process = ProcessInfo.processInfo
        let number = TensorBoardWriter.writers.add(1, ordering: .relaxed).oldValue
        let name =
            "events.out.tfevents.\(Int(Date().timeIntervalSince1970))"
            + ".\(process.hostName).\(process.processIdentifier).\(number)"
        file = try Locked(AppendedFile(creating: folder.appending(path: name), calls: calls))
        var event = TensorBoardWriter.event()
        event.append("brain.Event:2", field: 3)
        try append(event)
    }

    /// Writes a point of the curve `name`; a slash in the name, as in "loss/training", groups curves.
    ///
    /// TensorBoard stores single precision. A NaN or infinity is written as it is: the curve has no point there, and
    /// TensorBoard marks a NaN by a triangle.
    /// - Throws: `PerceptronError.fileAccess` if it can't be written.
    public func scalar(_ value: Double, name: String, step: Int) throws(PerceptronError) {
        var summary = ProtobufMessage()
        summary.append(name, field: 1)
        summary.append(Float(value), field: 2)
        try append(summary, step: step)
    }

    /// Writes a histogram of the values. The limits of its buckets grow by a tenth from ±10⁻¹², as in TensorFlow and
    /// PyTorch's `SummaryWriter`. NaN and infinities are left out.
    /// - Throws: `PerceptronError.fileAccess` if it can't be written.
    public func histogram<Scalar: BLASScalar>(
        _ values: [Scalar], name: String, step: Int
    ) throws(PerceptronError) {
        let histogram = TensorBoardHistogram(values)
        var message = ProtobufMessage()
        message.append(histogram.minimum, field: 1)
        message.append(histogram.maximum, field: 2)
        message.append(histogram.count, field: 3)
        message.append(histogram.sum, field: 4)
        message.append(histogram.sumOfSquares, field: 5)
        message.append(histogram.limits, field: 6)
        message.append(histogram.counts, field: 7)
        var summary = ProtobufMessage()
        summary.append(name, field: 1)
        summary.append(message, field: 5)
        try append(summary, step: step)
    }

    /// Appends an event with one value; the fields are those of TensorFlow's `event.proto` and `summary.proto`.
    private func append(_ value: ProtobufMessage, step: Int) throws(PerceptronError) {
        var summary = ProtobufMessage()
        summary.append(value, field: 1)
        var event = TensorBoardWriter.event()
        event.append(step, field: 2)
        event.append(summary, field: 5)
        try append(event)
    }

    private func append(_ event: ProtobufMessage) throws(PerceptronError) {
        let record = TFRecord.framed(event.bytes)
        try file.withLock { (file) throws(PerceptronError) in try file.append(record) }
    }

    /// An event with the current time.
    private static func event() -> ProtobufMessage {
        var event = ProtobufMessage()
        event.append(Date().timeIntervalSince1970, field: 1)
        return event
    }
}
