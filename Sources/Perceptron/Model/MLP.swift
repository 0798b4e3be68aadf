/// A multilayer perceptron: a list of layers and one flat vector of parameters.
///
/// A model is a value. A copy is a snapshot, and may be used on another thread.
public struct MLP<Scalar: BLASScalar>: Sendable {
    let network: Network
    /// Where the next random numbers come from: all of a model's randomness follows from its seed.
    var generator: RandomGenerator
    private var storage: [Scalar]
    private var stateStorage: [Scalar]
    /// The layers whose parameters stay as they are in training.
    var frozenLayers: Set<Int> = []

    /// Creates a model and draws its parameters: the same seed gives the same parameters.
    ///
    /// - Throws: `PerceptronError.invalidArchitecture` if the list is empty, a layer can't take what the one before
    ///   gives, or sizes are impossible or beyond
    ///   the machine's memory; the message names the layer, counted from 0.
    public init(_ layers: [any Layer], seed: UInt64 = 0) throws(PerceptronError) {
        network = try Network(layers)
        try checkMemory(parameters: network.parameterCount + network.stateCount, bytesEach: MemoryLayout<Scalar>.stride)
        generator = RandomGenerator(seed: seed)
        storage = try network.initialParameters(using: &generator)
        stateStorage = network.initialState()
    }

    /// A model that is known: as many parameters, and as much state, as the network has.
    init(network: Network, generator: RandomGenerator, values: ModelValues<Scalar>, frozenLayers: Set<Int>) {
        precondition(values.parameters.count == network.parameterCount, "as many parameters as the network has")
        precondition(values.state.count == network.stateCount, "as much state as the network has")
        self.network = network
        self.generator = generator
        storage = values.parameters
        stateStorage = values.state
        self.frozenLayers = frozenLayers
    }

    /// A model with parameters from elsewhere: none are drawn.
    /// - Throws: `PerceptronError.invalidArchitecture` as `init(_:seed:)` does, and `.shapeMismatch` if there are not as
    ///   many as the model has.
    package init(_ layers: [any Layer], parameters: [Scalar]) throws(PerceptronError) {
        network = try Network(layers)
        generator = RandomGenerator(seed: 0)
        storage = []
        stateStorage = network.initialState()
        try setParameters(parameters)
    }

    /// The layers, from input to output.
    public var layers: [any Layer] { network.layers }

    /// The columns of an input matrix.
    public var inputFeatures: Int { network.inputFeatures }

    /// The columns of a prediction.
    public var outputFeatures: Int { network.outputFeatures }

    /// All parameters, in the order of `parameterLayout`.
    ///
    /// Setting a different number of parameters traps; `setParameters` throws instead.
    public var parameters: [Scalar] {
        get { storage }
        _modify {
            yield &storage
            precondition(
                storage.count == network.parameterCount,
                "\(counted(storage.count, "parameter")) set; the model has \(network.parameterCount)")
        }
    }

    /// Sets all parameters.
    /// - Throws: `PerceptronError.shapeMismatch` if there are not as many as the model has.
    public mutating func setParameters(_ parameters: [Scalar]) throws(PerceptronError) {
        guard parameters.count == network.parameterCount else {
            throw .shapeMismatch(
                "\(counted(parameters.count, "parameter")) given; the model has \(network.parameterCount)")
        }
        storage = parameters
    }

    /// Numbers besides the parameters, such as running statistics, in the order of `stateLayout`. Training changes
    /// them, but not along gradients.
    ///
    /// Setting a different count traps.
    public var state: [Scalar] {
        get { stateStorage }
        _modify {
            yield &stateStorage
            precondition(
                stateStorage.count == network.stateCount,
                "\(counted(stateStorage.count, "number")) of state set; the model has \(network.stateCount)")
        }
    }

    /// For each part of the state its layer, name, and range in `state`.
    public var stateLayout: [StateTensor] { network.stateLayout }

    /// All numbers of the model.
    var values: ModelValues<Scalar> {
        get { ModelValues(parameters: storage, state: stateStorage) }
        set {
            parameters = newValue.parameters
            state = newValue.state
        }
    }

    /// For each tensor its layer, name, shape, and range in `parameters`.
    public var parameterLayout: [ParameterTensor] { network.layout }

    /// The model's output for each row of `inputs`: rows × `outputFeatures`.
    ///
    /// Long inputs are processed in pieces, so that only the result grows with them.
    /// - Parameters:
    ///   - inputs: rows × `inputFeatures`.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Throws: `PerceptronError` if `inputs` don't have `inputFeatures` columns, or have a NaN or infinity;
    ///   `.overflow` if an output is NaN or infinite, naming row and layer.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func predict(_ inputs: Matrix<Scalar>, threads: Int? = nil) throws(PerceptronError) -> Matrix<Scalar> {
        let threads = try checkedThreads(threads)
        try checkColumns(inputs, "inputs", columns: inputFeatures, of: "the model takes")
        let prediction = Prediction<Scalar>(network, stages: network.stages[...], rows: inputs.rows, threads: threads)
        var finding = Prediction<Scalar>.Finding.nothing
        let outputs = Matrix<Scalar>(rows: inputs.rows, columns: outputFeatures) { outputs in
            storage.withMemory { parameters in
                stateStorage.withMemory { state in
                    inputs.elements.withMemory { inputs_ in
                        finding = prediction.run(
                            parameters: .flat(parameters), state: state, inputs: inputs_, outputs: outputs,
                            rows: inputs.rows, checks: true)
                    }
                }
            }
        }
        // Which value it is, and where, is worth another look.
        switch finding {
        case .nothing: break
        case .inputs: try check(inputs, "inputs", columns: inputFeatures, of: "the model takes")
        case .outputs:
            throw storage.withMemory { parameters in
                Overflow(network, .flat(parameters), state: stateStorage)
                    .error(inputs: inputs.elements.span, outputs: outputs.elements.span)
            }
        }
        return outputs
    }
}
