/// What a layer gets for the way of the gradient back to its input: rows of a batch, or a block of them.
public struct BackwardPass<Scalar: BLASScalar>: ~Copyable, ~Escapable {
    /// What came in on the way forward, rows × input features.
    public let input: MatrixView<Scalar>
    /// What went out, rows × output features; meaningless if the layer doesn't read it (`readsOutputInBackward`).
    public let output: MatrixView<Scalar>
    /// The gradient of the loss with respect to the output, rows × output features.
    public let outputGradient: MatrixView<Scalar>
    /// The layer's stretch of the flat vector.
    public let parameters: Span<Scalar>
    /// The columns of the input that are wanted: all of them, unless the layer treats columns apart.
    public let columns: Range<Int>
    /// The gradient with respect to the input, rows × `columns`; to be written.
    public var inputGradient: MutableMatrixView<Scalar>
    /// The random numbers of the way forward; nil if there were none.
    public let random: RandomField?
    /// What the layer kept before the way forward.
    public let state: Span<Scalar>
    /// What `forward` wrote there for the rows of the pass.
    public let rowScratch: Span<Scalar>
    /// What `forward` wrote there for the whole batch.
    public let batchScratch: Span<Scalar>
    /// What it asked for once a pass; of unknown values.
    public var passScratch: MutableSpan<Scalar>

    /// Whether the way forward was one of training.
    public var isTraining: Bool { random != nil }

    /// A pass of one's own making, for calling a layer directly, as its tests do: `columns` is `0..<` the layer's input
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
