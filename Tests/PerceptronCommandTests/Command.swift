import Foundation
import TestSupport

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#endif

/// The command `perceptron` as it was built, which lies beside the tests.
enum Command {
    static let program = Bundle.module.bundleURL.deletingLastPathComponent().appending(path: "perceptron")
        .path(percentEncoded: false)

    /// How it ended, and what it wrote.
    struct Outcome {
        /// The exit status; that of a shell for a signal, 128 and its number.
        let status: Int32
        let output: String
        let errors: String
    }

    /// Runs it in a folder, and returns what it writes to standard output; throws its status and complaints if it fails.
    @discardableResult
    static func run(_ arguments: [String], in folder: URL) throws -> String {
        let output = try HostProgram.run(program, arguments, in: folder)
        return String(decoding: output, as: UTF8.self)
    }

    /// Runs it in a folder, however it ends.
    /// - Parameters:
    ///   - input: standard input; empty if nil.
    ///   - output: standard output; a file that is read if nil.
    ///   - through: a program that starts it, and its arguments before the command's own.
    ///   - meddling: called with its process while it runs, and with what it has written to standard error up to then.
    static func outcome(
        _ arguments: [String], in folder: URL, input: FileHandle? = nil, output: FileHandle? = nil,
        through starter: [String] = [],
        meddling: ((_ process: Process, _ errors: () -> String) throws -> Void)? = nil
    ) throws -> Outcome {
        let process = Process()
        let words = starter + [program] + arguments
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = folder
        let files = try TemporaryFolder()
        for name in ["output", "errors"] { try Data().write(to: files.file(name)) }
        process.standardInput = input ?? FileHandle.nullDevice
        process.standardOutput = try output ?? FileHandle(forWritingTo: files.file("output"))
        process.standardError = try FileHandle(forWritingTo: files.file("errors"))
        func text(_ name: String) -> String {
            (try? Data(contentsOf: files.file(name))).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        try run(process)
        try meddling?(process) { text("errors") }
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0),
            output: text("output"), errors: text("errors"))
    }

    /// Starts a process that gets signals, whichever this thread gets: those of a pool block most.
    private static func run(_ process: Process) throws {
        var (none, former) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        try process.run()
    }

    /// Runs it with its output to nowhere, and returns the most memory that it had, in bytes.
    static func peakMemory(_ arguments: [String], in folder: URL) throws -> Int {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        // Paths are absolute: a folder to run in can't be given everywhere.
        let words =
            [program] + arguments.map { $0.hasPrefix("./") ? folder.path(percentEncoded: false) + $0.dropFirst(1) : $0 }
        var pointers = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var child = pid_t()
        guard posix_spawn(&child, program, &actions, nil, &pointers, environ) == 0 else {
            throw HostProgram.Failure(description: "\(program) can't be started")
        }
        var (status, usage) = (Int32(), rusage())
        guard wait4(child, &status, 0, &usage) == child, status == 0 else {
            throw HostProgram.Failure(description: "\(words) ended with \(status)")
        }
        #if canImport(Darwin)
            return usage.ru_maxrss
        #else
            return usage.ru_maxrss * 1024
        #endif
    }

    /// A table that the tests bring along.
    static func table(_ name: String) -> URL { Bundle.module.bundleURL.appending(path: "Tables/\(name)") }
}
