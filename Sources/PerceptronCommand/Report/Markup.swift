import Perceptron

/// HTML that is also XML. Interpolated text is escaped; interpolated markup is not.
struct Markup: ExpressibleByStringInterpolation, Sendable {
    fileprivate(set) var text: String

    init(stringLiteral text: String) { self.text = text }

    init(stringInterpolation interpolation: StringInterpolation) { text = interpolation.text }

    /// Escapes text.
    init(_ text: String) { self.text = SVGDocument.escaped(text) }

    init(_ drawing: SVGDocument) { text = drawing.text }

    /// A rounded number for people, with the exact one for programs.
    init(_ number: Double, digits: Int = 4) {
        text = "<data value=\"\(number)\">\(Double.grouped(number.readable(digits)))</data>"
    }

    /// A fraction in percent for people, with the exact number for programs.
    init(_ part: Double, percents decimals: Int) {
        text = "<data value=\"\(part)\">\(percent(part, decimals))</data>"
    }

    static func + (first: Markup, second: Markup) -> Markup { "\(first)\(second)" }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        mutating func appendLiteral(_ literal: String) { text += literal }
        mutating func appendInterpolation(_ text: String) { self.text += SVGDocument.escaped(text) }
        mutating func appendInterpolation(_ number: Int) { text += "\(number)" }
        mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
        mutating func appendInterpolation(_ pieces: [Markup]) { for piece in pieces { text += piece.text } }
    }
}
