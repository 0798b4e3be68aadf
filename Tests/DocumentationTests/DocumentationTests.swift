import Foundation
import Perceptron
import TestSupport
import Testing

/// What the README and the articles print is what runs here: each section of each file, completed by comments that only this
/// sees (see `Article`). Paths are relative to the repository's root; `folder` is a new one.
@Suite struct DocumentationTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL

    @Test(arguments: Section.all.filter(\.isRunnable)) func codeRuns(_ section: Section) async throws {
        #expect(FileManager.default.changeCurrentDirectoryPath(Self.root.path(percentEncoded: false)))
        let folder = try TemporaryFolder()
        try await section.run(folder.url, Printer())
    }

    @Test func theVersionIsTheSameEverywhere() throws {
        for (file, line) in [("CHANGELOG.md", "## [\(version)]"), ("CITATION.cff", "version: \(version)\n")] {
            let text = try String(contentsOf: Self.root.appending(path: file), encoding: .utf8)
            #expect(text.contains(line), "\(file)")
        }
    }

    /// The article, the reference and the tests have one layer.
    @Test func theLayerOfTheArticleIsTheOneThatIsTested() throws {
        func text(_ path: String) throws -> String {
            try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
        }
        let article = try text("Sources/Perceptron/Documentation.docc/CustomComponents.md")
        let block = try #require(article.components(separatedBy: "```swift\n").first { $0.hasPrefix("struct Square") })
        let printed = block.components(separatedBy: "```")[0]
        #expect(try text("Tests/CustomLayerTests/Layers.swift").contains(printed))
        let documented = printed.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map { $0.isEmpty ? "///" : "/// " + $0 }.joined(separator: "\n")
        #expect(try text("Sources/Perceptron/Layers/Layer.swift").contains(documented))
    }
}
