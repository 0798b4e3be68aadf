import Foundation
import Perceptron
import ProcessSupport
import Testing

extension ProcessTests {
    /// Steps after the first, and predictions into the caller's memory, allocate nothing.
    @Suite(.enabled(if: allocation_count() >= 0, "this C library's allocations can't be counted"))
    struct AllocationTests {
        struct Case: CustomTestStringConvertible {
            let widths: [Int]
            let batch: Int
            var testDescription: String { "\(widths), batch \(batch)" }
        }

        static let cases = [
            Case(widths: [8, 32, 32, 4], batch: 32), Case(widths: [64, 128, 10], batch: 32),
            Case(widths: [13, 37, 5], batch: 33), Case(widths: [200, 256, 256, 7], batch: 150),
        ]

        @Test(arguments: cases, [1, 2, 3])
        func stepsAllocateNothing(_ test: Case, threads: Int) throws {
            try check(Double.self, test, threads)
            try check(Float.self, test, threads)
        }

        private func check<Scalar: BLASScalar>(_ type: Scalar.Type, _ test: Case, _ threads: Int) throws {
            var layers: [any Layer] = []
            for (input, output) in zip(test.widths, test.widths.dropFirst()) {
                layers += [Linear(input, output), ReLU(), Dropout(0.1)]
            }
            layers[layers.count - 1] = Softmax()
            var generator = RandomGenerator(seed: 1)
            let inputs = Matrix<Scalar>(
                rows: test.batch, columns: test.widths[0],
                elements: (0..<test.batch * test.widths[0]).map { _ in Scalar(generator.nextUniform()) })
            let targets = (0..<test.batch).map { $0 % test.widths.last! }
            let model = try MLP<Scalar>(layers)
            var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam(), threads: threads)
            for _ in 0..<3 { try trainer.step(inputs: inputs, targets: targets) }
            var before = allocation_count()
            for _ in 0..<10 { try trainer.step(inputs: inputs, targets: targets) }
            #expect(allocation_count() - before == 0, "training steps")

            var predictor = try Predictor(model, mostRows: test.batch, threads: threads)
            var outputs = [Scalar](repeating: 0, count: test.batch * test.widths.last!)
            func predict() throws {
                var room = outputs.mutableSpan
                try predictor.predict(inputs.elements.span, into: &room)
            }
            for _ in 0..<3 { try predict() }
            before = allocation_count()
            for _ in 0..<10 { try predict() }
            #expect(allocation_count() - before == 0, "predictions")

            let file = FileManager.default.temporaryDirectory.appending(path: "perceptron-\(UUID().uuidString)")
            try model.save(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            predictor = try Predictor(contentsOf: file, mostRows: test.batch, threads: threads)
            for _ in 0..<3 { try predict() }
            before = allocation_count()
            for _ in 0..<10 { try predict() }
            #expect(allocation_count() - before == 0, "predictions from a file")
        }
    }
}
