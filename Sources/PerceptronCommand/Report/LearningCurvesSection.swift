import Perceptron

/// How training went: one training in full, or several side by side.
struct LearningCurvesSection: ReportSection {
    let title = "Learning curves"
    /// With what each is called.
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
            \(Markup(drawing.document))<figcaption>Over the epochs\(several).\(epochs)</figcaption>
            </figure>

            """
    }
}
