/// xᵢ − max x − ln Σⱼ e^(xⱼ − max x) over each row (`torch.nn.LogSoftmax(dim=1)`).
///
/// It is accurate where a probability would be rounded to 0, for inputs of any size. As the last layer of a model
/// trained with ``CrossEntropy``, the two are computed together.
public struct LogSoftmax: InPlaceLayer, Codable {
    /// Creates the layer.
    public init() {}

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {
        Kernels.logSoftmax(&values)
    }

    /// g − e^y·Σ g, for outputs y and the gradient g of a row.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func differentiate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
    ) {
        Kernels.logSoftmaxBackward(outputs: outputs, gradient: &gradient)
    }

    public var treatsRowsApart: Bool { true }

    /// The same number of columns.
    ///
    /// - Throws: as `Softmax` does, for a single column.
    public func outputFeatures(forInputFeatures inputFeatures: Int) throws(PerceptronError) -> Int {
        try Softmax().outputFeatures(forInputFeatures: inputFeatures)
    }
}
