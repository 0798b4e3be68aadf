/// A drawing in SVG 1.1 on white.
package struct SVGDocument {
    package enum Anchor: String {
        case start, middle, end
    }

    /// The ends of lines: flat, or with a half circle added.
    package enum Ends: String {
        case butt, round
    }

    private static let fonts =
        "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
    private var content = ""

    /// - Parameter name: the description for readers who don't see the drawing.
    package init(width: Double, height: Double, name: String) {
        let (width, height) = (SVGDocument.rounded(width), SVGDocument.rounded(height))
        open(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "width": width, "height": height,
                "viewBox": "0 0 \(width) \(height)", "role": "img", "font-family": SVGDocument.fonts,
            ])
        content += ">\n<title>\(SVGDocument.escaped(name))</title>\n"
        add("rect", ["width": width, "height": height, "fill": "#FFFFFF"])
    }

    package var text: String { content + "</svg>\n" }

    package mutating func add(_ path: SVGPath, color: String, width: Double, ends: Ends = .butt, dashes: String? = nil)
    {
        add(
            "path",
            [
                "d": path.data, "fill": "none", "stroke": color, "stroke-width": SVGDocument.rounded(width),
                "stroke-linecap": ends.rawValue, "stroke-linejoin": "round", "stroke-dasharray": dashes ?? "none",
            ])
    }

    package mutating func add(
        _ text: String, x: Double, y: Double, size: Double, color: String = "#333333", isBold: Bool = false,
        anchor: Anchor = .start
    ) {
        open(
            "text",
            [
                "x": SVGDocument.rounded(x), "y": SVGDocument.rounded(y), "font-size": SVGDocument.rounded(size),
                "font-weight": isBold ? "600" : "400", "fill": color, "text-anchor": anchor.rawValue,
            ])
        content += ">\(SVGDocument.escaped(text))</text>\n"
    }

    private mutating func add(_ element: String, _ attributes: KeyValuePairs<String, String>) {
        open(element, attributes)
        content += "/>\n"
    }

    private mutating func open(_ element: String, _ attributes: KeyValuePairs<String, String>) {
        content += "<\(element)"
        for (name, value) in attributes { content += " \(name)=\"\(SVGDocument.escaped(value))\"" }
    }

    /// The approximate width of a text; the reader's font is unknown.
    package static func width(of text: String, size: Double) -> Double { 0.56 * size * Double(text.count) }

    /// Escapes text for XML. Characters that XML doesn't allow become U+FFFD.
    package static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\t", "\n", "\r": escaped += " "
            case "\0"..<" ", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    /// A number to hundredths, in the same characters everywhere.
    static func rounded(_ number: Double) -> String {
        DecimalNumber(digits: Int((number * 100).rounded()), exponent: -2).shortened.text
    }
}
