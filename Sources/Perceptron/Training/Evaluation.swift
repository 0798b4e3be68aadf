/// The loss and metrics of rows that are looked at after each epoch.
///
/// Rows go through the network in pieces, so that of the inputs at most a piece is copied, or read from files.
final class Evaluation<Scalar: BLASScalar> {
    private let rows: any EvaluatedRows<Scalar>
    private let metrics: [Metric]
    private let engine: Engine<Scalar>
    private let pieceRows: Int
    private let prediction: Prediction<Scalar>
    private let outputFeatures: Int

    init(_ rows: any EvaluatedRows<Scalar>, metrics: [Metric], engine: Engine<Scalar>) {
        self.rows = rows
        self.metrics = metrics
        self.engine = engine
        outputFeatures = engine.network.outputFeatures
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
        let outputs = Matrix<Scalar>(rows: rows.count, columns: outputFeatures) { outputs in
            do throws(PerceptronError) {
                try rows.forEachPiece(most: pieceRows) { inputs, rows in
                    prediction.run(
                        parameters: .flat(parameters.memory), state: engine.state.values.memory, inputs: inputs,
                        outputs: outputs.extracting(
                            rows.lowerBound * outputFeatures..<rows.upperBound * outputFeatures), rows: rows.count)
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
        let gradient = Buffer<Scalar>(count: blockRows * outputFeatures)
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
            * (weights.map { loss.scale(weight: $0.reduce(0, +), columns: outputFeatures) }
                ?? loss.scale(rows: outputs.rows, columns: outputFeatures))
    }

    /// The sum of some rows' losses; their gradient goes to `gradient`, and nobody reads it.
    private func lossSum(
        _ outputs: Matrix<Scalar>, _ targets: TargetView<Scalar>, _ weights: [Double]?, _ rows: Range<Int>,
        _ gradient: Buffer<Scalar>
    ) -> Double {
        var gradientView = gradient.memory.mutableView(
            MatrixBlock(columns: outputFeatures), rows: 0..<rows.count, columns: 0..<outputFeatures)
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
        applyLastStage(to: &outputs, parameters)
        let layers = engine.network.layers
        engine.loss.asked.outputFunction(lastLayer: layers[layers.count - 1], outputFeatures: outputFeatures)
            .apply(to: &outputs)
    }

    /// Applies the stage that the loss includes, if it does: what was its input becomes the model's output.
    private func applyLastStage(to outputs: inout Matrix<Scalar>, _ parameters: Buffer<Scalar>) {
        guard engine.stages.count < engine.network.stages.count, let stage = engine.network.stages.last else { return }
        let inputs = outputs
        outputs = Matrix(rows: inputs.rows, columns: outputFeatures) { result in
            var pass = ForwardPass(
                input: inputs.view, parameters: parameters.memory.span(stage.parameters),
                columns: 0..<outputFeatures,
                output: result.mutableView(
                    MatrixBlock(columns: outputFeatures), rows: 0..<inputs.rows, columns: 0..<outputFeatures),
                state: engine.state.values.memory.span(stage.state))
            stage.layer.forward(&pass)
        }
    }
}
