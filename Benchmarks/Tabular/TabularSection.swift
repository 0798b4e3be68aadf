import Foundation
import Perceptron

/// How good and how fast the recipes of `TabularModel` are, on the tables that peers/tabular.py leaves in a folder.
struct TabularSection: Section {
    let name = "tabular"
    let summary = "TabularModel's recipes on tables in --files, which peers/tabular.py makes and tries its peers on"
    let isDefault = false
    let printsJSON = false

    private let table = Table(columns: [
        .init(title: "table", width: 18, isName: true),
        .init(title: "recipe", width: 14, isName: true),
        .init(title: "metric", width: 8, isName: true),
        .init(title: "test", width: 8),
        .init(title: "seconds", width: 8),
    ])

    /// The time of all processors that the process has had: what else the machine does doesn't count.
    private var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }

    func cases(_ options: Options) -> [String] { TabularRecipe.allCases.map(\.rawValue) }

    func run(_ cases: [String], _ options: Options, _ report: Report) throws {
        guard let folder = options.filesFolder else {
            return report.print("\ntabular: --files FOLDER with pairs of NAME.train.csv and NAME.test.csv is needed")
        }
        let ending = ".train.csv"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(ending) }
            .map { String($0.dropLast(ending.count)) }.sorted()
        report.print(
            "\nThe part of the test rows with the right label, or the root mean squared error; seconds of processor time.\n\n\(table.header)"
        )
        for name in names {
            let files = URL(filePath: folder, directoryHint: .isDirectory)
            let training = try Dataset<Float>(csv: files.appending(path: name + ending), target: "target")
            let test = try Dataset<Float>(
                csv: files.appending(path: "\(name).test.csv"), columns: training.columns, target: "target",
                labels: training.classCount > 0 ? training.labelNames : nil)
            let metric = training.classCount > 0 ? Metric.accuracy : .rootMeanSquaredError
            for recipe in TabularRecipe.allCases where cases.contains(recipe.rawValue) {
                var model = TabularModel<Float>(recipe, seed: 1)
                let start = processorSeconds
                try model.fit(
                    training, epochs: options.quick ? 2 : nil, progress: .silent, threads: options.threads ?? 1)
                let seconds = processorSeconds - start
                let value = try model.evaluate(metric, on: test)
                report.print(
                    table.row([
                        name, recipe.rawValue, training.classCount > 0 ? "accuracy" : "RMSE",
                        String(format: "%.4f", value), String(format: "%.2f", seconds),
                    ]))
                try report.record([
                    "section": .string("tabular"), "table": .string(name), "method": .string(recipe.rawValue),
                    "classes": .integer(training.classCount), "value": .number(value), "seconds": .number(seconds),
                ])
            }
        }
    }
}
