/// The arguments for the gradient of a layer's parameters: always the whole batch.
public struct ParameterPass<Scalar: BLASScalar>: ~Copyable, ~Escapable {
    /// The input of the forward pass, rows × input features.
    public let input: MatrixView<Scalar>
    /// The output of the forward pass, rows × output features; meaningless unless the layer reads it
    /// (`readsOutputInBackward`).
    public let output: MatrixView<Scalar>
    /// The gradient of the loss with respect to the output, rows × output features.
    public let outputGradient: MatrixView<Scalar>
    /// The layer's part of the flat vector of parameters.
    public let parameters: Span<Scalar>
    /// Which of the layer's `parameterParts` to compute: all, unless the layer has several.
    public let parts: Range<Int>
    /// The gradient with respect to those parts of the parameters; to be written.
    public var gradients: MutableSpan<Scalar>
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

    /// A pass of your own making, for calling a layer directly, as its tests do: `parts` is `0..<` the layer's
    /// `parameterParts`, or some of them, and `gradients` has room for those.
    @_lifetime(
        copy input, copy output, copy outputGradient, copy parameters, copy gradients, copy state,
        copy rowScratch, copy batchScratch, copy passScratch)
    @inlinable
    public init(
        input: MatrixView<Scalar>, output: MatrixView<Scalar>, outputGradient: MatrixView<Scalar>,
        parameters: Span<Scalar>, parts: Range<Int>, gradients: consuming MutableSpan<Scalar>,
        random: RandomField? = nil, state: Span<Scalar> = Span(), rowScratch: Span<Scalar> = Span(),
        batchScratch: Span<Scalar> = Span(),
        passScratch: consuming MutableSpan<Scalar> = MutableSpan()
    ) {
        self.input = input
        self.output = output
        self.outputGradient = outputGradient
        self.parameters = parameters
        self.parts = parts
        self.gradients = gradients
        self.random = random
        self.state = state
        self.rowScratch = rowScratch
        self.batchScratch = batchScratch
        self.passScratch = passScratch
    }

    /// A tensor among `gradients`: rows × columns elements from `offset` on, to be written.
    @_lifetime(&self)
    public mutating func gradient(at offset: Int = 0, rows: Int, columns: Int) -> MutableMatrixView<Scalar> {
        MutableMatrixView(
            rows: rows, columns: columns,
            elements: gradients._mutatingExtracting(offset..<offset + rows * columns))
    }
}
