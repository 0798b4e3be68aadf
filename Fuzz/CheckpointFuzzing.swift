import Foundation
import Perceptron

/// Goes on from a checkpoint as its user would: what it says of a run is used only then.
enum CheckpointFuzzing {
    /// In memory where there is room for files.
    private static let folder: URL = {
        let memory = URL(filePath: "/dev/shm", directoryHint: .isDirectory)
        let isThere = FileManager.default.isWritableFile(atPath: memory.path(percentEncoded: false))
        return isThere ? memory : FileManager.default.temporaryDirectory
    }()

    private static let inputs = Matrix<Double>(rows: 6, columns: 2, elements: (0..<12).map { Double($0) / 12 })

    static func resume(_ bytes: Span<UInt8>) throws(PerceptronError) {
        let file = folder.appending(path: "perceptron-fuzz-\(ProcessInfo.processInfo.processIdentifier)")
        defer { try? FileManager.default.removeItem(at: file) }
        do {
            try bytes.withUnsafeBufferPointer { try Data($0).write(to: file) }
        } catch {
            throw .fileAccess("\(error)")
        }
        var trainer = try Trainer<Double>(resumingFrom: file, loss: CrossEntropy(), optimizer: Adam(), threads: 1)
        let history = try trainer.train(
            inputs: inputs, targets: [0, 1, 0, 1, 0, 1], epochs: 3, batchSize: 4,
            earlyStopping: EarlyStopping(patience: 2), metrics: [.accuracy], progress: .silent)
        try history.write(csv: file)
        try history.write(svg: file, title: "Fuzz")
    }
}
