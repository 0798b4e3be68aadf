/// What a layer gets for its way forward: rows of a batch, or a block of them.
public struct ForwardPass<Scalar: BLASScalar>: ~Copyable, ~Escapable {
    /// rows × input features.
    public let input: MatrixView<Scalar>
    /// The layer's stretch of the flat vector.
    public let parameters: Span<Scalar>
    /// The columns of the output that are wanted: all of them, unless the layer treats columns apart.
    public let columns: Range<Int>
    /// rows × `columns`; to be written.
    public var output: MutableMatrixView<Scalar>
    /// Random numbers for the output in training; nil in prediction.
    public let random: RandomField?

    /// Whether the pass is one of training, which the way back may follow.
    public var isTraining: Bool { random != nil }

    /// A pass of one's own making, for calling a layer directly, as its tests do: `columns` is `0..<` the layer's output
    /// features, or a block of them if the layer treats columns apart; with `random` it is a pass of training.
    @_lifetime(copy input, copy parameters, copy output)
    @inlinable
    public init(
        input: MatrixView<Scalar>, parameters: Span<Scalar>, columns: Range<Int>,
        output: consuming MutableMatrixView<Scalar>, random: RandomField? = nil
    ) {
        self.input = input
        self.parameters = parameters
        self.columns = columns
        self.output = output
        self.random = random
    }
}
