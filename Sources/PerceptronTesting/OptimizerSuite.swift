import Foundation
import Perceptron

/// Checks for every optimizer.
///
/// ```swift
/// try OptimizerSuite(Momentum(learningRate: 0.05, momentum: 0.9)).check()
/// ```
///
/// The functions to be minimised have initial slopes of about 1, so that a learning rate that suits a network suits
/// them too.
public struct OptimizerSuite: TestSuite {
    /// The checks of an optimizer.
    public enum Check: String, CaseIterable, Sendable {
        /// Each of the invalid optimizers throws when a trainer is made with it.
        case arguments
        /// A quadratic function of condition 10⁴ in 20 dimensions.
        case quadratic
        /// Rosenbrock's valley, from (−1.2, 1).
        case rosenbrock
        /// Logistic regression for three overlapping classes.
        case logistic
        /// A network that separates two rings.
        case network
        /// Results are bit-identical with 1, 2, 3, 5 and 8 threads.
        case threads
        /// A copy continues like the original, and so does a trainer read from a checkpoint, at every step of a run.
        case resuming
        /// Four updates in Float match those in Double up to rounding.
        case floatAgainstDouble
        /// A gradient that overflows leaves the parameters unchanged.
        case overflow
    }

    public let subject: String
    private let optimizer: any Optimizer
    private let invalid: [any Optimizer]
    private let epochs: Int
    private let remainder: Double

    /// Checks of an optimizer.
    ///
    /// - Parameters:
    ///   - optimizer: one with a learning rate that suits small networks.
    ///   - epochs: the number of full-batch updates for each function.
    ///   - remainder: the largest final value of the quadratic function and Rosenbrock's, relative to the initial one.
    ///   - invalid: optimizers, each of which must throw before training.
    ///   - subject: its name in errors; its type if nil.
    public init(
        _ optimizer: any Optimizer, epochs: Int = 2000, remainder: Double = 0.02, invalid: [any Optimizer] = [],
        subject: String? = nil
    ) {
        self.optimizer = optimizer
        self.epochs = epochs
        self.remainder = remainder
        self.invalid = invalid
        self.subject = subject ?? "\(type(of: optimizer))"
    }

    public func run(_ check: Check) throws {
        switch check {
        case .arguments: try checkArguments()
        case .quadratic: try checkQuadratic()
        case .rosenbrock: try checkRosenbrock()
        case .logistic: try checkLogistic()
        case .network: try checkNetwork()
        case .threads: try checkThreads()
        case .resuming:
            try checkResuming(Double.self)
            try checkResuming(Float.self)
        case .floatAgainstDouble: try checkFloatAgainstDouble()
        case .overflow: try checkOverflow()
        }
    }

    private func checkArguments() throws {
        let model = try MLP<Double>([Linear(2, 2)])
        for (index, optimizer) in invalid.enumerated() {
            do {
                _ = try Trainer(model: model, loss: MeanSquaredError(), optimizer: optimizer)
            } catch {
                continue
            }
            throw Finding("invalid optimizer \(index) (\(optimizer)) is accepted")
        }
        _ = try Trainer(model: model, loss: MeanSquaredError(), optimizer: optimizer)
    }

    // MARK: Functions

    /// The loss before and after all updates.
    private func minimise(
        _ model: MLP<Double>, _ inputs: Matrix<Double>, _ targets: Targets<Double>, _ loss: any Loss
    ) throws -> (before: Double, after: Double, model: MLP<Double>) {
        var trainer = try Trainer(model: model, loss: loss, optimizer: optimizer, threads: 1)
        let history = try trainer.train(inputs, targets, epochs: epochs, batchSize: inputs.rows)
        var end = try Trainer(model: trainer.model, loss: loss, optimizer: SGD(), threads: 1)
        _ = try end.forward(inputs)
        return (history.losses[0], try end.backward(targets), trainer.model)
    }

    private func expect(_ before: Double, _ after: Double, _ function: String) throws {
        try PerceptronTesting.expect(
            after <= remainder * before, "\(function) is \(after) after \(counted(epochs, "update")); it was \(before)")
    }

    private func checkQuadratic() throws {
        let count = 20
        let curvatures = (0..<count).map { pow(1e-4, Double($0) / Double(count - 1)) }
        var inputs = Matrix<Double>(rows: count, columns: count)
        var targets = Matrix<Double>(rows: count, columns: 1)
        for row in 0..<count {
            inputs[row, row] = (Double(count) / 2 * curvatures[row]).squareRoot()
            targets[row, 0] = inputs[row, row] * (row.isMultiple(of: 2) ? 1 : -1)
        }
        var model = try MLP<Double>([Linear(count, 1, bias: false)])
        model.parameters = [Double](repeating: 0, count: count)
        let (before, after, _) = try minimise(model, inputs, .matrix(targets), MeanSquaredError())
        try expect(before, after, "the quadratic function")
    }

    private func checkRosenbrock() throws {
        var model = try MLP<Double>([Linear(1, 2, bias: false)])
        model.parameters = [-1.2, 1]
        let one = Matrix<Double>([[1]])
        let (before, after, _) = try minimise(model, one, .matrix(Matrix([[0, 0]])), Rosenbrock())
        try expect(before, after, "Rosenbrock's function")
    }

    private func checkLogistic() throws {
        var generator = RandomGenerator(seed: 4)
        let classes = (0..<60).map { $0 % 3 }
        var inputs: Matrix<Double> = generator.normalMatrix(60, 2)
        for row in 0..<60 { inputs[row, classes[row] % 2] += classes[row] == 2 ? -2 : 2 }
        let model = try MLP<Double>([Linear(2, 3), Softmax()], seed: 1)
        let (_, after, _) = try minimise(model, inputs, .classes(classes), CrossEntropy())
        try PerceptronTesting.expect(
            after < 0.35,
            "the loss of logistic regression is \(after) after \(counted(epochs, "update")); 0.3 is the least")
    }

    private func checkNetwork() throws {
        var generator = RandomGenerator(seed: 6)
        var inputs: Matrix<Double> = generator.normalMatrix(80, 2)
        let classes = (0..<80).map { $0 % 2 }
        for row in 0..<80 {
            let radius = (inputs[row, 0] * inputs[row, 0] + inputs[row, 1] * inputs[row, 1]).squareRoot()
            for column in 0..<2 { inputs[row, column] *= (classes[row] == 0 ? 0.6 : 1.4) / radius }
        }
        let model = try MLP<Double>([Linear(2, 16), Tanh(), Linear(16, 16), Tanh(), Linear(16, 2), Softmax()], seed: 2)
        let (_, _, trained) = try minimise(model, inputs, .classes(classes), CrossEntropy())
        let outputs = try trained.predict(inputs)
        let right = (0..<80).count { (outputs[$0, 1] > 0.5 ? 1 : 0) == classes[$0] }
        try PerceptronTesting.expect(
            right >= 78, "the net reads \(right) of 80 right after \(counted(epochs, "update"))")
    }

    // MARK: Runs

    private func trainer<Scalar: BLASScalar>(threads: Int? = nil, _: Scalar.Type) throws -> Trainer<Scalar> {
        let layers: [any Layer] = [
            Linear(12, 260), Tanh(), BatchNorm(260), Linear(260, 140), ReLU(), Linear(140, 3), Softmax(),
        ]
        return try Trainer(
            model: MLP<Scalar>(layers, seed: 8), loss: CrossEntropy(), optimizer: optimizer, threads: threads)
    }

    private func rows<Scalar: BLASScalar>(_ count: Int, _: Scalar.Type) -> (Matrix<Scalar>, Targets<Scalar>) {
        let inputs = InputSample(features: 12).rows(count)
        let targets = TargetKind.classes.draw(rows: count, columns: 3).converted(to: Scalar.self)
        return (Matrix(rows: count, columns: 12, elements: inputs.elements.map { Scalar($0) }), targets)
    }

    private func checkThreads() throws {
        func check<Scalar: BLASScalar>(_: Scalar.Type) throws {
            let (inputs, targets) = rows(90, Scalar.self)
            func run(threads: Int) throws -> [Scalar] {
                var trainer = try trainer(threads: threads, Scalar.self)
                _ = try trainer.train(inputs, targets, epochs: 2, batchSize: 30)
                return trainer.model.parameters
            }
            let alone = try run(threads: 1)
            for threads in [2, 3, 5, 8] {
                try Comparison.same(
                    run(threads: threads), alone, "parameters with \(counted(threads, "thread")), \(Scalar.self)")
            }
        }
        try check(Double.self)
        try check(Float.self)
    }

    private func checkResuming<Scalar: BLASScalar>(_: Scalar.Type) throws {
        let (inputs, targets) = rows(20, Scalar.self)
        func train(_ trainer: inout Trainer<Scalar>, until last: Int = .max) throws -> History {
            try trainer.train(
                inputs, targets, epochs: 3, batchSize: 10,
                callbacks: [.everyStep { $0.updates == last ? .stop : .proceed }])
        }
        let begin = try trainer(Scalar.self)
        var whole = begin
        let history = try train(&whole)
        for stop in 1..<6 {
            var stopped = begin
            _ = try train(&stopped, until: stop)
            var copy = stopped
            copy.continuesRun = true
            let file = FileManager.default.temporaryDirectory.appending(path: "perceptron-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: file) }
            try stopped.saveCheckpoint(to: file)
            var resumed = try Trainer<Scalar>(resumingFrom: file, loss: CrossEntropy(), optimizer: optimizer)
            try Comparison.same(
                resumed.model.parameters, stopped.model.parameters, "the model in a checkpoint after step \(stop)")
            for (name, trainer) in [("a copy", copy), ("a trainer resumed from a checkpoint", resumed)] {
                resumed = trainer
                let found = try train(&resumed)
                try PerceptronTesting.expect(found == history, "\(name) taken after step \(stop) has another history")
                try Comparison.same(
                    resumed.model.parameters, whole.model.parameters, "\(name) taken after step \(stop)")
            }
        }
    }

    /// Uses square matrices whose gradients span all directions: in a direction that the gradient doesn't determine, an
    /// optimizer's update may depend on rounding errors.
    private func checkFloatAgainstDouble() throws {
        func train<Scalar: BLASScalar>(_: Scalar.Type) throws -> [Scalar] {
            let inputs = InputSample(features: 6).rows(20)
            let targets = TargetKind.values.draw(rows: 20, columns: 6).converted(to: Scalar.self)
            var trainer = try Trainer(
                model: MLP<Scalar>([Linear(6, 6), Tanh(), Linear(6, 6)], seed: 3), loss: MeanSquaredError(),
                optimizer: optimizer)
            _ = try trainer.train(
                Matrix(rows: 20, columns: 6, elements: inputs.elements.map { Scalar($0) }), targets, epochs: 2,
                batchSize: 10)
            return trainer.model.parameters
        }
        try Comparison.close(
            train(Float.self), train(Double.self), relative: 1e-3, "parameters after four updates in Float")
    }

    private func checkOverflow() throws {
        var model = try MLP<Double>([Linear(1, 1, bias: false)])
        model.parameters = [1]
        var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: optimizer)
        let history = try? trainer.train(
            Matrix([[1e200]]), .matrix(Matrix([[1]])), epochs: 1, batchSize: 1)
        try PerceptronTesting.expect(
            history == nil && trainer.model.parameters == [1], "the parameter is \(trainer.model.parameters[0])")
    }
}

/// ((1 − x)² + 100(y − x²)²)/250, of the two columns of a row; targets are ignored.
private struct Rosenbrock: Loss {
    func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        var sum = 0.0
        for row in 0..<outputs.rows {
            let (x, y) = (Double(outputs[row, 0]), Double(outputs[row, 1]))
            let bend = y - x * x
            sum += ((1 - x) * (1 - x) + 100 * bend * bend) / 250
            gradient[row, 0] = Scalar(scale * (-2 * (1 - x) - 400 * x * bend) / 250)
            gradient[row, 1] = Scalar(scale * 200 * bend / 250)
        }
        return sum
    }
}
