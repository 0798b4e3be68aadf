import Foundation
import TestSupport
import Testing

@testable import Perceptron

@Suite struct LevenbergMarquardtTests {
    typealias Method = LevenbergMarquardt

    /// Rows of a smooth function of so many inputs and outputs, with noise.
    static func data<Scalar: BLASScalar>(
        _ rows: Int, _ inputs: Int, _ outputs: Int, noise: Double = 0.05, of type: Scalar.Type
    ) -> (x: Matrix<Scalar>, y: Matrix<Scalar>) {
        var generator = RandomGenerator(seed: 12)
        let x: Matrix<Scalar> = generator.matrix(rows, inputs, of: type)
        var y = Matrix<Scalar>(rows: rows, columns: outputs)
        for row in 0..<rows {
            for output in 0..<outputs {
                let sum = (0..<inputs).reduce(0) { $0 + Double(x[row, $1]) * Double(1 + ($1 + output) % 3) }
                y[row, output] = Scalar(sin(sum) + noise * generator.nextNormalPair().0)
            }
        }
        return (x, y)
    }

    /// 1-10-1 with tanh on 200 points of a smooth function.
    @Test(arguments: [0, 1, 2]) func smoothFunctions(_ seed: UInt64) throws {
        let x = GoldenFitTests.column((0..<200).map { -1 + 2 * Double($0) / 199 })
        let y = GoldenFitTests.column(x.elements.map { sin(3 * $0) * exp(-$0 * $0) })
        var model = try MLP<Double>([Linear(1, 10), Tanh(), Linear(10, 1)], seed: seed)
        let fit = try model.fit(
            inputs: x, targets: y, loss: MeanSquaredError(), method: Method(maximumIterations: 500),
            callbacks: [.everyEpoch { $0.loss < 1e-10 ? .stop : .proceed }], progress: .silent)
        #expect(fit.ending == .stoppedByCallback && fit.loss < 1e-10)
        let prediction = try model.predict(x)
        let loss = zip(prediction.elements, y.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 200
        #expect(abs(loss - fit.loss) < 1e-12)
    }

    /// Whatever falls must fall in every iteration.
    @Test func lossesFall() throws {
        let (x, y) = Self.data(60, 2, 2, of: Double.self)
        var model = try MLP<Double>([Linear(2, 5), Tanh(), Linear(5, 2)], seed: 4)
        let fit = try model.fit(
            inputs: x, targets: y, loss: MeanSquaredError(), method: Method(maximumIterations: 60), progress: .silent)
        #expect(fit.history.losses.count == fit.iterations)
        #expect(zip(fit.history.losses, fit.history.losses.dropFirst()).allSatisfy { $0 > $1 })
        #expect(fit.loss == fit.history.losses.last && fit.history.keptEpoch == fit.iterations)
        #expect(fit.evaluations > fit.iterations && fit.derivativeEvaluations == fit.iterations + 1)
    }

    struct Setting: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let layers: [any Layer]
        let rows: Int
        var method = Method(maximumIterations: 4)
        var isWeighted = false
    }

    static let settings = [
        Setting(testDescription: "small", layers: [Linear(2, 5), Tanh(), Linear(5, 2)], rows: 50),
        Setting(
            testDescription: "many parameters", layers: [Linear(2, 70), Tanh(), Linear(70, 2)], rows: 300,
            isWeighted: true),
        Setting(
            testDescription: "blocks of rows", layers: [Linear(2, 20), Sigmoid(), Linear(20, 2)], rows: 3000,
            method: Method(maximumIterations: 2)),
        Setting(
            testDescription: "bayesian", layers: [Linear(2, 9), Tanh(), Linear(9, 2)], rows: 100,
            method: Method(maximumIterations: 6, regularization: .bayesian)),
    ]

    @Test(arguments: settings) func bitsDoNotDependOnThreads(_ setting: Setting) throws {
        func check<Scalar: BLASScalar>(_ type: Scalar.Type) throws {
            let (x, y) = Self.data(setting.rows, 2, 2, of: type)
            let weights = setting.isWeighted ? (0..<setting.rows).map { Double($0 % 5) } : nil
            let initial = try MLP<Scalar>(setting.layers, seed: 4)
            func run(threads: Int) throws -> (MLP<Scalar>, Fit<Scalar>) {
                var model = initial
                let fit = try model.fit(
                    inputs: x, targets: y, loss: MeanSquaredError(), method: setting.method, sampleWeights: weights,
                    progress: .silent, threads: threads)
                return (model, fit)
            }
            let (model, fit) = try run(threads: 1)
            #expect(model.parameters != initial.parameters)
            for threads in [2, 3, 5, 8] {
                let (other, otherFit) = try run(threads: threads)
                #expect(sameBits(other.parameters, model.parameters))
                #expect(otherFit.history == fit.history && otherFit.evidence == fit.evidence)
            }
        }
        try check(Double.self)
        try check(Float.self)
    }

    /// A row of weight 2 is two rows; one of weight 0 is none.
    @Test func weightsCountRows() throws {
        let (x, y) = Self.data(30, 1, 2, of: Double.self)
        let weights = (0..<30).map { Double($0 % 3) }
        let copies = (0..<30).flatMap { [Int](repeating: $0, count: $0 % 3) }
        var (weighted, copied) = (
            try MLP<Double>([Linear(1, 2), Tanh(), Linear(2, 2)], seed: 4),
            try MLP<Double>([Linear(1, 2), Tanh(), Linear(2, 2)], seed: 4)
        )
        let method = Method(maximumIterations: 15)
        let first = try weighted.fit(
            inputs: x, targets: y, loss: MeanSquaredError(), method: method, sampleWeights: weights, progress: .silent)
        let second = try copied.fit(
            inputs: x.rows(copies), targets: y.rows(copies), loss: MeanSquaredError(), method: method,
            progress: .silent)
        #expect(firstDifference(weighted.parameters, copied.parameters, relative: 1e-6) == nil)
        #expect(firstDifference(first.history.losses, second.history.losses, relative: 1e-8) == nil)
    }

    /// Rows beyond one block, of which some count for nothing: the squares' derivatives are none, and what counts is all that
    /// the covariance knows of.
    @Test func weightedBlocksOfRows() throws {
        let rows = 5000
        let (x, y) = Self.data(rows, 3, 2, of: Double.self)
        let weights = (0..<rows).map { Double($0 % 5) }
        let counted = (0..<rows).filter { weights[$0] > 0 }
        let start = try MLP<Double>([Linear(3, 2)], seed: 1)
        let method = Method(initialDamping: 1e-12)
        var (model, other) = (start, start)
        let fit = try model.fit(
            inputs: x, targets: y, loss: MeanSquaredError(), method: method, sampleWeights: weights, progress: .silent)
        let outputs = try model.predict(x)
        for column in 0..<2 {
            for feature in 0..<3 {
                var slope = 0.0
                for row in counted { slope += weights[row] * x[row, feature] * (outputs[row, column] - y[row, column]) }
                #expect(abs(slope) < 1e-7)
            }
        }
        let without = try other.fit(
            inputs: x.rows(counted), targets: y.rows(counted), loss: MeanSquaredError(), method: method,
            sampleWeights: counted.map { weights[$0] }, progress: .silent)
        #expect(firstDifference(model.parameters, other.parameters, relative: 1e-9) == nil)
        #expect(
            firstDifference(try fit.covariance().elements, try without.covariance().elements, relative: 1e-9) == nil)
    }

    /// Where the best iteration's parameters are given back, the covariance is theirs: C · JᵀJ = s² I.
    @Test func theCovarianceIsThatOfTheKeptParameters() throws {
        let (x, y) = Self.data(40, 2, 1, of: Double.self)
        var model = try MLP<Double>([Linear(2, 2), Tanh(), Linear(2, 1)], seed: 1)
        let fit = try model.fit(
            inputs: x, targets: y, loss: MeanSquaredError(), method: Method(),
            validation: .rows(x, Matrix(rows: 40, columns: 1, elements: y.elements.map { -$0 })),
            earlyStopping: EarlyStopping(patience: 4), progress: .silent)
        #expect(fit.ending == .stoppedEarly && fit.history.keptEpoch == fit.iterations - 4)
        let residuals = zip(try model.predict(x).elements, y.elements).map { $0 - $1 }
        let variance = residuals.reduce(0) { $0 + $1 * $1 } / Double(40 - 9)
        let jacobian = try model.parameterJacobian(x).matrix
        let covariance = try fit.covariance()
        for column in 0..<9 {
            var product = 0.0
            for other in 0..<9 {
                for row in 0..<40 { product += covariance[0, other] * jacobian[row, other] * jacobian[row, column] }
            }
            #expect(abs(product / variance - (column == 0 ? 1 : 0)) < 1e-6)
        }
    }

    /// Least squares of a linear model is solved by one step, wherever it begins; a part of it that is frozen stays.
    @Test func linearModelsTakeOneStep() throws {
        let (x, y) = Self.data(40, 3, 2, of: Double.self)
        var model = try MLP<Double>([Linear(3, 2)], seed: 1)
        let fit = try model.fit(
            inputs: x, targets: y, loss: MeanSquaredError(), method: Method(initialDamping: 1e-12), progress: .silent)
        #expect(fit.iterations <= 2 && fit.ending.isConverged)
        let residuals = try model.predict(x)
        for column in 0..<2 {
            for feature in 0..<3 {
                let product = (0..<40).reduce(0) { $0 + x[$1, feature] * (residuals[$1, column] - y[$1, column]) }
                #expect(abs(product) < 1e-9)
            }
        }
        // s²(XᵀX)⁻¹ for each output, and what two outputs have in common is nothing.
        let covariance = try fit.covariance()
        #expect(covariance.rows == 8)
        #expect(abs(covariance[0, 1]) < 1e-15 && covariance[0, 0] > 0)
        #expect(abs(covariance[0, 0] / covariance[1, 1] - 1) < 1e-10)
    }

    @Test func frozenLayersStay() throws {
        let (x, y) = Self.data(40, 2, 1, of: Double.self)
        var model = try MLP<Double>([Linear(2, 3), Tanh(), Linear(3, 2), Tanh(), Linear(2, 1)], seed: 1)
        try model.freeze(layers: [2])
        let before = model.parameters
        let range = model.parameterLayout[2].range.lowerBound..<model.parameterLayout[3].range.upperBound
        let fit = try model.fit(
            inputs: x, targets: y, loss: MeanSquaredError(), method: Method(maximumIterations: 300), progress: .silent)
        for index in before.indices {
            #expect((model.parameters[index] == before[index]) == range.contains(index))
        }
        #expect(model.isFrozen(layer: 2))
        let covariance = try fit.covariance()
        for index in before.indices { #expect((covariance[index, index] == 0) == range.contains(index)) }
    }

    @Test func evidenceIsConsistent() throws {
        let (x, y) = Self.data(80, 1, 1, noise: 0.2, of: Double.self)
        var model = try MLP<Double>([Linear(1, 8), Tanh(), Linear(8, 1)], seed: 4)
        let fit = try model.fit(
            inputs: x, targets: y, loss: MeanSquaredError(),
            method: Method(maximumIterations: 3000, regularization: .bayesian), progress: .silent)
        #expect(fit.ending.isConverged)
        let evidence = try #require(fit.evidence)
        let jacobian = try model.parameterJacobian(x).matrix
        let ridge = evidence.weightPrecision / evidence.noisePrecision
        let determined = try LAPACK.svd(jacobian).values.reduce(0) { $0 + $1 * $1 / ($1 * $1 + ridge) }
        #expect(abs(determined - evidence.effectiveParameters) < 1e-3)
        #expect(determined > 2 && determined < 20)
        let residuals = zip(try model.predict(x).elements, y.elements).map { $0 - $1 }
        for (index, parameter) in model.parameters.enumerated() {
            let slope = (0..<80).reduce(0) { $0 + jacobian[$1, index] * residuals[$1] } + ridge * parameter
            #expect(abs(slope) < 1e-6)
        }
        // The noise's variance is 0.04.
        #expect(1 / evidence.noisePrecision > 0.02 && 1 / evidence.noisePrecision < 0.08)
        #expect(try fit.predictionStandardErrors(x).elements.allSatisfy { $0 > 0.01 && $0 < 0.3 })
    }

    /// Standard errors of a net's predictions beside their spread over fits to residuals drawn anew.
    @Test func standardErrorsAreThoseOfBootstrap() throws {
        let x = GoldenFitTests.column((0..<60).map { -2 + Double($0) / 15 })
        var generator = RandomGenerator(seed: 5)
        let y = GoldenFitTests.column(x.elements.map { tanh(2 * $0) + 0.1 * generator.nextNormalPair().0 })
        var model = try MLP<Double>([Linear(1, 1), Tanh(), Linear(1, 1)], seed: 1)
        let fit = try model.fit(inputs: x, targets: y, loss: MeanSquaredError(), method: Method(), progress: .silent)
        let at = GoldenFitTests.column([-1.5, -0.2, 0.5, 1.8])
        let errors = try fit.predictionStandardErrors(at).elements
        let fitted = try model.predict(x).elements
        let residuals = zip(y.elements, fitted).map { $0 - $1 }
        var sums = [Double](repeating: 0, count: 4)
        let center = try model.predict(at).elements
        let draws = 200
        for _ in 0..<draws {
            let drawn = fitted.map { $0 + residuals[generator.nextInteger(below: 60)] }
            var other = model
            try other.fit(
                inputs: x, targets: GoldenFitTests.column(drawn), loss: MeanSquaredError(),
                method: Method(maximumIterations: 30), progress: .silent, threads: 1)
            let prediction = try other.predict(at).elements
            for index in 0..<4 {
                sums[index] += (prediction[index] - center[index]) * (prediction[index] - center[index])
            }
        }
        for (error, sum) in zip(errors, sums) {
            let ratio = (sum / Double(draws)).squareRoot() / error
            #expect(ratio > 0.8 && ratio < 1.2)
        }
    }

    // MARK: Refusals

    @Test func badNumbersAreRefused() {
        for (method, text) in [
            (Method(maximumIterations: 0), "LevenbergMarquardt: maximumIterations is 0; it must be at least 1"),
            (
                Method(gradientTolerance: -1),
                "LevenbergMarquardt: gradientTolerance is -1.0; it must be finite and not negative"
            ),
            (
                Method(stepTolerance: .nan),
                "LevenbergMarquardt: stepTolerance is nan; it must be finite and not negative"
            ),
            (
                Method(functionTolerance: .infinity),
                "LevenbergMarquardt: functionTolerance is inf; it must be finite and not negative"
            ),
            (Method(initialDamping: 0), "LevenbergMarquardt: initialDamping is 0.0; it must be finite and positive"),
            (Method(memoryLimit: 0), "LevenbergMarquardt: memoryLimit is 0 bytes; at least 1 is needed"),
        ] {
            #expect(throws: PerceptronError.invalidArgument(text)) { try method.validate() }
        }
    }

    @Test func whatItCannotFitIsRefused() throws {
        let (x, y) = Self.data(9, 2, 1, of: Double.self)
        var model = try MLP<Double>([Linear(2, 3), Tanh(), Linear(3, 1)], seed: 1)
        func refusal(_ loss: any Loss, _ method: Method) -> String {
            errorMessage { try model.fit(inputs: x, targets: y, loss: loss, method: method, progress: .silent) }
        }
        #expect(refusal(Huber(), Method()).hasSuffix("takes MeanSquaredError, not Huber; LBFGS takes any loss"))
        // Twice 13² numbers, and 9 rows of 13.
        #expect(
            refusal(MeanSquaredError(), Method(memoryLimit: 3639)).hasPrefix(
                "LevenbergMarquardt with 13 parameters needs 3640 bytes; memoryLimit is 3639. LBFGS needs only"))
        #expect(refusal(MeanSquaredError(), Method(memoryLimit: 3640)) == "nothing was thrown")
        #expect(refusal(MeanSquaredError(), Method(maximumIterations: -1)).contains("maximumIterations is -1"))
        try model.freeze(layers: [0, 2])
        let nothing = "no parameters to train: the model has none, or all are frozen"
        #expect(refusal(MeanSquaredError(), Method()) == "LevenbergMarquardt: \(nothing)")
        #expect(
            errorMessage { try model.fit(inputs: x, targets: y, loss: Huber(), method: LBFGS(), progress: .silent) }
                == "LBFGS: \(nothing)")
    }

    @Test func whatTheRowsDoNotDetermineHasNoCovariance() throws {
        let (x, y) = Self.data(9, 1, 1, of: Double.self)
        var model = try MLP<Double>([Linear(1, 3), Tanh(), Linear(3, 1)], seed: 1)
        let few = try model.fit(
            inputs: x, targets: y, loss: MeanSquaredError(), method: Method(maximumIterations: 1), progress: .silent)
        #expect(errorMessage { _ = try few.covariance() }.hasPrefix("there are no degrees of freedom: 10 parameters"))
        // The second layer's bias and the first's say the same.
        var linear = try MLP<Double>([Linear(1, 1), Linear(1, 1)], seed: 1)
        let same = try linear.fit(
            inputs: x, targets: y, loss: MeanSquaredError(), method: Method(), progress: .silent)
        #expect(errorMessage { _ = try same.covariance() }.hasPrefix("the rows don't determine the 4 parameters"))
        #expect(errorMessage { _ = try same.predictionStandardErrors(x) }.hasPrefix("the rows don't determine the"))
    }
}
