import Foundation
import PackagePlugin

/// Makes Swift of the code in the README and the articles, before the tests are built.
@main
struct DocumentationPlugin: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let root = context.package.directoryURL
        let files = FileManager.default
        let sources = root.appending(path: "Sources")
        let catalogues = try files.contentsOfDirectory(at: sources, includingPropertiesForKeys: nil)
            .map { $0.appending(path: "Documentation.docc") }
            .filter { files.fileExists(atPath: $0.path(percentEncoded: false)) }
        let articles = try catalogues.flatMap { try files.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil) }
            .filter { $0.pathExtension == "md" }
            .sorted { $0.path < $1.path }
        let inputs = [root.appending(path: "README.md")] + articles
        let output = context.pluginWorkDirectoryURL.appending(path: "Sections.swift")
        return [
            .buildCommand(
                displayName: "Code of the documentation", executable: try context.tool(named: "DocumentationCode").url,
                arguments: [output.path(percentEncoded: false)] + inputs.map { $0.path(percentEncoded: false) },
                inputFiles: inputs, outputFiles: [output])
        ]
    }
}
