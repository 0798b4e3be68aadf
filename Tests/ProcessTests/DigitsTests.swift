import Foundation
import Perceptron
import Testing

extension ProcessTests {
    /// Every optimizer with its defaults trains a small net on handwritten digits in the same epochs.
    @Suite struct DigitsTests {
        static let optimizers: [any Optimizer] = [
            SGD(), SGD(momentum: 0.9), Adam(), AdamW(), NAdam(), RAdam(), RMSprop(), Adagrad(), Adadelta(), Lion(),
            ScheduleFreeAdamW(), Muon(), SOAP(), SharpnessAware(Adam()),
        ]

        /// 1797 images of 8×8 pixels, each pixel standardised, and the digits.
        private static let rows: (images: Matrix<Float>, digits: [Int]) = {
            let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..")
            let file = repository.appending(path: "Examples/Digits/digits.csv")
            var rows = try! String(contentsOf: file, encoding: .utf8).split(separator: "\n")
                .map { line in line.split(separator: ",").map { Float($0)! } }
            var generator = RandomGenerator(seed: 1)
            rows.shuffle(using: &generator)
            for pixel in 0..<64 {
                let mean = rows.reduce(0) { $0 + $1[pixel] } / Float(rows.count)
                let variance = rows.reduce(0) { $0 + ($1[pixel] - mean) * ($1[pixel] - mean) } / Float(rows.count)
                for row in rows.indices {
                    rows[row][pixel] = variance > 0 ? (rows[row][pixel] - mean) / variance.squareRoot() : 0
                }
            }
            return (Matrix(rows.map { Array($0.dropLast()) }), rows.map { Int($0[64]) })
        }()

        /// 96 % of all digits, each fifth read by a net that has not seen it.
        @Test(arguments: optimizers.indices) func digitsAreRead(_ index: Int) throws {
            let (images, digits) = Self.rows
            var right = 0
            for fold in 0..<5 {
                let (held, seen) = (
                    digits.indices.filter { $0 % 5 == fold }, digits.indices.filter { $0 % 5 != fold }
                )
                var model = try MLP<Float>([Linear(64, 64), ReLU(), Linear(64, 10), Softmax()], seed: 1)
                try model.train(
                    inputs: images.rows(seen), targets: seen.map { digits[$0] }, loss: CrossEntropy(),
                    optimizer: Self.optimizers[index], epochs: 100, progress: .silent)
                let outputs = try model.predict(images.rows(held))
                right += held.indices.count { row in
                    (0..<10).max { outputs[row, $0] < outputs[row, $1] } == digits[held[row]]
                }
            }
            #expect(Double(right) >= 0.96 * Double(digits.count), "\(right) of \(digits.count)")
        }
    }
}
