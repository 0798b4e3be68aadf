import Perceptron
import Synchronization

/// What is kept of a cross-validation's models, collected from folds that run in parallel.
final class FoldModels: Sendable {
    struct Record {
        let histories: [History]
        /// Nil if not measured.
        let importance: ColumnImportance?
        /// The intervals of the rows left out, if there are any.
        let interval: (level: Double, lower: Matrix<Float>, upper: Matrix<Float>)?
    }

    private let records = Mutex<[Int: Record]>([:])
    private let seed: UInt64
    private let interval: Double?
    private let measuresImportance: Bool

    /// - Parameter interval: the level of the intervals; none if nil.
    init(seed: UInt64, interval: Double?, measuresImportance: Bool) {
        self.seed = seed
        self.interval = interval
        self.measuresImportance = measuresImportance
    }

    func add(_ model: TabularModel<Float>, leftOut: Dataset<Float>, fold: Int) throws(PerceptronError) {
        let importance =
            measuresImportance ? try ColumnImportance.measure(model, on: leftOut, seed: seed, threads: 1) : nil
        let bounds = try interval.map { (level) throws(PerceptronError) in
            let (lower, upper) = try model.predictionInterval(level, for: leftOut, threads: 1)
            return (level: level, lower: lower, upper: upper)
        }
        let record = Record(histories: model.histories, importance: importance, interval: bounds)
        records.withLock { $0[fold] = record }
    }

    /// The records in the order of the folds.
    var inOrder: [Record] { records.withLock { records in records.sorted { $0.key < $1.key }.map(\.value) } }
}
