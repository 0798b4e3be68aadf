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

    /// A pass of one's own making, for calling a layer directly, as its tests do: `columns` is `0..<` the layer's output
    /// features, or a block of them if the layer treats columns apart.
    @_lifetime(copy input, copy parameters, copy output)
    @inlinable
    public init(
        input: MatrixView<Scalar>, parameters: Span<Scalar>, columns: Range<Int>,
        output: consuming MutableMatrixView<Scalar>
    ) {
        self.input = input
        self.parameters = parameters
        self.columns = columns
        self.output = output
    }
}
