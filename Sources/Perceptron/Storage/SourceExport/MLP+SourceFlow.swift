extension MLP {
    /// Appends what the layers do to a row.
    /// - Throws: `PerceptronError.invalidArgument` naming the layer, if one of them is not a layer of this package.
    func appendSteps(to flow: inout SourceFlow) throws(PerceptronError) {
        // The position of the network's values in the flow.
        var values = [Int](repeating: -1, count: network.widths.count)
        values[0] = flow.result
        for stage in network.stages {
            let input = values[stage.input.index]
            if stage.isFork || stage.layer.actsInTrainingAlone {
                for value in stage.writes { values[value] = input }
                continue
            }
            let output = stage.output.index
            if values[output] < 0 { values[output] = flow.newValue(network.widths[output]) }
            do throws(PerceptronError) {
                flow.append(try step(stage), reads: stage.reads.map { values[$0] }, writes: values[output])
            } catch {
                throw error.inside(stage.description)
            }
        }
        flow.end(with: values[network.stages[network.stages.count - 1].output.index])
    }

    private func step(_ stage: Network.Stage) throws(PerceptronError) -> SourceStep {
        let (inputs, outputs) = (network.widths[stage.input.index], network.widths[stage.output.index])
        switch stage.join {
        case .sum: return SourceStep(inPlace: .call(.add), outputs, "The sum")
        case .copy:
            let counts = [stage.input.columns.lowerBound, stage.output.columns.lowerBound, stage.output.features]
            return SourceStep(
                .call(.part, counts: counts), from: inputs, to: outputs, "Columns \(stage.input.columns)")
        case .fork, nil:
            return try SourceStep(
                stage.layer, from: inputs, to: outputs, parameters: parameters[stage.parameters].map { Double($0) },
                state: state[stage.state].map { Double($0) }, precision: SourcePrecision(Scalar.self))
        }
    }
}
