import Foundation
import Perceptron
import Testing

extension ProcessTests {
    /// A data set of 10 GB goes through training in less than 1 GB of memory.
    struct StreamingMemoryTests {
        /// A `.npy` file of zeros, which needs no room on disk.
        private func sparseFile(_ url: URL, rows: Int, columns: Int) throws {
            try Matrix<Float>(rows: 1, columns: columns).write(npy: url)
            var bytes = try Data(contentsOf: url).prefix(128)
            let shape = Data("(1, \(columns)), }".utf8)
            let place = try #require(bytes.range(of: shape))
            let longer = Data("(\(rows), \(columns)), }".utf8)
            // The header is padded with blanks.
            bytes.replaceSubrange(place.lowerBound..<place.lowerBound + longer.count, with: longer)
            try bytes.write(to: url)
            let file = try FileHandle(forWritingTo: url)
            try file.truncate(atOffset: UInt64(128 + rows * columns * 4))
            try file.close()
        }

        private var peakBytes: Int {
            var usage = rusage()
            #if canImport(Darwin)
                getrusage(RUSAGE_SELF, &usage)
                return Int(usage.ru_maxrss)
            #else
                getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
                return Int(usage.ru_maxrss) * 1024
            #endif
        }

        @Test func tenGigabytesInOne() throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "perceptron-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let (rows, columns) = (2_500_000, 1024)
            let (x, y) = (folder.appending(path: "x.npy"), folder.appending(path: "y.npy"))
            try sparseFile(x, rows: rows, columns: columns)
            try sparseFile(y, rows: rows, columns: 1)
            let size = try FileManager.default.attributesOfItem(atPath: x.path)[.size] as? Int
            #expect(try #require(size) > 10_000_000_000)

            let dataset = try StreamedDataset<Float>(inputs: [x], targets: [y])
            #expect(dataset.rows == rows)
            var model = try MLP<Float>([Linear(columns, 4), ReLU(), Linear(4, 1)], seed: 1)
            let history = try model.train(
                on: dataset, loss: MeanSquaredError(), epochs: 1, batchSize: 1000, progress: .silent)
            #expect(history.losses.count == 1 && history.losses[0].isFinite)
            #expect(peakBytes < 1_000_000_000, "\(peakBytes) bytes")
        }
    }
}
