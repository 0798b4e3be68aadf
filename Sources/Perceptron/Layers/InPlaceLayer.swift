/// A layer without parameters that can overwrite its input with its output, because its derivative is a function of the
/// output.
///
/// ReLU, Sigmoid and Softmax are such layers. After a `Linear` they work on its output while that is still in the
/// processor's cache, and need no memory of their own.
public protocol InPlaceLayer: Layer {
    /// Replaces the inputs by the outputs.
    func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>)

    /// Replaces the gradient with respect to the outputs by the one with respect to the inputs.
    func differentiate<Scalar: BLASScalar>(outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>)
}

extension InPlaceLayer {
    public func outputFeatures(forInputFeatures inputFeatures: Int) throws(PerceptronError) -> Int { inputFeatures }

    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        Kernels.copy(pass.input.columns(pass.columns), into: &pass.output)
        activate(&pass.output)
    }

    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        Kernels.copy(pass.outputGradient.columns(pass.columns), into: &pass.inputGradient)
        differentiate(outputs: pass.output.columns(pass.columns), gradient: &pass.inputGradient)
    }
}
