/// A range of the flat vectors in one update: all of them, unless the optimizer treats tensors or parameters separately.
public struct ParameterUpdate<Scalar: BLASScalar>: ~Copyable, ~Escapable {
    /// The number of this update, from 1; the same for all parameters.
    public let step: Int
    /// The range in the flat vector.
    public let range: Range<Int>
    /// The learning rate of this update, for this range.
    public let learningRate: Double
    /// The weight decay of this range.
    public let weightDecay: Double
    /// The common numbers, as `Optimizer.beginUpdate` left them.
    public let numbers: [Double]
    /// The model's tensors, in the order of the flat vector.
    public let tensors: [ParameterTensor]
    /// The parameters of the range, to be updated.
    public var parameters: MutableSpan<Scalar>
    /// The gradient with respect to them.
    public let gradients: Span<Scalar>
    private let state: [Buffer<Scalar>]
    private let tensorMemory: TensorMemory<Scalar>

    @_lifetime(copy parameters, copy gradients)
    init(
        step: Int, range: Range<Int>, learningRate: Double, weightDecay: Double, numbers: [Double],
        tensors: [ParameterTensor], parameters: consuming MutableSpan<Scalar>, gradients: Span<Scalar>,
        state: [Buffer<Scalar>], tensorMemory: TensorMemory<Scalar>
    ) {
        self.step = step
        self.range = range
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.numbers = numbers
        self.tensors = tensors
        self.parameters = parameters
        self.gradients = gradients
        self.state = state
        self.tensorMemory = tensorMemory
    }

    /// The same range of state vector number `index`.
    @_lifetime(copy self)
    public func state(_ index: Int) -> MutableSpan<Scalar> {
        state[index].memory.mutableSpan(range)
    }

    /// A state vector, or none.
    @_lifetime(copy self)
    func stateIfAny(_ index: Int?) -> MutableSpan<Scalar> {
        guard let index else { return MutableSpan() }
        return state(index)
    }

    /// The tensor that contains the range.
    public var tensor: ParameterTensor { tensors[tensorIndex] }

    private var tensorIndex: Int { tensors.firstIndex { $0.range.upperBound > range.lowerBound }! }

    /// A part of the optimizer's own memory for the tensor.
    @_lifetime(copy self)
    public func tensorState(_ part: Range<Int>) -> MutableSpan<Scalar> {
        tensorMemory.state(of: tensorIndex, part)
    }

    /// A part of the temporary memory for the tensor; its values are undefined.
    @_lifetime(copy self)
    public func tensorScratch(_ part: Range<Int>) -> MutableSpan<Scalar> {
        tensorMemory.scratch(of: tensorIndex, part)
    }

    /// What the optimizer keeps of the tensor besides, to read.
    @_lifetime(copy self)
    func tensorStateValues(_ part: Range<Int>) -> Span<Scalar> { tensorMemory.stateValues(of: tensorIndex, part) }

    /// What it computes with for the tensor, to read.
    @_lifetime(copy self)
    func tensorScratchValues(_ part: Range<Int>) -> Span<Scalar> { tensorMemory.scratchValues(of: tensorIndex, part) }
}
