import Foundation
import Perceptron

#if LIBFUZZER
    /// What libFuzzer calls with each input: the reader that `FUZZ_TARGET` names reads it.
    @_cdecl("LLVMFuzzerTestOneInput")
    public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
        try? target.read(UnsafeBufferPointer(start: bytes, count: count).span)
        return 0
    }

    private let target: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
        guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
            // libFuzzer calls no main that could end with a status.
            fatalError("FUZZ_TARGET is '\(name)'; there are \(FuzzTarget.all.map(\.name))")
        }
        return target
    }()
#else
    /// Without libFuzzer: lists the targets with their corpora, or reads files again that it has found.
    ///
    /// usage: Fuzz | Fuzz TARGET FILE…
    @main
    struct Fuzz {
        static func main() throws {
            let arguments = CommandLine.arguments.dropFirst()
            guard let name = arguments.first else {
                for target in FuzzTarget.all { print(target.name, target.corpus) }
                return
            }
            for target in FuzzTarget.all where target.name == name {
                for path in arguments.dropFirst() {
                    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
                    do throws(PerceptronError) {
                        try target.read(bytes.span)
                        print("\(path): read")
                    } catch {
                        print("\(path): \(error)")
                    }
                }
            }
        }
    }
#endif
