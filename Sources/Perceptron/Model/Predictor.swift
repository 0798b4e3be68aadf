/// A model prepared for frequent predictions: it keeps its memory, and writes predictions into the caller's memory
/// without allocating.
///
/// ```swift
/// var predictor = try Predictor(model)
/// var probabilities = [Double](repeating: 0, count: 10)
/// var output = probabilities.mutableSpan
/// try predictor.predict(image.span, into: &output)
/// ```
///
/// A predictor is for one thread at a time: make one for each thread. (`MLP.predict` may be called from any number of
/// threads.)
public struct Predictor<Scalar: BLASScalar>: ~Copyable, @unchecked Sendable {
    /// The number of columns of an input row.
    public let inputFeatures: Int
    /// The number of columns of an output row.
    public let outputFeatures: Int
    /// The most rows that can be predicted in one call.
    public let mostRows: Int
    private let parameters: NetworkParameters<Scalar>
    private let state: Buffer<Scalar>
    /// Who keeps the memory of the parameters.
    private let owners: [any AnyObject & Sendable]
    private let network: Network
    private let prediction: Prediction<Scalar>
    /// What is still to be checked before the first prediction.
    private var check: (@Sendable () throws(PerceptronError) -> Void)?

    /// Prepares a model for prediction.
    ///
    /// - Parameters:
    ///   - model: the model; its parameters are copied.
    ///   - mostRows: the most rows that will be predicted at once.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Throws: `PerceptronError.invalidArgument` if `mostRows` or `threads` is less than 1.
    public init(_ model: MLP<Scalar>, mostRows: Int = 1, threads: Int? = nil) throws(PerceptronError) {
        let parameters = Buffer(model.parameters)
        try self.init(
            model.network, parameters: .flat(parameters.memory), state: model.state, owners: [parameters],
            mostRows: mostRows,
            threads: threads)
    }

    /// - Parameters:
    ///   - owners: who keeps the memory of the parameters.
    ///   - check: is called before the first prediction, and again before the next if it throws.
    init(
        _ network: Network, parameters: NetworkParameters<Scalar>, state: [Scalar],
        owners: [any AnyObject & Sendable], mostRows: Int, threads: Int?,
        check: (@Sendable () throws(PerceptronError) -> Void)? = nil
    ) throws(PerceptronError) {
        guard mostRows > 0 else {
            throw .invalidArgument("mostRows is \(mostRows); it must be at least 1")
        }
        let threads = try checkedThreads(threads)
        inputFeatures = network.inputFeatures
        outputFeatures = network.outputFeatures
        self.mostRows = mostRows
        self.parameters = parameters
        self.state = Buffer(state)
        self.owners = owners
        self.network = network
        prediction = Prediction(network, stages: network.stages[...], rows: mostRows, threads: threads)
        self.check = check
    }

    /// Writes the model's outputs for rows of inputs.
    ///
    /// - Parameters:
    ///   - inputs: `inputFeatures` numbers a row, row after row.
    ///   - outputs: `outputFeatures` numbers for each of these rows, to be written.
    /// - Throws: `PerceptronError` if the counts don't fit, or an input is NaN or infinite, or, at first, a parameter in a
    ///   mapped file; nothing is written then. `.overflow` if an output is NaN or infinite, naming row and layer; the
    ///   outputs are written as they are.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public mutating func predict(_ inputs: Span<Scalar>, into outputs: inout MutableSpan<Scalar>)
        throws(PerceptronError)
    {
        let rows = inputs.count / inputFeatures
        guard inputs.count == rows * inputFeatures, rows <= mostRows else {
            throw .shapeMismatch(
                "\(counted(inputs.count, "input")); the model takes \(inputFeatures) per row, and at most "
                    + "\(mostRows) rows at once"
            )
        }
        guard outputs.count == rows * outputFeatures else {
            throw .shapeMismatch(
                "room for \(counted(outputs.count, "output")); \(counted(rows, "row")) \(rows == 1 ? "has" : "have") \(rows * outputFeatures)"
            )
        }
        if let index = Kernels.firstNonFinite(inputs) {
            throw .invalidValue(
                "inputs have \(inputs[index]) in row \(index / inputFeatures), column \(index % inputFeatures) (counted from 0); "
                    + "all values must be finite")
        }
        if let check {
            try check()
            self.check = nil
        }
        let (prediction, parameters, state) = (prediction, parameters, state)
        inputs.withMemory { inputs in
            outputs.withMemory { outputs in
                _ = prediction.run(
                    parameters: parameters, state: state.memory, inputs: inputs, outputs: outputs, rows: rows)
            }
        }
        guard Kernels.firstNonFinite(outputs.span) != nil else { return }
        throw Overflow(network, parameters, state: state.array).error(inputs: inputs, outputs: outputs.span)
    }
}
