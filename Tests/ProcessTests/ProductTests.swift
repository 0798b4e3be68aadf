import Perceptron
import ProcessSupport
import Testing

extension ProcessTests {
    /// Every product goes through cblas, however it is cut: each of its multiply-adds once.
    @Suite(.enabled(if: multiply_add_count() >= 0, "calls of cblas can't be counted here"))
    struct ProductTests {
        struct Case: CustomTestStringConvertible {
            let widths: [Int]
            let batch: Int
            var testDescription: String { "\(widths), batch \(batch)" }
            /// Of one product of each layer.
            var weights: Int { zip(widths, widths.dropFirst()).map { $0 * $1 }.reduce(0, +) }
        }

        static let cases = [
            Case(widths: [8, 32, 4], batch: 32), Case(widths: [784, 128, 10], batch: 64),
            Case(widths: [300, 512, 130, 7], batch: 101), Case(widths: [300, 512, 130, 7], batch: 7),
        ]

        @Test(arguments: cases, [1, 3]) func inDouble(_ test: Case, threads: Int) throws {
            try check(test, threads, Double.self)
        }

        @Test(arguments: cases, [1, 3]) func inFloat(_ test: Case, threads: Int) throws {
            try check(test, threads, Float.self)
        }

        private func check<Scalar: BLASScalar>(_ test: Case, _ threads: Int, _: Scalar.Type) throws {
            var layers: [any Layer] = []
            for (input, output) in zip(test.widths, test.widths.dropFirst()) {
                layers += [Linear(input, output), ReLU()]
            }
            layers[layers.count - 1] = Softmax()
            let inputs = Matrix<Scalar>(rows: test.batch, columns: test.widths[0], repeating: 0.5)
            let targets = (0..<test.batch).map { $0 % test.widths.last! }
            let model = try MLP<Scalar>(layers)
            var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam(), threads: threads)
            var before = multiply_add_count()
            try trainer.step(inputs: inputs, targets: targets)
            // Forward, weight gradient, and downstream gradient but for the first layer.
            let first = test.widths[0] * test.widths[1]
            #expect(multiply_add_count() - before == test.batch * (3 * test.weights - first))
            before = multiply_add_count()
            _ = try model.predict(inputs, threads: threads)
            _ = try model.predict(inputs.rows([0]), threads: threads)
            #expect(multiply_add_count() - before == (test.batch + 1) * test.weights)
        }
    }
}
