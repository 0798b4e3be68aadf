import Perceptron

/// Whether predictions are correct as often as the model's probabilities say.
struct CalibrationSection: ReportSection {
    let title = "Calibration"
    let curve: CalibrationCurve

    init(_ rows: PredictedRows) throws(PerceptronError) {
        curve = try CalibrationCurve(rows.outputs, rows.targets, weights: rows.weights, bins: 10)
    }

    var body: Markup {
        let bins = curve.bins.filter { $0.weight > 0 }
        let table = MarkupTable(
            caption: "Rows by the model's confidence, the probability of the predicted class",
            headings: [.text("Confidence"), .number("Mean"), .number("Right"), .number("Rows")],
            rows: bins.map { bin in
                [
                    Markup("\(percent(bin.lower, 0)) to \(percent(bin.upper, 0))"), Markup(percent(bin.confidence)),
                    Markup(percent(bin.accuracy)),
                    Markup(bin.weight.readable(bin.weight == bin.weight.rounded() ? 1 : 3)),
                ]
            })
        return """
            <p>On the dashed line, predictions are correct as often as the model's probabilities say; below it, the model is \
            overconfident. The mean distance from the line is \(Markup(curve.expectedError)) (expected calibration error).</p>
            <div class="pair">
            <figure>
            \(Markup(drawing(bins)))<figcaption>Bars: the rows in each range of confidence.</figcaption>
            </figure>
            \(table.markup)</div>

            """
    }

    private func drawing(_ bins: [CalibrationCurve.Bin]) -> SVGDocument {
        let axis = Axis.linear(0...1, ticks: 6)
        var chart = Chart(
            "Calibration curve", horizontal: axis, "mean confidence", vertical: axis, "accuracy")
        let most = bins.map(\.weight).max() ?? 1
        for bin in bins { chart.addBar(from: bin.lower, to: bin.upper, height: 0.25 * bin.weight / most) }
        chart.addDiagonal()
        let points = bins.map { ($0.confidence, $0.accuracy) }
        chart.addLine(points)
        chart.addDots(points, width: 8)
        return chart.document
    }
}
