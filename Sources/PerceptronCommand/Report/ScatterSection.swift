import Perceptron

/// Predicted values plotted against true values.
struct ScatterSection: ReportSection {
    let title = "Predicted against true"
    let rows: PredictedRows
    let truth: Matrix<Float>

    /// With more rows, an evenly spaced subset is drawn, and those with the largest errors.
    static let mostDots = 2000

    var body: Markup {
        let errors = (0..<rows.count).map { rows.loss($0) }.sorted()
        // The smallest error that a fraction `part` of the errors doesn't exceed.
        func quantile(_ part: Double) -> Double { errors[max(0, Int((part * Double(errors.count)).rounded(.up)) - 1)] }
        let (some, few) = dots
        let drawn = some.count + few.count
        let selection = drawn < rows.count ? " \(drawn) of \(rows.count) rows are drawn." : ""
        let lines = rows.interval.map { " The lines are \(percent($0.level, 0)) prediction intervals." } ?? ""
        return """
            <p>Half of the predictions are off by at most \(Markup(quantile(0.5))), nine in ten by at most \
            \(Markup(quantile(0.9))), and the worst by \(Markup(quantile(1))).\(coverage)</p>
            <figure>
            \(Markup(drawing(some, few)))<figcaption>A dot for each row; on the dashed line predictions are right. \
            The \(few.count) most wrong are in the second colour.\(lines)\(selection)</figcaption>
            </figure>

            """
    }

    /// The fraction of the values that the intervals cover.
    private var coverage: Markup {
        guard let coverage = try? rows.coverage else { return "" }
        return
            " The \(percent(coverage.level, 0)) intervals cover \(Markup(coverage.covered, percents: 1)) of the targets and "
            + "are \(Markup(coverage.meanWidth)) wide on average."
    }

    /// The rows to draw, those with the largest errors apart.
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
        let bounds = (some + few).compactMap { row in
            rows.interval.map { (Double(truth[row, 0]), Double($0.lower[row]), Double($0.upper[row])) }
        }
        let all = (points + worst).flatMap { [$0.0, $0.1] } + bounds.flatMap { [$0.1, $0.2] }
        let axis = Axis.linear((all.min() ?? 0)...(all.max() ?? 1), ticks: 6)
        var chart = Chart(
            "Predicted against true \(rows.target)", horizontal: axis, "true \(rows.target)", vertical: axis,
            "predicted \(rows.target)")
        chart.addIntervals(bounds)
        chart.addDiagonal()
        chart.addDots(points, width: points.count > 500 ? 2.5 : 4)
        chart.addDots(worst, width: 4, color: Curve.colors[1])
        return chart.document
    }
}
