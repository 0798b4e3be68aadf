/// Lines and dots that are drawn together.
package struct SVGPath {
    private(set) var data = ""

    package init() {}

    package mutating func move(to x: Double, _ y: Double) { append("M", x, y) }

    package mutating func line(to x: Double, _ y: Double) { append("L", x, y) }

    /// A line of length 0, which shows only its round ends.
    package mutating func dot(at x: Double, _ y: Double) {
        move(to: x, y)
        data += "h0"
    }

    /// A line as long as it is wide.
    mutating func square(at x: Double, _ y: Double, size: Double) {
        move(to: x - size / 2, y)
        data += "h" + SVGDocument.rounded(size)
    }

    private mutating func append(_ command: Character, _ x: Double, _ y: Double) {
        data.append(command)
        data += SVGDocument.rounded(x) + " " + SVGDocument.rounded(y)
    }
}
