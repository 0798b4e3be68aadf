/// A layer: the width of its output, its parameters, its forward and its backward pass.
///
/// A layer is a description and owns no arrays: parameters, activations and gradients come with each pass, and one
/// layer serves `MLP<Float>` and `MLP<Double>`. To write your own, implement `outputFeatures(forInputFeatures:)`,
/// `forward` and `backward`; for a layer with parameters also `parameters(forInputFeatures:)` and `parameterGradients`,
/// and `expectedInputFeatures` if it takes only one width.
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
/// Without `@specialized`, a loop over elements that is called through `any Layer` runs unspecialised, hundreds of
/// times slower.
public protocol Layer: Sendable {
    /// The number of input columns that the layer requires; nil, the default, if any number will do.
    var expectedInputFeatures: Int? { get }

    /// The number of output columns for a number of input columns.
    /// - Throws: `PerceptronError.invalidArchitecture` if the layer can't take that input, or has impossible sizes.
    func outputFeatures(forInputFeatures inputFeatures: Int) throws(PerceptronError) -> Int

    /// The number of input columns for a number of output columns: a model whose first layers take any width finds its
    /// own from the layer behind them. The same number by default.
    func inputFeatures(forOutputFeatures outputFeatures: Int) -> Int

    /// The parameters, in the order of the model's flat vector. None by default.
    func parameters(forInputFeatures inputFeatures: Int) -> [Parameter]

    /// The state that the layer keeps from step to step besides its parameters, in the order of the model's `state`.
    /// None by default.
    func state(forInputFeatures inputFeatures: Int) -> [StateVariable]

    /// Memory for passes: in training `pass.rowScratch` and `pass.batchScratch`, where `backward` and
    /// `parameterGradients` read what `forward` has written, and always `pass.passScratch`, which a pass has to itself.
    /// None by default.
    func scratch(forInputFeatures inputFeatures: Int) -> Scratch

    /// Writes every element of `pass.output`, from `pass.input` and `pass.parameters`.
    func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>)

    /// Writes every element of `pass.inputGradient`: the gradient of the loss with respect to the input.
    func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>)

    /// Writes every element of `pass.gradients`: the gradient of the loss with respect to the parameters, summed
    /// over all rows of the batch.
    func parameterGradients<Scalar: BLASScalar>(_ pass: inout ParameterPass<Scalar>)

    /// Whether a row of the output depends on that row of the input alone, so that blocks of rows may go through
    /// `forward` and `backward` separately, on several threads. False by default.
    var treatsRowsApart: Bool { get }

    /// The same in training, where a layer may look at all rows of a batch although it doesn't in prediction, as
    /// `BatchNorm` does. `treatsRowsApart` by default.
    var treatsRowsApartInTraining: Bool { get }

    /// The fewest rows that a batch may have in training. 1 by default.
    var leastRowsInTraining: Int { get }

    /// Whether the layer acts in training alone, as `Dropout` does: it is left out in prediction and in files for other
    /// programs. False by default.
    var actsInTrainingAlone: Bool { get }

    /// Whether `backward` or `parameterGradients` read `pass.output`. True by default; false lets the activation behind
    /// the layer work in place.
    var readsOutputInBackward: Bool { get }

    /// Whether `forward` and `backward` can compute the block of columns that `pass.columns` says, so that wide layers
    /// can be cut there too. False by default.
    var treatsColumnsApart: Bool { get }

    /// Into how many equal parts the layer's parameters can be cut so that `parameterGradients` can compute some
    /// without the others. 1 by default.
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

/// A tensor of parameters that a layer needs.
public struct Parameter: Sendable {
    /// "weight" or "bias", as PyTorch calls them.
    public let name: String
    /// Rows of the tensor.
    public let rows: Int
    /// Columns of the tensor.
    public let columns: Int
    /// The distribution of its initial values.
    public let initializer: Initializer
    /// Whether files store it transposed, as columns × rows, which is PyTorch's layout of a `Linear`'s weight.
    /// Otherwise files store it as it is, a single row as a vector.
    public let isTransposedInFiles: Bool
    /// Whether weight decay applies to it: it does to weights, not to biases and the factors of normalisation.
    public let decays: Bool

    /// Creates a description of a tensor; the properties explain the arguments.
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
