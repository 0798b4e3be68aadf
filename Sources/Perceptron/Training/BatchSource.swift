/// The source of a training run's batches.
protocol BatchSource<Scalar>: AnyObject {
    associatedtype Scalar: BLASScalar

    /// How rows are divided among the steps of an epoch.
    var batches: Batches { get }

    /// Whether rows have weights.
    var isWeighted: Bool { get }

    /// Draws the order of an epoch's rows, which suffices to repeat the epoch.
    func drawOrder(using generator: inout RandomGenerator) -> [Int]

    /// Whether this source could have drawn an order, which may come from a file.
    func accepts(_ order: [Int]) -> Bool

    /// Begins an epoch in the given order at a step, the first unless training resumes.
    func begin(order: [Int], step: Int, engine: Engine<Scalar>)

    /// The batch of the next step, valid until the next call.
    func batch(step: Int) throws(PerceptronError) -> Batch<Scalar>

    /// Ends an epoch at any step.
    func end()
}

/// Batches of rows in memory.
final class ExampleSource<Scalar: BLASScalar>: BatchSource {
    let batches: Batches
    var isWeighted: Bool { weights != nil }
    private let inputs: Memory<Scalar>
    private let targets: Batch<Scalar>.Values
    private let weights: [Double]?
    private let classWeights: ClassWeights?
    private let indices: [Int]?
    private let shards: RowShards?
    /// Where in the order the rows of each step begin, if there are shards.
    private var starts: [Int] = []

    private init(
        _ examples: Examples<Scalar>, _ inputs: Memory<Scalar>, _ targets: Batch<Scalar>.Values,
        batches: Batches, shards: RowShards?
    ) {
        self.batches = batches
        self.shards = shards
        self.inputs = inputs
        self.targets = targets
        weights = examples.weights
        classWeights = examples.classWeights
        indices = examples.indices
    }

    /// Calls `body` with a source that is valid until it returns.
    /// - Parameter shards: the shards from which batches take rows in turn, and whose rows are in memory; nil without
    ///   shards.
    static func withSource<Result>(
        _ examples: Examples<Scalar>, batches: Batches, shards: RowShards? = nil,
        _ body: (ExampleSource) throws(PerceptronError) -> Result
    ) throws(PerceptronError) -> Result {
        try examples.inputs.elements.withMemory { (memory) throws(PerceptronError) in
            try examples.targets.withBorrowedValues { (values) throws(PerceptronError) in
                try body(ExampleSource(examples, memory, values, batches: batches, shards: shards))
            }
        }
    }

    func drawOrder(using generator: inout RandomGenerator) -> [Int] {
        if shards != nil { return RowShards.drawOrder(batches.sampling, using: &generator) }
        var order: [Int] = []
        batches.begin(&order, using: &generator)
        guard let indices else { return order }
        return order.isEmpty ? indices : order.map { indices[$0] }
    }

    func accepts(_ order: [Int]) -> Bool {
        if shards != nil { return RowShards.accepts(order, batches.sampling) }
        let rows = indices ?? Array(0..<batches.rows)
        return switch batches.sampling {
        case .inOrder: order == indices ?? []
        case .shuffled, .wholeBatches: order.sorted() == rows.sorted()
        case .withReplacement: order.count == batches.batchSize && Set(rows).isSuperset(of: order)
        }
    }

    func begin(order: [Int], step: Int, engine: Engine<Scalar>) {
        guard let shards else {
            engine.batch.order = order
            return
        }
        engine.batch.order = shards.order(batches, seed: order.first, starts: &starts)
        if let indices {
            for place in engine.batch.order.indices { engine.batch.order[place] = indices[engine.batch.order[place]] }
        }
    }

    func batch(step: Int) -> Batch<Scalar> {
        if shards != nil {
            return Batch(
                inputs: inputs, targets: targets, weights: weights, classWeights: classWeights,
                rows: .ordered(from: starts[step]), count: starts[step + 1] - starts[step])
        }
        let range = batches.range(step: step)
        let isContiguous = batches.sampling == .inOrder && indices == nil
        return Batch(
            inputs: inputs, targets: targets, weights: weights, classWeights: classWeights,
            rows: isContiguous ? .contiguous(from: range.lowerBound) : .ordered(from: range.lowerBound),
            count: range.count)
    }

    func end() {}
}

extension Targets {
    /// Calls `body` with the targets in a batch's form.
    func withBorrowedValues<Result>(
        _ body: (Batch<Scalar>.Values) throws(PerceptronError) -> Result
    ) throws(PerceptronError) -> Result {
        switch self {
        case .matrix(let matrix):
            try matrix.elements.withMemory { (memory) throws(PerceptronError) in try body(.matrix(memory)) }
        case .classes(let classes): try body(.classes(classes))
        }
    }
}
