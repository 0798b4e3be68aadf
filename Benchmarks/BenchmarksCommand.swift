import ArgumentParser

@main
struct BenchmarksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Benchmarks",
        abstract: "Checks and times the package on this machine.",
        discussion: """
            Sections:
            \(list(of: Sections.all))
            Exits with 1 if a result is wrong.
            """)

    @Option(help: "Run the cases whose section/name contains this, as 'step', 'mnist' or 'linear/256x'.")
    var filter: String?

    @Option(
        help: """
            Threads of the package; 1 and all processors if not given. Section linear always runs with 1, and floor, \
            predict and scaling compare 1 with these.
            """)
    var threads: Int?

    @Option(help: "f64, f32 or both.")
    var dtype = ScalarChoice.both

    @Flag(help: "Fewer and smaller cases, shorter repetitions: under 10 seconds.")
    var quick = false

    @Option(help: "Write the results to this file too, as JSON lines.")
    var json: String?

    @Option(help: "Where section fashion finds Fashion-MNIST, as four gzipped IDX files.")
    var data = "/usr/share/datasets/fashion-mnist"

    @Option(help: "Epochs of section fashion.")
    var epochs = 3

    @Option(
        help: """
            Where sections data and storage leave the files that they read, for peers/data.py and peers/storage.py; else \
            they remove them.
            """)
    var files: String?

    private var options: Options {
        Options(
            threads: threads, scalars: dtype, quick: quick, filter: filter, fashionFolder: data, epochs: epochs,
            filesFolder: files)
    }

    /// The cases to run, section by section.
    private var selection: [(section: any Section, cases: [String])] {
        Sections.all.compactMap { section in
            let cases = section.cases(options).filter { name in
                guard let filter else { return section.isDefault }
                return "\(section.name)/\(name)".contains(filter)
            }
            return cases.isEmpty ? nil : (section, cases)
        }
    }

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads); from 1 to 1024 are possible.")
        }
        if epochs < 1 { throw ValidationError("--epochs is \(epochs); at least 1 is needed.") }
        if selection.isEmpty {
            let names = Sections.all.map { section in
                "  \(section.name): \(section.cases(options).joined(separator: ", "))"
            }
            throw ValidationError(
                "Nothing\(quick ? " that --quick runs" : "") matches --filter '\(filter ?? "")'. There are:\n"
                    + names.joined(separator: "\n"))
        }
    }

    func run() throws {
        let report = try Report(jsonFile: json)
        let selection = selection
        // Where a program reads the output there must be nothing but JSON in it.
        let header = Machine.description
        if selection.contains(where: \.section.printsJSON) { report.note(header) } else { report.print(header) }
        for (section, cases) in selection { try section.run(cases, options, report) }
        if !report.failures.isEmpty {
            for failure in report.failures { report.note("wrong: \(failure)") }
            throw ExitCode.failure
        }
    }

    private static func list(of sections: [any Section]) -> String {
        sections.map { "  \($0.name)\($0.isDefault ? "" : " (with --filter)"): \($0.summary)" }.joined(separator: "\n")
    }
}
