/// The arguments of a layer's backward pass: the rows of a batch, or a block of them.
public struct BackwardPass<Scalar: BLASScalar>: ~Copyable, ~Escapable {
    /// The input of the forward pass, rows × input features.
    public let input: MatrixView<Scalar>
    /// The output of the forward pass, rows × output features; meaningless unless the layer reads it
    /// (`readsOutputInBackward`).
    public let output: MatrixView<Scalar>
    /// The gradient of the loss with respect to the output, rows × output features.
    public let outputGradient: MatrixView<Scalar>
    /// The layer's part of the flat vector of parameters.
    public let parameters: Span<Scalar>
    /// The columns of the input whose gradient to compute: all of them, unless the layer treats columns apart.
    public let columns: Range<Int>
    /// The gradient with respect to the input, rows × `columns`; to be written.
    public var inputGradient: MutableMatrixView<Scalar>
    /// The random numbers of the forward pass; nil if there were none.
    public let random: RandomField?
    /// The layer's state before the forward pass.
    public let state: Span<Scalar>
    /// What `forward` wrote there for the rows of the pass.
    public let rowScratch: Span<Scalar>
    /// What `forward` wrote there for the whole batch.
    public let batchScratch: Span<Scalar>
    /// The memory that the layer requested for each pass; its values are undefined.
    public var passScratch: MutableSpan<Scalar>

    /// Whether the forward pass was one of training.
    public var isTraining: Bool { random != nil }

    /// A pass of your own making, for calling a layer directly, as its tests do: `columns` is `0..<` the layer's input
    /// features, or a block of them if the layer treats columns apart.
    @_lifetime(
        copy input, copy output, copy outputGradient, copy parameters, copy inputGradient, copy state,
        copy rowScratch, copy batchScratch, copy passScratch)
    @inlinable
    public init(
        input: MatrixView<Scalar>, output: MatrixView<Scalar>, outputGradient: MatrixView<Scalar>,
        parameters: Span<Scalar>, columns: Range<Int>, inputGradient: consuming MutableMatrixView<Scalar>,
        random: RandomField? = nil, state: Span<Scalar> = Span(), rowScratch: Span<Scalar> = Span(),
        batchScratch: Span<Scalar> = Span(),
        passScratch: consuming MutableSpan<Scalar> = MutableSpan()
    ) {
        self.input = input
        self.output = output
        self.outputGradient = outputGradient
        self.parameters = parameters
        self.columns = columns
        self.inputGradient = inputGradient
        self.random = random
        self.state = state
        self.rowScratch = rowScratch
        self.batchScratch = batchScratch
        self.passScratch = passScratch
    }
}
