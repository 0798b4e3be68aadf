import Perceptron

/// A layer that is made of layers, as the only one of a model in training: it has no passes of its own.
///
/// What a trainer does besides counts too: it copies the inputs and outputs, and evaluates a loss.
struct CatalogueComposite<Scalar: BLASScalar> {
    private let trainer: Trainer<Scalar>
    private let inputs: Matrix<Scalar>
    private let targets: Matrix<Scalar>

    init(_ layer: any Layer) throws {
        let (rows, columns) = (CatalogueEntry.rows, CatalogueEntry.columns)
        let model = try MLP<Scalar>([layer], seed: 2)
        trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: SGD(), threads: 1)
        inputs = Matrix(random: rows, columns, seed: 1)
        targets = Matrix(random: rows, model.outputFeatures, seed: 3)
    }

    func time(_ effort: Timing.Effort) throws -> (forward: Timing, backward: Timing?) {
        var trainer = trainer
        let forward = try Timing(effort) { calls in
            for _ in 0..<calls { _ = try trainer.forward(inputs) }
        }
        let both = try Timing(effort) { calls in
            for _ in 0..<calls {
                _ = try trainer.forward(inputs)
                try trainer.backward(targets: targets, computesInputGradient: true)
            }
        }
        // There is no way back without one forward.
        return (forward, Timing(seconds: both.seconds.map { $0 - forward.median }))
    }
}
