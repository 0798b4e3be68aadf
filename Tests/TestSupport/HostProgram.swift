import Foundation

/// Programs that tests start: the compilers of the machine, what these make, and helpers built beside the tests.
package enum HostProgram {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    /// A program found where commands are looked for.
    package static func path(_ name: String) -> String? {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    package static let swift = path("swiftc")
    package static let c = path("cc") ?? path("clang")
    package static let cxx = path("c++") ?? path("clang++")

    /// A microcontroller's processor, with words of 32 bits, where a toolchain has Embedded Swift for it.
    package static let microcontroller = "armv7em-none-none-eabi"

    package static let hasEmbeddedSwift: Bool = {
        guard let swift else { return false }
        let module = URL(filePath: swift).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "../lib/swift/embedded/Swift.swiftmodule/\(microcontroller).swiftmodule")
            .standardizedFileURL
        return FileManager.default.fileExists(atPath: module.path(percentEncoded: false))
    }()

    /// Runs a program in a folder, and returns what it writes; throws what it complains about if it fails.
    @discardableResult
    package static func run(_ path: String, _ arguments: [String], in folder: URL, input: URL? = nil) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        // Files: pipes would have to be read while it writes to the other.
        let output = folder.appending(path: "output-\(UUID().uuidString)")
        let errors = folder.appending(path: "errors-\(UUID().uuidString)")
        for url in [output, errors] { try Data().write(to: url) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = try input.map { try FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let complaints = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
        guard process.terminationStatus == 0, process.terminationReason == .exit else {
            throw Failure(
                description: "\(path) \(arguments.joined(separator: " ")): \(process.terminationStatus) \(complaints)")
        }
        return try Data(contentsOf: output)
    }
}
