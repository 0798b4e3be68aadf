/// e^(xᵢ − max x) / Σⱼ e^(xⱼ − max x) over each row (`torch.nn.Softmax(dim=1)`).
///
/// At the end of a model that is trained with `CrossEntropy` the two are computed as one.
public struct Softmax: InPlaceLayer, Codable {
    public init() {}

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {
        Kernels.softmax(&values)
    }

    /// s ∘ (g − (g·s)), for outputs s and the gradient g of a row.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func differentiate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
    ) {
        Kernels.softmaxBackward(outputs: outputs, gradient: &gradient)
    }

    public var treatsRowsApart: Bool { true }
}
