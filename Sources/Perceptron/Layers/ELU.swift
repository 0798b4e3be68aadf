/// x for x > 0, α(eˣ − 1) else, element by element (Clevert et al. 2016; `torch.nn.ELU`).
///
/// The derivative of the second, y + α, is taken from the output.
public struct ELU: InPlaceLayer, Codable {
    public let alpha: Double

    /// - Parameter alpha: from 0; what the output tends to for large negative x is −α.
    public init(alpha: Double = 1) { self.alpha = alpha }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        guard alpha.isFinite, alpha >= 0 else {
            throw .invalidArchitecture("alpha is \(alpha); it must be finite and not negative")
        }
        return features
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {
        Kernels.elu(&values, alpha: alpha)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func differentiate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
    ) {
        Kernels.eluBackward(outputs: outputs, gradient: &gradient, alpha: alpha)
    }

    public var treatsRowsApart: Bool { true }
    public var treatsColumnsApart: Bool { true }
}
