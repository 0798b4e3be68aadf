/// Replaces each column by a learned linear map of periodic functions of it (Gorishniy et al. 2022, "On Embeddings for
/// Numerical Features in Tabular Deep Learning").
///
/// `.plr`, the paper's: ReLU([sin(2πc₁x), …, cos(2πc₁x), …]·W + b). `.pbld`, that of RealMLP (Holzmüller et al. 2024):
/// x followed by [cos(2πc₁x + p₁), …]·W + b. Each column has its own c, p, W and b. Initial values: the frequencies c
/// are N(0, deviation²), the phases p are U(−π, π), W and b are U(−1/√in, 1/√in) for W's number of input columns.
///
/// Sines and cosines are in the order of the paper. The authors' package `rtdl_num_embeddings` has cosines first, and
/// redraws frequencies beyond 3 deviations; RealMLP's `pytabkit` has the numbers themselves after all columns.
public struct PeriodicEmbedding: Layer, Codable {
    /// The embedding of each column.
    public enum Kind: String, Codable, Sendable {
        /// Sines and cosines, linear, ReLU.
        case plr
        /// Cosines with phases, linear, and the number itself.
        case pbld
    }

    /// Columns of the input.
    public let inputFeatures: Int
    /// The embedding of each column.
    public let kind: Kind
    /// Frequencies for each column.
    public let frequencies: Int
    /// The number of columns that replace each column.
    public let features: Int
    /// The standard deviation of the initial frequencies.
    public let deviation: Double

    /// Creates the layer.
    ///
    /// - Parameters:
    ///   - inputFeatures: columns, from 1 to 2³¹ − 1.
    ///   - kind: the embedding of each column.
    ///   - frequencies: for each column, at least 1.
    ///   - features: the number of columns that replace each column: at least 1, or 2 for `.pbld`.
    ///   - deviation: the standard deviation of the initial frequencies, more than 0.
    public init(
        _ inputFeatures: Int, kind: Kind = .plr, frequencies: Int = 48, features: Int = 24, deviation: Double = 0.01
    ) {
        self.inputFeatures = inputFeatures
        self.kind = kind
        self.frequencies = frequencies
        self.features = features
        self.deviation = deviation
    }

    public func outputFeatures(forInputFeatures count: Int) throws(PerceptronError) -> Int {
        try FeatureCounts.check(inputFeatures, "input features")
        try FeatureCounts.check(frequencies, "frequencies")
        try FeatureCounts.check(outputs, kind == .plr ? "features" : "features besides the number itself")
        try FeatureCounts.check(inputFeatures, given: count)
        guard deviation.isFinite, deviation > 0 else {
            throw .invalidArchitecture("the frequencies' deviation is \(deviation); it must be finite and more than 0")
        }
        return inputFeatures * features
    }

    public func parameters(forInputFeatures _: Int) -> [Parameter] {
        let bound = 1 / Double(angles).squareRoot()
        let frequency = Parameter(
            name: "frequency", rows: inputFeatures, columns: frequencies, initializer: .normal(deviation))
        let phase = Parameter(
            name: "phase", rows: inputFeatures, columns: frequencies, initializer: .uniform(-.pi, .pi), decays: false)
        return [frequency] + (kind == .pbld ? [phase] : []) + [
            Parameter(
                name: "weight", rows: inputFeatures * angles, columns: outputs, initializer: .uniform(-bound, bound)),
            Parameter(
                name: "bias", rows: inputFeatures, columns: outputs, initializer: .uniform(-bound, bound), decays: false
            ),
        ]
    }

    /// The periodic functions of some rows and what their linear map gives, and the sums of its gradients.
    public func scratch(forInputFeatures _: Int) -> Scratch {
        Scratch(perPass: rowsAtOnce * (waveColumns + inputFeatures * features) + outputs)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        let (input, parameters) = (pass.input, pass.parameters)
        let most = min(input.rows, rowsAtOnce)
        let memory = pass.passScratch.memory
        var start = 0
        while start < input.rows {
            let rows = start..<min(start + most, input.rows)
            let waves = waves(of: input.rows(rows), parameters, in: memory)
            var output = pass.output.rows(rows)
            for column in 0..<inputFeatures {
                if kind == .pbld {
                    var number = output.columns(column * features..<column * features + 1)
                    Kernels.copy(input.rows(rows).columns(column..<column + 1), into: &number)
                }
                var result = output.columns(outputs(of: column))
                Kernels.fill(&result, row: bias(parameters, of: column))
                BLAS.multiply(
                    waves.columns(angles(of: column)), weight(parameters, of: column), beta: 1, into: &result)
            }
            if kind == .plr { ReLU().activate(&output) }
            start = rows.upperBound
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        let (input, parameters) = (pass.input, pass.parameters)
        let most = min(input.rows, rowsAtOnce)
        let memory = pass.passScratch.memory
        var start = 0
        while start < input.rows {
            let rows = start..<min(start + most, input.rows)
            let gradient = linearGradient(
                pass.outputGradient.rows(rows), outputs: pass.output.rows(rows), in: memory, behind: most)
            let waveGradient = waveGradient(gradient, parameters, in: memory)
            var inputGradient = pass.inputGradient.rows(rows)
            Kernels.periodicBackward(
                inputs: input.rows(rows), waveGradient, frequency: frequency(parameters), phase: phase(parameters),
                into: &inputGradient)
            start = rows.upperBound
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func parameterGradients<Scalar: BLASScalar>(_ pass: inout ParameterPass<Scalar>) {
        let (input, output, outputGradient) = (pass.input, pass.output, pass.outputGradient)
        let parameters = pass.parameters
        let most = min(input.rows, rowsAtOnce)
        let sums = MatrixBlock(offset: most * (waveColumns + inputFeatures * features), columns: outputs)
        let memory = pass.passScratch.memory
        for index in pass.gradients.indices { pass.gradients[index] = 0 }
        var start = 0
        while start < input.rows {
            let rows = start..<min(start + most, input.rows)
            let waves = waves(of: input.rows(rows), parameters, in: memory)
            let gradient = linearGradient(
                outputGradient.rows(rows), outputs: output.rows(rows), in: memory, behind: most)
            for column in 0..<inputFeatures {
                let columnGradient = gradient.columns(outputs(of: column))
                var weight = pass.gradient(
                    at: weightStart + column * angles * outputs, rows: angles, columns: outputs)
                BLAS.multiply(
                    waves.columns(angles(of: column)), columnGradient, transposeA: .yes, beta: 1, into: &weight)
                var sum = memory.mutableView(sums, rows: 0..<1, columns: 0..<outputs)
                Kernels.columnSums(columnGradient, into: &sum)
                var bias = pass.gradient(at: biasStart + column * outputs, rows: 1, columns: outputs)
                Kernels.scale(&bias, by: 1, adding: memory.span(sums.offset..<sums.offset + outputs))
            }
            let waveGradient = waveGradient(gradient, parameters, in: memory)
            var angleGradient = pass.gradient(rows: 1, columns: weightStart)
            Kernels.addPeriodicGradients(
                inputs: input.rows(rows), waveGradient, frequency: frequency(parameters), phase: phase(parameters),
                to: &angleGradient)
            start = rows.upperBound
        }
    }

    // MARK: Steps on some rows

    private var rowsAtOnce: Int { Scratch.rowsAtOnce(scalarsPerRow: waveColumns + inputFeatures * features) }

    /// The periodic functions of some rows, at the beginning of the memory.
    @_lifetime(immortal)
    private func waves<Scalar: BLASScalar>(
        of input: MatrixView<Scalar>, _ parameters: Span<Scalar>, in memory: Memory<Scalar>
    ) -> MatrixView<Scalar> {
        let block = MatrixBlock(columns: waveColumns)
        var waves = memory.mutableView(block, rows: 0..<input.rows, columns: 0..<waveColumns)
        Kernels.periodic(input, frequency: frequency(parameters), phase: phase(parameters), into: &waves)
        return memory.view(block, rows: 0..<input.rows, columns: 0..<waveColumns)
    }

    /// The gradient with respect to what the linear map gives, in the memory behind the waves of so many rows.
    @_lifetime(immortal)
    private func linearGradient<Scalar: BLASScalar>(
        _ outputGradient: MatrixView<Scalar>, outputs: MatrixView<Scalar>, in memory: Memory<Scalar>, behind rows: Int
    ) -> MatrixView<Scalar> {
        let block = MatrixBlock(offset: rows * waveColumns, columns: inputFeatures * features)
        var gradient = memory.mutableView(block, rows: 0..<outputGradient.rows, columns: 0..<block.columns)
        Kernels.copy(outputGradient, into: &gradient)
        if kind == .plr { ReLU().differentiate(outputs: outputs, gradient: &gradient) }
        return memory.view(block, rows: 0..<outputGradient.rows, columns: 0..<block.columns)
    }

    /// The gradient with respect to the periodic functions, and of `.pbld` the number, at the beginning of the memory.
    @_lifetime(immortal)
    private func waveGradient<Scalar: BLASScalar>(
        _ gradient: MatrixView<Scalar>, _ parameters: Span<Scalar>, in memory: Memory<Scalar>
    ) -> MatrixView<Scalar> {
        let block = MatrixBlock(columns: waveColumns)
        for column in 0..<inputFeatures {
            var waves = memory.mutableView(block, rows: 0..<gradient.rows, columns: angles(of: column))
            BLAS.multiply(
                gradient.columns(outputs(of: column)), weight(parameters, of: column), transposeB: .yes, into: &waves)
            if kind == .pbld {
                let place = angles(of: column).upperBound
                var number = memory.mutableView(block, rows: 0..<gradient.rows, columns: place..<place + 1)
                Kernels.copy(gradient.columns(column * features..<column * features + 1), into: &number)
            }
        }
        return memory.view(block, rows: 0..<gradient.rows, columns: 0..<waveColumns)
    }

    // MARK: Where things are

    /// For each column what goes into its linear map, and what comes out.
    private var angles: Int { kind == .plr ? 2 * frequencies : frequencies }
    private var outputs: Int { kind == .plr ? features : features - 1 }
    /// Those of all columns, and of `.pbld` a number behind each column's.
    private var waveColumns: Int { inputFeatures * (angles + features - outputs) }

    private func angles(of column: Int) -> Range<Int> {
        let start = column * (angles + features - outputs)
        return start..<start + angles
    }

    private func outputs(of column: Int) -> Range<Int> { (column + 1) * features - outputs..<(column + 1) * features }

    private var weightStart: Int { (kind == .plr ? 1 : 2) * inputFeatures * frequencies }
    private var biasStart: Int { weightStart + inputFeatures * angles * outputs }

    @_lifetime(copy parameters)
    private func frequency<Scalar>(_ parameters: Span<Scalar>) -> Span<Scalar> {
        parameters.extracting(first: inputFeatures * frequencies)
    }

    @_lifetime(copy parameters)
    private func phase<Scalar>(_ parameters: Span<Scalar>) -> Span<Scalar> {
        parameters.extracting(inputFeatures * frequencies..<weightStart)
    }

    @_lifetime(copy parameters)
    private func weight<Scalar>(_ parameters: Span<Scalar>, of column: Int) -> MatrixView<Scalar> {
        let count = angles * outputs
        return MatrixView(
            rows: angles, columns: outputs,
            elements: parameters.extracting(weightStart + column * count..<weightStart + (column + 1) * count))
    }

    @_lifetime(copy parameters)
    private func bias<Scalar>(_ parameters: Span<Scalar>, of column: Int) -> Span<Scalar> {
        parameters.extracting(biasStart + column * outputs..<biasStart + (column + 1) * outputs)
    }

    public var expectedInputFeatures: Int? { inputFeatures }
    public var treatsRowsApart: Bool { true }
    public var readsOutputInBackward: Bool { kind == .plr }
}
