/// The drawing of a history: a panel of losses, and panels of metrics below it.
package struct LearningCurves {
    private let title: String?
    private let panels: [Panel]
    private let frame: Panel.Frame
    private let axisName: String
    private let width: Double

    package static let usualWidth = 760.0
    private static let margin = 20.0

    package init(_ history: History, title: String?, width: Double = usualWidth) {
        self.title = title
        self.width = width
        let count = history.losses.count
        let panels =
            [LearningCurves.lossPanel(history)]
            + LearningCurves.groups(history.metrics).map { LearningCurves.metricPanel($0, history) }
            + LearningCurves.descentPanels(history)
        self.panels = panels
        axisName = "Epoch"
        frame = Panel.Frame(
            left: LearningCurves.margin + 8 + (panels.map(\.labelWidth).max() ?? 0),
            right: width - LearningCurves.margin, epochs: .epochs(max(count, 1)), count: count,
            keptEpoch: history.keptEpoch.flatMap { (0..<count).contains($0 - 1) ? $0 : nil })
    }

    /// The validation losses and metrics of several similar trainings, each as one curve.
    package init(comparing histories: [(name: String, history: History)], width: Double = usualWidth) {
        title = nil
        self.width = width
        func panel(_ heading: String, plotHeight: Double, _ values: (History) -> [Double]) -> Panel {
            let curves = histories.enumerated().map { index, named in
                Curve(
                    name: named.name, values: values(named.history), color: Curve.colors[index % Curve.colors.count])
            }
            return Panel(
                heading: heading, curves: curves, axis: LearningCurves.axis(of: curves, ticks: 7),
                plotHeight: plotHeight, namesKeptEpoch: false)
        }
        let metrics = histories.first?.history.metrics.map(\.name) ?? []
        panels =
            [panel("Validation loss", plotHeight: 230) { $0.validationLosses }]
            + metrics.map { name in
                panel("\(name), validation rows", plotHeight: 150) { $0[metric: name] ?? [] }
            }
        axisName = "Epoch"
        let count = histories.map(\.history.losses.count).max() ?? 0
        frame = Panel.Frame(
            left: LearningCurves.margin + 8 + (panels.map(\.labelWidth).max() ?? 0),
            right: width - LearningCurves.margin, epochs: .epochs(max(count, 1)), count: count, keptEpoch: nil)
    }

    init(_ search: LearningRateSearch, title: String?) {
        self.title = title ?? "Loss by learning rate"
        width = LearningCurves.usualWidth
        let curves = [
            Curve(name: "loss", values: search.losses, color: Curve.colors[5]),
            Curve(name: "smoothed", values: search.smoothedLosses, color: Curve.colors[0]),
        ]
        let panel = Panel(
            heading: "Loss", curves: curves, axis: LearningCurves.axis(of: curves, ticks: 7), plotHeight: 230,
            namesKeptEpoch: true)
        panels = [panel]
        axisName = "Learning rate"
        let ends = (search.rates.first ?? 1)...(search.rates.last ?? 1)
        frame = Panel.Frame(
            left: LearningCurves.margin + 8 + panel.labelWidth, right: width - LearningCurves.margin,
            epochs: .logarithmic(ends, ticks: 10), count: search.rates.count,
            keptEpoch: search.suggestion.flatMap { search.rates.firstIndex(of: $0) }.map { $0 + 1 },
            places: search.rates,
            markName: search.suggestion.map { "suggestion: \(DecimalNumber(rounding: $0, digits: 3).text)" })
    }

    private static func lossPanel(_ history: History) -> Panel {
        var curves = [Curve(name: "training", values: history.losses, color: Curve.colors[0])]
        if !history.validationLosses.isEmpty {
            curves.append(Curve(name: "validation", values: history.validationLosses, color: Curve.colors[1]))
        }
        return Panel(
            heading: curves.count > 1 ? "Loss" : "Training loss", curves: curves, axis: axis(of: curves, ticks: 7),
            plotHeight: 230, namesKeptEpoch: true)
    }

    /// Panels of the gradient norms and learning rates.
    private static func descentPanels(_ history: History) -> [Panel] {
        var panels: [(heading: String, values: [Double])] = []
        if !history.gradientNorms.isEmpty { panels.append(("Gradient norm", history.gradientNorms)) }
        if Set(history.learningRates).count > 1 { panels.append(("Learning rate", history.learningRates)) }
        return panels.map { heading, values in
            let curve = Curve(name: heading, values: values, color: Curve.colors[0])
            return Panel(
                heading: heading, curves: [curve], axis: axis(of: [curve], ticks: 4), plotHeight: 90,
                namesKeptEpoch: false)
        }
    }

    /// Logarithmic if the values are positive and span enough.
    private static func axis(of curves: [Curve], ticks: Int) -> Axis {
        let range = Curve.range(of: curves.map(\.values)) ?? 0...1
        let isLogarithmic = range.lowerBound > 1 / Axis.largest && range.upperBound / range.lowerBound > 20
        return isLogarithmic ? .logarithmic(range, ticks: ticks) : .linear(range, ticks: ticks - 1)
    }

    private static func metricPanel(_ metrics: [History.Series], _ history: History) -> Panel {
        let curves = zip(metrics, Curve.colors.dropFirst(2)).map {
            Curve(name: $0.name, values: $0.values, color: $1)
        }
        let rows = history.validationLosses.isEmpty ? "training rows" : "validation rows"
        return Panel(
            heading: "\(metrics.count == 1 ? metrics[0].name : "Metrics"), \(rows)", curves: curves,
            axis: .linear(Curve.range(of: curves.map(\.values)) ?? 0...1, ticks: 5), plotHeight: 150,
            namesKeptEpoch: false)
    }

    /// Groups of metrics that can share an axis: each spans at least a fifth of the whole range.
    private static func groups(_ metrics: [History.Series]) -> [[History.Series]] {
        func span(_ metrics: [History.Series]) -> Double {
            Curve.range(of: metrics.map(\.values)).map { $0.upperBound - $0.lowerBound } ?? 0
        }
        var groups: [[History.Series]] = []
        for metric in metrics {
            let group = groups.firstIndex { group in
                let all = group + [metric]
                return all.count <= Curve.colors.count - 2 && all.allSatisfy { 5 * span([$0]) >= span(all) }
            }
            if let group { groups[group].append(metric) } else { groups.append([metric]) }
        }
        return groups
    }

    package var document: SVGDocument {
        let titleHeight = title == nil ? 0 : 34.0
        let gap = 22.0
        let axisHeight = 36.0
        let heights = panels.map { $0.height(in: frame) }
        let height =
            2 * LearningCurves.margin + titleHeight + heights.reduce(0, +) + gap * Double(panels.count - 1) + axisHeight
        var document = SVGDocument(width: width, height: height, name: title ?? "Learning curves")
        var y = LearningCurves.margin
        if let title {
            let fitting = 18 * (frame.right - frame.left) / SVGDocument.width(of: title, size: 18)
            document.add(title, x: frame.left, y: y + 12, size: min(18, fitting), color: "#111111", isBold: true)
            y += titleHeight
        }
        for (panel, height) in zip(panels, heights) {
            panel.draw(on: &document, in: frame, top: y)
            y += height + gap
        }
        let bottom = y - gap
        for tick in frame.epochs.ticks {
            document.add(
                tick.label ?? "", x: frame.x(tick.place), y: bottom + 18, size: Panel.labelSize, anchor: .middle)
        }
        document.add(
            axisName, x: (frame.left + frame.right) / 2, y: bottom + 36, size: Panel.labelSize, anchor: .middle)
        return document
    }
}
