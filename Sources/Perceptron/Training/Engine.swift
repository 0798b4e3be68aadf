/// A model in training: executes the phases of a plan on the batch, the workspace and the parameters.
final class Engine<Scalar: BLASScalar>: TiledWork, @unchecked Sendable {
    let network: Network
    let threads: Int
    /// Determines the random numbers of the layers.
    let seed: UInt64
    /// Whether layers behave as in training, or as in prediction.
    let isTraining: Bool
    /// The stages to execute: without the last, if the loss includes it.
    let stages: ArraySlice<Network.Stage>
    /// The columns of the last stage's outputs, which are the loss's inputs.
    let lossColumns: Int
    let loss: BatchLoss<Scalar>
    let parameters: ParameterVectors<Scalar>
    let state: StateVectors<Scalar>
    let batch: LoadedBatch<Scalar>
    /// Whether each stage's parameters are trained.
    let learns: [Bool]
    private let sharpnessRadius: Double?
    /// How batches are cut into shards, in a run that has some.
    var sharding: EngineSharding<Scalar>?
    /// Where gradients go; nil for those of the parameters.
    var gradientTarget: Memory<Scalar>?

    private let passScratch: PassScratch<Scalar>
    private var workspace: Workspace<Scalar>?
    private var inputGradientBuffer: Buffer<Scalar>?
    private(set) var plans: PlanCache
    /// The plan of the batch that the gradients belong to.
    private(set) var gradientPlan: Plan?
    private var phase = Plan.Phase(tiles: [])
    private let job = TileJob()
    /// The rows of the last forward pass, until a backward pass has used them.
    private(set) var forwardRows: Int?
    private var inputGradientRows: Int?
    /// The destination of single rows' gradients, while they are computed.
    private var rowGradients: RowGradients<Scalar>?
    /// The number of batches since statistics were reset, while they are recomputed.
    private(set) var batchesOfStatistics: Int?

    init(
        _ model: MLP<Scalar>, loss: any Loss, optimizer: any Optimizer, threads: Int, seed: UInt64,
        isTraining: Bool = true
    ) {
        let network = model.network
        self.network = network
        let last = network.stages.last!
        let fused = last.join == nil ? loss.fused(with: last.layer) : nil
        // A model of one layer keeps it: some stage must provide the loss's inputs.
        let fuses = fused != nil && network.stages.count > 1 && last.parameters.isEmpty
        stages = fuses ? network.stages.dropLast() : network.stages[...]
        self.threads = threads
        passScratch = PassScratch(stages, threads: threads)
        self.seed = seed
        self.isTraining = isTraining
        lossColumns = network.widths[stages.last!.output.index]
        self.loss = BatchLoss(
            fuses ? fused! : loss, asked: loss, columns: lossColumns, outputs: network.outputFeatures)
        let frozen = network.stages.filter { model.isFrozen(layer: $0.topLayer) }
        parameters = ParameterVectors(
            model.parameters, optimizer, tensors: network.layout, frozen: frozen.map(\.parameters))
        state = StateVectors(model.state)
        sharpnessRadius = optimizer.sharpnessRadius
        batch = LoadedBatch(inputFeatures: network.inputFeatures, targetColumns: self.loss.targets.columns)
        learns = network.stages.map { !$0.parameters.isEmpty && !model.isFrozen(layer: $0.topLayer) }
        var updates: [Range<Int>]?
        if optimizer.treatsTensorsApart {
            if !optimizer.treatsParametersApart {
                updates = network.layout.filter { !model.isFrozen(layer: $0.layer) }.map(\.range)
            }
        } else {
            updates = [0..<network.parameterCount]
        }
        plans = PlanCache(stages: stages, learns: learns, updates: updates)
    }

    init(copying other: Engine) {
        network = other.network
        stages = other.stages
        threads = other.threads
        passScratch = PassScratch(stages, threads: threads)
        seed = other.seed
        isTraining = other.isTraining
        lossColumns = other.lossColumns
        loss = BatchLoss(
            other.loss.loss, asked: other.loss.asked, columns: lossColumns, outputs: network.outputFeatures)
        parameters = ParameterVectors(copying: other.parameters)
        state = StateVectors(copying: other.state)
        sharpnessRadius = other.sharpnessRadius
        batch = LoadedBatch(copying: other.batch)
        learns = other.learns
        plans = other.plans
        gradientPlan = other.gradientPlan
        if let workspace = other.workspace { self.workspace = Workspace(copying: workspace) }
        forwardRows = other.forwardRows
        inputGradientRows = other.inputGradientRows
        inputGradientBuffer = other.inputGradientBuffer.map { Buffer(copying: $0) }
    }

    // MARK: A step and its parts

    /// Forward, backward and, if it is due, update; returns the mean loss of the batch before the update.
    /// - Parameters:
    ///   - isLast: whether the update is due even without further batches; the norm of its gradient is then measured.
    ///   - decay: the factor of the old average of parameters, to which the new ones are added; nil if there is no
    ///     average.
    func step(
        _ rows: Batch<Scalar>, isLast: Bool = false, averaging decay: Double? = nil
    ) throws(PerceptronError) -> Double {
        batch.begin(rows)
        defer { batch.end() }
        let plan = plan(rows: rows.count)
        state.begin()
        let passes = rows.isGathered ? plan.gatheringStep : plan.step
        let loss = try differentiating { () throws(PerceptronError) in
            run(passes)
            let loss = try meanLoss(plan)
            try computeParameterGradients(plan)
            return loss
        }
        try finishStep(weight: batch.weight, isLast: isLast, averaging: decay)
        return loss
    }

    /// The update with the gradients of a batch, if it is time for that.
    func finishStep(weight: Double, isLast: Bool, averaging decay: Double?) throws(PerceptronError) {
        if parameters.accumulate(weight: weight, isLast: isLast) {
            guard update(measures: isLast) else {
                throw .diverged(
                    what: "the update made a parameter infinite or NaN", epoch: nil, step: parameters.updates + 1)
            }
            if let decay { parameters.addToAverage(decay: decay) }
        }
        state.commit()
    }

    /// Differentiates a batch once, or with sharpness-aware minimisation a second time at the point that the first
    /// gradient leads to.
    /// - Returns: the first loss.
    func differentiating(_ body: () throws(PerceptronError) -> Double) throws(PerceptronError) -> Double {
        let loss = try body()
        guard let sharpnessRadius else { return loss }
        state.hold()
        parameters.climb(sharpnessRadius)
        defer {
            parameters.descend()
            state.release()
        }
        _ = try body()
        return loss
    }

    /// The model's outputs for a batch of inputs; keeps what the backward pass needs.
    func forward(_ inputs: Matrix<Scalar>) -> Matrix<Scalar> {
        batch.keep(inputs)
        batch.beginKept(rows: inputs.rows, targets: .classes([]), weights: nil)
        defer { batch.end() }
        state.begin()
        run(plan(rows: inputs.rows).forward)
        forwardRows = inputs.rows
        return modelOutputs(of: outputs(rows: inputs.rows), parameters.values)
    }

    /// The model's outputs, given the loss's inputs `values`: the same, or the outputs of the stage that the loss
    /// includes.
    func modelOutputs(of values: MatrixView<Scalar>, _ parameters: Buffer<Scalar>) -> Matrix<Scalar> {
        let stage = network.stages.last!
        let scratch = Buffer<Scalar>(count: stage.scratch.perPass)
        let columns = network.outputFeatures
        var result = Matrix<Scalar>(rows: values.rows, columns: columns)
        var output = MutableMatrixView(rows: values.rows, columns: columns, elements: result.elements.mutableSpan)
        if stages.count < network.stages.count {
            var pass = ForwardPass(
                input: values, parameters: parameters.memory.span(stage.parameters), columns: 0..<columns,
                output: output, state: state.values.memory.span(stage.state),
                passScratch: scratch.memory.mutableSpan(0..<scratch.count))
            stage.layer.forward(&pass)
        } else {
            Kernels.copy(values, into: &output)
        }
        return result
    }

    /// The loss of the rows of the last forward pass, and its gradient with respect to the parameters.
    func backward(
        targets: Batch<Scalar>.Values, weights: [Double]?, rows: Int, computesInputGradient: Bool
    ) throws(PerceptronError) -> Double {
        if computesInputGradient { reserveInputGradient(rows: rows) }
        batch.beginKept(rows: rows, targets: targets, weights: weights)
        defer { batch.end() }
        let plan = plan(rows: rows)
        run(computesInputGradient ? plan.backwardToInput : plan.backward)
        inputGradientRows = computesInputGradient ? rows : nil
        let loss = try meanLoss(plan)
        try computeParameterGradients(plan)
        state.commit()
        return loss
    }

    /// One update of all parameters, if there are gradients.
    /// - Returns: false if it made a parameter infinite or NaN; the parameters are then unchanged.
    @discardableResult
    func update(measures: Bool = false) -> Bool {
        guard parameters.hasGradients, let plan = gradientPlan else { return true }
        parameters.treatGradients(measures: measures)
        parameters.beginUpdate()
        run(plan.update)
        return parameters.endUpdate()
    }

    // MARK: Statistics

    /// Resets the statistics of batches, for the current parameters.
    func beginStatistics() {
        state.set(network.initialState())
        batchesOfStatistics = 0
    }

    /// Adds a batch to the statistics.
    func addToStatistics(_ rows: Batch<Scalar>) {
        batch.begin(rows)
        defer { batch.end() }
        let plan = plan(rows: rows.count)
        state.begin()
        run(rows.isGathered ? plan.gatheringForward : plan.forward)
        endStatisticsOfBatch()
    }

    func endStatisticsOfBatch() {
        state.commit()
        batchesOfStatistics? += 1
    }

    func endStatistics() { batchesOfStatistics = nil }

    // MARK: Numbers

    /// All numbers of the model as it is trained.
    var values: ModelValues<Scalar> {
        ModelValues(parameters: parameters.values.array, state: state.values.array)
    }

    /// All numbers of the model as it predicts.
    var predictingValues: ModelValues<Scalar> {
        ModelValues(parameters: parameters.predicting.array, state: state.values.array)
    }

    /// Sets the numbers that the model predicts with.
    func set(_ model: ModelValues<Scalar>) {
        parameters.set(model.parameters)
        state.set(model.state)
    }

    /// The gradient with respect to the inputs, if the last backward pass computed it.
    var inputGradient: Matrix<Scalar>? {
        guard let rows = inputGradientRows, let inputGradientBuffer else { return nil }
        let columns = network.inputFeatures
        return Matrix(rows: rows, columns: columns, elements: inputGradientBuffer.memory.array(0..<rows * columns))
    }

    // MARK: Derivatives without updates

    /// The mean loss of a batch and its gradient.
    func evaluateGradient(_ rows: Batch<Scalar>) throws(PerceptronError) -> Double {
        batch.begin(rows)
        defer { batch.end() }
        let plan = plan(rows: rows.count)
        state.begin()
        run(plan.step)
        let loss = try meanLoss(plan)
        try computeParameterGradients(plan)
        return loss
    }

    /// Forward pass of rows; `outputs` are valid until the next call.
    func evaluate(_ rows: Batch<Scalar>) {
        batch.begin(rows)
        defer { batch.end() }
        run(plan(rows: rows.count).forward)
    }

    /// The last stage's outputs for the first rows of the forward pass.
    @_lifetime(immortal)
    func outputs(rows: Int) -> MatrixView<Scalar> { workspace!.output(of: stages.endIndex - 1, rows: 0..<rows) }

    /// The gradient of the loss of each row of `evaluate` with respect to all trainable parameters.
    func differentiateRows(_ rows: Batch<Scalar>, into gradients: RowGradients<Scalar>) {
        batch.begin(rows)
        rowGradients = gradients
        defer {
            batch.end()
            rowGradients = nil
        }
        let plan = plan(rows: rows.count)
        run(plan.backward)
        run(plan.rowGradients)
    }

    /// The same with respect to the inputs: rows × input features.
    @_lifetime(immortal)
    func differentiateInputs(_ rows: Batch<Scalar>) -> MatrixView<Scalar> {
        reserveInputGradient(rows: rows.count)
        batch.begin(rows)
        defer { batch.end() }
        run(plan(rows: rows.count).backwardToInput)
        let columns = network.inputFeatures
        return inputGradientBuffer!.memory.view(
            MatrixBlock(columns: columns), rows: 0..<rows.count, columns: 0..<columns)
    }

    private func reserveInputGradient(rows: Int) {
        if inputGradientBuffer?.count ?? 0 < rows * network.inputFeatures {
            inputGradientBuffer = Buffer(count: rows * network.inputFeatures)
        }
    }

    /// The plan of a batch; reserves the memory for it.
    func plan(rows: Int) -> Plan {
        if workspace?.rows ?? 0 < rows { workspace = Workspace(stages: stages, widths: network.widths, rows: rows) }
        forwardRows = nil
        inputGradientRows = nil
        let plan = plans.plan(rows: rows)
        loss.reserve(tiles: plan.lossTiles)
        return plan
    }

    private func meanLoss(_ plan: Plan) throws(PerceptronError) -> Double {
        try checkedLoss(loss.mean(batch, tiles: plan.lossTiles))
    }

    /// Throws unless the loss of a batch is finite.
    func checkedLoss(_ mean: Double) throws(PerceptronError) -> Double {
        guard mean.isFinite else {
            parameters.dropGradients()
            throw .diverged(what: "the loss became \(mean)", epoch: nil, step: parameters.updates + 1)
        }
        return mean
    }

    private func computeParameterGradients(_ plan: Plan) throws(PerceptronError) {
        parameters.beginGradients()
        gradientPlan = plan
        run(plan.parameterGradients)
        try endGradients()
    }

    /// Makes the gradients those of a batch of so many rows, in parts of it: what follows is as if they had come at once.
    func endGradients(ofBatch rows: Int) throws(PerceptronError) {
        gradientPlan = plans.plan(rows: rows)
        parameters.beginGradients()
        parameters.measureGradients(0..<network.parameterCount)
        try endGradients()
    }

    private func endGradients() throws(PerceptronError) {
        guard parameters.endGradients() else {
            throw .diverged(what: "the gradient overflowed", epoch: nil, step: parameters.updates + 1)
        }
    }

    // MARK: Tiles

    func run(_ phases: [Plan.Phase]) {
        for phase in phases {
            self.phase = phase
            let threads = phase.isWorthSharing ? threads : 1
            WorkerPool.shared.perform(job, tiles: phase.tiles.count, threads: threads, self)
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func perform(tile: Int, participant: Int) {
        switch phase.tiles[tile] {
        case .block(let rows, let columns):
            for operation in phase.operations {
                switch operation {
                case .gather: batch.gather(rows)
                case .forward(let stage): forward(stage, rows, columns, participant)
                case .loss: evaluateLoss(rows, tile: tile)
                case .backward(let stage): backward(stage, rows, columns, participant)
                }
            }
        case .parts(let stage, let parts): differentiate(stage, parts, participant)
        case .rowGradients(let rows): differentiate(rows: rows, participant)
        case .parameters(let range): parameters.update(range)
        }
    }

    private func forward(_ index: Int, _ rows: Range<Int>, _ columns: Range<Int>?, _ participant: Int) {
        let stage = stages[index]
        if let join = stage.join { return forward(join, index, rows, columns) }
        let columns = columns ?? 0..<stage.outputFeatures
        var output = workspace!.mutableOutput(of: index, rows: rows, columns: columns)
        if stage.trainsInPlace {
            stage.inPlace?.activate(&output)
            if let noise = stage.noise, let random = random(stage, firstRow: rows.lowerBound) {
                var scratch = workspace!.rowScratch(of: index, rows: rows)
                noise.disturb(&output, random, firstColumn: columns.lowerBound, rowScratch: &scratch)
            }
        } else if stage.keepsNothing {
            var pass = ForwardPass(
                input: inputs(of: index, rows: rows), parameters: parameters.values.memory.span(stage.parameters),
                columns: columns, output: output, random: random(stage, firstRow: rows.lowerBound))
            stage.layer.forward(&pass)
        } else {
            var pass = ForwardPass(
                input: inputs(of: index, rows: rows), parameters: parameters.values.memory.span(stage.parameters),
                columns: columns, output: output, random: random(stage, firstRow: rows.lowerBound),
                state: state.values.memory.span(stage.state), newState: state.next.memory.mutableSpan(stage.state),
                rowScratch: workspace!.rowScratch(of: index, rows: rows),
                batchScratch: workspace!.batchScratch(of: index),
                passScratch: passScratch.span(stage, participant: participant))
            pass.averagesBatches = batchesOfStatistics != nil
            stage.layer.forward(&pass)
        }
    }

    /// The forward pass of a join; a fork does nothing.
    private func forward(_ join: StageList.Join, _ index: Int, _ rows: Range<Int>, _ columns: Range<Int>?) {
        let stage = stages[index]
        let columns = columns ?? stage.output.columns
        var output = workspace!.mutableOutput(of: index, rows: rows, columns: columns)
        switch join {
        case .sum:
            let second = values(workspace!.second(of: index).value, rows: rows)
            Kernels.add(inputs(of: index, rows: rows).columns(columns), second.columns(columns), into: &output)
        case .copy: Kernels.copy(inputs(of: index, rows: rows).columns(stage.input.columns), into: &output)
        case .fork: break
        }
    }

    private func evaluateLoss(_ rows: Range<Int>, tile: Int) {
        let last = stages.endIndex - 1
        let workspace = workspace!
        var gradient = workspace.mutableGradient(of: last, rows: rows, columns: 0..<lossColumns)
        loss.evaluate(
            batch, rows: rows, tile: tile, outputs: workspace.output(of: last, rows: rows), gradient: &gradient)
    }

    private func backward(_ index: Int, _ rows: Range<Int>, _ columns: Range<Int>?, _ participant: Int) {
        let stage = stages[index]
        if let join = stage.join { return backward(join, index, rows, columns) }
        let workspace = workspace!
        let columns = columns ?? 0..<stage.inputFeatures
        if stage.trainsInPlace {
            var gradient = workspace.mutableGradient(of: index, rows: rows, columns: columns)
            stage.inPlace?.differentiate(
                outputs: workspace.output(of: index, rows: rows, columns: columns), gradient: &gradient)
            if let noise = stage.noise, let random = random(stage, firstRow: rows.lowerBound) {
                noise.disturb(
                    gradient: &gradient, random, firstColumn: columns.lowerBound,
                    rowScratch: workspace.keptRowScratch(of: index, rows: rows))
            }
        } else {
            var pass = BackwardPass(
                input: inputs(of: index, rows: rows), output: workspace.output(of: index, rows: rows),
                outputGradient: workspace.gradient(of: index, rows: rows),
                parameters: parameters.values.memory.span(stage.parameters), columns: columns,
                inputGradient: inputGradients(of: index, rows: rows, columns: columns),
                random: random(stage, firstRow: rows.lowerBound),
                state: state.values.memory.span(stage.state),
                rowScratch: workspace.keptRowScratch(of: index, rows: rows),
                batchScratch: workspace.keptBatchScratch(of: index),
                passScratch: passScratch.span(stage, participant: participant))
            stage.layer.backward(&pass)
        }
    }

    /// The backward pass of a join; the summands of a sum share its gradient.
    private func backward(_ join: StageList.Join, _ index: Int, _ rows: Range<Int>, _ columns: Range<Int>?) {
        let (stage, workspace) = (stages[index], workspace!)
        let columns = columns ?? stage.input.columns
        var inputGradient = inputGradients(of: index, rows: rows, columns: columns)
        switch join {
        case .fork:
            let first = workspace.gradient(of: index, rows: rows, columns: columns)
            let second = workspace.view(workspace.second(of: index).gradient!, rows: rows, columns: columns)
            Kernels.add(first, second, into: &inputGradient)
        case .copy:
            Kernels.copy(
                workspace.gradient(of: index, rows: rows, columns: stage.output.columns), into: &inputGradient)
        case .sum: break
        }
    }

    private func differentiate(_ index: Int, _ parts: Range<Int>, _ participant: Int) {
        let range = stages[index].parameters(of: parts)
        differentiate(
            index, parts, rows: 0..<batch.batch!.count,
            into: (gradientTarget ?? parameters.gradients.memory).extracting(range), participant)
        if gradientTarget == nil { parameters.measureGradients(range) }
    }

    /// The gradients of single rows, each by its own pass.
    private func differentiate(rows: Range<Int>, _ participant: Int) {
        let gradients = rowGradients!
        for row in rows {
            var start = gradients.start(of: row)
            for index in stages.indices where learns[stages[index].index] {
                let stage = stages[index]
                differentiate(
                    index, 0..<stage.parts, rows: row..<row + 1,
                    into: gradients.memory.extracting(start..<start + stage.parameters.count), participant)
                start += stage.parameters.count
            }
        }
    }

    private func differentiate(
        _ index: Int, _ parts: Range<Int>, rows: Range<Int>, into gradients: Memory<Scalar>,
        _ participant: Int
    ) {
        let stage = stages[index]
        var pass = ParameterPass(
            input: inputs(of: index, rows: rows), output: workspace!.output(of: index, rows: rows),
            outputGradient: workspace!.gradient(of: index, rows: rows),
            parameters: parameters.values.memory.span(stage.parameters), parts: parts,
            gradients: gradients.mutableSpan(0..<gradients.count), random: random(stage, firstRow: rows.lowerBound),
            state: state.values.memory.span(stage.state),
            rowScratch: workspace!.keptRowScratch(of: index, rows: rows),
            batchScratch: workspace!.keptBatchScratch(of: index),
            passScratch: passScratch.span(stage, participant: participant))
        stage.layer.parameterGradients(&pass)
    }

    private func random(_ stage: Network.Stage, firstRow: Int) -> RandomField? {
        guard isTraining else { return nil }
        return RandomField(
            seed: seed, update: parameters.passes + (batchesOfStatistics ?? 0), layer: stage.number,
            firstRow: firstRow + (batch.whole?.firstRow ?? 0), progress: parameters.progress)
    }

    /// The inputs of a stage.
    @_lifetime(immortal)
    private func inputs(of index: Int, rows: Range<Int>) -> MatrixView<Scalar> {
        values(workspace!.input(of: index), rows: rows)
    }

    /// The outputs of an earlier stage, or rows of the data.
    @_lifetime(immortal)
    private func values(_ block: MatrixBlock?, rows: Range<Int>) -> MatrixView<Scalar> {
        if let block { return workspace!.view(block, rows: rows) }
        return batch.inputs(rows)
    }

    /// The memory for the gradient with respect to a stage's input.
    @_lifetime(immortal)
    private func inputGradients(
        of index: Int, rows: Range<Int>, columns: Range<Int>
    ) -> MutableMatrixView<Scalar> {
        if let block = workspace!.inputGradient(of: index) {
            return workspace!.mutableView(block, rows: rows, columns: columns)
        }
        return inputGradientBuffer!.memory.mutableView(
            MatrixBlock(columns: network.inputFeatures), rows: rows, columns: columns)
    }
}
