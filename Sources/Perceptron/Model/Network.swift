/// A list of layers that is known to fit together, and the layout of its parameters; what copies of a model share.
final class Network: Sendable {
    /// A layer with its place in the network, or what joins layers.
    final class Stage: Sendable {
        /// Which of the network's stages it is.
        let index: Int
        let layer: any Layer
        /// What it does instead of the layer's work.
        let join: StageList.Join?
        /// Where the layer is: "1", or "1.0" within others.
        let name: String
        /// Which of the model's layers it is, or is within.
        let topLayer: Int
        /// Which of all layers that are made of no others it is: its random numbers follow from that.
        let number: Int
        /// What it reads, and what it writes.
        let input: StageList.Value
        let output: StageList.Value
        /// Its stretch of the flat vector.
        let parameters: Range<Int>
        /// The parts into which that stretch may be cut.
        let parts: Int
        /// Its stretch of the state.
        let state: Range<Int>
        let scratch: Scratch
        /// The rows that a batch must have in training.
        let leastRows: Int
        /// The layer, if it can overwrite its input.
        let inPlace: (any InPlaceLayer)?
        /// The layer, if it can do so in training, where alone it acts.
        let noise: (any NoiseLayer)?
        /// Whether it overwrites its input in training: then the layer before doesn't need its output any more.
        let trainsInPlace: Bool

        init(
            _ index: Int, _ entry: StageList.Entry, parameters: Range<Int>, parts: Int, state: Range<Int>,
            inputIsOverwritable: Bool
        ) {
            self.index = index
            layer = entry.layer
            join = entry.join
            name = entry.name
            topLayer = entry.topLayer
            number = entry.number
            input = entry.input
            output = entry.output
            self.parameters = parameters
            self.parts = parts
            self.state = state
            scratch = layer.scratch(forInputFeatures: input.features)
            leastRows = layer.leastRowsInTraining
            inPlace = join == nil ? layer as? any InPlaceLayer : nil
            noise = join == nil ? layer as? any NoiseLayer : nil
            trainsInPlace = (inPlace != nil || noise != nil) && inputIsOverwritable && !entry.isSummand
        }

        /// A stage with a layer of the same shape in the place of its own, for prediction.
        init(_ stage: Stage, layer: any Layer) {
            index = stage.index
            self.layer = layer
            join = stage.join
            name = stage.name
            topLayer = stage.topLayer
            number = stage.number
            input = stage.input
            output = stage.output
            parameters = stage.parameters
            parts = stage.parts
            state = stage.state
            scratch = stage.scratch
            leastRows = stage.leastRows
            inPlace = stage.inPlace
            noise = stage.noise
            trainsInPlace = stage.trainsInPlace
        }

        var inputFeatures: Int { input.features }
        var outputFeatures: Int { output.features }

        var isFork: Bool { if case .fork = join { true } else { false } }
        var isSum: Bool { if case .sum = join { true } else { false } }

        /// All values that it reads, and all that it writes.
        var reads: [Int] { if case .sum(let second) = join { [input.index, second] } else { [input.index] } }
        var writes: [Int] { if case .fork(let second) = join { [output.index, second] } else { [output.index] } }

        /// Whether it makes each column, in training, of that column alone of what was written right before it.
        var followsColumns: Bool { isFork || isSum || trainsInPlace && layer.treatsColumnsApart }

        /// What errors call it.
        var description: String { "layer \(name) (\(type(of: layer)))" }

        /// Whether passes of training need neither state nor scratch.
        var keepsNothing: Bool { state.isEmpty && scratch == Scratch() }

        /// Where some of its parts are in the flat vector.
        func parameters(of parts: Range<Int>) -> Range<Int> {
            let size = parameters.count / self.parts
            let start = parameters.lowerBound
            return start + parts.lowerBound * size..<start + parts.upperBound * size
        }
    }

    let layers: [any Layer]
    let stages: [Stage]
    /// The columns of the values that stages read and write.
    let widths: [Int]
    let layout: [ParameterTensor]
    let initializers: [Initializer]
    let parameterCount: Int
    let stateLayout: [StateTensor]
    private let stateVariables: [StateVariable]
    let stateCount: Int

    var inputFeatures: Int { widths[0] }
    var outputFeatures: Int { widths[stages[stages.count - 1].output.index] }

    init(_ layers: [any Layer]) throws(PerceptronError) {
        guard !layers.isEmpty else {
            throw .invalidArchitecture("a model needs at least one layer; the list of layers is empty")
        }
        let list = try Network.taken(apart: layers)
        var stages: [Stage] = []
        var layout: [ParameterTensor] = []
        var initializers: [Initializer] = []
        var offset = 0
        var stateLayout: [StateTensor] = []
        var stateVariables: [StateVariable] = []
        var stateCount = 0
        for (index, entry) in list.entries.enumerated() {
            let (layer, features) = (entry.layer, entry.input.features)
            func misfit(_ message: String) -> PerceptronError {
                .invalidArchitecture("layer \(entry.name) (\(type(of: layer))): \(message)")
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
                        layer: entry.topLayer, name: entry.prefix + parameter.name, rows: parameter.rows,
                        columns: parameter.columns, range: offset..<end,
                        isTransposedInFiles: parameter.isTransposedInFiles, decays: parameter.decays))
                initializers.append(parameter.initializer)
                offset = end
            }
            let stateStart = stateCount
            for variable in layer.state(forInputFeatures: features) {
                guard variable.count > 0, variable.count <= Int(Int32.max) else {
                    throw misfit(
                        "\(variable.name) has \(counted(variable.count, "number")); 1 to \(Int32.max) are allowed"
                    )
                }
                let range = stateCount..<stateCount + variable.count
                stateLayout.append(
                    StateTensor(
                        layer: entry.topLayer, name: entry.prefix + variable.name, range: range,
                        isCounter: variable.isCounter))
                stateVariables.append(variable)
                stateCount = range.upperBound
            }
            let parts = layer.parameterParts(forInputFeatures: features)
            guard parts > 0, (offset - start).isMultiple(of: parts) else {
                throw misfit("\(counted(offset - start, "parameter")) can't be cut into \(parts) equal parts")
            }
            stages.append(
                Stage(
                    index, entry, parameters: start..<offset, parts: parts, state: stateStart..<stateCount,
                    inputIsOverwritable: list.isOverwritable(entry.input)))
        }
        self.layers = layers
        self.stages = stages
        widths = list.widths
        self.layout = layout
        self.initializers = initializers
        parameterCount = offset
        self.stateLayout = stateLayout
        self.stateVariables = stateVariables
        self.stateCount = stateCount
    }

    /// The same network, for prediction, with other layers of the same shapes in the places of its own.
    init(_ network: Network, layers: [any Layer]) {
        stages = zip(network.stages, layers).map { Stage($0, layer: $1) }
        self.layers = network.layers
        widths = network.widths
        layout = network.layout
        initializers = network.initializers
        parameterCount = network.parameterCount
        stateLayout = network.stateLayout
        stateVariables = network.stateVariables
        stateCount = network.stateCount
    }

    /// The stages that layers are made of.
    private static func taken(apart layers: [any Layer]) throws(PerceptronError) -> StageList {
        guard let (index, expected) = layers.firstExpectation, let inputFeatures = layers.expectedInputFeatures else {
            throw .invalidArchitecture("no layer defines the number of input features; the model needs a Linear")
        }
        guard inputFeatures > 0 || expected <= 0 else {
            throw .invalidArchitecture(
                "layer \(index) (\(type(of: layers[index]))): takes \(counted(expected, "input feature")), "
                    + "fewer than the layers before it return")
        }
        var list = StageList(inputFeatures: inputFeatures)
        _ = try list.append(layers, to: list.input)
        return list
    }

    /// Throws if a batch of training has fewer rows than a layer needs.
    /// - Parameter found: what there is, for the message.
    func checkBatch(rows: Int, _ found: @autoclosure () -> String) throws(PerceptronError) {
        for stage in stages where stage.leastRows > rows {
            throw .invalidArgument(
                "\(stage.description) needs at least \(counted(stage.leastRows, "row")) in a batch; \(found())")
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
