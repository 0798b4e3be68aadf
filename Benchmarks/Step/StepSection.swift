import Perceptron

/// Whole training steps: forward, cross-entropy, backward, Adam, on one batch again and again.
struct StepSection: Section {
    let name = "step"
    let summary = "whole training steps of five models, as JSON lines"
    let isDefault = false
    let printsJSON = true

    func cases(_ options: Options) -> [String] { StepWorkload.all.map(\.name) }

    func run(_ cases: [String], _ options: Options, _ report: Report) throws {
        for workload in StepWorkload.all where cases.contains(workload.name) {
            if options.scalars.includesDouble { try measure(workload, Double.self, "f64", options, report) }
            if options.scalars.includesFloat { try measure(workload, Float.self, "f32", options, report) }
        }
    }

    private func measure<Scalar: BLASScalar>(
        _ workload: StepWorkload, _: Scalar.Type, _ dtype: String, _ options: Options, _ report: Report
    ) throws {
        let effort =
            options.quick
            ? Timing.Effort(repetitions: 3, secondsPerRepetition: 0.02, patience: 0.2)
            : Timing.Effort(repetitions: 9, secondsPerRepetition: 0.1)
        let (inputs, classes) = workload.data(Scalar.self)
        let model = try MLP<Scalar>(workload.layers, seed: 1)
        for threads in options.threadCounts {
            var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam(), threads: threads)
            let timing = try Timing(effort) { calls in
                for _ in 0..<calls { try trainer.step(inputs: inputs, targets: classes) }
            }
            let result: JSONObject = [
                "workload": .string(workload.name), "dtype": .string(dtype), "threads": .integer(threads),
                "us_median": .microseconds(timing.median), "us_min": .microseconds(timing.minimum),
            ]
            report.print("\(result)")
            try report.record(result)
        }
    }
}
