import Foundation
import Perceptron

extension Report {
    /// The report on a trained model: its predictions for the held-out rows.
    init(_ trained: TrainedModel) throws(PerceptronError) {
        let (model, data, held) = (trained.model, trained.data, trained.held)
        let threads = trained.options.threads
        let rows = try PredictedRows(
            held, outputs: model.predict(held, threads: threads),
            interval: trained.options.interval.map { (level) throws(PerceptronError) in
                let (lower, upper) = try model.predictionInterval(level, for: held, threads: threads)
                return PredictedRows.Interval(level: level, lower: lower.elements, upper: upper.elements)
            })
        var scores: [ScoresSection.Score] = []
        for metric in ScoreTable.metrics(hasClasses: data.classCount > 0, classes: data.classCount) {
            scores.append(
                ScoresSection.Score(
                    metric: metric, value: try metric(rows.outputs, rows.targets, weights: rows.weights)))
        }
        try self.init(
            summary: """
                The model was trained on \(data.rows - held.rows) of the \(counted(data.rows, "row")) in \
                \(Report.name(of: trained.table.file)). This page is about the other \(held.rows).
                """,
            data: data, scores: scores,
            remark: """
                These rows also selected the best epoch\(Report.madeOnThem(data, trained.options)), so the scores are slightly \
                optimistic; \
                <code>perceptron cv</code> gives honest estimates for new rows.
                """,
            histories: model.histories.enumerated().map { ("member \($0 + 1)", $1) }, rows: rows,
            importance: ColumnImportance.measure(model, on: held, seed: trained.options.seed, threads: threads),
            table: trained.table,
            settings: trained.settings + trained.table.settings + [
                ("Training rows", "\(data.rows - held.rows)"), ("Held-out rows", "\(held.rows)"),
            ])
    }

    /// The report on a cross-validation: the prediction for each row by the model that was not trained on it.
    init(
        _ command: CrossValidate, data: Dataset<Float>, result: CrossValidation<Float>, rows: PredictedRows,
        models: [FoldModels.Record]
    ) throws(PerceptronError) {
        let metrics = ScoreTable.metrics(hasClasses: data.classCount > 0, classes: data.classCount)
        let members = command.options.model.members
        try self.init(
            summary: """
                Cross-validation of the \(counted(data.rows, "row")) in \(Report.name(of: command.table.file)): \
                \(Report.howPredicted(command, rows: data.rows, predicted: rows.count)).
                """,
            data: data,
            scores: zip(metrics, result.scores).map { metric, score in
                ScoresSection.Score(
                    metric: metric, value: score.mean, folds: score.values, deviation: score.standardDeviation)
            },
            remark: """
                The mean over \(command.folds) models, each measured on rows that it has not seen, and the standard deviation \
                between them: what to expect on new rows like these.
                """,
            histories: models.enumerated().flatMap { fold, record in
                record.histories.enumerated().map { member, history in
                    ("fold \(fold + 1)" + (members > 1 ? ", member \(member + 1)" : ""), history)
                }
            },
            rows: rows, importance: ColumnImportance(folds: models.compactMap(\.importance)), table: command.table,
            settings: command.options.described + command.table.settings
                + [("Rows", "\(data.rows)"), ("Folds", "\(command.folds)")])
    }

    private static func howPredicted(_ command: CrossValidate, rows: Int, predicted: Int) -> Markup {
        command.table.forward
            ? """
            the rows are in the order of time, and the last \(predicted), in \(command.folds) parts, are predicted by models \
            trained on the rows before them
            """
            : """
            each row is predicted by a model trained on the other \(command.folds - 1) of \(command.folds) parts
            """
    }

    /// What else the held-out rows were used for.
    private static func madeOnThem(_ data: Dataset<Float>, _ options: ModelOptions) -> Markup {
        if data.classCount > 0 { return " and calibrated the probabilities" }
        return options.intervals ? " and calibrated the intervals" : ""
    }

    private init(
        summary: Markup, data: Dataset<Float>, scores: [ScoresSection.Score], remark: Markup,
        histories: [(name: String, history: History)], rows: PredictedRows, importance: ColumnImportance,
        table: TrainingTable, settings: [(name: String, value: String)]
    ) throws(PerceptronError) {
        title = "Predicting \(rows.target)"
        self.summary = summary
        var sections: [any ReportSection] = [
            ScoresSection(scores: scores, rows: rows, remark: remark), DataSection(data: data),
            LearningCurvesSection(histories: histories),
        ]
        switch rows.targets {
        case .classes: sections += [try ConfusionSection(rows), try CalibrationSection(rows)]
        case .matrix(let truth): sections.append(ScatterSection(rows: rows, truth: truth))
        }
        let worst = rows.worst(WorstRowsSection.mostRows).map { rows.place($0.row) }
        sections += [
            ImportanceSection(columns: data.columns, importance: importance),
            WorstRowsSection(rows: rows, columns: importance.order, lines: try table.lines(ofRows: worst)),
            SettingsSection(
                // Reproducing the model needs no --resume.
                command: ["perceptron"] + CommandLine.arguments.dropFirst().filter { $0 != "--resume" },
                settings: settings + [
                    ("Package", "swift-perceptron \(PerceptronCommand.version)"),
                    ("OpenBLAS", BLAS.configuration), ("Processor, to OpenBLAS", BLAS.coreName),
                ]),
        ]
        self.sections = sections
    }

    /// The name of a file, without its folder.
    private static func name(of path: String) -> Markup {
        path == "-" ? "standard input" : "<b>\(URL(filePath: path).lastPathComponent)</b>"
    }
}
