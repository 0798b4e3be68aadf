import Perceptron

/// The learning curves of one training in detail, or of several side by side.
struct LearningCurvesSection: ReportSection {
    let title = "Learning curves"
    /// The histories and their names.
    let histories: [(name: String, history: History)]

    var body: Markup {
        let drawing =
            histories.count == 1
            ? LearningCurves(histories[0].history, title: nil, width: Report.drawingWidth)
            : LearningCurves(comparing: histories, width: Report.drawingWidth)
        let kept = histories.compactMap { named in
            named.history.keptEpoch.map { "\(histories.count == 1 ? "" : "\(named.name): ")\($0)" }
        }
        let epochs = kept.isEmpty ? "" : " Kept epoch: \(kept.joined(separator: ", "))."
        let several = histories.count == 1 ? "" : ", one line for each training"
        return """
            <figure>
            \(Markup(drawing.document))<figcaption>By epoch\(several).\(epochs)</figcaption>
            </figure>

            """
    }
}
