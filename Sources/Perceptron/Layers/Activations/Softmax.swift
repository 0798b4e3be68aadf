/// e^(xᵢ − max x) / Σⱼ e^(xⱼ − max x) over each row (`torch.nn.Softmax(dim=1)`).
///
/// As the last layer of a model trained with ``CrossEntropy``, the two are computed together, without overflow.
public struct Softmax: InPlaceLayer, Codable {
    /// Creates the layer.
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

    // Where they can't work in place, they copy nothing first.

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        Kernels.softmax(pass.input, into: &pass.output)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        Kernels.softmaxBackward(outputs: pass.output, gradient: pass.outputGradient, into: &pass.inputGradient)
    }

    public var treatsRowsApart: Bool { true }

    /// The same number of columns.
    ///
    /// - Throws: `PerceptronError.invalidArchitecture` for a single column, whose softmax is always 1.
    public func outputFeatures(forInputFeatures inputFeatures: Int) throws(PerceptronError) -> Int {
        guard inputFeatures > 1 else {
            throw .invalidArchitecture(
                "takes at least 2 columns, gets 1, whose softmax is always 1: for two classes use Sigmoid() and "
                    + "BinaryCrossEntropy(); for more give each an output, and targets that are classes (a file's column "
                    + "that was read as values becomes classes with targetKind: .classes)")
        }
        return inputFeatures
    }
}
