import Foundation
import Perceptron
import TestSupport
import Testing

/// `perceptron tune` trains the model that the library's search finds.
@Suite struct TuneTests {
    private struct Printed: Decodable {
        let rows, heldOut: Int
        let tuning: Tuning
    }

    @Test func findsWhatTheLibraryFinds() throws {
        try withTemporaryFolder { folder in
            let table = folder.appending(path: "table.csv")
            try Data(MadeTable.line(rows: 100).utf8).write(to: table)
            let arguments = [
                "tune", "table.csv", "--target", "y", "-o", "m.safetensors", "--recipe", "plain", "--trials", "3",
                "--seed",
                "4",
            ]
            let data = try Dataset<Float>(csv: table, target: "y")
            let (training, held) = try data.split(testFraction: 0.2, seed: 4)
            var model = TabularModel<Float>(.plain, seed: 4)
            let tuning = try model.tune(
                on: training, budget: .trials(3), validation: .rows(held), progress: .silent)

            let printed = try JSONDecoder().decode(
                Printed.self, from: Data(Command.run(arguments + ["--json"], in: folder).utf8))
            #expect(printed.rows == 100 && printed.heldOut == 20 && printed.tuning == tuning)
            let saved = try TabularModel<Float>(contentsOf: folder.appending(path: "m.safetensors"))
            #expect(try saved.predict(held) == model.predict(held))
            #expect(saved.settings == tuning.best)

            let text = try Command.run(arguments, in: folder)
            #expect(text.hasPrefix("\(tuning)\n") && text.contains("RMSE"))
            let settings = try ReportPage(folder.appending(path: "m.html")).rows("Settings").map(\.cells)
            #expect(
                settings.contains(["Best settings", "\(tuning.best)"]) && settings.contains(["Settings tried", "3"]))
        }
    }

    static let refusals = [
        ([], "Give either --minutes or --trials."),
        (["--minutes", "1", "--trials", "2"], "Give either --minutes or --trials."),
        (["--minutes", "0"], "--minutes is 0.0; it must be positive."),
        (["--trials", "0"], "--trials is 0; at least 1 is needed."),
        (["--trials", "2", "--resume", "--mpi"], "--resume and --mpi can't both be given."),
    ]

    @Test(arguments: refusals) func budgetsAreChecked(_ budget: [String], _ message: String) throws {
        try withTemporaryFolder { folder in
            let outcome = try Command.outcome(
                ["tune", "table.csv", "--target", "y", "-o", "m"] + budget, in: folder)
            #expect(outcome.status == 2 && outcome.errors.contains(message))
        }
    }
}
