/// The markers of a curve's values: two alternating shapes, for readers and printers without colours.
enum Marker {
    case circle, square

    private static let size = 6.0

    init(ofCurve index: Int) { self = index.isMultiple(of: 2) ? .circle : .square }

    func draw(_ points: [(x: Double, y: Double)], color: String, on document: inout SVGDocument) {
        var path = SVGPath()
        for (x, y) in points {
            switch self {
            case .circle: path.dot(at: x, y)
            case .square: path.square(at: x, y, size: Marker.size)
            }
        }
        document.add(path, color: color, width: Marker.size, ends: self == .circle ? .round : .butt)
    }
}
