/// x · sigmoid(x), element by element, also called swish (`torch.nn.SiLU`).
///
/// Two inputs can have one output, so the derivative is taken from the input.
public struct SiLU: Layer, Codable {
    public init() {}

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int { features }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        Kernels.copy(pass.input.columns(pass.columns), into: &pass.output)
        Kernels.silu(&pass.output)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        Kernels.copy(pass.outputGradient.columns(pass.columns), into: &pass.inputGradient)
        let inputs = pass.input.columns(pass.columns)
        Kernels.siluBackward(inputs: inputs, gradient: &pass.inputGradient)
    }

    public var treatsRowsApart: Bool { true }
    public var treatsColumnsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
}
