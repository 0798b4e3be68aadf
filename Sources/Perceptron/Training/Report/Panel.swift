/// Curves over the epochs in a frame, with a heading and a legend above it.
struct Panel {
    /// What the panels of a drawing have in common.
    struct Frame {
        let left: Double
        let right: Double
        let epochs: Axis
        let count: Int
        let keptEpoch: Int?
        /// The positions of the values on the axis, if not epochs from 1.
        var places: [Double] = []
        /// Replaces the label of the kept epoch.
        var markName: String?

        /// Values of the first and the last epoch stay off the edges.
        private static let inset = 10.0

        func x(_ place: Double) -> Double { left + Frame.inset + place * (right - left - 2 * Frame.inset) }
        func x(epoch: Int) -> Double { x(epochs.place(of: places.isEmpty ? Double(epoch) : places[epoch - 1])) }
    }

    private struct LegendEntry {
        let curve: Curve
        let x: Double
        let row: Int
    }

    let heading: String
    let curves: [Curve]
    let axis: Axis
    let plotHeight: Double
    /// Whether the line of the kept epoch has its name here, in a row above the plot.
    let namesKeptEpoch: Bool

    static let labelSize = 12.0
    private static let headingSize = 13.0
    private static let rowHeight = 20.0
    private static let sampleWidth = 22.0
    /// The most epochs for which each value is marked.
    private static let markedEpochs = 40
    /// The most epochs for which lines are wide; with more, noise would form a band.
    private static let wideEpochs = 500
    /// More columns than a screen can show in a frame's width.
    private static let columns = 1000

    /// The width of the value labels.
    var labelWidth: Double {
        axis.ticks.compactMap(\.label).map { SVGDocument.width(of: $0, size: Panel.labelSize) }.max() ?? 0
    }

    func height(in frame: Frame) -> Double {
        let rows = (legend(in: frame).last?.row ?? 0) + 1
        return Double(rows) * Panel.rowHeight + (namesKeptEpoch && frame.keptEpoch != nil ? 14 : 0) + plotHeight
    }

    func draw(on document: inout SVGDocument, in frame: Frame, top: Double) {
        drawLegend(on: &document, in: frame, top: top)
        let bottom = top + height(in: frame)
        for tick in axis.ticks {
            let y = bottom - tick.place * plotHeight
            var line = SVGPath()
            line.move(to: frame.left, y)
            line.line(to: frame.right, y)
            document.add(line, color: tick.label == nil ? "#F0F0F0" : "#DDDDDD", width: 1)
            guard let label = tick.label else { continue }
            document.add(
                label, x: frame.left - 8, y: y + Panel.labelSize / 3, size: Panel.labelSize, anchor: .end)
        }
        var ticks = SVGPath()
        ticks.move(to: frame.left, bottom)
        ticks.line(to: frame.right, bottom)
        for tick in frame.epochs.ticks {
            ticks.move(to: frame.x(tick.place), bottom)
            ticks.line(to: frame.x(tick.place), bottom + 4)
        }
        document.add(ticks, color: "#777777", width: 1)
        if let epoch = frame.keptEpoch {
            drawKeptEpoch(epoch, on: &document, in: frame, top: bottom - plotHeight, bottom: bottom)
        }
        for (index, curve) in curves.enumerated() {
            draw(curve, marker: Marker(ofCurve: index), on: &document, in: frame, bottom: bottom)
        }
    }

    private func drawKeptEpoch(
        _ epoch: Int, on document: inout SVGDocument, in frame: Frame, top: Double, bottom: Double
    ) {
        let x = frame.x(epoch: epoch)
        var line = SVGPath()
        line.move(to: x, top)
        line.line(to: x, bottom)
        document.add(line, color: "#555555", width: 1, dashes: "4 3")
        guard namesKeptEpoch else { return }
        let name = frame.markName ?? "kept: epoch \(epoch)"
        let half = SVGDocument.width(of: name, size: Panel.labelSize) / 2
        let anchor: SVGDocument.Anchor =
            x - half < frame.left ? .start : x + half > frame.right ? .end : .middle
        document.add(name, x: x, y: top - 5, size: Panel.labelSize, color: "#555555", anchor: anchor)
    }

    private func draw(
        _ curve: Curve, marker: Marker, on document: inout SVGDocument, in frame: Frame, bottom: Double
    ) {
        func point(_ index: Int) -> (x: Double, y: Double) {
            (frame.x(epoch: index + 1), bottom - axis.place(of: curve.values[index]) * plotHeight)
        }
        let runs = curve.runs(columns: Panel.columns).map { $0.map(point) }
        var line = SVGPath()
        for run in runs {
            line.dot(at: run[0].x, run[0].y)
            for point in run.dropFirst() { line.line(to: point.x, point.y) }
        }
        document.add(line, color: curve.color, width: frame.count > Panel.wideEpochs ? 1.25 : 2, ends: .round)
        if marksValues(in: frame) { marker.draw(runs.flatMap(\.self), color: curve.color, on: &document) }
    }

    private func marksValues(in frame: Frame) -> Bool { frame.count <= Panel.markedEpochs }

    private func drawLegend(on document: inout SVGDocument, in frame: Frame, top: Double) {
        document.add(heading, x: frame.left, y: top + 12, size: Panel.headingSize, color: "#111111", isBold: true)
        for (index, entry) in legend(in: frame).enumerated() {
            let y = top + 8 + Double(entry.row) * Panel.rowHeight
            var line = SVGPath()
            line.move(to: entry.x, y)
            line.line(to: entry.x + Panel.sampleWidth, y)
            document.add(line, color: entry.curve.color, width: 2, ends: .round)
            if marksValues(in: frame) {
                Marker(ofCurve: index).draw(
                    [(entry.x + Panel.sampleWidth / 2, y)], color: entry.curve.color, on: &document)
            }
            document.add(entry.curve.name, x: entry.x + Panel.sampleWidth + 6, y: y + 4, size: Panel.labelSize)
        }
    }

    /// The places of the curves' names: after the heading, in as many rows as needed. A single curve is named by the
    /// heading.
    private func legend(in frame: Frame) -> [LegendEntry] {
        guard curves.count > 1 else { return [] }
        let gap = 18.0
        var entries: [LegendEntry] = []
        var x = frame.left + SVGDocument.width(of: heading, size: Panel.headingSize) + gap
        var row = 0
        for curve in curves {
            let width = Panel.sampleWidth + 6 + SVGDocument.width(of: curve.name, size: Panel.labelSize)
            if x + width > frame.right, x > frame.left {
                x = frame.left
                row += 1
            }
            entries.append(LegendEntry(curve: curve, x: x, row: row))
            x += width + gap
        }
        return entries
    }
}
