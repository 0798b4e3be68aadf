/// The loss and metrics of rows that are looked at after each epoch.
///
/// Rows go through the network in pieces, so that of the inputs at most a piece is copied, or read from files.
final class Evaluation<Scalar: BLASScalar> {
    private let rows: any EvaluatedRows<Scalar>
    private let metrics: [Metric]
    private let engine: Engine<Scalar>
    private let pieceRows: Int
    private let prediction: Prediction<Scalar>
    /// The columns of what the loss sees.
    private let columns: Int

    init(_ rows: any EvaluatedRows<Scalar>, metrics: [Metric], engine: Engine<Scalar>) {
        self.rows = rows
        self.metrics = metrics
        self.engine = engine
        columns = engine.lossColumns
        let apart = engine.network.stages.allSatisfy(\.layer.treatsRowsApart)
        pieceRows = apart ? min(rows.count, 4096) : rows.count
        // The loss may include the last stage: then it is evaluated from what goes into that.
        prediction = Prediction(
            engine.network, stages: engine.stages, rows: pieceRows, threads: engine.threads)
    }

    /// What the engine's parameters make of the rows.
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

    /// What the stages give that the loss sees.
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

    /// The mean loss; sums of blocks of rows are added in their order.
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

    /// The sum of some rows' losses; their gradient goes to `gradient`, and nobody reads it.
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

    /// Makes predictions of what the loss sees: of the model's outputs, or of what goes into its last stage.
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
