import Foundation
import Perceptron
import ProcessSupport

/// Writes a file again and again in child processes, kills each, and looks at what is there; or writes one that is larger
/// than it may be. Ends with an error if the file is not what it must be.
///
/// It is a program of its own because a process that forks should have one thread.
///
/// usage: KilledWriter FOLDER kill COUNT | KilledWriter FOLDER limit
@main
struct KilledWriter {
    struct Broken: Error {
        let what: String
    }

    /// For the children, which get no arguments.
    nonisolated(unsafe) static var file = URL(filePath: "/")
    nonisolated(unsafe) static var generation = 0

    static func main() throws {
        let arguments = CommandLine.arguments
        file = URL(filePath: arguments[1]).appending(path: "run.safetensors")
        try write()
        switch arguments[2] {
        case "kill": try kill(count: Int(arguments[3]) ?? 0)
        case "limit": try limit()
        default: throw Broken(what: "no such test: \(arguments[2])")
        }
    }

    /// A file that says in each of its numbers which one it is.
    static func write() throws(PerceptronError) {
        var writer = SafetensorsWriter(metadata: ["generation": "\(generation)"])
        try writer.add("values", [Double](repeating: Double(generation), count: 30_000))
        try writer.write(to: file)
    }

    /// The generation of the file that is there, and how many others are in its folder.
    static func look() throws -> (generation: Int, others: Int) {
        let found = try SafetensorsFile(contentsOf: file)
        let values = try found.array("values", of: Double.self, shape: [30_000])
        guard let generation = found.metadata["generation"].flatMap(Int.init),
            values.allSatisfy({ $0 == Double(generation) })
        else { throw Broken(what: "the file is not whole") }
        let folder = file.deletingLastPathComponent().path(percentEncoded: false)
        return (generation, try FileManager.default.contentsOfDirectory(atPath: folder).count - 1)
    }

    static func kill(count: Int) throws {
        let start = ContinuousClock.now
        for _ in 0..<5 { try write() }
        let (_, attoseconds) = ((ContinuousClock.now - start) / 5).components
        let microseconds = Int(attoseconds / 1_000_000_000_000)
        var interrupted = 0
        var replaced = 0
        let folder = file.deletingLastPathComponent().path(percentEncoded: false)
        for number in 0..<count {
            let before = try look().generation
            generation = before
            // Removes what the last one has left.
            try write()
            // Every other one at any moment; the others when the temporary file is there, for on a busy machine the first
            // may all come before it is.
            let isWriting = number.isMultiple(of: 2)
            let result = kill_child_after(
                {
                    while true {
                        KilledWriter.generation += 1
                        do { try KilledWriter.write() } catch { return 1 }
                    }
                }, isWriting ? folder : nil, 2, Int.random(in: 0...(isWriting ? microseconds / 4 : 2 * microseconds)))
            guard result == 0 else { throw Broken(what: "a child could not write, or not be killed") }
            let (after, others) = try look()
            guard after >= before else { throw Broken(what: "generation \(after) came after \(before)") }
            guard others <= 1 else { throw Broken(what: "\(others) temporary files") }
            interrupted += others
            replaced += after > before ? 1 : 0
        }
        try write()
        guard try look().others == 0 else { throw Broken(what: "a temporary file was left behind") }
        print(interrupted, replaced)
    }

    static func limit() throws {
        guard limit_file_size(100_000) == 0 else { throw Broken(what: "file sizes can't be limited") }
        generation = 1
        do {
            try write()
        } catch {
            print(error)
            let (found, others) = try look()
            guard found == 0, others == 0 else { throw Broken(what: "generation \(found), \(others) other files") }
            return
        }
        throw Broken(what: "the file was written in spite of the limit")
    }
}
