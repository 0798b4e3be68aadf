import Foundation
import Perceptron

/// A model that was just trained, and the rows that were held out.
struct TrainedModel {
    let model: TabularModel<Float>
    let data: Dataset<Float>
    let held: Dataset<Float>
    let table: TrainingTable
    let options: ModelOptions
    /// What a report says of how it was made.
    let settings: [(name: String, value: String)]
    /// How its settings were found, if they were looked for.
    var tuning: Tuning?

    /// Writes the model and its report, and prints what it is worth on the rows held out.
    func write(_ files: ModelFiles, json: Bool) throws(PerceptronError) {
        try model.save(to: files.model)
        let scores = try ScoreTable(model, held, interval: options.interval, threads: options.threads)
        if let page = files.page {
            try Report(self).write(to: page)
            Terminal.note("\(page.relativePath) is the report; a browser shows it")
        }
        let path = SettingsSection.quoted(files.output)
        Terminal.note("\(files.output) is written; perceptron predict \(path) FILE predicts with it")
        guard json else {
            Terminal.note("on the \(counted(held.rows, "row")) held out:")
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
