/// x for x > 0, negativeSlope·x else, element by element; the derivative at 0 is the slope (`torch.nn.LeakyReLU`).
public struct LeakyReLU: InPlaceLayer, Codable {
    public let negativeSlope: Double

    /// - Parameter negativeSlope: from 0, which makes a ReLU.
    public init(negativeSlope: Double = 0.01) { self.negativeSlope = negativeSlope }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        guard negativeSlope.isFinite, negativeSlope >= 0 else {
            throw .invalidArchitecture("the negative slope is \(negativeSlope); it must be finite and not negative")
        }
        return features
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {
        Kernels.leakyReLU(&values, slope: negativeSlope)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func differentiate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
    ) {
        Kernels.leakyReLUBackward(outputs: outputs, gradient: &gradient, slope: negativeSlope)
    }

    public var treatsRowsApart: Bool { true }
    public var treatsColumnsApart: Bool { true }
}
