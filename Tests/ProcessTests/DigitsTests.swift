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

        /// 96 % of 1797 images of 8×8 pixels, each fifth read by a net that has not seen it.
        @Test(arguments: optimizers.indices) func digitsAreRead(_ index: Int) throws {
            let file = URL(filePath: #filePath).appending(path: "../../../Examples/Digits/digits.csv").standardized
            let data = try Dataset<Float>(csv: file, target: "65", targetKind: .classes, header: false)
            let pipeline = Pipeline<Float>(preprocessing: Preprocessing(numeric: .standard), seed: 1) {
                pixels, digits in
                [Linear(pixels, 64), ReLU(), Linear(64, digits), Softmax()]
            }
            let result = try pipeline.crossValidate(
                on: data, folds: 5, seed: 1, metrics: [.accuracy], loss: CrossEntropy(),
                optimizer: Self.optimizers[index], epochs: 100, progress: .silent)
            let accuracy = try #require(result[metric: "accuracy"]?.mean)
            #expect(accuracy >= 0.96)
        }
    }
}
