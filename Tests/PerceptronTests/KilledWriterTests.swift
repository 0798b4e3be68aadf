import Foundation
import TestSupport
import Testing

/// What a process that is killed, or has no room, leaves behind.
@Suite struct KilledWriterTests {
    /// Runs the program `KilledWriter`, which lies beside the tests, and returns what it prints.
    private func run(_ folder: URL, _ arguments: String...) throws -> String {
        let program = Bundle.module.bundleURL.deletingLastPathComponent().appending(path: "KilledWriter")
        let arguments = [folder.path(percentEncoded: false)] + arguments
        return try withTemporaryFolder { outputs in
            let printed = try HostProgram.run(program.path(percentEncoded: false), arguments, in: outputs)
            return String(decoding: printed, as: UTF8.self)
        }
    }

    @Test func killedAtAnyMomentTheOldOrTheNewFileIsThere() throws {
        try withTemporaryFolder { folder in
            let counts = try run(folder, "kill", "300").split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
            try #require(counts.count == 2)
            // How many depends on how busy the machine is at that moment.
            #expect(counts[0] > 0, "writers that were killed while they wrote")
            #expect(counts[1] > 0, "writers that had replaced the file before they were killed")
        }
    }

    @Test func withoutRoomTheOldFileIsThere() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "run.safetensors").path(percentEncoded: false)
            let printed = try run(folder, "limit")
            #expect(printed == "\(path): can't be written: File too large\n")
        }
    }
}
