/// max(x, 0), element by element; the derivative at 0 is 0, and NaN stays NaN (`torch.nn.ReLU`).
public struct ReLU: InPlaceLayer, Codable {
    public init() {}

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {
        Kernels.relu(&values)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func differentiate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
    ) {
        Kernels.reluBackward(outputs: outputs, gradient: &gradient)
    }

    public var treatsRowsApart: Bool { true }
    public var treatsColumnsApart: Bool { true }
}
