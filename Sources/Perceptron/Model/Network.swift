/// A list of layers that is known to fit together, and the layout of its parameters; what copies of a model share.
final class Network: Sendable {
    /// A layer with its place in the network.
    final class Stage: Sendable {
        /// Which of the network's stages it is.
        let index: Int
        let layer: any Layer
        let inputFeatures: Int
        let outputFeatures: Int
        /// Its stretch of the flat vector.
        let parameters: Range<Int>
        /// The parts into which that stretch may be cut.
        let parts: Int
        /// Its stretch of the state.
        let state: Range<Int>
        let scratch: Scratch
        /// The rows that a batch must have in training.
        let leastRows: Int
        /// The layer, if it can overwrite its input; the first layer can't, for its input is the user's.
        let inPlace: (any InPlaceLayer)?
        /// Whether it does so in training too: then the layer before doesn't need its output any more.
        let trainsInPlace: Bool

        init(
            _ index: Int, _ layer: any Layer, inputFeatures: Int, outputFeatures: Int, parameters: Range<Int>,
            parts: Int, state: Range<Int>, inputIsOverwritable: Bool
        ) {
            self.index = index
            self.layer = layer
            self.inputFeatures = inputFeatures
            self.outputFeatures = outputFeatures
            self.parameters = parameters
            self.parts = parts
            self.state = state
            scratch = layer.scratch(forInputFeatures: inputFeatures)
            leastRows = layer.leastRowsInTraining
            inPlace = index == 0 ? nil : layer as? any InPlaceLayer
            trainsInPlace = inPlace != nil && inputIsOverwritable
        }

        /// Whether passes of training need neither state nor scratch.
        var keepsNothing: Bool { state.isEmpty && scratch == Scratch() }

        /// Where some of its parts are in the flat vector.
        func parameters(of parts: Range<Int>) -> Range<Int> {
            let size = parameters.count / self.parts
            let start = parameters.lowerBound
            return start + parts.lowerBound * size..<start + parts.upperBound * size
        }
    }

    let stages: [Stage]
    let layout: [ParameterTensor]
    let initializers: [Initializer]
    let parameterCount: Int
    let stateLayout: [StateTensor]
    private let stateVariables: [StateVariable]
    let stateCount: Int

    var layers: [any Layer] { stages.map(\.layer) }
    var inputFeatures: Int { stages[0].inputFeatures }
    var outputFeatures: Int { stages[stages.count - 1].outputFeatures }

    init(_ layers: [any Layer]) throws(PerceptronError) {
        guard !layers.isEmpty else {
            throw .invalidArchitecture("a model needs at least one layer; the list of layers is empty")
        }
        guard
            let (index, expected) = layers.enumerated().lazy.compactMap({ index, layer in
                layer.expectedInputFeatures.map { (index, $0) }
            }).first
        else {
            throw .invalidArchitecture("no layer says how many input features the model has; it needs a Linear")
        }
        let inputFeatures = layers[..<index].reversed().reduce(expected) { $1.inputFeatures(forOutputFeatures: $0) }
        guard inputFeatures > 0 || expected <= 0 else {
            throw .invalidArchitecture(
                "layer \(index) (\(type(of: layers[index]))): takes \(expected) input features, "
                    + "fewer than the layers before it give")
        }
        var stages: [Stage] = []
        var layout: [ParameterTensor] = []
        var initializers: [Initializer] = []
        var features = inputFeatures
        var offset = 0
        var stateLayout: [StateTensor] = []
        var stateVariables: [StateVariable] = []
        var stateCount = 0
        for (index, layer) in layers.enumerated() {
            func misfit(_ message: String) -> PerceptronError {
                .invalidArchitecture("layer \(index) (\(type(of: layer))): \(message)")
            }
            let outputFeatures: Int
            do {
                outputFeatures = try layer.outputFeatures(forInputFeatures: features)
            } catch {
                throw misfit(error.description)
            }
            guard outputFeatures > 0, outputFeatures <= Int(Int32.max) else {
                throw misfit("output features are \(outputFeatures); from 1 to \(Int32.max) are possible")
            }
            let start = offset
            for parameter in layer.parameters(forInputFeatures: features) {
                guard parameter.rows > 0, parameter.columns > 0 else {
                    throw misfit(
                        "\(parameter.name) is \(parameter.rows)x\(parameter.columns); at least 1x1 is needed")
                }
                let (count, overflow) = parameter.rows.multipliedReportingOverflow(by: parameter.columns)
                let (end, overflowEnd) = offset.addingReportingOverflow(count)
                // Several flat vectors of Doubles must have addresses.
                guard !overflow, !overflowEnd, end < Int.max / 64 else {
                    throw misfit(
                        "\(parameter.name) is \(parameter.rows)x\(parameter.columns); no such tensor fits in memory")
                }
                layout.append(
                    ParameterTensor(
                        layer: index, name: parameter.name, rows: parameter.rows, columns: parameter.columns,
                        range: offset..<end, isTransposedInFiles: parameter.isTransposedInFiles,
                        decays: parameter.decays))
                initializers.append(parameter.initializer)
                offset = end
            }
            let stateStart = stateCount
            for variable in layer.state(forInputFeatures: features) {
                guard variable.count > 0, variable.count <= Int(Int32.max) else {
                    throw misfit("\(variable.name) has \(variable.count) numbers; from 1 to \(Int32.max) are possible")
                }
                let range = stateCount..<stateCount + variable.count
                stateLayout.append(
                    StateTensor(layer: index, name: variable.name, range: range, isCounter: variable.isCounter))
                stateVariables.append(variable)
                stateCount = range.upperBound
            }
            let parts = layer.parameterParts(forInputFeatures: features)
            guard parts > 0, (offset - start).isMultiple(of: parts) else {
                throw misfit("\(offset - start) parameters can't be cut into \(parts) equal parts")
            }
            stages.append(
                Stage(
                    index, layer, inputFeatures: features, outputFeatures: outputFeatures, parameters: start..<offset,
                    parts: parts, state: stateStart..<stateCount,
                    inputIsOverwritable: index > 0 && !layers[index - 1].readsOutputInBackward))
            features = outputFeatures
        }
        self.stages = stages
        self.layout = layout
        self.initializers = initializers
        parameterCount = offset
        self.stateLayout = stateLayout
        self.stateVariables = stateVariables
        self.stateCount = stateCount
    }

    /// Throws if a batch of training has fewer rows than a layer needs.
    /// - Parameter found: what there is, for the message.
    func checkBatch(rows: Int, _ found: @autoclosure () -> String) throws(PerceptronError) {
        for stage in stages where stage.leastRows > rows {
            throw .invalidArgument(
                "layer \(stage.index) (\(type(of: stage.layer))) needs at least \(stage.leastRows) rows in a batch; \(found())"
            )
        }
    }

    /// The state of a model that was not trained.
    func initialState<Scalar: BLASScalar>() -> [Scalar] {
        stateVariables.flatMap { [Scalar](repeating: Scalar($0.initialValue), count: $0.count) }
    }

    /// The parameters at the start, drawn tensor by tensor.
    func initialParameters<Scalar: BLASScalar>(
        using generator: inout RandomGenerator
    ) throws(PerceptronError) -> [Scalar] {
        var parameters: [Scalar] = []
        parameters.reserveCapacity(parameterCount)
        for (tensor, initializer) in zip(layout, initializers) {
            let values = try initializer.values(rows: tensor.rows, columns: tensor.columns, using: &generator)
            parameters += values.map { Scalar($0) }
        }
        return parameters
    }
}
