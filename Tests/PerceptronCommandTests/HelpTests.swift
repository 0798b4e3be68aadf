import Foundation
import TestSupport
import Testing

/// What the command says of itself, and to shells.
@Suite struct HelpTests {
    static let verbs = ["train", "predict", "evaluate", "cv", "tune", "export", "info"]

    @Test(arguments: [[]] + verbs.map { [$0] }) func helpIsReadable(_ verb: [String]) throws {
        try withTemporaryFolder { folder in
            let outcome = try Command.outcome(verb + ["--help"], in: folder)
            #expect(outcome.status == 0 && outcome.errors.isEmpty)
            let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.allSatisfy { $0.count < 100 }, "\(lines.filter { $0.count >= 100 })")
            #expect(outcome.output.contains("USAGE: perceptron"))
            #expect(try Command.outcome(["help"] + verb, in: folder).output == outcome.output)
        }
    }

    @Test func allVerbsAreListed() throws {
        try withTemporaryFolder { folder in
            let help = try Command.run(["--help"], in: folder)
            let listed = help.split(separator: "\n").filter {
                $0.wholeMatch(of: #/  \w+ .*/#) != nil && !$0.hasPrefix("  See ")
            }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
            #expect(listed.filter { !$0.hasPrefix("-") && $0 != "perceptron" } == Self.verbs)
            #expect(try Command.run(["--version"], in: folder).wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
        }
    }

    @Test(arguments: ["bash", "zsh"]) func completionsAreOfTheShell(_ name: String) throws {
        try withTemporaryFolder { folder in
            let script = try Command.run(["--generate-completion-script", name], in: folder)
            for word in Self.verbs + ["--target", "--layers", "--interval", "--no-report"] {
                #expect(script.contains(word))
            }
            guard let shell = HostProgram.path(name) else { return }
            let file = folder.appending(path: "completions")
            try Data(script.utf8).write(to: file)
            try HostProgram.run(shell, ["-n", file.path(percentEncoded: false)], in: folder)
        }
    }

    @Test(
        .enabled(if: HostProgram.path("bash") != nil),
        arguments: [
            (["tr"], ["train"]), (["e"], ["evaluate", "export"]), (["info", "--j"], ["--json"]),
            (["train", "t.csv", "--recipe", "pl"], ["plain"]),
        ])
    func bashCompletes(_ words: [String], _ completed: [String]) throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "completions")
            try Data(Command.run(["--generate-completion-script", "bash"], in: folder).utf8).write(to: file)
            let script = """
                source completions
                COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
                function=$(complete -p perceptron | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
                $function perceptron "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
                printf '%s\\n' "${COMPREPLY[@]}"
                """
            let bash = try #require(HostProgram.path("bash"))
            let output = try HostProgram.run(bash, ["-c", script, "bash", "perceptron"] + words, in: folder)
            let found = String(decoding: output, as: UTF8.self).split(separator: "\n").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            #expect(found.sorted() == completed)
        }
    }
}
