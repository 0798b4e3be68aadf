/// Finds the layer at which a row that was finite is so no more.
struct Overflow<Scalar: BLASScalar> {
    private let network: Network
    private let parameters: NetworkParameters<Scalar>
    private let state: [Scalar]

    init(_ network: Network, _ parameters: NetworkParameters<Scalar>, state: [Scalar]) {
        self.network = network
        self.parameters = parameters
        self.state = state
    }

    /// What to throw where outputs are not all finite.
    func error(inputs: Span<Scalar>, outputs: Span<Scalar>) -> PerceptronError {
        guard let index = Kernels.firstNonFinite(outputs) else {
            return .overflow("the outputs are not all finite")
        }
        let row = index / network.outputFeatures
        let features = network.inputFeatures
        let found =
            place(inputs.extracting(row * features..<(row + 1) * features))
            ?? (index % network.outputFeatures, outputs[index], "the model")
        return .overflow(
            "\(found.name) gives \(found.value) in row \(row), column \(found.column) (counted from 0); look at the "
                + "inputs of that row, and at the parameters. A number may have overflowed \(Scalar.self)"
                + (Scalar.self == Float.self ? "; Double holds larger ones" : ""))
    }

    /// The first layer that gives a value that is not finite for a row, where rows are alone.
    private func place(_ row: Span<Scalar>) -> (column: Int, value: Scalar, name: String)? {
        for stage in network.stages where !stage.isFork && !stage.layer.actsInTrainingAlone {
            let prediction = Prediction<Scalar>(
                network, stages: network.stages[...stage.index], rows: 1, threads: 1)
            let columns = network.widths[stage.output.index]
            let values = [Scalar](count: columns) { values in
                state.withMemory { state in
                    row.withMemory { row in
                        _ = prediction.run(
                            parameters: parameters, state: state, inputs: row, outputs: values, rows: 1)
                    }
                }
            }
            if let column = Kernels.firstNonFinite(values.span) { return (column, values[column], stage.description) }
        }
        return nil
    }
}
