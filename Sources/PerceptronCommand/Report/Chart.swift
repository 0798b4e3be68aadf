import Perceptron

/// A square chart with named axes below and on the left.
struct Chart {
    private(set) var document: SVGDocument
    private let horizontal: Axis
    private let vertical: Axis
    private let left: Double
    private let right: Double
    private let top = 28.0
    private let bottom: Double

    private static let labelSize = 12.0
    private static let margin = 12.0

    init(
        _ name: String, horizontal: Axis, _ horizontalName: String, vertical: Axis, _ verticalName: String
    ) {
        self.horizontal = horizontal
        self.vertical = vertical
        let labels = vertical.ticks.compactMap(\.label).map { SVGDocument.width(of: $0, size: Chart.labelSize) }
        left = Chart.margin + 8 + (labels.max() ?? 0)
        // Half of the last label extends beyond the axis.
        let last = horizontal.ticks.compactMap(\.label).last ?? ""
        right =
            Report.drawingWidth - Chart.margin
            - max(Chart.margin, SVGDocument.width(of: last, size: Chart.labelSize) / 2)
        bottom = top + 0.8 * (right - left)
        document = SVGDocument(width: Report.drawingWidth, height: bottom + 42, name: name)
        drawAxes(horizontalName, verticalName)
    }

    private mutating func drawAxes(_ horizontalName: String, _ verticalName: String) {
        var grid = SVGPath()
        for tick in vertical.ticks {
            let y = bottom - tick.place * (bottom - top)
            grid.move(to: left, y)
            grid.line(to: right, y)
            document.add(tick.label ?? "", x: left - 8, y: y + 4, size: Chart.labelSize, anchor: .end)
        }
        let labels = horizontal.ticks.compactMap(\.label)
        let widest = labels.map { SVGDocument.width(of: $0, size: Chart.labelSize) }.max() ?? 0
        let interval = max(1, Int((Double(labels.count) * (widest + 8) / (right - left)).rounded(.up)))
        for (index, tick) in horizontal.ticks.enumerated() {
            let x = left + tick.place * (right - left)
            grid.move(to: x, top)
            grid.line(to: x, bottom)
            guard index.isMultiple(of: interval) else { continue }
            document.add(tick.label ?? "", x: x, y: bottom + 17, size: Chart.labelSize, anchor: .middle)
        }
        document.add(grid, color: "#DDDDDD", width: 1)
        document.add(fitting(verticalName), x: left, y: top - 10, size: Chart.labelSize, color: "#111111", isBold: true)
        document.add(
            fitting(horizontalName), x: right, y: bottom + 35, size: Chart.labelSize, color: "#111111", isBold: true,
            anchor: .end)
    }

    /// A name, shortened to the room there is.
    private func fitting(_ name: String) -> String {
        let most = Int((right - left) / SVGDocument.width(of: "x", size: Chart.labelSize))
        return name.count > most ? name.prefix(most - 1) + "…" : name
    }

    private func point(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        (left + horizontal.place(of: x) * (right - left), bottom - vertical.place(of: y) * (bottom - top))
    }

    /// The line y = x; both axes must be the same.
    mutating func addDiagonal() {
        var path = SVGPath()
        path.move(to: left, bottom)
        path.line(to: right, top)
        document.add(path, color: "#555555", width: 1, dashes: "4 3")
    }

    mutating func addLine(_ points: [(Double, Double)]) {
        var path = SVGPath()
        for (index, point) in points.map({ self.point($0.0, $0.1) }).enumerated() {
            if index == 0 { path.move(to: point.x, point.y) } else { path.line(to: point.x, point.y) }
        }
        document.add(path, color: Curve.colors[0], width: 2, ends: .round)
    }

    mutating func addDots(_ points: [(Double, Double)], width: Double, color: String = Curve.colors[0]) {
        var path = SVGPath()
        for point in points.map({ self.point($0.0, $0.1) }) { path.dot(at: point.x, point.y) }
        document.add(path, color: color, width: width, ends: .round)
    }

    /// A vertical line for each interval.
    mutating func addIntervals(_ intervals: [(x: Double, from: Double, to: Double)]) {
        var path = SVGPath()
        for interval in intervals {
            let (start, end) = (point(interval.x, interval.from), point(interval.x, interval.to))
            path.move(to: start.x, start.y)
            path.line(to: end.x, end.y)
        }
        document.add(path, color: "#BBBBBB", width: 1)
    }

    /// A bar on the lower axis; `height` is a fraction of the chart's height.
    mutating func addBar(from start: Double, to end: Double, height: Double) {
        let (from, to) = (point(start, 0).x, point(end, 0).x)
        var path = SVGPath()
        path.move(to: (from + to) / 2, bottom)
        path.line(to: (from + to) / 2, bottom - height * (bottom - top))
        document.add(path, color: "#BBBBBB", width: to - from - 2)
    }
}
