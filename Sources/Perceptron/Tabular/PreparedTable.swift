/// A preprocessed table: rows to train on, and held-out rows that select the best epoch.
struct PreparedTable<Scalar: BLASScalar>: Sendable {
    let preprocessing: Preprocessing
    let fitted: FittedPreprocessing
    let shape: TableShape
    let examples: Examples<Scalar>
    let held: Examples<Scalar>

    /// - Parameter seed: decides which rows are held out, if they are drawn at random.
    init(
        _ data: Dataset<Scalar>, _ validation: Pipeline<Scalar>.Validation, for recipe: TabularRecipe, seed: UInt64
    ) throws(PerceptronError) {
        let (training, held) =
            switch validation {
            case .rows(let rows): (data, rows)
            case .fraction(let fraction, let order): try data.split(testFraction: fraction, seed: seed, order: order)
            }
        preprocessing = TableShape.preprocessing(for: training, numeric: recipe.numeric(rows: training.rows))
        fitted = try preprocessing.fitted(to: training)
        examples = try training.examples(fitted, labelNames: data.labelNames)
        self.held = try held.examples(fitted, labelNames: data.labelNames)
        shape = try TableShape(
            fitted, inputs: examples.inputs, weights: examples.weights,
            outputs: data.classCount > 0 ? data.classCount : examples.targets.columns, hasClasses: data.classCount > 0)
    }

    /// The metric on the held-out rows, in the targets' own units.
    func evaluate(_ metric: Metric, _ model: MLP<Scalar>, threads: Int) throws(PerceptronError) -> Double {
        let outputs = try model.predict(held.inputs, threads: threads)
        guard case .matrix(let targets) = held.targets else {
            return try metric(outputs, held.targets, weights: held.weights)
        }
        return try metric(
            try fitted.unscaledOutputs(outputs), try fitted.unscaledOutputs(targets), weights: held.weights)
    }
}

extension PreparedTable {
    /// A checksum of all rows, held-out rows included.
    var checksum: UInt64 {
        var checksum = Fingerprint()
        for part in [examples, held] {
            checksum.add(UInt64(part.inputs.rows))
            checksum.add(part.inputs.elements.span)
            switch part.targets {
            case .matrix(let matrix): checksum.add(matrix.elements.span)
            case .classes(let classes): for value in classes { checksum.add(UInt64(value)) }
            }
            for weight in part.weights ?? [] { checksum.add(weight.bitPattern) }
        }
        return checksum.bits
    }
}

extension Targets {
    fileprivate var columns: Int {
        switch self {
        case .matrix(let matrix): matrix.columns
        case .classes: 1
        }
    }
}
