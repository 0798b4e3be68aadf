/// A layer that makes each number of its output of one number of its input.
///
/// It says what it computes twice: as a formula, which goes to ONNX and into source code, and as a C kernel, which is
/// fast. Its tests hold one against the other. The kernel takes the derivative from the input.
package protocol ElementwiseLayer: Layer {
    var formula: Formula { get }
    var kernel: ActivationKernel { get }
}

/// One whose derivative is a function of the output, from which its kernel takes it.
package protocol InPlaceElementwiseLayer: ElementwiseLayer, InPlaceLayer {}

extension ElementwiseLayer {
    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int { features }

    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) { kernel.forward(&pass) }
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) { kernel.backward(&pass) }

    public var treatsRowsApart: Bool { true }
    public var treatsColumnsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
}

extension InPlaceElementwiseLayer {
    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int { features }

    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) { kernel.forward(&pass) }
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) { kernel.backwardFromOutput(&pass) }

    public func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) { kernel.activate(&values) }

    public func differentiate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
    ) {
        kernel.differentiate(outputs: outputs, gradient: &gradient)
    }

    public var readsOutputInBackward: Bool { true }
}

/// One generic function for all of these layers: a method of the protocol can't be `@specialized`.
extension ActivationKernel {
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    fileprivate func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        Kernels.activate(self, pass.input.columns(pass.columns), into: &pass.output)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    fileprivate func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        let (inputs, gradient) = (pass.input.columns(pass.columns), pass.outputGradient.columns(pass.columns))
        Kernels.activateBackward(self, kept: inputs, gradient: gradient, into: &pass.inputGradient)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    fileprivate func backwardFromOutput<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        let (outputs, gradient) = (pass.output.columns(pass.columns), pass.outputGradient.columns(pass.columns))
        Kernels.activateBackward(self, kept: outputs, gradient: gradient, into: &pass.inputGradient)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    fileprivate func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {
        Kernels.activate(self, &values)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    fileprivate func differentiate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
    ) {
        Kernels.activateBackward(self, kept: outputs, gradient: &gradient)
    }
}
