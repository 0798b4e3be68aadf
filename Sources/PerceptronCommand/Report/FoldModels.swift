import Perceptron
import Synchronization

/// What is kept of the models of a cross-validation, which folds that run side by side hand in.
final class FoldModels: Sendable {
    struct Record {
        let histories: [History]
        let importance: ColumnImportance
    }

    private let records = Mutex<[Int: Record]>([:])
    private let seed: UInt64

    init(seed: UInt64) { self.seed = seed }

    func add(_ model: TabularModel<Float>, leftOut: Dataset<Float>, fold: Int) throws(PerceptronError) {
        let importance = try ColumnImportance.measure(model, on: leftOut, seed: seed, threads: 1)
        records.withLock { $0[fold] = Record(histories: model.histories, importance: importance) }
    }

    /// In the order of the folds.
    var inOrder: [Record] { records.withLock { records in records.sorted { $0.key < $1.key }.map(\.value) } }
}
