/// A layer: how wide its output is, which parameters it needs, how a batch goes forward and a gradient comes back.
///
/// A layer is a description. It owns no arrays: parameters, activations and gradients come with each pass, and one
/// layer serves `MLP<Float>` and `MLP<Double>`. To write your own, implement `outputFeatures(forInputFeatures:)`,
/// `forward` and `backward`; with parameters of its own also `parameters(forInputFeatures:)` and
/// `parameterGradients`, and `expectedInputFeatures` where only one width will do.
///
/// ```swift
/// struct Square: Layer {
///     func outputFeatures(forInputFeatures features: Int) -> Int { features }
///
///     @specialized(where Scalar == Double)
///     @specialized(where Scalar == Float)
///     func forward<Scalar>(_ pass: inout ForwardPass<Scalar>) {
///         for row in 0..<pass.input.rows {
///             for column in 0..<pass.input.columns {
///                 pass.output[row, column] = pass.input[row, column] * pass.input[row, column]
///             }
///         }
///     }
///
///     @specialized(where Scalar == Double)
///     @specialized(where Scalar == Float)
///     func backward<Scalar>(_ pass: inout BackwardPass<Scalar>) {
///         for row in 0..<pass.input.rows {
///             for column in 0..<pass.input.columns {
///                 pass.inputGradient[row, column] = 2 * pass.input[row, column] * pass.outputGradient[row, column]
///             }
///         }
///     }
/// }
/// ```
///
/// Without `@specialized` a loop over elements runs unspecialised when it is called through `any Layer`, some
/// hundred times slower.
public protocol Layer: Sendable {
    /// The one number of input columns that the layer takes; nil, the default, if any will do.
    var expectedInputFeatures: Int? { get }

    /// The number of output columns for a number of input columns.
    /// - Throws: `PerceptronError.invalidArchitecture` if the layer can't take that input, or has impossible sizes.
    func outputFeatures(forInputFeatures inputFeatures: Int) throws(PerceptronError) -> Int

    /// The number of input columns for a number of output columns: a model whose first layers take any width finds its own
    /// from the layer behind them. As many, unless a layer says otherwise.
    func inputFeatures(forOutputFeatures outputFeatures: Int) -> Int

    /// The parameters, in the order in which they follow each other in the model's flat vector.
    func parameters(forInputFeatures inputFeatures: Int) -> [Parameter]

    /// What the layer keeps from step to step besides its parameters, in the order in which it follows each other in the
    /// model's `state`. Nothing unless a layer says so.
    func state(forInputFeatures inputFeatures: Int) -> [StateVariable]

    /// Memory that passes find: in training `pass.rowScratch` and `pass.batchScratch`, where `backward` and
    /// `parameterGradients` can read what `forward` has written, and always `pass.passScratch`, which a pass has to itself.
    /// None unless a layer says so.
    func scratch(forInputFeatures inputFeatures: Int) -> Scratch

    /// Writes every element of `pass.output`, from `pass.input` and `pass.parameters`.
    func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>)

    /// Writes every element of `pass.inputGradient`: the gradient of the loss with respect to the input.
    func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>)

    /// Writes every element of `pass.gradients`: the gradient of the loss with respect to the parameters, summed
    /// over all rows of the batch.
    func parameterGradients<Scalar: BLASScalar>(_ pass: inout ParameterPass<Scalar>)

    /// Whether a row of the output depends on that row of the input alone, so that a batch may be cut into blocks
    /// of rows that go through `forward` and `backward` apart, on several threads. False unless a layer says so.
    var treatsRowsApart: Bool { get }

    /// The same in training, where a layer may look at all rows of a batch although it doesn't in prediction, as
    /// `BatchNorm` does. As `treatsRowsApart` unless a layer says otherwise.
    var treatsRowsApartInTraining: Bool { get }

    /// How many rows a batch must have in training, at least. 1 unless a layer says more.
    var leastRowsInTraining: Int { get }

    /// Whether the layer is for training alone, as `Dropout` is: then it is left out in prediction and in files for other
    /// programs, where its output would be its input. False unless a layer says so.
    var actsInTrainingAlone: Bool { get }

    /// Whether `backward` or `parameterGradients` read `pass.output`. True unless a layer says that they don't, which
    /// lets the activation behind it work in place.
    var readsOutputInBackward: Bool { get }

    /// Whether `forward` and `backward` can compute a block of the columns they write, of which the pass tells the
    /// range, so that wide layers can be cut there too. False unless a layer says so.
    var treatsColumnsApart: Bool { get }

    /// Into how many equal parts the layer's stretch of the flat vector can be cut so that `parameterGradients`
    /// can compute some without the others. 1 unless a layer says more.
    func parameterParts(forInputFeatures inputFeatures: Int) -> Int
}

extension Layer {
    public var expectedInputFeatures: Int? { nil }
    public func inputFeatures(forOutputFeatures outputFeatures: Int) -> Int { outputFeatures }
    public func parameters(forInputFeatures inputFeatures: Int) -> [Parameter] { [] }
    public func parameterGradients<Scalar: BLASScalar>(_ pass: inout ParameterPass<Scalar>) {}
    public func state(forInputFeatures inputFeatures: Int) -> [StateVariable] { [] }
    public func scratch(forInputFeatures inputFeatures: Int) -> Scratch { Scratch() }
    public var treatsRowsApart: Bool { false }
    public var treatsRowsApartInTraining: Bool { treatsRowsApart }
    public var leastRowsInTraining: Int { 1 }
    public var actsInTrainingAlone: Bool { false }
    public var readsOutputInBackward: Bool { true }
    public var treatsColumnsApart: Bool { false }
    public func parameterParts(forInputFeatures inputFeatures: Int) -> Int { 1 }
}

/// A tensor of parameters that a layer asks for.
public struct Parameter: Sendable {
    /// "weight" or "bias", as PyTorch calls them.
    public let name: String
    /// Rows of the tensor.
    public let rows: Int
    /// Columns of the tensor.
    public let columns: Int
    /// How it starts.
    public let initializer: Initializer
    /// Whether files have it as columns × rows, which is how PyTorch has the weight of a `Linear`. Else files have it as it
    /// is; one row as a vector.
    public let isTransposedInFiles: Bool
    /// Whether weight decay is for it: for weights it is, for biases and what scales normalised numbers it isn't.
    public let decays: Bool

    /// A tensor; the properties explain the arguments.
    public init(
        name: String, rows: Int, columns: Int, initializer: Initializer, isTransposedInFiles: Bool = false,
        decays: Bool = true
    ) {
        self.name = name
        self.rows = rows
        self.columns = columns
        self.initializer = initializer
        self.isTransposedInFiles = isTransposedInFiles
        self.decays = decays
    }
}
