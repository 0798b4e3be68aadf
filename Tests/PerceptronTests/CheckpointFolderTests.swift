import Foundation
import TestSupport
import Testing

@testable import Perceptron

@Suite struct CheckpointFolderTests {
    private func save(
        _ folder: CheckpointFolder, _ step: Int, _ score: Double? = nil, text: String? = nil
    ) throws {
        try folder.save(step: step, score: score) { (url) throws(PerceptronError) in
            try AtomicFile.write(to: url) { (file) throws(PerceptronError) in try file.write(text ?? "\(step)") }
        }
    }

    /// The steps whose checkpoints are there, and the names of all other files.
    private func content(_ url: URL) throws -> (steps: [Int], others: [String]) {
        var steps: [Int] = []
        var others: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: url.path(percentEncoded: false)).sorted() {
            if let match = name.wholeMatch(of: /checkpoint-(\d{6,})\.safetensors/) {
                let text = try Data(contentsOf: url.appending(path: name))
                #expect(String(decoding: text, as: UTF8.self) == String(Int(match.1) ?? -1))
                steps.append(Int(match.1) ?? -1)
            } else {
                others.append(name)
            }
        }
        return (steps, others)
    }

    @Test(
        arguments: [
            (1, false, [5], 5), (2, false, [4, 5], 5), (3, false, [3, 4, 5], 3), (9, false, [1, 2, 3, 4, 5], 2),
            (1, true, [2, 5], 2), (3, true, [2, 3, 4, 5], 2), (4, true, [2, 3, 4, 5], 2),
        ])
    func lastAndBestAreKept(keepLast: Int, keepBest: Bool, steps: [Int], best: Int) throws {
        try withTemporaryFolder { url in
            let url = url.appending(path: "new/folder")
            let folder = try CheckpointFolder(url, keepLast: keepLast, keepBest: keepBest)
            #expect(try folder.latest() == nil)
            #expect(try folder.best() == nil)
            for (step, score) in [(1, 0.5), (2, 0.25), (3, 0.25), (4, .nan), (5, 0.75)] {
                try save(folder, step, score)
                #expect(try folder.latest()?.lastPathComponent == "checkpoint-00000\(step).safetensors")
            }
            let found = try content(url)
            #expect(found.steps == steps)
            #expect(found.others == ["checkpoints.json"])
            #expect(try folder.best()?.lastPathComponent == "checkpoint-00000\(best).safetensors")
        }
    }

    @Test func withoutScoresThereIsNoBest() throws {
        try withTemporaryFolder { url in
            let folder = try CheckpointFolder(url, keepLast: 2, keepBest: true)
            for step in [0, 10, 1_000_000, 12_345_678] { try save(folder, step) }
            #expect(try content(url).steps == [1_000_000, 12_345_678])
            #expect(try folder.best() == nil)
            #expect(try folder.latest()?.lastPathComponent == "checkpoint-12345678.safetensors")
        }
    }

    /// A run that is resumed from an earlier step, by another process.
    @Test func orderIsThatOfWriting() throws {
        try withTemporaryFolder { url in
            for step in [10, 20, 30, 10, 20] {
                try save(try CheckpointFolder(url, keepLast: 2, keepBest: false), step)
            }
            #expect(try content(url).steps == [10, 20])
            #expect(
                try CheckpointFolder(url, keepLast: 2, keepBest: false).latest()?.lastPathComponent
                    == "checkpoint-000020.safetensors")
        }
    }

    @Test func filesOfOthersStay() throws {
        try withTemporaryFolder { url in
            let names = ["checkpoint-000001.safetensors", "checkpoint-x.safetensors", "notes.txt"]
            for name in names { try Data("1".utf8).write(to: url.appending(path: name)) }
            let folder = try CheckpointFolder(url, keepLast: 1, keepBest: false)
            #expect(try folder.latest() == nil)
            for step in [2, 3] { try save(folder, step) }
            let found = try content(url)
            #expect(found.steps == [1, 3])
            #expect(found.others == ["checkpoint-x.safetensors", "checkpoints.json", "notes.txt"])
        }
    }

    /// A process ends between any two steps of saving.
    @Test func whatAKilledProcessLeavesIsFoundAndRemoved() throws {
        try withTemporaryFolder { url in
            let folder = try CheckpointFolder(url, keepLast: 1, keepBest: true)
            try save(folder, 1, 0.5)
            // Before the checkpoint was written.
            #expect(throws: PerceptronError.invalidState("killed")) {
                try folder.save(step: 2, score: 0.1) { (_) throws(PerceptronError) in throw .invalidState("killed") }
            }
            #expect(try content(url).steps == [1])
            #expect(try folder.latest()?.lastPathComponent == "checkpoint-000001.safetensors")
            #expect(try folder.best()?.lastPathComponent == "checkpoint-000001.safetensors")
            // After it was written.
            #expect(throws: PerceptronError.invalidState("killed")) {
                try folder.save(step: 2, score: 0.6) { (url) throws(PerceptronError) in
                    try AtomicFile.write(to: url) { (file) throws(PerceptronError) in try file.write("2") }
                    throw .invalidState("killed")
                }
            }
            #expect(try folder.latest()?.lastPathComponent == "checkpoint-000002.safetensors")
            // Before others were removed: step 3 is listed, and step 1 still there.
            try save(folder, 3, 0.25)
            try Data("1".utf8).write(to: url.appending(path: "checkpoint-000001.safetensors"))
            try save(folder, 4, 0.75)
            #expect(try content(url).steps == [3, 4])
        }
    }

    @Test(
        arguments: [
            ("[]", "there is no list \"checkpoints\""), ("{\"checkpoints\":[{}]}", "a checkpoint has no step"),
            ("{\"checkpoints\":[{\"step\":-1}]}", "a checkpoint has no step"),
            ("{\"checkpoints\":[{\"step\":\"../x\"}]}", "a checkpoint has no step"),
            ("{", "byte 1: expected a string, found the end"),
        ])
    func listsOfAnotherKind(_ text: String, _ reason: String) throws {
        try withTemporaryFolder { url in
            let list = url.appending(path: "checkpoints.json")
            try Data(text.utf8).write(to: list)
            let folder = try CheckpointFolder(url, keepLast: 1, keepBest: false)
            let error = PerceptronError.invalidFile("\(list.path(percentEncoded: false)): \(reason)")
            #expect(throws: error) { try save(folder, 1) }
            #expect(throws: error) { try folder.latest() }
            #expect(try content(url).steps.isEmpty)
        }
    }

    @Test func badArguments() throws {
        try withTemporaryFolder { url in
            #expect(
                throws: PerceptronError.invalidArgument("0 checkpoints to keep; at least 1 is needed")
            ) { try CheckpointFolder(url, keepLast: 0, keepBest: true) }
            let folder = try CheckpointFolder(url, keepLast: 1, keepBest: true)
            #expect(
                throws: PerceptronError.invalidArgument("the checkpoint's step is -1; it must not be negative")
            ) { try save(folder, -1) }
            let file = url.appending(path: "file")
            try Data().write(to: file)
            #expect(throws: PerceptronError.self) {
                try save(try CheckpointFolder(file, keepLast: 1, keepBest: true), 1)
            }
        }
    }
}
