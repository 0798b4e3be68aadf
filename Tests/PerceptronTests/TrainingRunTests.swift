import Testing

@testable import Perceptron

/// Validation, early stopping, metrics, callbacks: what a run of `train` does besides steps.
@Suite struct TrainingRunTests {
    private let x = RandomGenerator.inputs(rows: 60, columns: 3, seed: 2)
    private let classes = RandomGenerator.labels(rows: 60, below: 3, seed: 3)
    private let heldX = RandomGenerator.inputs(rows: 25, columns: 3, seed: 4)
    private let heldClasses = RandomGenerator.labels(rows: 25, below: 3, seed: 5)

    private func model(_ seed: UInt64 = 1) throws -> MLP<Double> {
        try MLP([Linear(3, 8), Tanh(), Linear(8, 3), Softmax()], seed: seed)
    }

    /// The share of rows whose largest output is the target's.
    private let right = Metric("right", largerIsBetter: true) { (outputs, targets, weights) throws(PerceptronError) in
        guard case .classes(let classes) = targets else { return .nan }
        let weights = weights ?? [Double](repeating: 1, count: classes.count)
        var sum = 0.0
        for row in 0..<outputs.rows {
            let best = (0..<outputs.columns).max { outputs[row, $0] < outputs[row, $1] }
            if best == classes[row] { sum += weights[row] }
        }
        return sum / weights.reduce(0, +)
    }

    // MARK: Validation

    /// The validation loss is the loss a step would have on those rows.
    @Test(arguments: [1, 25, 600]) func validationLossIsTheLossOfTheRows(rows: Int) throws {
        let heldX = RandomGenerator.inputs(rows: rows, columns: 3, seed: 4)
        let heldClasses = RandomGenerator.labels(rows: rows, below: 3, seed: 5)
        for loss in [CrossEntropy(), MeanSquaredError()] as [any Loss] {
            var model = try model()
            let history = try model.train(
                inputs: x, targets: classes, loss: loss, epochs: 2, validation: .rows(heldX, heldClasses),
                metrics: [right, .logLoss], progress: .silent)
            var trainer = try Trainer(model: model, loss: loss, optimizer: Adam())
            let expected = try trainer.step(inputs: heldX, targets: heldClasses)
            #expect(history.validationLosses.count == 2)
            #expect(abs(history.validationLosses[1] - expected) <= 1e-13)
            let outputs = try model.predict(heldX)
            #expect(history[metric: "right"]?[1] == (try right(outputs, heldClasses)))
            #expect(history[metric: "log loss"]?[1] == (try Metric.logLoss(outputs, heldClasses)))
            #expect(history[metric: "wrong"] == nil)
        }
    }

    @Test func validationChangesNothingInTraining() throws {
        var (plain, validated) = try (model(), model())
        let a = try plain.train(inputs: x, targets: classes, loss: CrossEntropy(), epochs: 4, progress: .silent)
        let b = try validated.train(
            inputs: x, targets: classes, loss: CrossEntropy(), epochs: 4, validation: .rows(heldX, heldClasses),
            metrics: [right], progress: .silent)
        #expect(a.losses == b.losses)
        #expect(plain.parameters == validated.parameters)
        #expect(a.keptEpoch == 4 && b.keptEpoch == 4)
        #expect(a.ending == .completed)
        #expect(a.validationLosses.isEmpty && a.metrics.isEmpty)
    }

    @Test func metricsWithoutValidationAreOfTheRowsTrainedOn() throws {
        var model = try model()
        let history = try model.train(
            inputs: x, targets: classes, loss: CrossEntropy(), epochs: 3, metrics: [right], progress: .silent)
        #expect(history[metric: "right"]?.count == 3)
        #expect(history[metric: "right"]?[2] == (try right(model.predict(x), classes)))
    }

    @Test(arguments: [0.1, 0.25, 0.5]) func aFractionIsHeldOutOfEachClass(fraction: Double) throws {
        let classes = (0..<60).map { $0 % 6 == 0 ? 2 : $0 % 2 }
        let examples = Examples(inputs: x, targets: .classes(classes))
        var generator = RandomGenerator(seed: 8)
        let (first, second) = try examples.split(fraction: fraction, classes: 3, using: &generator)
        let (a, b) = (try #require(first.indices), try #require(second.indices))
        #expect((a + b).sorted() == Array(0..<60))
        #expect(b.count == Int((fraction * 60).rounded()))
        for label in 0..<3 {
            let all = classes.count { $0 == label }
            let held = b.count { classes[$0] == label }
            #expect(abs(Double(held) - fraction * Double(all)) <= 1)
        }
        #expect(try examples.split(fraction: fraction, classes: 3, using: &generator).second.indices != b)

        // Trained on the rest: the same as to give these rows apart.
        var (fractioned, apart) = try (model(), model())
        var draw = RandomGenerator(seed: 1)
        var state = fractioned.generator
        draw = RandomGenerator(seed: state.next())
        let parts = try examples.split(fraction: fraction, classes: 3, using: &draw)
        let held = try #require(parts.second.indices)
        let p = try fractioned.train(
            inputs: x, targets: classes, loss: CrossEntropy(), epochs: 2, batchSize: 60, sampling: .inOrder,
            validation: .fraction(fraction), metrics: [right], progress: .silent)
        let rest = try #require(parts.first.indices)
        let q = try apart.train(
            inputs: x.rows(rest), targets: rest.map { classes[$0] }, loss: CrossEntropy(), epochs: 2, batchSize: 60,
            sampling: .inOrder, validation: .rows(x.rows(held), held.map { classes[$0] }), metrics: [right],
            progress: .silent)
        #expect(p == q)
        #expect(fractioned.parameters == apart.parameters)
    }

    // MARK: Early stopping

    /// A metric that is what the test says, epoch by epoch.
    private func scripted(_ values: [Double], largerIsBetter: Bool) -> Metric {
        let next = Locked(0)
        return Metric("scripted", largerIsBetter: largerIsBetter) { (_, _, _) throws(PerceptronError) in
            next.withLock { next in
                next += 1
                return values[next - 1]
            }
        }
    }

    struct Script: Sendable {
        let values: [Double]
        var larger = false
        var patience = 2
        var improvement = 0.0
        let epochs: Int
        let kept: Int
        let ending: History.Ending
    }

    @Test(arguments: [
        Script(values: [5, 4, 3, 2, 1], epochs: 5, kept: 5, ending: .completed),
        Script(values: [5, 4, 6, 7, 1], epochs: 4, kept: 2, ending: .stoppedEarly),
        Script(values: [5, 4, 6, 3, 7, 8, 1], epochs: 6, kept: 4, ending: .stoppedEarly),
        Script(values: [1, 2, 3, 3, 3, 9], larger: true, epochs: 5, kept: 3, ending: .stoppedEarly),
        Script(values: [5, 4.5, 4.1, 3.9, 1], improvement: 1, epochs: 3, kept: 1, ending: .stoppedEarly),
        Script(values: [5, 4, 4, 4, 1], patience: 1, epochs: 3, kept: 2, ending: .stoppedEarly),
        Script(values: [.nan, 4, .nan, .nan, 1], epochs: 4, kept: 2, ending: .stoppedEarly),
        Script(values: [5, 1, 2, 0.5, 3], patience: 4, epochs: 5, kept: 4, ending: .completed),
    ])
    func stopsAndRestores(_ script: Script) throws {
        for restores in [true, false] {
            var trainer = try Trainer(model: model(), loss: CrossEntropy(), optimizer: Adam())
            let snapshots = Locked<[[Double]]>([])
            let history = try trainer.train(
                inputs: x, targets: classes, epochs: script.values.count,
                earlyStopping: EarlyStopping(
                    patience: script.patience, minimumImprovement: script.improvement, restoresBest: restores,
                    monitoring: .metric("scripted")),
                metrics: [scripted(script.values, largerIsBetter: script.larger)],
                callbacks: [
                    .everyEpoch { report in
                        snapshots.withLock { $0.append(report.model.parameters) }
                        return .proceed
                    }
                ], progress: .silent)
            #expect(history.losses.count == script.epochs)
            #expect(history.ending == script.ending)
            #expect(history.keptEpoch == (restores ? script.kept : script.epochs))
            let kept = try #require(history.keptEpoch)
            #expect(trainer.model.parameters == snapshots.withLock { $0[kept - 1] })
        }
    }

    @Test func theLossThatIsWatchedIsTheValidationLossIfThereIsOne() throws {
        // The training loss falls on; that of other labels rises soon.
        var trainer = try Trainer(
            model: model(), loss: CrossEntropy(), optimizer: Adam(learningRate: 0.05))
        let history = try trainer.train(
            inputs: x, targets: classes, epochs: 500,
            validation: .rows(x, classes.map { ($0 + 1) % 3 }), earlyStopping: EarlyStopping(patience: 3),
            progress: .silent)
        #expect(history.ending == .stoppedEarly)
        let best = try #require(
            history.validationLosses.indices.min { history.validationLosses[$0] < history.validationLosses[$1] })
        #expect(history.keptEpoch == best + 1)
        #expect(history.losses.count == best + 1 + 3)
        var again = try Trainer(model: model(), loss: CrossEntropy(), optimizer: Adam(learningRate: 0.05))
        let unwatched = try again.train(
            inputs: x, targets: classes, epochs: 30, earlyStopping: EarlyStopping(patience: 3), progress: .silent)
        #expect(unwatched.losses.count > history.losses.count)
    }

    // MARK: Callbacks

    @Test func callbacksSeeWhereTrainingIs() throws {
        let seen = Locked<[String]>([])
        var trainer = try Trainer(model: model(), loss: CrossEntropy(), optimizer: Adam())
        let note: TrainingCallback<Double>.Body = { (report) throws(PerceptronError) in
            seen.withLock {
                $0.append(
                    "\(report.epoch)/\(report.epochs) \(report.step)/\(report.steps) \(report.updates) \(report.history.losses.count)"
                )
            }
            return .proceed
        }
        let history = try trainer.train(
            inputs: x, targets: classes, epochs: 2, batchSize: 25,
            callbacks: [.everyStep(note), .everyEpoch(note)], progress: .silent)
        #expect(
            seen.withLock { $0 } == [
                "1/2 1/3 1 0", "1/2 2/3 2 0", "1/2 3/3 3 0", "1/2 3/3 3 1",
                "2/2 1/3 4 1", "2/2 2/3 5 1", "2/2 3/3 6 1", "2/2 3/3 6 2",
            ])
        #expect(history.losses.count == 2)
    }

    @Test func aReportHasTheModelAsItIsThen() throws {
        let models = Locked<[MLP<Double>]>([])
        var trainer = try Trainer(model: model(), loss: CrossEntropy(), optimizer: Adam())
        var alone = trainer
        try trainer.train(
            inputs: x, targets: classes, epochs: 1, batchSize: 20, sampling: .inOrder,
            callbacks: [
                .everyStep { report in
                    models.withLock { $0.append(report.model) }
                    return .proceed
                }
            ], progress: .silent)
        for (step, model) in models.withLock({ $0 }).enumerated() {
            let rows = step * 20..<step * 20 + 20
            try alone.step(inputs: x.rows(rows), targets: Array(classes[rows]))
            #expect(model.parameters == alone.model.parameters)
        }
    }

    @Test func aCallbackStopsAtAStepAndLeavesAUsableModel() throws {
        for stopping in [1, 2, 3, 4, 5] {
            var model = try model()
            let start = model.parameters
            let history = try model.train(
                inputs: x, targets: classes, loss: CrossEntropy(), epochs: 2, batchSize: 20,
                callbacks: [.everyStep { $0.updates == stopping ? .stop : .proceed }], progress: .silent)
            #expect(history.ending == .stoppedByCallback)
            #expect(history.losses.count == (stopping - 1) / 3)
            // Within an epoch, at whose last step it has not ended yet: none is the one that the model has.
            #expect(history.keptEpoch == nil)
            #expect(model.parameters != start)
            #expect(try model.predict(x).elements.allSatisfy { $0.isFinite })
        }
    }

    @Test func aStoppedRunStillGivesTheBest() throws {
        var trainer = try Trainer(model: model(), loss: CrossEntropy(), optimizer: Adam())
        let models = Locked<[[Double]]>([])
        let history = try trainer.train(
            inputs: x, targets: classes, epochs: 9,
            earlyStopping: EarlyStopping(patience: 9, monitoring: .metric("scripted")),
            metrics: [scripted([3, 1, 2, 2], largerIsBetter: false)],
            callbacks: [
                .everyEpoch { report in
                    models.withLock { $0.append(report.model.parameters) }
                    return report.epoch == 4 ? .stop : .proceed
                }
            ], progress: .silent)
        #expect(history.keptEpoch == 2)
        #expect(history.ending == .stoppedByCallback)
        #expect(trainer.model.parameters == models.withLock { $0[1] })
    }

    @Test func whatACallbackThrowsEndsTraining() throws {
        var model = try model()
        let error = #expect(throws: PerceptronError.self) {
            try model.train(
                inputs: x, targets: classes, loss: CrossEntropy(), epochs: 2,
                callbacks: [.everyEpoch { (_) throws(PerceptronError) in throw .fileAccess("full") }],
                progress: .silent)
        }
        #expect(error == .fileAccess("full"))
        #expect(model.parameters.allSatisfy { $0.isFinite })
    }

    // MARK: Mistakes

    @Test func mistakesAreNamedAndChangeNothing() throws {
        let start = try model()
        func message(
            validation: Validation<Double>? = nil, earlyStopping: EarlyStopping? = nil, metrics: [Metric] = []
        ) throws -> String {
            var model = start
            let error = #expect(throws: PerceptronError.self) {
                try model.train(
                    inputs: x, targets: classes, loss: CrossEntropy(), epochs: 1, validation: validation,
                    earlyStopping: earlyStopping, metrics: metrics, progress: .silent)
            }
            #expect(model.parameters == start.parameters)
            return try #require(error).description
        }
        #expect(
            try message(validation: .rows(Matrix(rows: 2, columns: 4), [0, 1]))
                == "validation inputs have 4 columns; the model takes 3")
        #expect(
            try message(validation: .rows(heldX, [0, 1]))
                == "validation inputs have 25 rows; validation targets have 2")
        #expect(
            try message(validation: .rows(Matrix(rows: 2, columns: 3), [0, 3]))
                == "validation targets have label 3 in row 1 (counted from 0); the model gives 3 classes, 0 to 2")
        #expect(
            try message(validation: .rows(Matrix(rows: 0, columns: 3), [Int]()))
                == "validation inputs have no rows; at least 1 is needed")
        #expect(
            try message(validation: .fraction(0))
                == "the validation fraction is 0.0; it must be above 0 and below 1")
        #expect(
            try message(validation: .fraction(0.001))
                == "the validation fraction 0.001 of 60 rows is 0; at least 1 row is needed for validation and for training"
        )
        #expect(
            try message(earlyStopping: EarlyStopping(patience: 0))
                == "early stopping's patience is 0; at least 1 epoch is needed")
        #expect(
            try message(earlyStopping: EarlyStopping(minimumImprovement: -1))
                == "early stopping's minimum improvement is -1.0; it must be finite and not negative")
        #expect(
            try message(earlyStopping: EarlyStopping(monitoring: .metric("left")), metrics: [right])
                == "early stopping monitors 'left', which is not among metrics: 'right'")
        #expect(
            try message(earlyStopping: EarlyStopping(monitoring: .metric("left")))
                == "early stopping monitors 'left', which is not among metrics: there are none")
        #expect(try message(metrics: [right, right]) == "two metrics are named 'right'; names must differ")
    }
}

extension RandomGenerator {
    static func inputs(rows: Int, columns: Int, seed: UInt64) -> Matrix<Double> {
        var generator = RandomGenerator(seed: seed)
        return generator.matrix(rows, columns, of: Double.self)
    }

    static func labels(rows: Int, below count: Int, seed: UInt64) -> [Int] {
        var generator = RandomGenerator(seed: seed)
        return generator.classes(rows, below: count)
    }
}
