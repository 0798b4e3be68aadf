/// Rows to learn from: inputs, what belongs to them, and what their columns are called.
///
/// Parts of a data set (`rows(_:)`, splits, folds) share its memory: they only name rows of it.
public struct Dataset<Scalar: BLASScalar>: Sendable {
    /// What a data set and its parts share.
    final class Storage: Sendable {
        /// All rows × columns; NaN where a value is missing.
        let inputs: Matrix<Scalar>
        let targets: Targets<Scalar>?
        /// For how many rows each counts.
        let weights: [Double]?
        let columns: [Column]
        /// What is to be predicted: the name of the target's column, or of each of them.
        let targetNames: [String]
        /// What the classes are called, if targets are classes.
        let labelNames: [String]

        init(
            inputs: Matrix<Scalar>, targets: Targets<Scalar>?, weights: [Double]?, columns: [Column],
            targetNames: [String], labelNames: [String]
        ) {
            self.inputs = inputs
            self.targets = targets
            self.weights = weights
            self.columns = columns
            self.targetNames = targetNames
            self.labelNames = labelNames
        }
    }

    let storage: Storage
    /// The rows of the storage that belong to this set, in order; nil for all of them.
    let indices: [Int]?

    init(storage: Storage, indices: [Int]? = nil) {
        self.storage = storage
        self.indices = indices
    }
}
