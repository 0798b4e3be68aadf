import Foundation
import Perceptron

/// How long Levenberg–Marquardt and L-BFGS take to a given error, and how often they evaluate it, beside SciPy's in peers/fit.py.
struct FitSection: Section {
    let name = "fit"
    let summary = "curves fitted to a given error by LM and L-BFGS; peers/fit.py does the same with SciPy's"
    let isDefault = false
    let printsJSON = false

    private let table = Table(columns: [
        .init(title: "curve", width: 10, isName: true),
        .init(title: "method", width: 18, isName: true),
        .init(title: "error", width: 6),
        .init(title: "reached", width: 8),
        .init(title: "seconds", width: 8),
        .init(title: "evaluations", width: 11),
    ])

    private let legend = """
        Networks with tanh on values without noise, 10 seeds: how many came to the mean squared error, and the medians of the
        time and of the evaluations that those took. L-BFGS has 20,000 iterations, LM 2,000.
        """

    func cases(_ options: Options) -> [String] { FitCurve.all.map(\.name) }

    func run(_ cases: [String], _ options: Options, _ report: Report) throws {
        report.print("\n\(legend)\n\n\(table.header)")
        let seeds = options.quick ? 3 : 10
        for curve in FitCurve.all where cases.contains(curve.name) {
            let (x, y) = curve.data
            for (method, error) in [
                (LevenbergMarquardt(maximumIterations: 2000, functionTolerance: 0), 1e-10),
                (LevenbergMarquardt(maximumIterations: 2000, functionTolerance: 0), 1e-6),
                (LBFGS(maximumIterations: 20_000, functionTolerance: 0), 1e-6),
            ] as [(any FitMethod, Double)] {
                var (times, evaluations): ([Double], [Int]) = ([], [])
                for seed in 0..<seeds {
                    var model = try MLP<Double>(curve.layers, seed: UInt64(seed))
                    var fit: Fit<Double>?
                    let time = try ContinuousClock().measure {
                        fit = try model.fit(
                            inputs: x, targets: y, loss: MeanSquaredError(), method: method,
                            callbacks: [.everyEpoch { $0.loss <= error ? .stop : .proceed }], progress: .silent,
                            threads: options.threads ?? 1)
                    }
                    guard let fit, fit.loss <= error else { continue }
                    times.append(Double(time.components.seconds) + 1e-18 * Double(time.components.attoseconds))
                    evaluations.append(fit.evaluations)
                }
                let name = "\(type(of: method))"
                let median = times.isEmpty ? nil : times.sorted()[times.count / 2]
                let count = evaluations.isEmpty ? nil : evaluations.sorted()[evaluations.count / 2]
                report.print(
                    table.row([
                        curve.name, name, String(format: "%.0e", error), "\(times.count) of \(seeds)",
                        Format.duration(median), Format.grouped(count),
                    ]))
                try report.record([
                    "section": .string("fit"), "curve": .string(curve.name), "method": .string(name),
                    "error": .number(error), "reached": .integer(times.count), "seeds": .integer(seeds),
                    "us_median": .microseconds(median), "evaluations": .integer(count ?? 0),
                ])
                // What the package promises.
                if curve.name == "1-10-1", method is LevenbergMarquardt, times.count * 10 < seeds * 8 {
                    report.fail("\(curve.name): \(name) came to \(error) from \(times.count) of \(seeds) seeds")
                }
            }
        }
    }
}
