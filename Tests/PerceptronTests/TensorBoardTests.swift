import Foundation
import TestSupport
import Testing

@testable import Perceptron

@Suite struct TensorBoardTests {
    /// Calls `body` with a folder that is not there yet.
    private func withFolder(_ body: (URL) throws -> Void) throws {
        try withTemporaryFolder { try body($0.appending(path: "board")) }
    }

    private func files(_ folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path() < $1.path() }
    }

    /// The records of a file, their frames checked.
    private func records(_ url: URL) throws -> [[UInt8]] {
        var rest = [UInt8](try Data(contentsOf: url))[...]
        func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reversed().reduce(0) { $0 << 8 | Int($1) } }
        var records: [[UInt8]] = []
        while !rest.isEmpty {
            try #require(rest.count >= 16)
            let length = Array(rest.prefix(8))
            let count = number(length[...])
            try #require(rest.count >= 16 + count)
            let data = Array(rest.dropFirst(12).prefix(count))
            #expect(number(rest.dropFirst(8).prefix(4)) == Int(TFRecord.maskedChecksum(length)))
            #expect(number(rest.dropFirst(12 + count).prefix(4)) == Int(TFRecord.maskedChecksum(data)))
            records.append(data)
            rest = rest.dropFirst(16 + count)
        }
        return records
    }

    /// RFC 3720, B.4.
    @Test(
        arguments: [
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(0...31), 0x46DD_794E), ((0...31).reversed(), 0x113F_DB5C), (Array("123456789".utf8), 0xE306_9283),
            ([], 0),
        ] as [([UInt8], UInt32)])
    func checksums(_ bytes: [UInt8], _ checksum: UInt32) {
        #expect(CRC32C.checksum(bytes) == checksum)
    }

    /// The masked checksums are those of TensorBoard 2.20's `masked_crc32c`.
    @Test func frames() {
        #expect(TFRecord.maskedChecksum(Array("123456789".utf8)) == 0xC78A_B0E5)
        #expect(TFRecord.maskedChecksum([]) == 0xA282_EAD8)
        #expect(
            TFRecord.framed([UInt8](repeating: 7, count: 24)).prefix(12) == [
                24, 0, 0, 0, 0, 0, 0, 0, 0xA3, 0x7F, 0x4B, 0x22,
            ])
    }

    @Test(
        arguments: [
            (0, [0]), (1, [1]), (127, [127]), (128, [128, 1]), (300, [0xAC, 2]), (16_384, [128, 128, 1]),
            (.max, [UInt8](repeating: 0xFF, count: 8) + [0x7F]), (-1, [UInt8](repeating: 0xFF, count: 9) + [1]),
        ] as [(Int, [UInt8])])
    func varints(_ number: Int, _ bytes: [UInt8]) {
        var message = ProtobufMessage()
        message.append(number, field: 2)
        #expect(message.bytes == [0x10] + bytes)
    }

    @Test func fields() {
        var message = ProtobufMessage()
        message.append(1.0, field: 1)
        message.append(Float(-2), field: 2)
        message.append("é", field: 16)
        message.append([0.5], field: 7)
        #expect(
            message.bytes == [0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F] + [0x15, 0, 0, 0, 0xC0]
                + [0x82, 0x01, 2, 0xC3, 0xA9] + [0x3A, 8, 0, 0, 0, 0, 0, 0, 0xE0, 0x3F])
    }

    // MARK: Histograms

    @Test func limits() throws {
        let limits = TensorBoardHistogram.allLimits
        // 774 limits that grow from 1e-12, the largest number, both on either side, and 0.
        try #require(limits.count == 2 * 775 + 1)
        #expect(zip(limits, limits.dropFirst()).allSatisfy { $0 < $1 })
        #expect(limits[775] == 0 && limits[776] == 1e-12 && limits[777] == 1e-12 * 1.1)
        #expect(limits[1549] < 1e20 && limits[1549] * 1.1 >= 1e20)
    }

    /// Each bucket counts what is from the limit before it to below its own.
    @Test func buckets() {
        var generator = RandomGenerator(seed: 3)
        let limits = TensorBoardHistogram.allLimits
        let edges = [limits[776], limits[800], limits[801], limits[700], limits[1549], -limits[1549]]
        for count in [1, 2, 10, 1000] {
            var values = (0..<count).map { _ in Double.random(in: -1...1, using: &generator) }
            values +=
                edges + [
                    0, -0.0, .leastNonzeroMagnitude, .nan, .infinity, -.infinity, 1e300, .greatestFiniteMagnitude, 3e25,
                ]
            let finite = values.filter(\.isFinite)
            let histogram = TensorBoardHistogram(values)
            #expect(histogram.count == Double(finite.count))
            #expect(histogram.minimum == finite.min() && histogram.maximum == finite.max())
            #expect(histogram.limits.count == histogram.counts.count)
            #expect(histogram.limits.allSatisfy(limits.contains))
            var lowest = -Double.infinity
            for (limit, count) in zip(histogram.limits, histogram.counts) {
                let expected = finite.filter {
                    $0 >= lowest && ($0 < limit || $0 == .greatestFiniteMagnitude && $0 == limit)
                }
                #expect(Double(expected.count) == count)
                lowest = limit
            }
            let isEmpty = histogram.counts.map { $0 == 0 }
            #expect(!zip(isEmpty, isEmpty.dropFirst()).contains { $0 && $1 } && isEmpty.last == false)
        }
    }

    @Test func sums() {
        let histogram = TensorBoardHistogram([Float(0.5), -1.5, 2, .nan])
        #expect(histogram.sum == 1 && histogram.sumOfSquares == 6.5 && histogram.count == 3)
        #expect(histogram.minimum == -1.5 && histogram.maximum == 2)
        for values in [[], [Double.nan, .infinity]] {
            let empty = TensorBoardHistogram(values)
            #expect(empty.count == 0 && empty.minimum == 0 && empty.maximum == 0 && empty.limits.isEmpty)
        }
    }

    // MARK: Files

    @Test func aWriterMakesItsFolderAndAFileOfItsOwn() throws {
        try withFolder { folder in
            let run = folder.appending(path: "runs/first")
            let started = Int(Date().timeIntervalSince1970)
            let writers = try (0..<3).map { _ in try TensorBoardWriter(folder: run) }
            try writers[1].scalar(0.5, name: "loss", step: 7)
            let files = try files(run)
            #expect(files.count == 3)
            for file in files {
                let parts = file.lastPathComponent.split(separator: ".")
                #expect(parts.prefix(3) == ["events", "out", "tfevents"])
                #expect(try abs(#require(Int(parts[3])) - started) < 60)
                let first = try #require(try records(file).first)
                #expect(first.suffix(15) == [0x1A, 13] + Array("brain.Event:2".utf8))
            }
            #expect(try files.map { try records($0).count }.sorted() == [1, 1, 2])
        }
    }

    @Test func manyThreadsWriteWholeRecords() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "board-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let writer = try TensorBoardWriter(folder: folder)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask { for step in 0..<50 { try writer.scalar(1, name: "task \(task)", step: step) } }
            }
            try await group.waitForAll()
        }
        #expect(try records(try files(folder)[0]).count == 201)
    }

    @Test func aFolderThatCannotBeMade() throws {
        try withFolder { folder in
            try Data().write(to: folder)
            #expect {
                try TensorBoardWriter(folder: folder.appending(path: "run"))
            } throws: { error in
                guard case .fileAccess(let message)? = error as? PerceptronError else { return false }
                return message.hasPrefix(folder.appending(path: "run").path() + ": the folder can't be created: ")
            }
        }
    }

    /// What is written of a record that can't be written whole is cut off; the records around it are whole.
    @Test func aRecordIsWrittenWholeOrNotAtAll() throws {
        try withFolder { folder in
            let budget = Locked(Int.max)
            var calls = SystemCalls()
            calls.write = { file, bytes in
                let room = budget.withLock { $0 }
                guard room > 0 else {
                    errno = ENOSPC
                    return -1
                }
                // In parts, and interrupted now and then.
                if room.isMultiple(of: 3) {
                    budget.withLock { $0 -= 1 }
                    errno = EINTR
                    return -1
                }
                let count = SystemCalls().write(file, UnsafeRawBufferPointer(rebasing: bytes.prefix(min(5, room))))
                budget.withLock { $0 -= count }
                return count
            }
            let writer = try TensorBoardWriter(folder: folder, calls: calls)
            let file = try files(folder)[0]
            try writer.scalar(1, name: "loss", step: 1)
            let whole = try Data(contentsOf: file)
            budget.withLock { $0 = 20 }
            #expect(throws: PerceptronError.fileAccess("\(file.path()): can't be written: No space left on device")) {
                try writer.scalar(2, name: "loss", step: 2)
            }
            #expect(try Data(contentsOf: file) == whole)
            budget.withLock { $0 = Int.max }
            try writer.scalar(3, name: "loss", step: 3)
            #expect(try records(file).count == 3)
            #expect(try Data(contentsOf: file).starts(with: whole))
            #expect(throws: PerceptronError.fileAccess("\(file.path()): can't be created: File exists")) {
                try AppendedFile(creating: file)
            }
        }
    }

    // MARK: Callbacks

    @Test func intervalsBelow1() throws {
        try withFolder { folder in
            let message = "histogramsEvery is 0; at least 1 is needed"
            #expect(throws: PerceptronError.invalidArgument(message)) {
                try TrainingCallback<Float>.tensorBoard(folder: folder, histogramsEvery: 0)
            }
            #expect(!FileManager.default.fileExists(atPath: folder.path()))
            let writer = try TensorBoardWriter(folder: folder)
            #expect(throws: PerceptronError.invalidArgument(message)) {
                try TrainingCallback<Float>.tensorBoard(writer, histogramsEvery: 0)
            }
            #expect(throws: PerceptronError.invalidArgument("every is -1; at least 1 is needed")) {
                try TrainingCallback<Float>.tensorBoardSteps(writer, every: -1)
            }
        }
    }

    /// A file that can't be written ends training, with the model as it was then.
    @Test func aFullDiskEndsTraining() throws {
        try withFolder { folder in
            let isFull = Locked(false)
            var calls = SystemCalls()
            calls.write = { file, bytes in
                if isFull.withLock({ $0 }) {
                    errno = ENOSPC
                    return -1
                }
                return SystemCalls().write(file, bytes)
            }
            let writer = try TensorBoardWriter(folder: folder, calls: calls)
            var model = try MLP<Double>([Linear(1, 1)], seed: 1)
            let start = model.parameters
            let fill = TrainingCallback<Double>.everyEpoch { report in
                isFull.withLock { $0 = report.epoch == 2 }
                return .proceed
            }
            #expect {
                try model.train(
                    inputs: Matrix([[1], [2]]), targets: Matrix<Double>([[1], [2]]), loss: MeanSquaredError(),
                    epochs: 5, callbacks: [fill, .tensorBoard(writer)], progress: .silent)
            } throws: { error in
                guard case .fileAccess(let message)? = error as? PerceptronError else { return false }
                return message.hasSuffix("No space left on device")
            }
            #expect(model.parameters != start)
            // The version; one loss and two tensors of the first epoch.
            #expect(try records(try files(folder)[0]).count == 4)
        }
    }
}
