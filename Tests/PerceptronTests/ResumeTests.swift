import TestSupport
import Testing

@testable import Perceptron

/// Stopped at any step and resumed is the same as never stopped, bit for bit.
@Suite struct ResumeTests {
    struct Setting: Sendable, CustomTestStringConvertible {
        var sampling = Sampling.shuffled
        var validation: Double?
        var earlyStopping: EarlyStopping?
        var epochs = 4
        let testDescription: String
    }

    static let settings = [
        Setting(testDescription: "shuffled"),
        Setting(sampling: .inOrder, testDescription: "in order"),
        Setting(sampling: .withReplacement, epochs: 7, testDescription: "with replacement"),
        Setting(validation: 0.2, testDescription: "validation"),
        Setting(
            validation: 0.3, earlyStopping: EarlyStopping(patience: 2, minimumImprovement: 0.02), epochs: 9,
            testDescription: "early stopping"),
        Setting(
            earlyStopping: EarlyStopping(patience: 1, minimumImprovement: 0.5), epochs: 6,
            testDescription: "early stopping at once"),
    ]

    static let x = RandomGenerator.inputs(rows: 23, columns: 3, seed: 2)
    static let classes = RandomGenerator.labels(rows: 23, below: 3, seed: 3)
    static let weights = (0..<23).map { 0.5 + Double($0 % 4) }

    static func trainer() throws -> Trainer<Double> {
        try Trainer(
            model: MLP(
                [Linear(3, 5), BatchNorm(5, momentum: 0.5), Tanh(), Dropout(0.1), Linear(5, 3), Softmax()], seed: 6),
            loss: CrossEntropy(),
            optimizer: Adam(learningRate: 0.05))
    }

    /// Trains as a setting says, to the end or until so many updates are done.
    static func train(
        _ trainer: inout Trainer<Double>, _ setting: Setting, until updates: Int = .max
    ) throws -> History {
        let logLoss = Metric("log loss", largerIsBetter: false) { (outputs, targets, _) throws(PerceptronError) in
            guard case .classes(let classes) = targets else { return .nan }
            return classes.enumerated().reduce(0) { $0 - outputs[$1.offset, $1.element] }
        }
        return try trainer.train(
            inputs: x, targets: classes, epochs: setting.epochs, batchSize: 7, sampling: setting.sampling,
            validation: setting.validation.map { .fraction($0) }, earlyStopping: setting.earlyStopping,
            metrics: [logLoss], callbacks: [.everyStep { $0.updates == updates ? .stop : .proceed }],
            sampleWeights: weights, progress: .silent)
    }

    /// Stops at every step in turn, hands the trainer over as `resumed` does, and compares with never having stopped.
    static func check(
        _ setting: Setting, resumed: (Trainer<Double>) throws -> Trainer<Double>,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var whole = try trainer()
        let history = try train(&whole, setting)
        let steps = whole.engine.parameters.updates
        #expect(steps > 4, sourceLocation: sourceLocation)
        for stop in 1...steps {
            var part = try trainer()
            let first = try train(&part, setting, until: stop)
            #expect(first.ending == .stoppedByCallback, sourceLocation: sourceLocation)
            var rest = try resumed(part)
            #expect(rest.continuesRun, sourceLocation: sourceLocation)
            #expect(try train(&rest, setting) == history, "stopped at \(stop)", sourceLocation: sourceLocation)
            #expect(rest.model.parameters == whole.model.parameters, sourceLocation: sourceLocation)
            #expect(rest.model.state == whole.model.state, sourceLocation: sourceLocation)
            #expect(!rest.continuesRun, sourceLocation: sourceLocation)
            // What comes after is the same, too: the optimizer's state and the generator's.
            var again = whole
            #expect(try train(&rest, setting) == train(&again, setting), sourceLocation: sourceLocation)
            #expect(rest.model.parameters == again.model.parameters, sourceLocation: sourceLocation)
            #expect(rest.gradients == again.gradients, sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: settings) func inTheSameProcess(_ setting: Setting) throws {
        try Self.check(setting) { trainer in
            var trainer = trainer
            trainer.continuesRun = true
            return trainer
        }
    }

    /// A report's trainer is one that was stopped there.
    @Test(arguments: [TrainingCallback<Double>.Occasion.step, .epoch])
    func fromAReport(_ occasion: TrainingCallback<Double>.Occasion) throws {
        let snapshots = Locked<[Trainer<Double>]>([])
        var whole = try Self.trainer()
        let history = try whole.train(
            inputs: Self.x, targets: Self.classes, epochs: 3, batchSize: 7,
            callbacks: [
                TrainingCallback(every: occasion) { report in
                    snapshots.withLock { $0.append(report.trainer) }
                    return .proceed
                }
            ], progress: .silent)
        #expect(snapshots.withLock { $0.count } == (occasion == .step ? 12 : 3))
        for snapshot in snapshots.withLock({ $0 }) {
            var rest = snapshot
            rest.continuesRun = true
            let found = try rest.train(
                inputs: Self.x, targets: Self.classes, epochs: 3, batchSize: 7, progress: .silent)
            #expect(found == history)
            #expect(rest.model.parameters == whole.model.parameters)
        }
    }

    @Test func withoutBeingAskedANewRunBegins() throws {
        var trainer = try Self.trainer()
        _ = try Self.train(&trainer, Self.settings[0], until: 2)
        let history = try Self.train(&trainer, Self.settings[0])
        #expect(history.losses.count == 4)
        #expect(trainer.engine.parameters.updates == 2 + 4 * 4)
    }

    @Test func anotherShapeIsRefused() throws {
        var trainer = try Self.trainer()
        _ = try Self.train(&trainer, Self.settings[0], until: 2)
        trainer.continuesRun = true
        let before = trainer.model.parameters
        let error = #expect(throws: PerceptronError.self) {
            try trainer.train(
                inputs: Self.x, targets: Self.classes, epochs: 3, batchSize: 8, progress: .silent)
        }
        #expect(
            error?.description
                == "the interrupted run had 23 rows, batch size 7, sampling .shuffled; this call of train has 23 rows, "
                + "batch size 8, sampling .shuffled. Give it what it had, or set continuesRun to false to start a "
                + "new run"
        )
        #expect(trainer.model.parameters == before)
        #expect(trainer.continuesRun)
    }

    /// What a run must be asked for again, what it is asked for instead, and how both are called.
    static let otherSettings: [(SGD, @Sendable (inout TrainingOptions<Double>) -> Void, String, String, String)] = [
        (SGD(learningRate: 0.06), { _ in }, "learning rate", ".cosine(from: 0.05, to: 0.0)", "0.06"),
        (
            SGD(learningRate: .cosine(from: 0.05, to: 0.001)), { _ in }, "learning rate",
            ".cosine(from: 0.05, to: 0.0)", ".cosine(from: 0.05, to: 0.001)"
        ),
        (optimizer, { $0.accumulating = 3 }, "accumulating", "2", "3"),
        (
            optimizer, { $0.averaging = .exponential(decay: 0.8) }, "averaging", ".exponential(decay: 0.9)",
            ".exponential(decay: 0.8)"
        ),
        (
            optimizer, { $0.averaging = .stochastic(from: 2) }, "averaging", ".exponential(decay: 0.9)",
            ".stochastic(from: 2)"
        ),
        (optimizer, { $0.averaging = nil }, "averaging", ".exponential(decay: 0.9)", "none"),
        (optimizer, { $0.gradientClipping = .value(1) }, "gradient clipping", ".norm(1.0)", ".value(1.0)"),
        (optimizer, { $0.gradientClipping = nil }, "gradient clipping", ".norm(1.0)", "none"),
        (optimizer, { $0.penalties = [] }, "penalties", ".l1(0.01) and .l2(0.02)", "none"),
        (optimizer, { $0.penalties = [.l2(0.02)] }, "penalties", ".l1(0.01) and .l2(0.02)", ".l2(0.02)"),
    ]
    private static let optimizer = SGD(learningRate: .cosine(from: 0.05))

    /// Also from a checkpoint; and nothing is lost.
    @Test(arguments: otherSettings.indices) func otherSettingsAreRefused(_ index: Int) throws {
        let (other, change, name, had, asked) = Self.otherSettings[index]
        let folder = try TemporaryFolder()
        let file = folder.file("checkpoint")
        var options = TrainingOptions<Double>(
            epochs: 2, batchSize: 7, gradientClipping: .norm(1), accumulating: 2, penalties: [.l1(0.01), .l2(0.02)],
            averaging: .exponential(decay: 0.9), progress: .silent)
        let begin = try Trainer(
            model: MLP<Double>([Linear(3, 3), Softmax()], seed: 6), loss: CrossEntropy(), optimizer: Self.optimizer)
        var (whole, stopped) = (begin, begin)
        let targets = Targets<Double>.classes(Self.classes)
        let history = try whole.train(inputs: Self.x, targets: targets, options: options)
        options.callbacks = [.everyStep { $0.step == 3 ? .stop : .proceed }]
        try stopped.train(inputs: Self.x, targets: targets, options: options)
        options.callbacks = []
        try stopped.saveCheckpoint(to: file)
        var changed = options
        change(&changed)
        var resumed = try Trainer<Double>(resumingFrom: file, loss: CrossEntropy(), optimizer: other)
        #expect(
            errorMessage { try resumed.train(inputs: Self.x, targets: targets, options: changed) }
                == "the interrupted run had the \(name) \(had); this call of train has \(asked). "
                + "Give it what it had, or set continuesRun to false to start a new run")
        #expect(resumed.continuesRun && resumed.model.parameters == stopped.model.parameters)
        resumed.continuesRun = false
        #expect(try resumed.train(inputs: Self.x, targets: targets, options: changed).losses.count == 2)

        var same = try Trainer<Double>(resumingFrom: file, loss: CrossEntropy(), optimizer: Self.optimizer)
        #expect(try same.train(inputs: Self.x, targets: targets, options: options) == history)
        #expect(same.model.parameters == whole.model.parameters)
    }

    @Test func aRunGoesOnAfterAnError() throws {
        var whole = try Self.trainer()
        let history = try whole.train(
            inputs: Self.x, targets: Self.classes, epochs: 3, batchSize: 7, progress: .silent)
        var trainer = try Self.trainer()
        #expect(throws: PerceptronError.fileAccess("full")) {
            try trainer.train(
                inputs: Self.x, targets: Self.classes, epochs: 3, batchSize: 7,
                callbacks: [
                    .everyStep { (report) throws(PerceptronError) in
                        if report.updates == 6 { throw .fileAccess("full") }
                        return .proceed
                    }
                ], progress: .silent)
        }
        trainer.continuesRun = true
        let rest = try trainer.train(
            inputs: Self.x, targets: Self.classes, epochs: 3, batchSize: 7, progress: .silent)
        #expect(rest == history)
        #expect(trainer.model.parameters == whole.model.parameters)
    }

    /// A loss that is not a number at one of its calls, and never again.
    private struct NotANumberOnce: Loss {
        let call: Int
        private let calls = Locked(0)

        init(call: Int) { self.call = call }

        func evaluate<Scalar: BLASScalar>(
            outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, scale: Double,
            gradient: inout MutableMatrixView<Scalar>
        ) -> Double {
            let loss = CrossEntropy().evaluate(outputs: outputs, targets: targets, scale: scale, gradient: &gradient)
            let number = calls.withLock {
                $0 += 1
                return $0
            }
            return number == call ? .nan : loss
        }
    }

    /// Also in the first step of an epoch, whose order is drawn already.
    @Test func aRunGoesOnAfterAStepThatFailed() throws {
        func trainer(failingAt call: Int) throws -> Trainer<Double> {
            try Trainer(
                model: MLP([Linear(3, 5), Tanh(), Linear(5, 3), Softmax()], seed: 6),
                loss: NotANumberOnce(call: call), optimizer: Adam(learningRate: 0.05), threads: 1)
        }
        func train(_ trainer: inout Trainer<Double>) throws -> History {
            try trainer.train(inputs: Self.x, targets: Self.classes, epochs: 3, batchSize: 7, progress: .silent)
        }
        var whole = try trainer(failingAt: 0)
        let history = try train(&whole)
        for call in 1...12 {
            var part = try trainer(failingAt: call)
            let error = errorMessage { _ = try train(&part) }
            #expect(error.contains("epoch \((call - 1) / 4 + 1)"), "\(error)")
            part.continuesRun = true
            #expect(try train(&part) == history, "failed in step \(call)")
            #expect(part.model.parameters == whole.model.parameters)
        }
    }

    @Test func otherRowsAreRefusedAndNothingIsLost() throws {
        let setting = Self.settings[3]
        var whole = try Self.trainer()
        let history = try Self.train(&whole, setting)
        var trainer = try Self.trainer()
        _ = try Self.train(&trainer, setting, until: 4)
        trainer.continuesRun = true
        let before = trainer.model.parameters
        for validation in [Setting(validation: 0.4, testDescription: ""), Setting(testDescription: "")] {
            var other = trainer
            let error = errorMessage { _ = try Self.train(&other, validation) }
            #expect(error.hasPrefix("the interrupted run"), "\(error)")
            #expect(other.continuesRun && other.model.parameters == before)
            #expect(try Self.train(&other, setting) == history)
            #expect(other.model.parameters == whole.model.parameters)
        }
    }

    @Test func otherMetricsAreRefused() throws {
        var trainer = try Self.trainer()
        _ = try Self.train(&trainer, Self.settings[0], until: 5)
        trainer.continuesRun = true
        func error(_ metrics: [Metric], _ validation: Validation<Double>? = nil) -> String {
            errorMessage {
                try trainer.train(
                    inputs: Self.x, targets: Self.classes, epochs: 4, batchSize: 7, validation: validation,
                    metrics: metrics, sampleWeights: Self.weights, progress: .silent)
            }
        }
        #expect(
            error([.accuracy])
                == "the interrupted run had no validation and the metrics [\"log loss\"]; this call of train has none and "
                + "[\"accuracy\"]. Give it what it had, or set continuesRun to false to start a new run")
        #expect(error([], .rows(Self.x, Self.classes)).contains("this call of train has validation and []"))
        #expect(trainer.continuesRun)
    }

    /// What was done by hand in between is not thrown away.
    @Test func stepsOfOnesOwnEndTheRun() throws {
        let folder = try TemporaryFolder()
        for isStep in [true, false] {
            var trainer = try Self.trainer()
            _ = try Self.train(&trainer, Self.settings[4], until: 8)
            trainer.continuesRun = true
            if isStep {
                try trainer.step(inputs: Self.x, targets: Self.classes)
            } else {
                _ = try trainer.forward(Self.x)
                try trainer.backward(targets: Self.classes)
                trainer.update()
            }
            #expect(!trainer.continuesRun)
            try trainer.saveCheckpoint(to: folder.file("checkpoint"))
            let again = try Trainer<Double>(
                resumingFrom: folder.file("checkpoint"), loss: CrossEntropy(), optimizer: Adam())
            #expect(!again.continuesRun)
            #expect(again.model.parameters == trainer.model.parameters)
        }
    }
}
