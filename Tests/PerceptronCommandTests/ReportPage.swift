import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// A report, taken apart by a parser of XML.
struct ReportPage {
    struct Row {
        /// The texts of the cells, the row's name first.
        let cells: [String]
        /// The exact numbers of those cells that have one.
        let numbers: [Double]
    }

    let text: String
    private let document: XMLDocument

    /// - Throws: if the page is not well-formed.
    init(_ url: URL) throws {
        let data = try Data(contentsOf: url)
        text = String(decoding: data, as: UTF8.self)
        document = try XMLDocument(data: data)
    }

    /// Elements of that name, in the order of the page, within one or all of it.
    func elements(_ name: String, in parent: XMLNode? = nil) throws -> [XMLElement] {
        ReportPage.descendants(of: parent ?? document).filter { $0.name == name }
    }

    var all: [XMLElement] {
        get throws { ReportPage.descendants(of: document) }
    }

    private static func descendants(of node: XMLNode) -> [XMLElement] {
        (node.children ?? []).flatMap { child in
            ((child as? XMLElement).map { [$0] } ?? []) + descendants(of: child)
        }
    }

    /// The text of everything that is shown.
    var shownText: String { get throws { try elements("body").first?.stringValue ?? "" } }

    /// The part below a heading.
    func section(_ title: String) throws -> XMLElement? {
        try elements("section").first { try elements("h2", in: $0).first?.stringValue == title }
    }

    /// The rows of the body of a section's tables, one table after the other.
    func rows(_ title: String) throws -> [Row] {
        guard let section = try section(title) else { return [] }
        return try elements("tbody", in: section).flatMap { try elements("tr", in: $0) }.map { row in
            let cells = (row.children ?? []).compactMap { $0 as? XMLElement }
            return Row(cells: cells.map { $0.stringValue ?? "" }, numbers: try numbers(in: row))
        }
    }

    /// The exact numbers that are shown there.
    func numbers(in parent: XMLNode) throws -> [Double] {
        try elements("data", in: parent).compactMap { $0.attribute(named: "value")?.stringValue.flatMap(Double.init) }
    }
}

extension XMLElement {
    /// FoundationXML's own search finds none where the page has a namespace.
    func attribute(named name: String) -> XMLNode? { attributes?.first { $0.name == name } }
}
