import Foundation
import Testing

@testable import Perceptron

/// A checkpoint that an old version wrote: it is read, and training goes on as it went on there
/// (`Golden/make_old_checkpoint.swift.txt`).
@Suite struct OldCheckpointTests {
    private struct Golden: Decodable {
        let losses: [Double]
        let validationLosses: [Double]
        let accuracies: [Double]
        let parameters: [Double]
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    private static let checkpoint = folder.appending(path: "old_checkpoint.safetensors")

    /// What versions since then write besides.
    @Test func itIsOld() throws {
        let text = try #require(try SafetensorsFile(contentsOf: Self.checkpoint).metadata["checkpoint"])
        for key in ["seed", "frozen", "learningRate", "firstUpdate", "settings"] {
            #expect(!text.contains("\"\(key)\""), "\(key)")
        }
    }

    @Test func trainingGoesOn() throws {
        let golden = try JSONDecoder().decode(
            Golden.self, from: Data(contentsOf: Self.folder.appending(path: "old_checkpoint.json")))
        var trainer = try Trainer<Double>(
            resumingFrom: Self.checkpoint, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.05))
        let rows = 23
        var x = Matrix<Double>(rows: rows, columns: 3)
        var classes: [Int] = []
        for row in 0..<rows {
            for column in 0..<3 { x[row, column] = Double((row * 111 + column * 37 + 11) % 101) / 50 - 1 }
            let (first, second) = (x[row, 0] > 0, x[row, 1] * x[row, 2] > 0)
            classes.append(first ? second ? 2 : 1 : 0)
        }
        let history = try trainer.train(
            inputs: x, targets: classes, epochs: 5, batchSize: 7, validation: .fraction(0.2),
            earlyStopping: EarlyStopping(patience: 4), metrics: [.accuracy],
            sampleWeights: (0..<rows).map { 0.5 + Double($0 % 4) }, progress: .silent)
        #expect(golden.losses.count == 5 && golden.parameters.count == 38)
        #expect(firstDifference(history.losses, golden.losses, relative: 1e-12) == nil)
        #expect(firstDifference(history.validationLosses, golden.validationLosses, relative: 1e-12) == nil)
        #expect(history[metric: "accuracy"] == golden.accuracies)
        #expect(firstDifference(trainer.model.parameters, golden.parameters, relative: 1e-12) == nil)
        // Of the epochs before nobody knows the learning rate any more.
        #expect(history.learningRates.map { $0.isNaN ? 0 : $0 } == [0, 0, 0.05, 0.05, 0.05])
    }
}
