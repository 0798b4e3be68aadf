/// The loss and metrics of evaluation rows after each epoch.
///
/// Rows go through the network in pieces, so that at most one piece of the inputs is copied, or read from files.
final class Evaluation<Scalar: BLASScalar> {
    private let rows: any EvaluatedRows<Scalar>
    private let metrics: [Metric]
    private let engine: Engine<Scalar>
    private let pieceRows: Int
    private let prediction: Prediction<Scalar>
    /// The columns of the loss's inputs.
    private let columns: Int

    init(_ rows: any EvaluatedRows<Scalar>, metrics: [Metric], engine: Engine<Scalar>) {
        self.rows = rows
        self.metrics = metrics
        self.engine = engine
        columns = engine.lossColumns
        let apart = engine.network.stages.allSatisfy(\.layer.treatsRowsApart)
        pieceRows = apart ? min(rows.count, 4096) : rows.count
        // If the loss includes the last stage, it is evaluated from that stage's inputs.
        prediction = Prediction(
            engine.network, stages: engine.stages, rows: pieceRows, threads: engine.threads)
    }

    /// The loss and metrics with the engine's parameters.
    func callAsFunction() throws(PerceptronError) -> (loss: Double, metrics: [Double]) {
        let (targets, weights) = try rows.targetsAndWeights(for: engine.loss)
        let parameters = engine.parameters.predicting
        var outputs = try forward(parameters)
        let loss = meanLoss(outputs, targets, weights)
        guard !metrics.isEmpty else { return (loss, []) }
        finish(&outputs, parameters)
        var values: [Double] = []
        for metric in metrics { values.append(try metric(outputs, targets, weights: weights)) }
        return (loss, values)
    }

    /// The loss's inputs.
    private func forward(_ parameters: Buffer<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        var failure: PerceptronError?
        let outputs = Matrix<Scalar>(rows: rows.count, columns: columns) { outputs in
            do throws(PerceptronError) {
                try rows.forEachPiece(most: pieceRows) { inputs, rows in
                    prediction.run(
                        parameters: .flat(parameters.memory), state: engine.state.values.memory, inputs: inputs,
                        outputs: outputs.extracting(
                            rows.lowerBound * columns..<rows.upperBound * columns), rows: rows.count)
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return outputs
    }

    /// The mean loss; sums of blocks of rows are added in order.
    private func meanLoss(_ outputs: Matrix<Scalar>, _ targets: Targets<Scalar>, _ weights: [Double]?) -> Double {
        let blockRows = min(outputs.rows, 256)
        let gradient = Buffer<Scalar>(count: blockRows * columns)
        var sum = 0.0
        for start in stride(from: 0, to: outputs.rows, by: blockRows) {
            let rows = start..<min(start + blockRows, outputs.rows)
            switch targets {
            case .matrix(let matrix):
                sum += lossSum(outputs, TargetView(values: matrix.view.rows(rows)), weights, rows, gradient)
            case .classes(let classes):
                let part = TargetView<Scalar>(
                    classes: classes.span.extracting(rows), columns: engine.loss.targets.columns)
                sum += lossSum(outputs, part, weights, rows, gradient)
            }
        }
        let loss = engine.loss.loss
        return sum
            * (weights.map { loss.scale(weight: $0.reduce(0, +), columns: columns) }
                ?? loss.scale(rows: outputs.rows, columns: columns))
    }

    /// The sum of some rows' losses; the gradient written to `gradient` is not used.
    private func lossSum(
        _ outputs: Matrix<Scalar>, _ targets: TargetView<Scalar>, _ weights: [Double]?, _ rows: Range<Int>,
        _ gradient: Buffer<Scalar>
    ) -> Double {
        var gradientView = gradient.memory.mutableView(
            MatrixBlock(columns: columns), rows: 0..<rows.count, columns: 0..<columns)
        let outputs = outputs.view.rows(rows)
        guard let weights else {
            return engine.loss.loss.evaluate(outputs: outputs, targets: targets, scale: 1, gradient: &gradientView)
        }
        return engine.loss.loss.evaluate(
            outputs: outputs, targets: targets, weights: LossWeights(rows: weights.span.extracting(rows)), scale: 1,
            gradient: &gradientView)
    }

    /// Turns the loss's inputs into predictions.
    private func finish(_ outputs: inout Matrix<Scalar>, _ parameters: Buffer<Scalar>) {
        let network = engine.network
        if engine.stages.count < network.stages.count {
            outputs = engine.modelOutputs(of: outputs.view, parameters)
        }
        engine.loss.asked.outputFunction(
            lastLayer: network.layers[network.layers.count - 1], outputFeatures: network.outputFeatures
        ).apply(to: &outputs)
    }
}
