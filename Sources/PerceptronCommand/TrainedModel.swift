import Foundation
import Perceptron

/// A newly trained model and the held-out rows.
struct TrainedModel {
    let model: TabularModel<Float>
    let data: Dataset<Float>
    let held: Dataset<Float>
    let table: TrainingTable
    let options: ModelOptions
    /// How it was trained, as a report shows it.
    let settings: [(name: String, value: String)]
    /// The search for its settings, if there was one.
    var tuning: Tuning?

    /// Writes the model and its report.
    func write(_ files: ModelFiles) throws(PerceptronError) {
        try model.save(to: files.model)
        if let page = files.page {
            try Report(self).write(to: page)
            Terminal.note("wrote the report \(page.relativePath); open it in a browser")
        }
        let path = SettingsSection.quoted(files.output)
        Terminal.note("wrote the model \(files.output); to predict: perceptron predict \(path) FILE.csv")
    }

    /// Prints its scores on the held-out rows, and the search before.
    func print(_ files: ModelFiles, json: Bool) throws(PerceptronError) {
        let scores = try ScoreTable(model, held, interval: options.interval, threads: options.threads)
        guard json else {
            if let tuning { try Terminal.print("\(tuning)") }
            Terminal.note("scores on the \(counted(held.rows, "held-out row")):")
            return try Terminal.print("\(scores)")
        }
        let members: KeyValuePairs<String, JSONValue> = [
            "model": JSONValue(files.output), "report": JSONValue(files.page?.relativePath),
            "rows": JSONValue(data.rows), "heldOut": JSONValue(held.rows), "scores": scores.json,
        ]
        let search = try tuning.map { (tuning) throws(PerceptronError) in
            do { return [JSONValue.Member("tuning", try JSONCoding.value(of: tuning))] } catch {
                throw .invalidValue("the search can't be written as JSON: \(error)")
            }
        }
        try Terminal.print(.object(members.map { JSONValue.Member($0, $1) } + (search ?? [])))
    }
}
