import Foundation
import TestSupport
import Testing

@testable import Perceptron

@Suite struct AtomicFileTests {
    private static let old = "the old content"
    private static let new = String(repeating: "the new content\n", count: 10_000)

    private func write(_ text: String, to url: URL, calls: SystemCalls = SystemCalls()) throws(PerceptronError) {
        try AtomicFile.write(to: url, calls: calls) { (file) throws(PerceptronError) in try file.write(text) }
    }

    private func names(_ folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)).sorted()
    }

    private func text(_ url: URL) throws -> String { String(decoding: try Data(contentsOf: url), as: UTF8.self) }

    private func mode(_ url: URL) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: url.path(percentEncoded: false))
        return attributes[.posixPermissions] as? Int ?? 0
    }

    // MARK: What is written

    @Test func newFileAndReplacedFile() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "a b é.txt")
            for content in [Self.old, Self.new, ""] {
                try write(content, to: file)
                #expect(try text(file) == content)
                #expect(try names(folder) == [file.lastPathComponent])
            }
        }
    }

    @Test func textsAndBytesKeepTheirOrder() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "mixed")
            var expected: [UInt8] = []
            try AtomicFile.write(to: file) { (file) throws(PerceptronError) in
                for size in [0, 1, 3, 1000, 70_000, 2, 65_536, 5] {
                    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 + size) }
                    try file.write(bytes.span.bytes)
                    try file.write("|\(size)")
                    expected += bytes + Array("|\(size)".utf8)
                    #expect(file.count == expected.count)
                }
            }
            #expect(try [UInt8](Data(contentsOf: file)) == expected)
        }
    }

    @Test func placesAreCheckedWithoutWriting() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            try AtomicFile.check(file)
            #expect(try names(folder) == [])
            try write(Self.old, to: file)
            try AtomicFile.check(file)
            #expect(try text(file) == Self.old && names(folder) == ["file"])
            for url in [folder, folder.appending(path: "none/file")] {
                let message = errorMessage { try AtomicFile.check(url) }
                #expect(message == errorMessage { try write(Self.new, to: url) })
                #expect(message != "nothing was thrown")
            }
        }
    }

    @Test func bodyThatThrowsLeavesTheOldFile() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            try write(Self.old, to: file)
            #expect(throws: PerceptronError.invalidState("no")) {
                try AtomicFile.write(to: file) { (file) throws(PerceptronError) in
                    try file.write(Self.new)
                    throw .invalidState("no")
                }
            }
            #expect(try text(file) == Self.old)
            #expect(try names(folder) == ["file"])
        }
    }

    @Test func permissionsStay() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            try write(Self.old, to: file)
            for mode in [0o600, 0o640, 0o444, 0o755] {
                try FileManager.default.setAttributes(
                    [.posixPermissions: mode], ofItemAtPath: file.path(percentEncoded: false))
                try write(Self.new, to: file)
                #expect(try self.mode(file) == mode)
            }
        }
    }

    @Test func symbolicLinksStay() throws {
        try withTemporaryFolder { folder in
            let other = folder.appending(path: "other")
            try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
            let target = other.appending(path: "target")
            let links = [
                "relative": "other/target", "absolute": target.path(percentEncoded: false), "twice": "relative",
            ]
            for (name, destination) in links {
                try FileManager.default.createSymbolicLink(
                    atPath: folder.appending(path: name).path(percentEncoded: false), withDestinationPath: destination)
            }
            // At first the links lead nowhere yet.
            for name in links.keys.sorted() {
                let link = folder.appending(path: name)
                try write(name, to: link)
                #expect(try text(target) == name)
                let path = link.path(percentEncoded: false)
                #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == links[name])
            }
            #expect(try names(folder) == ["absolute", "other", "relative", "twice"])
            #expect(try names(other) == ["target"])
        }
    }

    @Test func longNames() throws {
        try withTemporaryFolder { folder in
            for name in [String(repeating: "x", count: 255), String(repeating: "é", count: 127)] {
                try write(Self.old, to: folder.appending(path: name))
                #expect(try text(folder.appending(path: name)) == Self.old)
            }
            #expect(try names(folder).count == 2)
        }
    }

    @Test func pathWithoutFolder() throws {
        let name = "perceptron-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: name) }
        try write(Self.old, to: URL(filePath: name))
        try write(Self.new, to: URL(filePath: "./\(name)"))
        #expect(try text(URL(filePath: name)) == Self.new)
    }

    @Test func abandonedTemporaryFilesGo() throws {
        try withTemporaryFolder { folder in
            func create(_ name: String) throws { try Data("x".utf8).write(to: folder.appending(path: name)) }
            for name in [".file.0123456789abcdef.tmp", ".file.fedcba9876543210.tmp"] { try create(name) }
            let strangers = [
                ".file.0123.tmp", ".file.0123456789abcdeg.tmp", ".other.0123456789abcdef.tmp",
                "file.0123456789abcdef.tmp",
            ]
            for name in strangers { try create(name) }
            let file = folder.appending(path: "file")
            // The inner writer must not take the outer's for abandoned; the outer ends last.
            try AtomicFile.write(to: file) { (outer) throws(PerceptronError) in
                try outer.write("outer")
                try write("inner", to: file)
            }
            #expect(try text(file) == "outer")
            #expect(try names(folder) == (strangers + ["file"]).sorted())
        }
    }

    @Test func bytesAreOnTheDiskBeforeTheNameIs() throws {
        final class Log: @unchecked Sendable { var calls: [String] = [] }
        try withTemporaryFolder { folder in
            let log = Log()
            let real = SystemCalls()
            var calls = real
            calls.open = { path, flags, mode in
                let file = real.open(path, flags, mode)
                log.calls.append("open \(path.hasSuffix(".tmp") ? "file" : "folder") \(file)")
                return file
            }
            calls.write = {
                log.calls.append("write \($0)"); return real.write($0, $1)
            }
            calls.synchronize = {
                log.calls.append("synchronize \($0)"); return real.synchronize($0)
            }
            calls.rename = {
                log.calls.append("rename"); return real.rename($0, $1)
            }
            calls.close = {
                log.calls.append("close \($0)"); return real.close($0)
            }
            try write(Self.old, to: folder.appending(path: "file"), calls: calls)
            try #require(log.calls.count == 8)
            let opened = log.calls.prefix(2).compactMap { $0.split(separator: " ").last }
            #expect(
                log.calls == [
                    "open folder \(opened[0])", "open file \(opened[1])", "write \(opened[1])",
                    "synchronize \(opened[1])", "rename", "close \(opened[1])", "synchronize \(opened[0])",
                    "close \(opened[0])",
                ])
        }
    }

    // MARK: What can't be written

    @Test func placesWhereNoFileCanBe() throws {
        try withTemporaryFolder { folder in
            let path = folder.path(percentEncoded: false)
            let loop = folder.appending(path: "loop")
            try FileManager.default.createSymbolicLink(
                atPath: loop.path(percentEncoded: false), withDestinationPath: "loop")
            // A pipe stands for all devices: a test must not depend on what the machine has in /dev.
            let pipe = folder.appending(path: "pipe")
            #expect(mkfifo(pipe.path(percentEncoded: false), 0o600) == 0)
            try write(Self.old, to: folder.appending(path: "file"))
            let cases: [(URL, PerceptronError)] = [
                (
                    folder.appending(path: "missing/file"),
                    .fileAccess("\(path)/missing/file: its folder can't be opened: No such file or directory")
                ),
                (
                    folder.appending(path: "file/file"),
                    .fileAccess("\(path)/file/file: its folder can't be opened: Not a directory")
                ),
                (
                    URL(filePath: path, directoryHint: .notDirectory),
                    .fileAccess("\(path): can't be replaced: not a regular file")
                ),
                (URL(filePath: "\(path)/", directoryHint: .isDirectory), .fileAccess("\(path)/: is a folder")),
                (URL(filePath: "/"), .fileAccess("/: is a folder")),
                (pipe, .fileAccess("\(path)/pipe: can't be replaced: not a regular file")),
                (loop, .fileAccess("\(path)/loop: can't be replaced: too many symbolic links")),
                (
                    try #require(URL(string: "https://example.org/file")),
                    .invalidArgument("https://example.org/file is not a file URL")
                ),
                (
                    try #require(URL(string: "file:///tmp/a%00b")),
                    .invalidArgument("file:///tmp/a%00b has no valid file path")
                ),
            ]
            for (url, error) in cases {
                #expect(throws: error) { try write(Self.new, to: url) }
            }
            #expect(try names(folder) == ["file", "loop", "pipe"])
            #expect(throws: PerceptronError.invalidArgument("https://example.org/file is not a file URL")) {
                try MappedFile(cases[7].0)
            }
        }
    }

    /// Each call of the system fails once, for each of several reasons, until one writes through without meeting the
    /// failure.
    @Test(arguments: [EIO, ENOSPC, EINTR, EWOULDBLOCK, EEXIST, EACCES], [false, true])
    func anyCallThatFails(reason: Int32, replaces: Bool) throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            let message = String(cString: strerror(reason))
            var errors = 0
            for failing in 1... {
                if replaces { try write(Self.old, to: file) }
                let fault = Fault(at: failing, reason: reason)
                var failure: PerceptronError?
                do throws(PerceptronError) {
                    try write(Self.new, to: file, calls: fault.calls)
                } catch {
                    failure = error
                }
                if let failure {
                    errors += 1
                    let found = failure.description
                    #expect(failure == .fileAccess(found))
                    #expect(found.hasPrefix(file.path(percentEncoded: false) + ": "), "call \(failing): \(found)")
                    #expect(found.hasSuffix(": " + message), "call \(failing): \(found)")
                }
                let isReplaced =
                    failure?.description.contains("was replaced, but its folder can't be synchronized") ?? true
                if isReplaced || replaces {
                    #expect(try text(file) == (isReplaced ? Self.new : Self.old), "call \(failing)")
                } else {
                    #expect(!FileManager.default.fileExists(atPath: file.path(percentEncoded: false)))
                }
                let there = try names(folder)
                #expect(there == ["file"] || !replaces && there.isEmpty, "call \(failing) left \(there)")
                try? FileManager.default.removeItem(at: file)
                if fault.calls(made: failing) { continue }
                // A call that was interrupted is made again.
                #expect(reason == EINTR ? errors <= 4 : errors > 5, "\(errors) errors in \(failing) calls")
                return
            }
        }
    }
}
