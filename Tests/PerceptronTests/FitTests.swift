import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// `fit`: how it goes on, ends, is watched, stopped and resumed, by each of its methods.
@Suite struct FitTests {
    struct Setting: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let method: any FitMethod
        var validation: Double?
        var earlyStopping: EarlyStopping?
    }

    static func methods(_ iterations: Int) -> [any FitMethod] {
        [
            LevenbergMarquardt(maximumIterations: iterations),
            LevenbergMarquardt(maximumIterations: iterations, regularization: .bayesian),
            LBFGS(history: 3, maximumIterations: iterations),
        ]
    }

    static let settings =
        methods(7).enumerated().map { Setting(testDescription: "\($0): \(type(of: $1))", method: $1) }
        + methods(9).enumerated().map {
            Setting(
                testDescription: "\($0): \(type(of: $1)), early stopping", method: $1, validation: 0.3,
                earlyStopping: EarlyStopping(patience: 2, minimumImprovement: 0.002))
        }

    static let data = LevenbergMarquardtTests.data(40, 2, 2, noise: 0.3, of: Double.self)
    static let weights = (0..<40).map { 0.5 + Double($0 % 4) }

    static func trainer() throws -> Trainer<Double> {
        try Trainer(
            model: MLP([Linear(2, 6), BatchNorm(6), Tanh(), Dropout(0.3), Linear(6, 2)], seed: 6),
            loss: MeanSquaredError(), optimizer: Adam(learningRate: 0.05))
    }

    static func fit(
        _ trainer: inout Trainer<Double>, _ setting: Setting, until iteration: Int = .max
    ) throws -> Fit<Double> {
        let mean = Metric("mean", largerIsBetter: false) { (outputs, _, _) throws(PerceptronError) in
            outputs.elements.reduce(0, +) / Double(outputs.elements.count)
        }
        return try trainer.fit(
            inputs: data.x, targets: data.y, method: setting.method,
            validation: setting.validation.map { .fraction($0) }, earlyStopping: setting.earlyStopping,
            metrics: [mean], callbacks: [.everyStep { $0.epoch == iteration ? .stop : .proceed }],
            sampleWeights: weights, progress: .silent)
    }

    /// Stopped after every iteration in turn, handed over, and compared with never having stopped.
    private func check(_ setting: Setting, resumed: (Trainer<Double>) throws -> Trainer<Double>) throws {
        var whole = try Self.trainer()
        let fit = try Self.fit(&whole, setting)
        #expect(fit.iterations >= 3 && fit.history.losses.count == fit.iterations)
        for stop in 1...fit.iterations {
            var part = try Self.trainer()
            let first = try Self.fit(&part, setting, until: stop)
            #expect(first.ending == .stoppedByCallback && first.iterations == stop)
            #expect(first.history.ending == .stoppedByCallback)
            var rest = try resumed(part)
            #expect(rest.continuesRun)
            let second = try Self.fit(&rest, setting)
            #expect(second.history == fit.history, "stopped at \(stop)")
            #expect(second.evaluations == fit.evaluations && second.iterations == fit.iterations)
            #expect(second.derivativeEvaluations == fit.derivativeEvaluations)
            #expect(second.ending == fit.ending && second.evidence == fit.evidence && second.loss == fit.loss)
            #expect(sameBits(rest.model.parameters, whole.model.parameters))
            #expect(!rest.continuesRun)
        }
    }

    @Test(arguments: settings) func resumingCopies(_ setting: Setting) throws {
        try check(setting) { trainer in
            var trainer = trainer
            trainer.continuesRun = true
            return trainer
        }
    }

    @Test(arguments: settings) func resumingCheckpoints(_ setting: Setting) throws {
        let folder = try TemporaryFolder()
        try check(setting) { trainer in
            let url = folder.file("fit.safetensors")
            try trainer.saveCheckpoint(to: url)
            return try Trainer(resumingFrom: url, loss: MeanSquaredError(), optimizer: Adam(learningRate: 0.05))
        }
    }

    /// Weights of classes are weights of their rows, with whatever else the rows count; validation has none of the first.
    @Test(arguments: [LBFGS(maximumIterations: 8), LevenbergMarquardt(maximumIterations: 8)] as [any FitMethod])
    func classWeights(_ method: any FitMethod) throws {
        let x = Self.data.x
        let classes = (0..<40).map { $0 % 3 == 0 ? 1 : 0 }
        let loss: any Loss = method is LBFGS ? CrossEntropy() : MeanSquaredError()
        let model = try MLP<Double>([Linear(2, 5), Tanh(), Linear(5, 2), Softmax()], seed: 4)
        let classWeights = [0.5, 3]
        for validation in [nil, Validation<Double>.fraction(0.3)] {
            var (byClass, byRow, plain) = (model, model, model)
            let found = try byClass.fit(
                inputs: x, targets: classes, loss: loss, method: method, validation: validation,
                sampleWeights: Self.weights, classWeights: classWeights, progress: .silent)
            let expected = try byRow.fit(
                inputs: x, targets: classes, loss: loss, method: method, validation: validation,
                sampleWeights: zip(Self.weights, classes).map { $0 * classWeights[$1] }, progress: .silent)
            try plain.fit(
                inputs: x, targets: classes, loss: loss, method: method, validation: validation,
                sampleWeights: Self.weights, progress: .silent)
            #expect(firstDifference(byClass.parameters, byRow.parameters, relative: 1e-9) == nil)
            #expect(firstDifference(plain.parameters, byRow.parameters, relative: 1e-3) != nil)
            #expect(firstDifference(found.history.losses, expected.history.losses, relative: 1e-9) == nil)
            #expect(found.history.validationLosses.isEmpty == (validation == nil))
            if validation != nil { #expect(found.history.validationLosses != expected.history.validationLosses) }
        }
        #expect(
            errorMessage {
                var model = model
                try model.fit(inputs: x, targets: classes, loss: loss, method: method, classWeights: [1])
            } == "1 class weight; the model gives 2 classes, each of which needs one")
    }

    /// Options that are put together are the same as one by one, for a model and for a trainer.
    @Test func options() throws {
        let (x, y) = Self.data
        let seen = Locked(0)
        let options = FitOptions<Double>(
            validation: .fraction(0.2), earlyStopping: EarlyStopping(patience: 2), metrics: [.r2],
            callbacks: [
                .everyEpoch { _ in
                    seen.withLock { $0 += 1 }
                    return .proceed
                }
            ], sampleWeights: Self.weights, progress: .silent)
        var (together, apart, trainer) = (try Self.trainer().model, try Self.trainer().model, try Self.trainer())
        let method = LBFGS(maximumIterations: 6)
        let fit = try together.fit(
            inputs: x, targets: .matrix(y), loss: MeanSquaredError(), method: method, options: options)
        #expect(seen.withLock { $0 } == fit.iterations && fit.iterations > 2)
        let expected = try apart.fit(
            inputs: x, targets: y, loss: MeanSquaredError(), method: method, validation: options.validation,
            earlyStopping: options.earlyStopping, metrics: options.metrics, sampleWeights: Self.weights,
            progress: .silent)
        #expect(fit.history == expected.history && together.parameters == apart.parameters)
        #expect(
            try trainer.fit(inputs: x, targets: .matrix(y), method: method, options: options).history == fit.history)
        #expect(trainer.model.parameters == apart.parameters)
    }

    @Test func checkpointsAreWrittenWithinFits() throws {
        let folder = try TemporaryFolder()
        var trainer = try Self.trainer()
        try trainer.fit(
            inputs: Self.data.x, targets: Self.data.y, method: LBFGS(maximumIterations: 4),
            callbacks: [.checkpoints(in: folder.url)], progress: .silent)
        let url = try #require(try Trainer<Double>.latestCheckpoint(in: folder.url))
        #expect(url.lastPathComponent == "checkpoint-000004.safetensors")
        var again = try Trainer<Double>(resumingFrom: url, loss: MeanSquaredError(), optimizer: Adam())
        let fit = try again.fit(
            inputs: Self.data.x, targets: Self.data.y, method: LBFGS(maximumIterations: 4), progress: .silent)
        #expect(fit.iterations == 4 && fit.ending == .iterations)
        #expect(again.model.parameters == trainer.model.parameters)
    }

    @Test func runsOfOneKindAreNotContinuedByAnother() throws {
        var trainer = try Self.trainer()
        let (x, y) = Self.data
        func refusal(_ body: (inout Trainer<Double>) throws -> Void) -> String {
            var copy = trainer
            copy.continuesRun = true
            return errorMessage { try body(&copy) }
        }
        try trainer.fit(
            inputs: x, targets: y, method: LBFGS(), callbacks: [.everyEpoch { $0.epoch == 2 ? .stop : .proceed }],
            progress: .silent)
        #expect(
            refusal { try $0.train(inputs: x, targets: y, epochs: 2, batchSize: 40, sampling: .inOrder) }
                .hasPrefix("the interrupted run is a fit, which train can't"))
        #expect(
            refusal { try $0.fit(inputs: x, targets: y, method: LevenbergMarquardt(), progress: .silent) }
                .hasPrefix("the interrupted run is a fit by LBFGS, which LevenbergMarquardt can't continue"))
        #expect(
            refusal { try $0.fit(inputs: x, targets: y, method: LBFGS(history: 4), progress: .silent) }
                .hasPrefix("the interrupted fit has"))
        try trainer.train(
            inputs: x, targets: y, epochs: 2, batchSize: 40, sampling: .inOrder,
            callbacks: [.everyEpoch { _ in .stop }], progress: .silent)
        #expect(
            refusal { try $0.fit(inputs: x, targets: y, method: LBFGS(), progress: .silent) }
                .hasPrefix("the interrupted run is one of train, which fit can't"))
    }

    // MARK: Minima

    /// Every method makes the same functions small, through what users call.
    @Test(arguments: zip(FitProblem.all, GoldenFitTests.file.minimizations))
    func everyFunctionIsMinimized(_ problem: FitProblem, _ golden: GoldenFitTests.Minimization) throws {
        let (x, y) = problem.matrices(golden.x, golden.y)
        let least = golden.trace.map { $0[1] }.min()!
        for method in [LevenbergMarquardt(), LBFGS()] as [any FitMethod] {
            if method is LevenbergMarquardt, !(problem.loss is MeanSquaredError) { continue }
            var model = try MLP<Double>(problem.layers)
            model.parameters = golden.start
            let fit = try model.fit(inputs: x, targets: y, loss: problem.loss, method: method, progress: .silent)
            #expect(fit.loss <= least + 1e-9, "\(method.name): \(fit.ending) after \(fit.evaluations)")
        }
    }

    @Test func classesAreFitted() throws {
        var model = try MLP<Double>([Linear(64, 12), ReLU(), Linear(12, 10), Softmax()], seed: 1)
        let (inputs, classes) = (Digits.all.inputs.rows(0..<300), Array(Digits.all.classes[..<300]))
        let fit = try model.fit(
            inputs: inputs, targets: classes, loss: CrossEntropy(), method: LBFGS(maximumIterations: 150),
            metrics: [.accuracy], progress: .silent)
        #expect(fit.loss < 0.02 && fit.history[metric: "accuracy"]?.last == 1)
        #expect(errorMessage { _ = try fit.covariance() }.hasPrefix("only a fit by LevenbergMarquardt estimates"))
        // One-hot, LM takes them too.
        var other = try MLP<Float>([Linear(2, 3), Tanh(), Linear(3, 2)], seed: 1)
        let squares = try other.fit(
            inputs: Matrix(Self.data.x), targets: (0..<40).map { Self.data.x[$0, 0] > 0 ? 1 : 0 },
            loss: MeanSquaredError(), method: LevenbergMarquardt(maximumIterations: 50), progress: .silent)
        #expect(squares.loss < 0.05)
    }

    /// After training, `fit` goes on from there; the optimizer is as it was.
    @Test func trainThenFit() throws {
        var trainer = try Self.trainer()
        let (x, y) = Self.data
        try trainer.train(inputs: x, targets: y, epochs: 5, batchSize: 10, progress: .silent)
        let before = trainer.engine.parameters
        let (state, updates, trained) = (before.optimizerState.map(\.array), before.updates, trainer.model)
        let fit = try trainer.fit(inputs: x, targets: y, method: LBFGS(maximumIterations: 20), progress: .silent)
        #expect(trainer.engine.parameters.optimizerState.map(\.array) == state)
        #expect(trainer.engine.parameters.updates == updates)
        #expect(trainer.model.state == trained.state)
        #expect(fit.history.losses.count == fit.iterations)
        // What is made small is the loss of what is predicted.
        func loss(_ model: MLP<Double>) throws -> Double {
            let p = try model.predict(x)
            return zip(p.elements, y.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 80
        }
        #expect(abs(try loss(trainer.model) - fit.loss) < 1e-12)
        #expect(fit.loss < (try loss(trained)))
        // There is no gradient of where it is now.
        let fitted = trainer.model.parameters
        trainer.update()
        #expect(trainer.model.parameters == fitted)
        try trainer.train(inputs: x, targets: y, epochs: 1, progress: .silent)
        #expect(trainer.model.parameters != fitted)
    }

    @Test(arguments: [1, 2, 3]) func bitsDoNotDependOnThreads(_ seed: UInt64) throws {
        func check<Scalar: BLASScalar>(_ type: Scalar.Type) throws {
            let (x, y) = LevenbergMarquardtTests.data(seed == 1 ? 30 : 700, 2, 2, of: type)
            let initial = try MLP<Scalar>([Linear(2, 90), BatchNorm(90), Tanh(), Linear(90, 2)], seed: seed)
            func run(_ threads: Int) throws -> (MLP<Scalar>, Fit<Scalar>) {
                var model = initial
                let fit = try model.fit(
                    inputs: x, targets: y, loss: Huber(), method: LBFGS(maximumIterations: 6), progress: .silent,
                    threads: threads)
                return (model, fit)
            }
            let (model, fit) = try run(1)
            for threads in [2, 3, 5, 8] {
                let other = try run(threads)
                #expect(sameBits(other.0.parameters, model.parameters) && other.1.history == fit.history)
            }
        }
        try check(Double.self)
        try check(Float.self)
    }

    // MARK: Endings

    @Test func endings() throws {
        let (x, y) = Self.data
        func ending(_ method: any FitMethod, _ model: inout MLP<Double>) throws -> FitEnding {
            let fit = try model.fit(inputs: x, targets: y, loss: MeanSquaredError(), method: method, progress: .silent)
            #expect(fit.history.ending == .completed)
            return fit.ending
        }
        var linear = try MLP<Double>([Linear(2, 2)], seed: 1)
        #expect(try ending(LBFGS(gradientTolerance: 1e-6, functionTolerance: 0), &linear) == .gradient)
        // It is there already.
        let parameters = linear.parameters
        #expect(try ending(LBFGS(gradientTolerance: 1e-5), &linear) == .gradient)
        #expect(try ending(LevenbergMarquardt(gradientTolerance: 1e-5), &linear) == .gradient)
        #expect(linear.parameters == parameters)

        let net = try MLP<Double>([Linear(2, 3), Tanh(), Linear(3, 2)], seed: 1)
        for (method, expected) in [
            (LBFGS(maximumIterations: 3), .iterations), (LevenbergMarquardt(maximumIterations: 3), .iterations),
            (LBFGS(gradientTolerance: 0, stepTolerance: 0, functionTolerance: 1e-3), .function),
            (LevenbergMarquardt(gradientTolerance: 0, stepTolerance: 0, functionTolerance: 1e-3), .function),
            (LBFGS(gradientTolerance: 0, stepTolerance: 1e-2, functionTolerance: 0), .step),
            (LevenbergMarquardt(gradientTolerance: 0, stepTolerance: 1e-2, functionTolerance: 0), .step),
        ] as [(any FitMethod, FitEnding)] {
            var model = net
            #expect(try ending(method, &model) == expected, "\(method)")
        }
    }

    /// Its gradient points the wrong way.
    private struct Misled: Layer {
        func outputFeatures(forInputFeatures features: Int) -> Int { features }
        var expectedInputFeatures: Int? { 2 }
        var treatsRowsApart: Bool { true }

        func parameters(forInputFeatures features: Int) -> [Parameter] {
            [Parameter(name: "shift", rows: 1, columns: features, initializer: .constant(0.5))]
        }

        func forward<Scalar>(_ pass: inout ForwardPass<Scalar>) {
            for row in 0..<pass.input.rows {
                for column in 0..<2 { pass.output[row, column] = pass.input[row, column] + pass.parameters[column] }
            }
        }

        func backward<Scalar>(_ pass: inout BackwardPass<Scalar>) {}

        func parameterGradients<Scalar>(_ pass: inout ParameterPass<Scalar>) {
            for column in 0..<2 {
                var sum = Scalar(0)
                for row in 0..<pass.input.rows { sum -= pass.outputGradient[row, column] }
                pass.gradients[column] = sum
            }
        }
    }

    @Test func aGradientThatIsWrongLeadsNowhere() throws {
        for (method, expected) in [(LBFGS(), .lineSearchFailed), (LevenbergMarquardt(), .step)]
            as [(any FitMethod, FitEnding)]
        {
            var model = try MLP<Double>([Misled()])
            let fit = try model.fit(
                inputs: Self.data.x, targets: Self.data.x, loss: MeanSquaredError(), method: method, progress: .silent)
            #expect(fit.ending == expected && fit.iterations == 0 && fit.history.losses.isEmpty)
            #expect(model.parameters == [0.5, 0.5] && abs(fit.loss - 0.25) < 1e-12)
        }
    }

    @Test func earlyStoppingRestoresTheBest() throws {
        let (x, y) = LevenbergMarquardtTests.data(24, 2, 1, noise: 0.5, of: Double.self)
        let held = LevenbergMarquardtTests.data(60, 2, 1, noise: 0.5, of: Double.self)
        for method in [LBFGS(), LevenbergMarquardt()] as [any FitMethod] {
            var model = try MLP<Double>([Linear(2, 12), Tanh(), Linear(12, 1)], seed: 1)
            let fit = try model.fit(
                inputs: x, targets: y, loss: MeanSquaredError(), method: method,
                validation: .rows(held.x.rows(24..<60), held.y.rows(24..<60)),
                earlyStopping: EarlyStopping(patience: 3), progress: .silent)
            #expect(fit.ending == .stoppedEarly && fit.history.ending == .stoppedEarly)
            let losses = fit.history.validationLosses
            let kept = try #require(fit.history.keptEpoch)
            #expect(losses.count == kept + 3 && losses[kept - 1] == losses.min())
            #expect(fit.loss == fit.history.losses[kept - 1])
            let prediction = try model.predict(x)
            let loss = zip(prediction.elements, y.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 24
            #expect(abs(loss - fit.loss) < 1e-12)
        }
    }

    @Test func badNumbersAreRefused() {
        for (method, text) in [
            (LBFGS(history: 0), "LBFGS: history is 0; at least 1 is needed"),
            (LBFGS(maximumIterations: -2), "LBFGS: maximumIterations is -2; it must be at least 1"),
            (LBFGS(gradientTolerance: -1), "LBFGS: gradientTolerance is -1.0; it must be finite and not negative"),
            (LBFGS(stepTolerance: .nan), "LBFGS: stepTolerance is nan; it must be finite and not negative"),
            (
                LBFGS(functionTolerance: .infinity),
                "LBFGS: functionTolerance is inf; it must be finite and not negative"
            ),
        ] {
            #expect(throws: PerceptronError.invalidArgument(text)) { try method.validate() }
        }
    }

    @Test func badDataChangeNothing() throws {
        let (x, y) = Self.data
        var model = try MLP<Double>([Linear(2, 3), Tanh(), Linear(3, 2)], seed: 1)
        let before = model.parameters
        for method in Self.methods(5) {
            func refusal(
                _ x: Matrix<Double>, _ y: Matrix<Double>, weights: [Double]? = nil, stopping: EarlyStopping? = nil
            ) -> String {
                errorMessage {
                    try model.fit(
                        inputs: x, targets: y, loss: MeanSquaredError(), method: method, earlyStopping: stopping,
                        sampleWeights: weights, progress: .silent)
                }
            }
            var bad = x
            bad[3, 1] = .nan
            #expect(refusal(bad, y).contains("nan in row 3, column 1"))
            bad = y
            bad[2, 0] = .infinity
            #expect(refusal(x, bad).contains("inf in row 2, column 0"))
            #expect(refusal(x, y.rows(0..<3)) == "inputs have 40 rows; targets have 3")
            #expect(refusal(Matrix(rows: 0, columns: 2), Matrix(rows: 0, columns: 2)).contains("no rows"))
            #expect(refusal(x, y, weights: [1]).contains("1 sample weights for 40 rows"))
            #expect(refusal(x, y, stopping: EarlyStopping(patience: 0)).contains("patience is 0"))
            #expect(model.parameters == before)
        }
        // Nor does a start where the loss is not finite.
        model.parameters[0] = 1e200
        model.parameters[12] = 1e300
        let far = model.parameters
        for method in Self.methods(5) {
            #expect(throws: PerceptronError.self) {
                try model.fit(
                    inputs: x, targets: Matrix(rows: 40, columns: 2, repeating: -1e300), loss: MeanSquaredError(),
                    method: method, progress: .silent)
            }
            #expect(model.parameters == far)
        }
    }

    /// What a callback throws comes through, and the fit can go on.
    @Test func errorsOfCallbacks() throws {
        var trainer = try Self.trainer()
        let (x, y) = Self.data
        #expect(throws: PerceptronError.invalidState("enough")) {
            try trainer.fit(
                inputs: x, targets: y, method: LBFGS(maximumIterations: 6),
                callbacks: [
                    .everyEpoch { (report) throws(PerceptronError) in
                        if report.epoch == 3 { throw .invalidState("enough") }
                        return .proceed
                    }
                ], progress: .silent)
        }
        trainer.continuesRun = true
        let rest = try trainer.fit(inputs: x, targets: y, method: LBFGS(maximumIterations: 6), progress: .silent)
        var whole = try Self.trainer()
        let fit = try whole.fit(inputs: x, targets: y, method: LBFGS(maximumIterations: 6), progress: .silent)
        #expect(rest.history == fit.history && trainer.model.parameters == whole.model.parameters)
    }
}
