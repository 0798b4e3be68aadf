import Foundation
import Testing

@testable import Perceptron

/// The files that fuzzing begins with, and those that it found: reading them gives a value or an error.
@Suite struct CSVCorpusTests {
    static let files: [URL] = {
        let folder = Bundle.module.url(forResource: "Corpus/csv", withExtension: nil)
        let files = folder.flatMap {
            try? FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)
        }
        return (files ?? []).sorted { $0.lastPathComponent < $1.lastPathComponent }
    }()

    /// What a read gives, for comparison.
    private func outcome(_ bytes: [UInt8], chunkSize: Int) throws -> String {
        let source = CSVSource(name: "file", bytes: bytes, chunkSize: chunkSize)
        let format = try CSVFormat(hasHeader: false, separator: ",")
        do {
            let storage = try Dataset<Double>(source, format, CSVSelection()).storage
            return "\(storage.columns) \(storage.inputs.elements)"
        } catch {
            return "\(error)"
        }
    }

    @Test func replay() throws {
        #expect(CSVCorpusTests.files.count >= 25)
        for file in CSVCorpusTests.files {
            let bytes = Array(try Data(contentsOf: file))
            // The bytes behind it choose how it is read.
            try? CSVFuzzing.read(bytes)
            var generator = RandomGenerator(seed: 8)
            for _ in 0..<16 {
                try? CSVFuzzing.read(bytes + withUnsafeBytes(of: generator.next()) { Array($0) })
            }
            let whole = try outcome(bytes, chunkSize: 1 << 16)
            for size in 1...9 {
                #expect(try outcome(bytes, chunkSize: size) == whole, "\(file.lastPathComponent), chunks of \(size)")
            }
        }
    }
}
