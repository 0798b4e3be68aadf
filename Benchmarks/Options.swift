import Foundation

/// What the command line asks of every section.
struct Options {
    /// Threads to work with; nil if not given.
    let threads: Int?
    let scalars: ScalarChoice
    let quick: Bool
    /// What `--filter` says.
    var filter: String?
    /// The folder of Fashion-MNIST, and how often to go through it.
    var fashionFolder = ""
    var epochs = 1
    /// Where sections data and storage leave their files; nil for a temporary folder.
    var filesFolder: String?

    /// The folder for files, which is there then, and whether it is to be removed in the end.
    func madeFilesFolder() throws -> (folder: URL, isTemporary: Bool) {
        let folder =
            filesFolder.map { URL(filePath: $0, directoryHint: .isDirectory) }
            ?? FileManager.default.temporaryDirectory.appending(path: "Benchmarks-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return (folder, filesFolder == nil)
    }

    /// The threads to compare one thread with: the number that was given, or all processors.
    var manyThreads: Int { threads ?? Machine.processors }

    /// The numbers of threads to measure: the one that was given, or 1 and all processors.
    var threadCounts: [Int] {
        if let threads { return [threads] }
        return Machine.processors > 1 ? [1, Machine.processors] : [1]
    }
}
