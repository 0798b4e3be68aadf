import Foundation
import TestSupport
import Testing

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#endif

/// What goes wrong ends with a message and a status, and leaves nothing behind.
@Suite struct FailureTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        let status: Int32
        /// What standard error has, in a folder with the files of `withFiles`.
        let message: String
        var testDescription: String { arguments.joined(separator: " ") }

        init(_ arguments: String, _ status: Int32, _ message: String) {
            self.arguments = arguments.split(separator: " ").map(String.init)
            self.status = status
            self.message = message
        }
    }

    static let dataFaults = [
        Case("train none.csv --target y -o m", 1, "none.csv: can't be read: No such file or directory"),
        Case("train folder --target y -o m", 1, "folder: can't be read: not a regular file"),
        Case("train empty.csv --target y -o m", 1, "empty.csv: empty, or only blank lines"),
        Case(
            "train header.csv --target y -o m", 1,
            "0 of 0 rows would be test rows and 0 training rows; at least "
                + "one of each is needed"),
        Case("train garbage.csv --target y -o m", 1, "garbage.csv: line 1, column 1: "),
        Case(
            "train table.csv --target z -o m", 1,
            "table.csv: no column \"z\" for the target; it has \"x\", \"noise\", \"y\""),
        Case("train table.csv --target y --group z -o m", 1, "table.csv: no column \"z\" for the categorical inputs"),
        Case("train table.csv --target y --classes --intervals -o m", 1, "intervals need numeric targets"),
        Case("train table.csv --target y --epochs 1 -o none/m", 1, "none/m: its folder can't be opened: No such file"),
        Case("train table.csv --target y --epochs 1 -o folder", 1, "folder: can't be replaced"),
        Case("cv header.csv --target y", 1, "0 rows"),
        Case("cv table.csv --target y --folds 1", 1, "1 fold"),
        Case("predict none table.csv", 1, "none: can't be read: No such file or directory"),
        Case("predict folder table.csv", 1, "folder: can't be read: not a regular file"),
        Case("predict garbage.csv table.csv", 1, "garbage.csv: "),
        Case("predict empty.csv table.csv", 1, "empty.csv: "),
        Case("predict model.safetensors none.csv", 1, "none.csv: can't be read: No such file or directory"),
        Case("predict model.safetensors folder", 1, "folder: can't be read: not a regular file"),
        Case("predict model.safetensors empty.csv", 1, "empty.csv: empty, or only blank lines"),
        Case("predict model.safetensors garbage.csv", 1, "garbage.csv: line 1, column 1: "),
        Case(
            "predict model.safetensors other.csv", 1, "other.csv: no column \"x\" for the inputs; it has \"a\", \"b\""),
        Case("predict model.safetensors -", 1, "standard input: empty, or only blank lines"),
        Case("evaluate model.safetensors -", 1, "standard input: empty, or only blank lines"),
        Case("train - --target y -o m", 1, "standard input: empty, or only blank lines"),
        Case("evaluate model.safetensors header.csv", 1, "header.csv: the table has no rows"),
        Case("evaluate model.safetensors other.csv", 1, "other.csv: no column \"y\" for the target"),
        Case("evaluate table.csv table.csv", 1, "table.csv: "),
        Case("export model.safetensors --c none/m.h", 1, "none/m.h: its folder can't be opened: No such file"),
        Case("info none", 1, "none: can't be read: No such file or directory"),
    ]

    static let usageFaults = [
        Case("", 0, ""),
        Case("fly", 2, "Unexpected argument 'fly'"),
        Case("train table.csv -o m", 2, "Missing expected argument '--target <column>'"),
        Case("train table.csv --target y", 2, "Missing expected argument '--output <model.safetensors>'"),
        Case("train table.csv --target y -o m --recipe best", 2, "The value 'best' is invalid for '--recipe <name>'"),
        Case("train table.csv --target y -o m --members 0", 2, "--members is 0; at least 1 is needed."),
        Case(
            "train table.csv --target y -o m --layers rulu", 2,
            "layers: character 1: no layer is named \"rulu\"; known are batch"),
        Case("train table.csv --target y -o m --layers 8 --recipe realMLP", 2, "--layers needs --recipe plain"),
        Case("train table.csv --target y -o ./table.csv", 2, "The model would replace the table, table.csv."),
        Case("train table.csv --target y -o m --group x --forward", 2, "--group and --forward can't both be given."),
        Case(
            "predict model.safetensors table.csv --interval 0.3", 2,
            "--interval is 0.3; it must be between 0.5 and 0.99"),
        Case("predict model.safetensors table.csv --json -o p", 2, "--json and --output can't both be given."),
        Case("predict model.safetensors table.csv --threads 0", 2, "--threads is 0; at least 1 is needed."),
        Case(
            "evaluate model.safetensors table.csv --interval 2", 2, "--interval is 2.0; it must be between 0.5 and 0.99"
        ),
        Case("predict model.safetensors table.csv --separator ab", 2, "--separator is 'ab'; it must be one character."),
        Case("export model.safetensors", 2, "Give --onnx, --c or --swift and a file."),
    ]

    /// A table, a model, and what isn't one.
    private static func withFiles<Result>(_ body: (URL) throws -> Result) throws -> Result {
        try TrainedFiles.line.with { folder in
            func write(_ name: String, _ bytes: [UInt8]) throws {
                try Data(bytes).write(to: folder.appending(path: name))
            }
            try write("empty.csv", [])
            try write("header.csv", Array("x,noise,y\n".utf8))
            try write("other.csv", Array("a,b\n1,2\n".utf8))
            try write("garbage.csv", (0..<2000).map { UInt8(truncatingIfNeeded: 0x80 | $0 &* 37) })
            try FileManager.default.createDirectory(
                at: folder.appending(path: "folder"), withIntermediateDirectories: false)
            return try body(folder)
        }
    }

    private static func names(_ folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)).sorted()
    }

    @Test(arguments: dataFaults + usageFaults) func endsWithAMessage(_ test: Case) throws {
        try Self.withFiles { folder in
            let before = try Self.names(folder)
            let outcome = try Command.outcome(test.arguments, in: folder)
            #expect(outcome.status == test.status)
            if test.status == 0 {
                #expect(outcome.errors.isEmpty && outcome.output.contains("USAGE: perceptron"))
            } else {
                #expect(outcome.errors.contains(test.message) && outcome.output.isEmpty, "\(outcome.errors)")
            }
            if test.status == 1 { #expect(outcome.errors.contains("perceptron: ")) }
            #expect(!outcome.errors.contains("Fatal error"))
            #expect(try Self.names(folder) == before)
        }
    }

    /// Rows before a fault are written, and the fault is told.
    @Test func faultsInLaterLinesHaveTheirNumber() throws {
        try Self.withFiles { folder in
            let rows = (0..<9000).map { "0.\($0),1\n" }.joined()
            try Data(("x,noise\n" + rows + "much,1\n").utf8).write(to: folder.appending(path: "long.csv"))
            let outcome = try Command.outcome(["predict", "model.safetensors", "long.csv"], in: folder)
            #expect(outcome.status == 1)
            #expect(
                outcome.errors.hasSuffix("/long.csv: line 9002, column 1 \"x\": \"much\" is not a number\n"))
            #expect((8000...9001).contains(outcome.output.split(separator: "\n").count))
            let file = try Command.outcome(["predict", "model.safetensors", "long.csv", "-o", "p.csv"], in: folder)
            #expect(file.status == 1)
            #expect(
                !FileManager.default.fileExists(atPath: folder.appending(path: "p.csv").path(percentEncoded: false)))
        }
    }

    static let printing = [
        ["predict", "model.safetensors", "table.csv"], ["predict", "model.safetensors", "table.csv", "--json"],
        ["evaluate", "model.safetensors", "table.csv"], ["info", "model.safetensors"],
        ["cv", "table.csv", "--target", "y", "--folds", "2", "--layers", "2 relu", "--epochs", "1"],
        ["train", "table.csv", "--target", "y", "-o", "m", "--no-report", "--layers", "2 relu", "--epochs", "1"],
        ["train", "--help"], ["--version"],
    ]

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")), arguments: printing)
    func fullDiskIsTold(_ arguments: [String]) throws {
        try Self.withFiles { folder in
            let outcome = try Command.outcome(
                arguments, in: folder, output: try FileHandle(forWritingTo: URL(filePath: "/dev/full")))
            #expect(outcome.status == 1)
            #expect(
                outcome.errors.hasSuffix("perceptron: standard output can't be written: No space left on device\n"))
        }
    }

    /// `perceptron … | head -1` ends as other commands do: by SIGPIPE, and without a word.
    @Test(arguments: printing) func closedPipeEndsItQuietly(_ arguments: [String]) throws {
        try Self.withFiles { folder in
            let pipe = Pipe()
            try pipe.fileHandleForReading.close()
            let outcome = try Command.outcome(arguments, in: folder, output: pipe.fileHandleForWriting)
            #expect(outcome.status == 128 + SIGPIPE)
            #expect(!outcome.errors.contains("perceptron: ") && !outcome.errors.contains("Fatal"))
        }
    }

    static let writing = [
        ["train", "table.csv", "--target", "y", "-o", "m", "--no-report", "--layers", "2 relu", "--epochs", "1"],
        ["predict", "model.safetensors", "table.csv", "-o", "m"], ["export", "model.safetensors", "--c", "m"],
    ]

    /// A limit of the size of files stands for a full disk, which needs no privilege.
    @Test(arguments: writing) func nothingIsLeftWhereFilesCanNotBeWritten(_ arguments: [String]) throws {
        try Self.withFiles { folder in
            let before = try Self.names(folder)
            let outcome = try Command.outcome(
                arguments, in: folder, through: ["/bin/sh", "-c", "ulimit -f 2; exec \"$0\" \"$@\""])
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("m: can't be written: File too large"), "\(outcome.errors)")
            guard arguments[0] == "train" else {
                #expect(try Self.names(folder) == before)
                return
            }
            // What was trained is not lost.
            #expect(try Self.names(folder) == (before + ["m.checkpoints"]).sorted())
            #expect(
                outcome.errors.contains(
                    "the same command with --resume continues from the last checkpoint, in m.checkpoints\n"))
            let resumed = try Command.outcome(arguments + ["--resume"], in: folder)
            #expect(resumed.status == 0)
            #expect(try Self.names(folder) == (before + ["m"]).sorted())
        }
    }

    /// What has no permission: another user, where these tests have all permissions.
    private static let unprivileged: [String]? = {
        guard getuid() == 0 else { return [] }
        guard let program = HostProgram.path("setpriv") else { return nil }
        let words = [program, "--reuid=65534", "--regid=65534", "--clear-groups"]
        let canRun = try? HostProgram.run(
            words[0], words.dropFirst() + ["test", "-x", Command.program], in: FileManager.default.temporaryDirectory)
        return canRun == nil ? nil : words
    }()

    @Test(.enabled(if: unprivileged != nil), arguments: writing) func noPermissionIsTold(_ arguments: [String]) throws {
        let prefix = try #require(Self.unprivileged)
        try Self.withFiles { folder in
            func permit(_ name: String, _ mode: Int) throws {
                try FileManager.default.setAttributes(
                    [.posixPermissions: mode], ofItemAtPath: folder.appending(path: name).path(percentEncoded: false))
            }
            try permit("", 0o555)
            let written = try Command.outcome(arguments, in: folder, through: prefix)
            #expect(written.status == 1)
            #expect(written.errors.contains("m: can't be created: Permission denied"), "\(written.errors)")
            try permit("", 0o777)
            try permit(arguments[1], 0)
            let read = try Command.outcome(arguments, in: folder, through: prefix)
            #expect(read.status == 1)
            #expect(read.errors.hasSuffix("/\(arguments[1]): can't be read: Permission denied\n"), "\(read.errors)")
        }
    }
}
