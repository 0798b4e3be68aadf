/// The source of a training run's batches.
protocol BatchSource<Scalar>: AnyObject {
    associatedtype Scalar: BLASScalar

    /// How rows are divided among the steps of an epoch.
    var batches: Batches { get }

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
    private let inputs: Memory<Scalar>
    private let targets: Batch<Scalar>.Values
    private let weights: [Double]?
    private let classWeights: ClassWeights?
    private let indices: [Int]?

    private init(
        _ examples: Examples<Scalar>, _ inputs: Memory<Scalar>, _ targets: Batch<Scalar>.Values,
        batches: Batches
    ) {
        self.batches = batches
        self.inputs = inputs
        self.targets = targets
        weights = examples.weights
        classWeights = examples.classWeights
        indices = examples.indices
    }

    /// Calls `body` with a source that is valid until it returns.
    static func withSource<Result>(
        _ examples: Examples<Scalar>, batches: Batches,
        _ body: (ExampleSource) throws(PerceptronError) -> Result
    ) throws(PerceptronError) -> Result {
        try examples.inputs.elements.withMemory { (memory) throws(PerceptronError) in
            try examples.targets.withBorrowedValues { (values) throws(PerceptronError) in
                try body(ExampleSource(examples, memory, values, batches: batches))
            }
        }
    }

    func drawOrder(using generator: inout RandomGenerator) -> [Int] {
        var order: [Int] = []
        batches.begin(&order, using: &generator)
        guard let indices else { return order }
        return order.isEmpty ? indices : order.map { indices[$0] }
    }

    func accepts(_ order: [Int]) -> Bool {
        let rows = indices ?? Array(0..<batches.rows)
        return switch batches.sampling {
        case .inOrder: order == indices ?? []
        case .shuffled, .wholeBatches: order.sorted() == rows.sorted()
        case .withReplacement: order.count == batches.batchSize && Set(rows).isSuperset(of: order)
        }
    }

    func begin(order: [Int], step: Int, engine: Engine<Scalar>) { engine.batch.order = order }

    func batch(step: Int) -> Batch<Scalar> {
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
