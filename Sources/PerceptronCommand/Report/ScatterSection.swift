import Perceptron

/// Values as predicted over those that are true.
struct ScatterSection: ReportSection {
    let title = "Predicted against true"
    let rows: PredictedRows
    let truth: Matrix<Float>

    /// Of more rows, some are drawn: evenly spread over the table, and the most wrong.
    static let mostDots = 2000

    var body: Markup {
        let errors = (0..<rows.count).map { rows.loss($0) }.sorted()
        // The least number that as large a part of the errors doesn't exceed.
        func quantile(_ part: Double) -> Double { errors[max(0, Int((part * Double(errors.count)).rounded(.up)) - 1)] }
        let (some, few) = dots
        let drawn = some.count + few.count
        let selection = drawn < rows.count ? " \(drawn) of \(rows.count) rows are drawn." : ""
        return """
            <p>Half of the predictions are off by at most \(Markup(quantile(0.5))), nine in ten by at most \
            \(Markup(quantile(0.9))), and the worst by \(Markup(quantile(1))).</p>
            <figure>
            \(Markup(drawing(some, few)))<figcaption>A dot for each row; on the dashed line predictions are right. \
            The \(few.count) most wrong are in the second colour.\(selection)</figcaption>
            </figure>

            """
    }

    /// The rows to draw: the most wrong apart.
    private var dots: (some: [Int], few: [Int]) {
        let few = rows.worst(WorstRowsSection.mostRows).map(\.row)
        let interval = (rows.count + ScatterSection.mostDots - 1) / ScatterSection.mostDots
        let set = Set(few)
        return (stride(from: 0, to: rows.count, by: interval).filter { !set.contains($0) }, few)
    }

    private func drawing(_ some: [Int], _ few: [Int]) -> SVGDocument {
        func point(_ row: Int) -> (Double, Double) { (Double(truth[row, 0]), Double(rows.outputs[row, 0])) }
        let points = some.map(point)
        let worst = few.map(point)
        let all = (points + worst).flatMap { [$0.0, $0.1] }
        let axis = Axis.linear((all.min() ?? 0)...(all.max() ?? 1), ticks: 6)
        var chart = Chart(
            "Predicted against true \(rows.target)", horizontal: axis, "true \(rows.target)", vertical: axis,
            "predicted \(rows.target)")
        chart.addDiagonal()
        chart.addDots(points, width: points.count > 500 ? 2.5 : 4)
        chart.addDots(worst, width: 4, color: Curve.colors[1])
        return chart.document
    }
}
