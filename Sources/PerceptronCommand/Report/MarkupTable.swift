/// A table with a caption; it scrolls by itself if it is wider than the page.
struct MarkupTable {
    struct Heading {
        let name: Markup
        let isNumber: Bool

        static func text(_ name: String) -> Heading { Heading(name: Markup(name), isNumber: false) }
        static func number(_ name: String) -> Heading { Heading(name: Markup(name), isNumber: true) }
    }

    let caption: Markup
    /// The CSS class of the table.
    var kind = "plain"
    let headings: [Heading]
    /// The first cell of a row names it.
    let rows: [[Markup]]

    var markup: Markup {
        let head = headings.map { heading -> Markup in
            "<th scope=\"col\"\(heading.numberClass)>\(heading.name)</th>"
        }
        let body = rows.map { row -> Markup in
            let cells = zip(headings, row).enumerated().map { index, cell -> Markup in
                index == 0
                    ? "<th scope=\"row\"\(cell.0.numberClass)>\(cell.1)</th>"
                    : "<td\(cell.0.numberClass)>\(cell.1)</td>"
            }
            return "<tr>\(cells)</tr>\n"
        }
        return """
            <div class="scroll" tabindex="0">
            <table class="\(kind)">
            <caption><span>\(caption)</span></caption>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(body)</tbody>
            </table>
            </div>

            """
    }
}

extension MarkupTable.Heading {
    fileprivate var numberClass: Markup { isNumber ? " class=\"number\"" : "" }
}
