/// What training minimises: a mean over the rows of a batch, and its gradient.
///
/// A loss gets a block of rows at a time and returns a sum; the trainer adds the sums of the blocks in their order, in
/// Double, and multiplies by `scale(rows:columns:)`, which makes it a mean. To write your own, implement the first
/// `evaluate`, and `scale` if it is a mean over columns too.
public protocol Loss: Sendable {
    /// The factor that turns the sum over all rows of a batch into the loss: 1/rows, or 1/(rows·columns) for an
    /// element-wise mean.
    func scale(rows: Int, columns: Int) -> Double

    /// Returns the sum of the loss over the rows of `outputs`, and writes `scale` times that sum's gradient with
    /// respect to the outputs into every element of `gradient`.
    func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double

    /// The same for the sum of weight · loss. A row of weight 0 doesn't count, whatever its loss.
    ///
    /// Evaluated row by row by default.
    func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, weights: LossWeights, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double

    /// A loss that computes this loss and the model's last layer together, from the inputs of that layer; its gradient
    /// is with respect to those inputs. None by default.
    func fused(with lastLayer: any Layer) -> (any Loss)?

    /// Throws unless the loss's settings are in their ranges and it can take the outputs of the model. Checks nothing
    /// by default.
    func validate(lastLayer: any Layer, outputFeatures: Int) throws(PerceptronError)

    /// The targets that the loss takes: as wide as the outputs, or classes, by default.
    func expectedTargets(outputFeatures: Int) -> ExpectedTargets

    /// The function that turns outputs into predictions, such as logits into probabilities. Metrics and pipelines use
    /// predictions. The identity by default.
    func outputFunction(lastLayer: any Layer, outputFeatures: Int) -> OutputFunction

    /// Whether `evaluate` multiplies each class's part of the loss by its weight. If not, which is the default, the
    /// weight of a row's class is part of the row's weight.
    var weighsClasses: Bool { get }

    /// The weight of a row with these targets: Σ target · weight of the class by default. A mean is divided by the sum
    /// of these weights.
    func weight<Scalar: BLASScalar>(ofTargets targets: TargetView<Scalar>, row: Int, classWeights: [Double]) -> Double
}

extension Loss {
    public func scale(rows: Int, columns: Int) -> Double { 1 / Double(rows) }
    public func fused(with lastLayer: any Layer) -> (any Loss)? { nil }
    public func validate(lastLayer: any Layer, outputFeatures: Int) throws(PerceptronError) {}
    public func expectedTargets(outputFeatures: Int) -> ExpectedTargets { ExpectedTargets(columns: outputFeatures) }
    public func outputFunction(lastLayer: any Layer, outputFeatures: Int) -> OutputFunction { .identity }
    public var weighsClasses: Bool { false }

    public func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, weights: LossWeights, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        var sum = 0.0
        for row in 0..<outputs.rows {
            let weight = weights.rows.isEmpty ? 1 : weights.rows[row]
            var rowGradient = gradient.rows(row..<row + 1)
            if weight == 0 {
                for column in 0..<rowGradient.columns { rowGradient[0, column] = 0 }
            } else {
                let loss = evaluate(
                    outputs: outputs.rows(row..<row + 1), targets: targets.rows(row..<row + 1),
                    scale: scale * weight, gradient: &rowGradient)
                sum += weight * loss
            }
        }
        return sum
    }

    public func weight<Scalar: BLASScalar>(
        ofTargets targets: TargetView<Scalar>, row: Int, classWeights: [Double]
    ) -> Double {
        targets.weightOfClass(row, classWeights)
    }

    /// What turns a sum over rows that weigh `weight` together into their mean.
    func scale(weight: Double, columns: Int) -> Double {
        weight > 0 ? scale(rows: 1, columns: columns) / weight : 0
    }

    /// Throws unless a number of the loss is what it must be.
    func check(_ name: String, _ value: Double, _ isValid: Bool, _ rule: String) throws(PerceptronError) {
        guard isValid, value.isFinite else {
            throw .invalidArgument("\(type(of: self)): \(name) is \(value); it must be \(rule)")
        }
    }
}
