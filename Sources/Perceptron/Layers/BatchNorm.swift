/// (x − mean)/√(variance + ε)·weight + bias, with mean and variance of each column: those of the batch in training,
/// running ones in prediction (Ioffe and Szegedy 2015; `torch.nn.BatchNorm1d`).
///
/// In training, running ← (1 − momentum)·running + momentum·batch, for the mean and for the variance with denominator
/// rows − 1. Running statistics are the model's `state`; those of a pass whose gradient is not finite are discarded.
/// The weight is initialized with ones, the bias with zeros.
public struct BatchNorm: Layer, Codable {
    /// Columns, of input and output.
    public let features: Int
    /// The weight of the newest batch in the running statistics; nil for equal weights of all batches so far.
    public let momentum: Double?
    /// ε, added under the root.
    public let epsilon: Double
    /// Whether there are learned factors and shifts for the columns.
    public let affine: Bool

    /// Creates the layer.
    ///
    /// - Parameters:
    ///   - features: columns, of input and output, from 1 to 2³¹ − 1.
    ///   - momentum: from 0 to 1; if nil, running statistics are the means of all batches so far.
    ///   - epsilon: ε, more than 0.
    ///   - affine: whether there are a weight and a bias for each column, to be learned.
    public init(_ features: Int, momentum: Double? = 0.1, epsilon: Double = 1e-5, affine: Bool = true) {
        self.features = features
        self.momentum = momentum
        self.epsilon = epsilon
        self.affine = affine
    }

    public func outputFeatures(forInputFeatures inputFeatures: Int) throws(PerceptronError) -> Int {
        try FeatureCounts.check(features, "features")
        try FeatureCounts.check(features, given: inputFeatures)
        guard epsilon.isFinite, epsilon > 0 else {
            throw .invalidArchitecture("epsilon is \(epsilon); it must be finite and more than 0")
        }
        if let momentum, !(0...1).contains(momentum) {
            throw .invalidArchitecture("the momentum is \(momentum); it must be from 0 to 1")
        }
        return features
    }

    public func parameters(forInputFeatures _: Int) -> [Parameter] {
        guard affine else { return [] }
        return [
            Parameter(name: "weight", rows: 1, columns: features, initializer: .constant(1), decays: false),
            Parameter(name: "bias", rows: 1, columns: features, initializer: .zeros, decays: false),
        ]
    }

    public func state(forInputFeatures _: Int) -> [StateVariable] {
        [
            StateVariable(name: "running_mean", count: features),
            StateVariable(name: "running_var", count: features, initialValue: 1),
            StateVariable(counter: "num_batches_tracked"),
        ]
    }

    /// The batch's means and variances.
    public func scratch(forInputFeatures _: Int) -> Scratch { Scratch(perBatch: 2 * features) }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        let columns = pass.columns
        let input = pass.input.columns(columns)
        let (weight, bias) = (weight(pass.parameters, columns), bias(pass.parameters, columns))
        guard pass.isTraining else {
            return Kernels.normalizeColumns(
                input, ColumnStatistics(pass.state, of: features, columns: columns), epsilon: epsilon, weight: weight,
                bias: bias,
                into: &pass.output)
        }
        normalize(input, columns, weight: weight, bias: bias, into: &pass.output, &pass.batchScratch)
        track(&pass, rows: input.rows)
    }

    /// Writes the statistics of some columns, and these columns normalised by them.
    @inline(__always)
    private func normalize<Scalar>(
        _ input: MatrixView<Scalar>, _ columns: Range<Int>, weight: Span<Scalar>, bias: Span<Scalar>,
        into output: inout MutableMatrixView<Scalar>, _ scratch: inout MutableSpan<Scalar>
    ) {
        Kernels.columnStatistics(input, of: features, columns: columns, into: &scratch)
        Kernels.normalizeColumns(
            input, ColumnStatistics(scratch.span, of: features, columns: columns), epsilon: epsilon, weight: weight,
            bias: bias, into: &output)
    }

    /// Moves the running statistics of the pass's columns; the batches are counted with the first column.
    @inline(__always)
    private func track<Scalar>(_ pass: inout ForwardPass<Scalar>, rows: Int) {
        let batches = pass.state[2 * features] + 1
        if pass.columns.lowerBound == 0 { pass.newState[2 * features] = batches }
        let share = pass.averagesBatches ? 1 / batches : momentum.map { Scalar($0) } ?? 1 / batches
        let unbiased = Scalar(rows) / Scalar(rows - 1)
        for column in pass.columns {
            let (mean, variance) = (pass.batchScratch[column], pass.batchScratch[features + column])
            pass.newState[column] = (1 - share) * pass.state[column] + share * mean
            pass.newState[features + column] =
                (1 - share) * pass.state[features + column] + share * (variance * unbiased)
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        let columns = pass.columns
        guard pass.isTraining else { return scaleGradient(&pass) }
        Kernels.normalizeColumnsBackward(
            inputs: pass.input.columns(columns),
            ColumnStatistics(pass.batchScratch, of: features, columns: columns), epsilon: epsilon,
            weight: weight(pass.parameters, columns), outputGradient: pass.outputGradient.columns(columns),
            into: &pass.inputGradient)
    }

    /// The gradient where the statistics are the running ones, which don't depend on the input.
    @inline(__always)
    private func scaleGradient<Scalar>(_ pass: inout BackwardPass<Scalar>) {
        for (place, column) in pass.columns.enumerated() {
            let weight = affine ? pass.parameters[column] : 1
            let factor = weight / (pass.state[features + column] + Scalar(epsilon)).squareRoot()
            for row in 0..<pass.outputGradient.rows {
                pass.inputGradient[row, place] = factor * pass.outputGradient[row, column]
            }
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func parameterGradients<Scalar: BLASScalar>(_ pass: inout ParameterPass<Scalar>) {
        guard affine else { return }
        let (inputs, outputGradient) = (pass.input, pass.outputGradient)
        let statistics = ColumnStatistics(
            pass.isTraining ? pass.batchScratch : pass.state, of: features, columns: 0..<features)
        var weight = pass.gradient(rows: 1, columns: features)
        Kernels.normalizedColumnDots(
            inputs: inputs, statistics, epsilon: epsilon, gradient: outputGradient, into: &weight)
        var bias = pass.gradient(at: features, rows: 1, columns: features)
        Kernels.columnSums(outputGradient, into: &bias)
    }

    @_lifetime(copy parameters)
    private func weight<Scalar>(_ parameters: Span<Scalar>, _ columns: Range<Int>) -> Span<Scalar> {
        affine ? parameters.extracting(columns) : parameters
    }

    @_lifetime(copy parameters)
    private func bias<Scalar>(_ parameters: Span<Scalar>, _ columns: Range<Int>) -> Span<Scalar> {
        affine ? parameters.extracting(features + columns.lowerBound..<features + columns.upperBound) : parameters
    }

    /// The map that the layer computes in prediction, x ∘ weight + bias: the weight and the bias of each column.
    public func affineMap(parameters: [Double], state: [Double]) -> (weight: [Double], bias: [Double]) {
        let weight = (0..<features).map { column in
            (affine ? parameters[column] : 1) / (state[features + column] + epsilon).squareRoot()
        }
        let bias = (0..<features).map { column in
            (affine ? parameters[features + column] : 0) - state[column] * weight[column]
        }
        return (weight, bias)
    }

    public var expectedInputFeatures: Int? { features }
    public var treatsRowsApart: Bool { true }
    public var treatsRowsApartInTraining: Bool { false }
    public var treatsColumnsApart: Bool { true }
    public var leastRowsInTraining: Int { 2 }
    public var readsOutputInBackward: Bool { false }
}
