/// What training makes small: a mean over the rows of a batch, and its gradient.
///
/// A loss sees a block of rows at a time and returns a sum; the trainer adds the sums of the blocks, in Double and in
/// their order, and multiplies by `scale(rows:columns:)`, which makes it a mean. To write your own, implement the first
/// `evaluate`, and `scale` if it is a mean over columns too.
public protocol Loss: Sendable {
    /// What turns the sum over all rows of a batch into the loss: 1/rows, or 1/(rows·columns) for an element-wise mean.
    func scale(rows: Int, columns: Int) -> Double

    /// Returns the sum of the loss over the rows of `outputs`, and writes `scale` times that sum's gradient with
    /// respect to the outputs into every element of `gradient`.
    func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double

    /// The same with weights: of weight · loss. A row of weight 0 is as if it weren't there, whatever its loss.
    ///
    /// Evaluated row by row unless a loss does better.
    func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, weights: LossWeights, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double

    /// The loss that does this one's work from the inputs of the model's last layer, if there is one: the two are
    /// then computed together, and `gradient` is with respect to those inputs. None unless a loss says so.
    func fused(with lastLayer: any Layer) -> (any Loss)?

    /// Throws unless the loss's own numbers are in their ranges, and the outputs of a model are what it takes. Nothing
    /// is asked for unless a loss does.
    func validate(lastLayer: any Layer, outputFeatures: Int) throws(PerceptronError)

    /// What the targets must be. As wide as the outputs, or classes, unless a loss says else.
    func expectedTargets(outputFeatures: Int) -> ExpectedTargets

    /// What makes predictions of the outputs: probabilities of logits or of logarithms. Metrics see predictions, and a
    /// pipeline gives them. The outputs are predictions unless a loss says else.
    func outputFunction(lastLayer: any Layer, outputFeatures: Int) -> OutputFunction

    /// Whether `evaluate` multiplies each class's part of the loss by its weight. If not, as by default, the weight of a
    /// row's class is in the weight of the row.
    var weighsClasses: Bool { get }

    /// How much a row counts that has these targets: Σ target · weight of its class unless a loss says else. A mean is
    /// divided by the sum of what its rows count.
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
