import Perceptron

/// A whole training on real images, beside the same in peers/fashion.py.
struct FashionSection: Section {
    let name = "fashion"
    let summary = "training on Fashion-MNIST, as JSON lines"
    let isDefault = false
    let printsJSON = true

    func cases(_ options: Options) -> [String] { ["784-128-10"] }

    func run(_ cases: [String], _ options: Options, _ report: Report) throws {
        do {
            if options.scalars.includesDouble { try measure(Double.self, "f64", options, report) }
            if options.scalars.includesFloat { try measure(Float.self, "f32", options, report) }
        } catch let problem as FashionProblem {
            skip(problem.description, options, report)
        }
    }

    /// Without the data there is nothing to measure; a fault only if this section was meant.
    private func skip(_ reason: String, _ options: Options, _ report: Report) {
        if let filter = options.filter, name.hasPrefix(filter) || filter.hasPrefix(name) {
            report.fail("\(name): \(reason)")
        } else {
            report.note("\(name) left out: \(reason)")
        }
    }

    private func measure<Scalar: BLASScalar>(
        _: Scalar.Type, _ dtype: String, _ options: Options, _ report: Report
    ) throws {
        let data = try FashionData<Scalar>(folder: options.fashionFolder)
        let epochs = options.quick ? 1 : options.epochs
        for threads in options.threadCounts {
            var model = try MLP<Scalar>([Linear(784, 128), ReLU(), Linear(128, 10), Softmax()], seed: 1)
            let duration = try ContinuousClock().measure {
                try model.train(
                    inputs: data.training.inputs, targets: data.training.classes, loss: CrossEntropy(),
                    optimizer: Adam(learningRate: 0.001), epochs: epochs, batchSize: 64, progress: .silent,
                    threads: threads)
            }
            let output = try model.predict(data.test.inputs)
            let right = data.test.classes.indices.count { row in
                let scores = output.elements[row * 10..<row * 10 + 10]
                return scores.firstIndex(of: scores.max()!)! - row * 10 == data.test.classes[row]
            }
            let result: JSONObject = [
                "kind": .string("fashion"), "peer": .string("perceptron"), "dtype": .string(dtype),
                "threads": .integer(threads), "epochs": .integer(epochs),
                "seconds_per_epoch": .rounded(duration / .seconds(epochs), decimals: 4),
                "accuracy": .rounded(Double(right) / Double(data.test.classes.count), decimals: 4),
            ]
            report.print("\(result)")
            try report.record(result)
        }
    }
}
