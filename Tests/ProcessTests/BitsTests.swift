import Perceptron
import Testing

extension ProcessTests {
    /// The same bits at any number of threads, for networks of the sizes that people train. (Odd shapes, and every
    /// layer and loss, are tested where small networks are.)
    struct BitsTests {
        struct Workload: CustomTestStringConvertible {
            let widths: [Int]
            let batch: Int
            var testDescription: String { "\(widths), batch \(batch)" }
        }

        static let workloads = [
            Workload(widths: [8, 32, 32, 4], batch: 32), Workload(widths: [64, 128, 10], batch: 32),
            Workload(widths: [784, 128, 10], batch: 64), Workload(widths: [784, 512, 512, 10], batch: 256),
            Workload(widths: [1024, 2048, 2048, 1024], batch: 512),
        ]

        @Test(arguments: workloads) func inDouble(_ workload: Workload) throws { try check(workload, Double.self) }
        @Test(arguments: workloads) func inFloat(_ workload: Workload) throws { try check(workload, Float.self) }

        /// Wide layers within layers, whose products are cut along their columns.
        @Test func compositesInDouble() throws { try checkComposites(Double.self) }
        @Test func compositesInFloat() throws { try checkComposites(Float.self) }

        private func checkComposites<Scalar: BLASScalar>(_ type: Scalar.Type) throws {
            let layers: [any Layer] = [
                Linear(64, 512), ReLU(),
                Residual(
                    [BatchNorm(512), Linear(512, 512), ReLU(), Dropout(0.1), Linear(512, 256)],
                    projection: Linear(512, 256)),
                Columns([0..<128: [Residual([Linear(128, 128)]), Tanh()], 128..<256: [Linear(128, 256), ReLU()]]),
                Linear(384, 10), Softmax(),
            ]
            try check(layers, Workload(widths: [64, 10], batch: 256), type)
        }

        private func check<Scalar: BLASScalar>(_ workload: Workload, _ type: Scalar.Type) throws {
            var layers: [any Layer] = []
            for (input, output) in zip(workload.widths, workload.widths.dropFirst()) {
                layers += [Linear(input, output), ReLU()]
            }
            layers[layers.count - 1] = Softmax()
            try check(layers, workload, type)
        }

        private func check<Scalar: BLASScalar>(
            _ layers: [any Layer], _ workload: Workload, _ type: Scalar.Type
        ) throws {
            let rows = workload.batch + 5
            var generator = RandomGenerator(seed: 1)
            let inputs = Matrix<Scalar>(
                rows: rows, columns: workload.widths[0],
                elements: (0..<rows * workload.widths[0]).map { _ in Scalar(generator.nextUniform() - 0.5) })
            let targets = (0..<rows).map { $0 % workload.widths.last! }
            let model = try MLP<Scalar>(layers, seed: 2)

            /// An epoch of two steps, a whole batch and a short one; and predictions of many rows and of one.
            func run(threads: Int) throws -> (parameters: [Scalar], many: [Scalar], one: [Scalar]) {
                var model = model
                try model.train(
                    inputs: inputs, targets: targets, loss: CrossEntropy(), epochs: 1, batchSize: workload.batch,
                    progress: .silent, threads: threads)
                return (
                    model.parameters, try model.predict(inputs, threads: threads).elements,
                    try model.predict(inputs.rows([3]), threads: threads).elements
                )
            }
            let alone = try run(threads: 1)
            #expect(alone.parameters != model.parameters)
            for threads in [2, 3, 5, 8] { #expect(try run(threads: threads) == alone, "\(threads) threads") }
        }
    }
}
