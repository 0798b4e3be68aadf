import Foundation
import Perceptron

/// A page about a model: a self-contained HTML file without scripts, which is also XML.
struct Report {
    let title: String
    /// One or two sentences below the title.
    let summary: Markup
    let sections: [any ReportSection]

    /// The width of drawings, whose text can still be read on the narrowest screens.
    static let drawingWidth = 440.0

    var text: String {
        let page: Markup = """
            <!DOCTYPE html>
            <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <meta name="generator" content="perceptron \(PerceptronCommand.version)"/>
            <title>\(title)</title>
            <style>
            \(Report.style)
            </style>
            </head>
            <body>
            <main>
            <header>
            <h1>\(title)</h1>
            <p>\(summary)</p>
            </header>
            \(sections.map { section -> Markup in
                "<section>\n<h2>\(section.title)</h2>\n\(section.body)</section>\n"
            })</main>
            </body>
            </html>

            """
        return page.text
    }

    /// - Throws: `PerceptronError.fileAccess` if that fails; an old file at `url` is then unchanged.
    func write(to url: URL) throws(PerceptronError) { try AtomicFile.write(text, to: url) }
}

/// A part of a report with a heading of its own.
protocol ReportSection {
    var title: String { get }
    var body: Markup { get }
}
