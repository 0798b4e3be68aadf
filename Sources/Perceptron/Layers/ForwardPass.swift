/// The arguments of a layer's forward pass: the rows of a batch, or a block of them.
public struct ForwardPass<Scalar: BLASScalar>: ~Copyable, ~Escapable {
    /// The input, rows × input features.
    public let input: MatrixView<Scalar>
    /// The layer's part of the flat vector of parameters.
    public let parameters: Span<Scalar>
    /// The columns of the output to compute: all of them, unless the layer treats columns apart.
    public let columns: Range<Int>
    /// The output, rows × `columns`; to be written.
    public var output: MutableMatrixView<Scalar>
    /// The layer's state (`Layer.state`) before the pass.
    public let state: Span<Scalar>
    /// The state after the pass, in training; equal to `state` until it is written. Empty in prediction.
    public var newState: MutableSpan<Scalar>
    /// The memory that the layer requested for each row (`Layer.scratch`), row after row; empty in prediction.
    public var rowScratch: MutableSpan<Scalar>
    /// The memory that the layer requested for each batch; empty in prediction.
    public var batchScratch: MutableSpan<Scalar>
    /// The memory that the layer requested for each pass; its values are undefined.
    public var passScratch: MutableSpan<Scalar>
    /// Random numbers for the output in training; nil in prediction.
    public let random: RandomField?

    /// Whether running statistics are to be the means over all batches since the pass over the data began, whatever the
    /// layer's momentum, because they are being recomputed for averaged parameters.
    public var averagesBatches: Bool

    /// The weight of a `MatrixLayer` as `PackedFactor` has it; empty if it is not packed.
    @usableFromInline package var packedWeight: Span<Scalar>

    /// Whether the pass is one of training, which a backward pass may follow.
    public var isTraining: Bool { random != nil }

    /// A pass of your own making, for calling a layer directly, as its tests do: `columns` is `0..<` the layer's output
    /// features, or a block of them if the layer treats columns apart; with `random` it is a pass of training.
    @_lifetime(
        copy input, copy parameters, copy output, copy state, copy newState, copy rowScratch, copy batchScratch,
        copy passScratch)
    @inlinable
    public init(
        input: MatrixView<Scalar>, parameters: Span<Scalar>, columns: Range<Int>,
        output: consuming MutableMatrixView<Scalar>, random: RandomField? = nil, state: Span<Scalar> = Span(),
        newState: consuming MutableSpan<Scalar> = MutableSpan(),
        rowScratch: consuming MutableSpan<Scalar> = MutableSpan(),
        batchScratch: consuming MutableSpan<Scalar> = MutableSpan(),
        passScratch: consuming MutableSpan<Scalar> = MutableSpan()
    ) {
        self.input = input
        self.parameters = parameters
        self.columns = columns
        self.output = output
        self.random = random
        self.state = state
        self.newState = newState
        self.rowScratch = rowScratch
        self.batchScratch = batchScratch
        self.passScratch = passScratch
        averagesBatches = false
        packedWeight = Span()
    }
}

extension ForwardPass {
    /// Output = input·W + β·output, where W is all of a `MatrixLayer`'s weight.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    package mutating func multiply(by weight: MatrixView<Scalar>, beta: Scalar) {
        if packedWeight.isEmpty {
            BLAS.multiply(input, weight.columns(columns), beta: beta, into: &output)
        } else {
            BLAS.multiply(input, packed: packedWeight, beta: beta, into: &output)
        }
    }
}
