import Foundation
import TestSupport
import Testing

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#endif

/// Ctrl-C keeps the training so far, and `--resume` continues it as if nothing had happened.
@Suite struct InterruptionTests {
    /// Long enough that it can be interrupted twice: no recipe is patient that is quicker.
    private static func arguments(_ more: [String], epochs: Int = 40, seed: Int = 5) -> [String] {
        [
            "train", "table.csv", "--target", "y", "-o", "m.st", "--recipe", "realMLPSimple", "--seed", "\(seed)",
            "--epochs", "\(epochs)", "--report", "page.html",
        ] + more
    }

    private static let kept = "m.st.checkpoints"

    private static func isThere(_ name: String, in folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: name).path(percentEncoded: false))
    }

    /// Starts it, and sends it a signal when training has begun, or gone on.
    private static func interrupted(_ arguments: [String], by signal: Int32, in folder: URL) throws -> Command.Outcome {
        let resumes = arguments.contains("--resume")
        return try Command.outcome(arguments, in: folder) { process, errors in
            let end = ContinuousClock.now + .seconds(60)
            func hasBegun() -> Bool {
                resumes ? errors().contains("resuming from") : isThere("\(kept)/fit.json", in: folder)
            }
            while !hasBegun(), process.isRunning, ContinuousClock.now < end { usleep(1000) }
            usleep(20_000)
            kill(process.processIdentifier, signal)
        }
    }

    @Test(arguments: [[], ["--members", "2", "--bagging"], ["--intervals"]]) func resumesExactly(_ more: [String])
        throws
    {
        try withTemporaryFolder { folder in
            let (whole, parts) = (folder.appending(path: "whole"), folder.appending(path: "parts"))
            for place in [whole, parts] {
                try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
                try Data(MadeTable.line(rows: 200).utf8).write(to: place.appending(path: "table.csv"))
            }
            let arguments = Self.arguments(more)
            let printed = try Command.run(arguments, in: whole)
            #expect(!Self.isThere(Self.kept, in: whole))

            for (number, signal) in [SIGINT, SIGTERM].enumerated() {
                let outcome = try Self.interrupted(
                    arguments + (number == 0 ? [] : ["--resume"]), by: signal, in: parts)
                #expect(outcome.status == 128 + signal)
                #expect(outcome.output.isEmpty)
                #expect(
                    outcome.errors.hasSuffix(
                        "interrupted; the training is kept in m.st.checkpoints: the same command with --resume continues it\n"
                    ))
                #expect(!Self.isThere("m.st", in: parts) && !Self.isThere("page.html", in: parts))
            }
            let refused = try Command.outcome(arguments, in: parts)
            #expect(refused.status == 1)
            #expect(
                refused.errors
                    == "perceptron: m.st.checkpoints holds an interrupted training: continue it with --resume, or remove it "
                    + "to start anew\n")
            let other = try Command.outcome(Self.arguments(more + ["--resume"], seed: 6), in: parts)
            #expect(other.status == 1 && other.errors.contains("a fit with other data or settings"))

            let resumed = try Command.outcome(arguments + ["--resume"], in: parts)
            #expect(resumed.status == 0 && resumed.output == printed)
            #expect(!Self.isThere(Self.kept, in: parts))
            for name in ["m.st", "page.html"] {
                #expect(
                    try Data(contentsOf: whole.appending(path: name)) == Data(contentsOf: parts.appending(path: name)))
            }
        }
    }

    /// A search continues too.
    @Test func tuningResumesExactly() throws {
        try withTemporaryFolder { folder in
            let (whole, parts) = (folder.appending(path: "whole"), folder.appending(path: "parts"))
            for place in [whole, parts] {
                try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
                try Data(MadeTable.line(rows: 200).utf8).write(to: place.appending(path: "table.csv"))
            }
            let arguments = [
                "tune", "table.csv", "--target", "y", "-o", "m.st", "--recipe", "realMLPSimple", "--trials", "4",
                "--no-report",
            ]
            let printed = try Command.run(arguments, in: whole)
            let first = try Command.outcome(arguments, in: parts) { process, errors in
                let end = ContinuousClock.now + .seconds(60)
                while !Self.isThere("\(Self.kept)/trials.json", in: parts), process.isRunning, ContinuousClock.now < end
                {
                    usleep(1000)
                }
                kill(process.processIdentifier, SIGINT)
            }
            #expect(first.status == 128 + SIGINT && first.output.isEmpty)
            #expect(Self.isThere("\(Self.kept)/trials.json", in: parts) && !Self.isThere("m.st", in: parts))
            let resumed = try Command.outcome(arguments + ["--resume"], in: parts)
            #expect(resumed.status == 0 && resumed.output == printed)
            #expect(!Self.isThere(Self.kept, in: parts))
            #expect(
                try Data(contentsOf: whole.appending(path: "m.st")) == Data(contentsOf: parts.appending(path: "m.st")))
        }
    }

    /// A table comes through a pipe as from a file.
    @Test func trainsOnStandardInput() throws {
        try withTemporaryFolder { folder in
            let table = folder.appending(path: "table.csv")
            try Data(MadeTable.line(rows: 60).utf8).write(to: table)
            let more = ["--target", "y", "-o", "m.st", "--epochs", "2", "--recipe", "plain"]
            let printed = try Command.run(["train", "table.csv"] + more, in: folder)
            let model = try Data(contentsOf: folder.appending(path: "m.st"))
            let outcome = try Command.outcome(
                ["train", "-"] + more, in: folder, input: FileHandle(forReadingFrom: table))
            #expect(outcome.status == 0 && outcome.output == printed)
            #expect(try Data(contentsOf: folder.appending(path: "m.st")) == model)
            let page = try String(contentsOf: folder.appending(path: "m.html"), encoding: .utf8)
            #expect(page.contains("standard input"))
        }
    }

    /// What can't be resumed is begun.
    @Test func beginsWhereThereIsNothingToGoOnWith() throws {
        try withTemporaryFolder { folder in
            try Data(MadeTable.line(rows: 40).utf8).write(to: folder.appending(path: "table.csv"))
            let outcome = try Command.outcome(Self.arguments(["--resume"], epochs: 2), in: folder)
            #expect(outcome.status == 0)
            #expect(outcome.errors.hasPrefix("there is no m.st.checkpoints to resume from; training starts anew\n"))
        }
    }

    /// Where nothing is to be kept, a signal ends it as it ends other commands.
    @Test func otherVerbsEndAtOnce() throws {
        try TrainedFiles.line.with { folder in
            let pipe = Pipe()
            let outcome = try Command.outcome(
                ["predict", "model.safetensors", "-"], in: folder, input: pipe.fileHandleForReading
            ) { process, _ in
                usleep(100_000)
                kill(process.processIdentifier, SIGINT)
            }
            try pipe.fileHandleForWriting.close()
            #expect(outcome.status == 128 + SIGINT && outcome.errors.isEmpty)
        }
    }
}
