import Synchronization

/// A model in training: parameters, gradients and the optimizer's state as flat vectors, and what carries out the
/// phases of a plan.
final class Engine<Scalar: BLASScalar>: TiledWork, @unchecked Sendable {
    /// Rows of a data set that make a batch, while they are being worked on.
    struct Batch {
        enum Rows {
            /// As they follow each other, from a row on.
            case contiguous(from: Int)
            /// As `order` names them, from a position in it on.
            case ordered(from: Int)
        }
        enum Values {
            case matrix(Memory<Scalar>)
            case classes([Int])
        }
        let inputs: Memory<Scalar>
        let targets: Values
        /// For each row of the data set how many rows it counts for; nil if each is one.
        var weights: [Double]?
        let rows: Rows
        let count: Int
    }

    let network: Network
    let loss: any Loss
    let optimizer: any Optimizer
    let threads: Int
    /// The stages that are carried out: without the last, if the loss includes it.
    let stages: ArraySlice<Network.Stage>

    let parameters: Buffer<Scalar>
    /// The parameters before the last update, to go back to if that made one infinite or NaN; none if it can't.
    private let parametersBefore: Buffer<Scalar>?
    let gradients: Buffer<Scalar>
    let optimizerState: [Buffer<Scalar>]
    private(set) var updates = 0
    private(set) var hasGradients = false
    /// How many rows the last batch counts for.
    private(set) var batchWeight = 0.0

    private var workspace: Workspace<Scalar>?
    private var inputGradientBuffer: Buffer<Scalar>?
    /// The plan of the batch that the gradients are of.
    private var gradientPlan: Plan?
    private var plans: [Int: Plan] = [:]
    private var tileLosses = Buffer<Double>(count: 1)
    private let gradientIsFinite = Atomic<Bool>(true)
    private let updateIsFinite = Atomic<Bool>(true)

    /// The order in which rows of the data set are taken, where a batch refers to it.
    var order: [Int] = []
    private var batch: Batch?
    private var phase = Plan.Phase(tiles: [])
    private let job = TileJob()
    /// The rows of the last forward pass, until a backward pass has used them.
    private(set) var forwardRows: Int?
    private var inputGradientRows: Int?

    init(
        network: Network, parameters: [Scalar], loss: any Loss, optimizer: any Optimizer, threads: Int
    ) {
        self.network = network
        let fused = loss.fused(with: network.stages.last!.layer)
        // A model of one layer keeps it: there is always a stage that gives the loss its outputs.
        let fuses = fused != nil && network.stages.count > 1 && network.stages.last!.parameters.isEmpty
        stages = fuses ? network.stages.dropLast() : network.stages[...]
        self.loss = fuses ? fused! : loss
        self.optimizer = optimizer
        self.threads = threads
        self.parameters = Buffer(parameters)
        parametersBefore = optimizer.keepsParametersFinite ? nil : Buffer(count: parameters.count)
        gradients = Buffer(count: parameters.count)
        optimizerState = (0..<optimizer.stateVectors).map { _ in Buffer(count: parameters.count) }
    }

    init(copying other: Engine) {
        network = other.network
        stages = other.stages
        loss = other.loss
        optimizer = other.optimizer
        threads = other.threads
        parameters = Buffer(copying: other.parameters)
        parametersBefore = other.parametersBefore.map { Buffer(count: $0.count) }
        gradients = Buffer(copying: other.gradients)
        optimizerState = other.optimizerState.map { Buffer(copying: $0) }
        gradientPlan = other.gradientPlan
        updates = other.updates
        hasGradients = other.hasGradients
        order = other.order
        if let workspace = other.workspace {
            self.workspace = Workspace(copying: workspace)
        }
        forwardRows = other.forwardRows
        inputGradientRows = other.inputGradientRows
        inputGradientBuffer = other.inputGradientBuffer.map { Buffer(copying: $0) }
    }

    // MARK: A step and its parts

    /// Forward, backward and update; returns the mean loss of the batch before the update.
    func step(_ batch: Batch) throws(PerceptronError) -> Double {
        let plan = begin(batch)
        defer { self.batch = nil }
        if case .ordered = batch.rows { run(plan.gatheringStep) } else { run(plan.step) }
        let loss = try meanLoss(plan)
        try computeParameterGradients(plan)
        guard update() else {
            throw .diverged(what: "the update made a parameter infinite or NaN", epoch: nil, step: updates + 1)
        }
        return loss
    }

    /// The model's outputs for a batch of inputs; what the backward pass needs of it is kept.
    func forward(_ inputs: Matrix<Scalar>) -> Matrix<Scalar> {
        let workspace = workspace(rows: inputs.rows)
        inputs.elements.withMemory { source in
            let block = MatrixBlock(columns: inputs.columns)
            var copy = workspace.memory.mutableView(
                workspace.input, rows: 0..<inputs.rows, columns: 0..<inputs.columns)
            Kernels.copy(source.view(block, rows: 0..<inputs.rows, columns: 0..<inputs.columns), into: &copy)
        }
        let plan = begin(keptBatch(rows: inputs.rows, targets: .classes([])))
        defer { batch = nil }
        run(plan.forward)
        forwardRows = inputs.rows
        return Matrix(rows: inputs.rows, columns: network.outputFeatures) { result in
            let block = MatrixBlock(columns: network.outputFeatures)
            var output = result.mutableView(block, rows: 0..<inputs.rows, columns: 0..<block.columns)
            let last = outputs(of: stages.endIndex - 1, rows: 0..<inputs.rows)
            if stages.count < network.stages.count {
                let stage = network.stages.last!
                var pass = ForwardPass(
                    input: last, parameters: parameters.memory.span(stage.parameters), columns: 0..<block.columns,
                    output: output)
                stage.layer.forward(&pass)
            } else {
                Kernels.copy(last, into: &output)
            }
        }
    }

    /// The loss of the rows that went forward, and its gradient with respect to the parameters.
    func backward(
        targets: Batch.Values, weights: [Double]?, rows: Int, computesInputGradient: Bool
    ) throws(PerceptronError) -> Double {
        if computesInputGradient, inputGradientBuffer?.count ?? 0 < rows * network.inputFeatures {
            inputGradientBuffer = Buffer(count: rows * network.inputFeatures)
        }
        let plan = begin(keptBatch(rows: rows, targets: targets, weights: weights))
        defer { batch = nil }
        run(computesInputGradient ? plan.backwardToInput : plan.backward)
        inputGradientRows = computesInputGradient ? rows : nil
        let loss = try meanLoss(plan)
        try computeParameterGradients(plan)
        return loss
    }

    /// One update of all parameters, if there are gradients.
    /// - Returns: false if it made a parameter infinite or NaN; the parameters are as before then.
    @discardableResult
    func update() -> Bool {
        guard hasGradients, let plan = gradientPlan else { return true }
        updates += 1
        updateIsFinite.store(true, ordering: .relaxed)
        run(plan.update)
        guard let parametersBefore, !updateIsFinite.load(ordering: .relaxed) else { return true }
        updates -= 1
        hasGradients = false
        parameters.copy(from: parametersBefore)
        return false
    }

    /// Takes up the optimizer where it was.
    func resume(updates: Int, state: [[Scalar]]) {
        self.updates = updates
        for (buffer, values) in zip(optimizerState, state) { values.withMemory { buffer.memory.copy(from: $0) } }
    }

    func setParameters(_ values: [Scalar]) {
        values.withMemory { parameters.memory.copy(from: $0) }
    }

    /// The gradient with respect to the inputs of the last backward pass, if that computed it.
    var inputGradient: Matrix<Scalar>? {
        guard let rows = inputGradientRows, let inputGradientBuffer else { return nil }
        let columns = network.inputFeatures
        return Matrix(rows: rows, columns: columns, elements: inputGradientBuffer.memory.array(0..<rows * columns))
    }

    /// What the last forward pass kept: the inputs are the workspace's first block.
    private func keptBatch(rows: Int, targets: Batch.Values, weights: [Double]? = nil) -> Batch {
        let buffer = workspace!.memory
        return Batch(inputs: buffer, targets: targets, weights: weights, rows: .contiguous(from: 0), count: rows)
    }

    /// Makes room for a batch, and its plan.
    private func begin(_ batch: Batch) -> Plan {
        let workspace = workspace(rows: batch.count)
        self.batch = batch
        forwardRows = nil
        inputGradientRows = nil
        if case .ordered(let from) = batch.rows, case .classes(let classes) = batch.targets {
            for row in 0..<batch.count { workspace.classes[row] = classes[order[from + row]] }
        }
        batchWeight = batch.weights.map { gatherWeights($0, batch) } ?? Double(batch.count)
        return plan(rows: batch.count)
    }

    /// Puts the weights of a batch's rows into the workspace, and returns their sum.
    private func gatherWeights(_ weights: [Double], _ batch: Batch) -> Double {
        let workspace = workspace!
        if workspace.weights.count < batch.count {
            workspace.weights = [Double](repeating: 0, count: workspace.rows)
        }
        var sum = 0.0
        for row in 0..<batch.count {
            let weight =
                switch batch.rows {
                case .contiguous(let from): weights[from + row]
                case .ordered(let from): weights[order[from + row]]
                }
            workspace.weights[row] = weight
            sum += weight
        }
        return sum
    }

    private func plan(rows: Int) -> Plan {
        if let plan = plans[rows] { return plan }
        let plan = Plan(
            stages: stages, rows: rows, treatsParametersApart: optimizer.treatsParametersApart)
        // A program that steps through batches of every size must not collect plans for ever.
        if plans.count >= 16 { plans.removeAll() }
        plans[rows] = plan
        if tileLosses.count < plan.lossTiles { tileLosses = Buffer(count: plan.lossTiles) }
        return plan
    }

    private func workspace(rows: Int) -> Workspace<Scalar> {
        if let workspace, workspace.rows >= rows { return workspace }
        let workspace = Workspace<Scalar>(
            stages: stages, targetColumns: network.outputFeatures, rows: rows)
        self.workspace = workspace
        return workspace
    }

    /// What makes a mean of the sum of a batch's losses.
    private var lossScale: Double {
        let columns = network.outputFeatures
        guard let batch, batch.weights == nil else { return loss.scale(weight: batchWeight, columns: columns) }
        return loss.scale(rows: batch.count, columns: columns)
    }

    private func meanLoss(_ plan: Plan) throws(PerceptronError) -> Double {
        let tiles = plan.lossTiles
        let losses = tileLosses.memory.span(0..<tiles)
        var sum = 0.0
        for tile in 0..<tiles { sum += losses[tile] }
        let loss = sum * lossScale
        guard loss.isFinite else {
            hasGradients = false
            throw .diverged(what: "the loss became \(loss)", epoch: nil, step: updates + 1)
        }
        return loss
    }

    private func computeParameterGradients(_ plan: Plan) throws(PerceptronError) {
        gradientIsFinite.store(true, ordering: .relaxed)
        gradientPlan = plan
        run(plan.parameterGradients)
        hasGradients = gradientIsFinite.load(ordering: .relaxed)
        guard hasGradients else {
            throw .diverged(what: "the gradient overflowed", epoch: nil, step: updates + 1)
        }
    }

    // MARK: Tiles

    private func run(_ phases: [Plan.Phase]) {
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
                case .gather: gather(rows)
                case .forward(let stage): forward(stage, rows, columns)
                case .loss: evaluateLoss(rows, tile: tile)
                case .backward(let stage): backward(stage, rows, columns)
                }
            }
        case .parts(let stage, let parts): differentiate(stage, parts)
        case .parameters(let range): update(range)
        }
    }

    private func gather(_ rows: Range<Int>) {
        guard let batch, case .ordered(let from) = batch.rows, let workspace else { return }
        let order = order
        let indices = order.span.extracting(from + rows.lowerBound..<from + rows.upperBound)
        func gather(_ source: Memory<Scalar>, into block: MatrixBlock) {
            let all = MatrixBlock(columns: block.columns)
            let source = source.view(all, rows: 0..<source.count / block.columns, columns: 0..<block.columns)
            var values = workspace.memory.mutableView(block, rows: rows, columns: 0..<block.columns)
            Kernels.gather(source, rows: indices, into: &values)
        }
        gather(batch.inputs, into: workspace.input)
        if case .matrix(let targets) = batch.targets { gather(targets, into: workspace.targets) }
    }

    private func forward(_ index: Int, _ rows: Range<Int>, _ columns: Range<Int>?) {
        let stage = stages[index]
        let workspace = workspace!
        let block = workspace.outputs[index]
        let columns = columns ?? 0..<block.columns
        var output = workspace.memory.mutableView(block, rows: rows, columns: columns)
        if stage.trainsInPlace, let layer = stage.inPlace {
            layer.activate(&output)
        } else {
            var pass = ForwardPass(
                input: inputs(of: index, rows: rows), parameters: parameters.memory.span(stage.parameters),
                columns: columns, output: output)
            stage.layer.forward(&pass)
        }
    }

    private func evaluateLoss(_ rows: Range<Int>, tile: Int) {
        let batch = batch!
        let workspace = workspace!
        let columns = network.outputFeatures
        switch (batch.targets, batch.rows) {
        case (.matrix(let targets), .contiguous(let from)):
            let all = MatrixBlock(offset: from * columns, columns: columns)
            let values = targets.view(all, rows: rows, columns: 0..<columns)
            evaluateLoss(TargetView(values: values), rows, tile: tile)
        case (.matrix, .ordered):
            let values = workspace.memory.view(workspace.targets, rows: rows, columns: 0..<columns)
            evaluateLoss(TargetView(values: values), rows, tile: tile)
        case (.classes(let classes), .contiguous(let from)):
            let part = classes.span.extracting(from + rows.lowerBound..<from + rows.upperBound)
            evaluateLoss(TargetView(classes: part, columns: columns), rows, tile: tile)
        case (.classes, .ordered):
            let classes = workspace.classes
            evaluateLoss(TargetView(classes: classes.span.extracting(rows), columns: columns), rows, tile: tile)
        }
    }

    @inline(__always)
    private func evaluateLoss(_ targets: TargetView<Scalar>, _ rows: Range<Int>, tile: Int) {
        let workspace = workspace!
        let block = workspace.gradients[stages.endIndex - 1]
        let outputs = outputs(of: stages.endIndex - 1, rows: rows)
        var gradient = workspace.memory.mutableView(block, rows: rows, columns: 0..<block.columns)
        var sums = tileLosses.memory.mutableSpan(tile..<tile + 1)
        if batch!.weights == nil {
            sums[0] = loss.evaluate(outputs: outputs, targets: targets, scale: lossScale, gradient: &gradient)
        } else {
            let weights = workspace.weights
            sums[0] = loss.evaluate(
                outputs: outputs, targets: targets, weights: weights.span.extracting(rows), scale: lossScale,
                gradient: &gradient)
        }
    }

    private func backward(_ index: Int, _ rows: Range<Int>, _ columns: Range<Int>?) {
        let stage = stages[index]
        let workspace = workspace!
        if stage.trainsInPlace, let layer = stage.inPlace {
            let block = workspace.gradients[index]
            let columns = columns ?? 0..<block.columns
            var gradient = workspace.memory.mutableView(block, rows: rows, columns: columns)
            layer.differentiate(
                outputs: workspace.memory.view(workspace.outputs[index], rows: rows, columns: columns),
                gradient: &gradient)
        } else {
            let toInput = MatrixBlock(columns: stage.inputFeatures)
            let (memory, block) =
                index == 0 ? (inputGradientBuffer!.memory, toInput) : (workspace.memory, workspace.gradients[index - 1])
            let columns = columns ?? 0..<block.columns
            var pass = BackwardPass(
                input: inputs(of: index, rows: rows), output: outputs(of: index, rows: rows),
                outputGradient: outputGradients(of: index, rows: rows),
                parameters: parameters.memory.span(stage.parameters), columns: columns,
                inputGradient: memory.mutableView(block, rows: rows, columns: columns))
            stage.layer.backward(&pass)
        }
    }

    private func differentiate(_ index: Int, _ parts: Range<Int>) {
        let stage = stages[index]
        let rows = 0..<batch!.count
        let range = stage.parameters(of: parts)
        var pass = ParameterPass(
            input: inputs(of: index, rows: rows), output: outputs(of: index, rows: rows),
            outputGradient: outputGradients(of: index, rows: rows),
            parameters: parameters.memory.span(stage.parameters), parts: parts,
            gradients: gradients.memory.mutableSpan(range))
        stage.layer.parameterGradients(&pass)
        if Kernels.firstNonFinite(gradients.memory.span(range)) != nil {
            gradientIsFinite.store(false, ordering: .relaxed)
        }
    }

    private func update(_ range: Range<Int>) {
        if let parametersBefore {
            let stretch = MatrixBlock(offset: range.lowerBound, columns: range.count)
            var before = parametersBefore.memory.mutableView(stretch, rows: 0..<1, columns: 0..<range.count)
            Kernels.copy(parameters.memory.view(stretch, rows: 0..<1, columns: 0..<range.count), into: &before)
        }
        var update = ParameterUpdate(
            step: updates, range: range, parameters: parameters.memory.mutableSpan(range),
            gradients: gradients.memory.span(range), state: optimizerState)
        optimizer.update(&update)
        if parametersBefore != nil, Kernels.firstNonFinite(parameters.memory.span(range)) != nil {
            updateIsFinite.store(false, ordering: .relaxed)
        }
    }

    // MARK: What lies between the stages

    /// What goes into a stage: what came out of the one before, or rows of the data.
    @_lifetime(immortal)
    private func inputs(of index: Int, rows: Range<Int>) -> MatrixView<Scalar> {
        if index > 0 { return outputs(of: index - 1, rows: rows) }
        let workspace = workspace!
        let columns = 0..<workspace.input.columns
        if let batch, case .contiguous(let from) = batch.rows {
            let all = MatrixBlock(offset: from * columns.count, columns: columns.count)
            return batch.inputs.view(all, rows: rows, columns: columns)
        }
        return
            workspace.memory.view(workspace.input, rows: rows, columns: columns)
    }

    @_lifetime(immortal)
    private func outputs(of index: Int, rows: Range<Int>) -> MatrixView<Scalar> {
        let workspace = workspace!
        let block = workspace.outputs[index]
        return
            workspace.memory.view(block, rows: rows, columns: 0..<block.columns)
    }

    @_lifetime(immortal)
    private func outputGradients(of index: Int, rows: Range<Int>) -> MatrixView<Scalar> {
        let workspace = workspace!
        let block = workspace.gradients[index]
        return
            workspace.memory.view(block, rows: rows, columns: 0..<block.columns)
    }
}
