/// Rows that a model is evaluated on, in memory or in files.
protocol EvaluatedRows<Scalar>: Sendable {
    associatedtype Scalar: BLASScalar

    var count: Int { get }

    /// Throws unless everything fits a model, its loss and each other.
    /// - Parameter name: precedes "inputs" and "targets" in messages: "", or "validation ".
    func check(for engine: Engine<Scalar>, name: String) throws(PerceptronError)

    /// The targets and weights of all rows, in order.
    /// - Throws: `PerceptronError.invalidValue` if the loss rejects a target.
    func targetsAndWeights(for loss: BatchLoss<Scalar>) throws(PerceptronError) -> (
        targets: Targets<Scalar>, weights: [Double]?
    )

    /// Calls `body` with the inputs of all rows in order, at most `most` at once.
    func forEachPiece(
        most: Int, _ body: (_ inputs: Memory<Scalar>, _ rows: Range<Int>) -> Void
    ) throws(PerceptronError)
}

extension Examples: EvaluatedRows {
    func targetsAndWeights(for loss: BatchLoss<Scalar>) -> (targets: Targets<Scalar>, weights: [Double]?) {
        guard let indices else { return (targets, weights) }
        return (targets.rows(indices), weights.map { all in indices.map { all[$0] } })
    }

    func forEachPiece(most: Int, _ body: (_ inputs: Memory<Scalar>, _ rows: Range<Int>) -> Void) {
        let columns = inputs.columns
        let gathered = indices.map { _ in Buffer<Scalar>(count: most * columns) }
        inputs.elements.withMemory { memory in
            for start in stride(from: 0, to: count, by: most) {
                let rows = start..<min(start + most, count)
                guard let indices, let gathered else {
                    body(memory.extracting(rows.lowerBound * columns..<rows.upperBound * columns), rows)
                    continue
                }
                let all = memory.view(MatrixBlock(columns: columns), rows: 0..<inputs.rows, columns: 0..<columns)
                var copy = gathered.memory.mutableView(
                    MatrixBlock(columns: columns), rows: 0..<rows.count, columns: 0..<columns)
                Kernels.gather(all, rows: indices.span.extracting(rows), into: &copy)
                body(gathered.memory, rows)
            }
        }
    }
}
