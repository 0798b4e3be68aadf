/// The mean of the losses of an ensemble's members, for a model that ends in ``MemberMean``.
///
/// Each member is trained separately, so that the members stay different; training the loss of their mean would make
/// them one model (Gorishniy et al. 2025, TabM). Metrics use the mean, which is the model's prediction.
public struct MemberLoss: Loss {
    /// Of one member.
    private let loss: any Loss
    /// How many members' outputs it sees side by side; 1 where it is the mean that it sees.
    private let members: Int

    /// Creates the loss.
    ///
    /// - Parameter loss: the loss of one member: `CrossEntropy()` if members end in a softmax.
    public init(_ loss: any Loss) { self.init(loss, members: 1) }

    private init(_ loss: any Loss, members: Int) {
        self.loss = loss
        self.members = members
    }

    /// The same from what goes into the mean.
    public func fused(with lastLayer: any Layer) -> (any Loss)? {
        guard let mean = lastLayer as? MemberMean else { return nil }
        return (mean.softmax ? loss.fused(with: Softmax()) : loss).map { MemberLoss($0, members: mean.members) }
    }

    public func validate(lastLayer: any Layer, outputFeatures: Int) throws(PerceptronError) {
        guard let mean = lastLayer as? MemberMean else {
            throw .invalidArchitecture(
                "MemberLoss takes the outputs of members, which MemberMean has; the model ends in \(type(of: lastLayer))"
            )
        }
        guard !mean.softmax || loss.fused(with: Softmax()) != nil else {
            throw .invalidArchitecture(
                "MemberLoss of \(type(of: loss)) takes the outputs of members without a softmax: end the model with "
                    + "MemberMean(members: \(mean.members)), or use CrossEntropy()")
        }
        try loss.validate(lastLayer: mean.softmax ? Softmax() : Identity(), outputFeatures: outputFeatures)
    }

    public func scale(rows: Int, columns: Int) -> Double {
        loss.scale(rows: rows, columns: columns / members) / Double(members)
    }

    public func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        sum(outputs, &gradient) { outputs, gradient in
            loss.evaluate(outputs: outputs, targets: targets, scale: scale, gradient: &gradient)
        }
    }

    public func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, weights: LossWeights, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        sum(outputs, &gradient) { outputs, gradient in
            loss.evaluate(outputs: outputs, targets: targets, weights: weights, scale: scale, gradient: &gradient)
        }
    }

    /// Of what `evaluate` makes of each member's outputs.
    private func sum<Scalar: BLASScalar>(
        _ outputs: MatrixView<Scalar>, _ gradient: inout MutableMatrixView<Scalar>,
        _ evaluate: (MatrixView<Scalar>, inout MutableMatrixView<Scalar>) -> Double
    ) -> Double {
        var sum = 0.0
        for member in 0..<members {
            let columns = columns(of: member, outputs.columns)
            var own = gradient.columns(columns)
            sum += evaluate(outputs.columns(columns), &own)
        }
        return sum
    }

    private func columns(of member: Int, _ all: Int) -> Range<Int> {
        member * all / members..<(member + 1) * all / members
    }

    public func expectedTargets(outputFeatures: Int) -> ExpectedTargets {
        loss.expectedTargets(outputFeatures: outputFeatures / members)
    }

    public func outputFunction(lastLayer: any Layer, outputFeatures: Int) -> OutputFunction {
        loss.outputFunction(lastLayer: lastLayer, outputFeatures: outputFeatures)
    }

    public var weighsClasses: Bool { loss.weighsClasses }

    public func weight<Scalar: BLASScalar>(
        ofTargets targets: TargetView<Scalar>, row: Int, classWeights: [Double]
    ) -> Double {
        loss.weight(ofTargets: targets, row: row, classWeights: classWeights)
    }
}
