import Foundation
import Testing

@testable import Perceptron

/// Levenberg–Marquardt and L-BFGS beside SciPy's, covariances and evidence (`Golden/make_fits_golden.py`).
@Suite struct GoldenFitTests {
    struct File: Decodable {
        let curves: [Curve]
        let nets: [Net]
        let evidence: [Linear]
        let minimizations: [Minimization]
        let paths: [Path]
    }

    struct Path: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let x: [Double]
        let y: [Double]
        let start: [Double]
        let bayesian: Bool
        /// After each step how often the loss had been computed, and what it was.
        let trace: [[Double]]
        var testDescription: String { name }
    }

    struct Minimization: Decodable, Sendable {
        let name: String
        let start: [Double]
        let x: [Double]
        let y: [Double]
        /// For each iteration how often the function had been evaluated, and its value.
        let trace: [[Double]]
    }

    struct Curve: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let x: [Double]
        let y: [Double]
        let weights: [Double]?
        let start: [Double]
        let best: [Double]
        let covariance: [Double]
        let at: [Double]
        let errors: [Double]
        var testDescription: String { name }
    }

    struct Net: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let inputs: Int
        let hidden: Int
        let outputs: Int
        let x: [Double]
        let y: [Double]
        let weights: [Double]?
        let start: [Double]
        let best: [Double]
        let loss: Double
        let nfev: Int
        var testDescription: String { name }
    }

    struct Linear: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let x: [Double]
        let y: [Double]
        let best: [Double]
        let gamma: Double
        let alpha: Double
        let beta: Double
        let covariance: [Double]
        var testDescription: String { name }
    }

    static let file: File = {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/fits.json")
        return (try? JSONDecoder().decode(File.self, from: Data(contentsOf: url)))
            ?? File(curves: [], nets: [], evidence: [], minimizations: [], paths: [])
    }()

    @Test func allCasesAreRead() {
        #expect(Self.file.curves.count == 2 && Self.file.nets.count == 2 && Self.file.evidence.count == 1)
        #expect(Self.file.paths.map(\.trace.count) == [8, 8])
        #expect(Self.file.minimizations.map(\.name) == FitProblem.all.map(\.testDescription))
    }

    static func column(_ values: [Double]) -> Matrix<Double> {
        Matrix(rows: values.count, columns: 1, elements: values)
    }

    @Test(arguments: file.curves) func curves(_ golden: Curve) throws {
        var model = try MLP<Double>([ExponentialDecay()])
        model.parameters = golden.start
        let fit = try model.fit(
            inputs: Self.column(golden.x), targets: Self.column(golden.y), loss: MeanSquaredError(),
            method: LevenbergMarquardt(), sampleWeights: golden.weights, progress: .silent)
        #expect(fit.ending.isConverged)
        #expect(firstDifference(model.parameters, golden.best, relative: 1e-7) == nil)
        #expect(firstDifference(try fit.covariance().elements, golden.covariance, relative: 1e-6, floor: 1e-3) == nil)
        let errors = try fit.predictionStandardErrors(Self.column(golden.at))
        #expect(firstDifference(errors.elements, golden.errors, relative: 1e-6) == nil)
    }

    @Test(arguments: file.nets) func nets(_ golden: Net) throws {
        var model = try MLP<Double>([
            Perceptron.Linear(golden.inputs, golden.hidden), Tanh(), Perceptron.Linear(golden.hidden, golden.outputs),
        ])
        model.parameters = golden.start
        let rows = golden.x.count / golden.inputs
        let fit = try model.fit(
            inputs: Matrix(rows: rows, columns: golden.inputs, elements: golden.x),
            targets: Matrix(rows: rows, columns: golden.outputs, elements: golden.y), loss: MeanSquaredError(),
            method: LevenbergMarquardt(stepTolerance: 1e-15, functionTolerance: 0), sampleWeights: golden.weights,
            progress: .silent)
        #expect(firstDifference([fit.loss], [golden.loss], relative: 1e-10) == nil)
        #expect(firstDifference(model.parameters, golden.best, relative: 1e-4, floor: 1e-2) == nil)
        #expect(fit.evaluations <= 4 * golden.nfev)
    }

    @Test(arguments: file.evidence) func evidence(_ golden: Linear) throws {
        let rows = golden.y.count
        var model = try MLP<Double>([Perceptron.Linear(golden.x.count / rows, 1)], seed: 1)
        let fit = try model.fit(
            inputs: Matrix(rows: rows, columns: golden.x.count / rows, elements: golden.x),
            targets: Self.column(golden.y), loss: MeanSquaredError(),
            method: LevenbergMarquardt(regularization: .bayesian), progress: .silent)
        #expect(fit.ending.isConverged)
        let evidence = try #require(fit.evidence)
        #expect(firstDifference(model.parameters, golden.best, relative: 1e-6) == nil)
        #expect(firstDifference([evidence.effectiveParameters], [golden.gamma], relative: 1e-6) == nil)
        #expect(firstDifference([evidence.weightPrecision], [golden.alpha], relative: 1e-6) == nil)
        #expect(firstDifference([evidence.noisePrecision], [golden.beta], relative: 1e-6) == nil)
        #expect(firstDifference(try fit.covariance().elements, golden.covariance, relative: 1e-5, floor: 1e-2) == nil)
    }

    /// The same values after as many evaluations, within a tenth, until next to nothing is left.
    @Test(arguments: zip(FitProblem.all, file.minimizations))
    func minimizations(_ problem: FitProblem, _ golden: Minimization) throws {
        var model = try MLP<Double>(problem.layers)
        model.parameters = golden.start
        let (x, y) = problem.matrices(golden.x, golden.y)
        let method = LBFGS(gradientTolerance: 0, stepTolerance: 0, functionTolerance: 0)
        let run = try LBFGSRun(
            method, model, loss: problem.loss, Examples(inputs: x, targets: .matrix(y)), threads: 1, resuming: nil)
        try run.begin()
        let least = golden.trace.map { $0[1] }.min()!
        for point in golden.trace where point[1] - least > 1e-6 * golden.trace[0][1] {
            guard case .moved = try run.iterate() else {
                Issue.record("no step after \(run.evaluations) evaluations")
                break
            }
            #expect(run.evaluations <= Int(point[0]) + 1, "at \(point)")
            #expect(abs(run.loss / point[1] - 1) < 0.1, "after \(run.evaluations) evaluations, at \(point)")
        }
    }

    /// Step by step as the algorithm is written, also where it goes on with another run's state.
    @Test(arguments: file.paths, [false, true]) func paths(_ golden: Path, resumes: Bool) throws {
        var model = try MLP<Double>([ExponentialDecay()])
        model.parameters = golden.start
        let examples = Examples(inputs: Self.column(golden.x), targets: .matrix(Self.column(golden.y)))
        let method = LevenbergMarquardt(regularization: golden.bayesian ? .bayesian : .none)
        func begun(_ state: FitState<Double>?) throws -> LevenbergMarquardtRun<Double> {
            let run = try LevenbergMarquardtRun(
                method, model, loss: MeanSquaredError(), examples, threads: 1, resuming: state)
            try run.begin()
            return run
        }
        var run = try begun(nil)
        for (step, point) in golden.trace.enumerated() {
            if resumes {
                model.parameters = run.engine.parameters.values.array
                run = try begun(run.state)
            }
            guard case .moved = try run.iterate() else {
                Issue.record("no step \(step)")
                return
            }
            #expect(run.evaluations == Int(point[0]), "step \(step)")
            #expect(abs(run.loss / point[1] - 1) < 1e-9, "step \(step)")
        }
    }
}
