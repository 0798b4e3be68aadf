import Perceptron
import PerceptronTesting
import Testing

/// Gradients of layers one behind the other, where some work in place and some are computed with the loss.
///
/// A new layer by itself is a line in `LayerCatalogueTests`, a loss one in `LossCatalogueTests`.
@Suite struct GradientCheckTests {
    struct Architecture: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let layers: [any Layer]
        /// Whether the outputs are positive, as CrossEntropy needs them.
        let givesProbabilities: Bool

        init(_ description: String, _ layers: [any Layer], givesProbabilities: Bool = false) {
            testDescription = description
            self.layers = layers
            self.givesProbabilities = givesProbabilities
        }
    }

    static let architectures = [
        Architecture("Linear", [Linear(4, 3)]),
        Architecture("Linear without bias", [Linear(4, 3, bias: false)]),
        Architecture("1-1", [Linear(1, 1)]),
        Architecture("ReLU in the middle", [Linear(4, 6), ReLU(), Linear(6, 3)]),
        Architecture("ReLU at the end", [Linear(4, 6), Sigmoid(), Linear(6, 3), ReLU()]),
        Architecture("ReLU first", [ReLU(), Linear(4, 3)]),
        Architecture("Sigmoid in the middle", [Linear(4, 6), Sigmoid(), Linear(6, 3)]),
        Architecture("Tanh in the middle", [Linear(4, 6), Tanh(), Linear(6, 3)]),
        Architecture("Tanh at the end", [Linear(4, 6), ReLU(), Linear(6, 3), Tanh()]),
        Architecture("Tanh first", [Tanh(), Linear(4, 3)]),
        Architecture("Sigmoid at the end", [Linear(4, 6), ReLU(), Linear(6, 3), Sigmoid()], givesProbabilities: true),
        Architecture("Sigmoid first", [Sigmoid(), Linear(4, 3)]),
        Architecture("Softmax in the middle", [Linear(4, 6), Softmax(), Linear(6, 3)]),
        Architecture("Softmax at the end", [Linear(4, 6), ReLU(), Linear(6, 3), Softmax()], givesProbabilities: true),
        Architecture("Softmax first", [Softmax(), Linear(4, 3)]),
        Architecture("Softmax behind Linear alone", [Linear(4, 3), Softmax()], givesProbabilities: true),
        Architecture(
            "Softmax behind ReLU", [Linear(4, 5, bias: false), Sigmoid(), Linear(5, 3), ReLU(), Softmax()],
            givesProbabilities: true),
        Architecture("Softmax twice", [Linear(4, 3), Softmax(), Softmax()], givesProbabilities: true),
        Architecture("activations in a row", [Linear(4, 5), Sigmoid(), ReLU(), Softmax(), Linear(5, 3)]),
        Architecture("Sigmoid behind Softmax", [Linear(4, 3), Softmax(), Sigmoid()], givesProbabilities: true),
        Architecture(
            "deep", [Linear(4, 7), ReLU(), Linear(7, 6, bias: false), Sigmoid(), Linear(6, 5), ReLU(), Linear(5, 3)]),
        Architecture("wide", [Linear(4, 300), ReLU(), Linear(300, 3), Softmax()], givesProbabilities: true),
        Architecture("LeakyReLU in the middle", [Linear(4, 6), LeakyReLU(negativeSlope: 0.2), Linear(6, 3)]),
        Architecture("LeakyReLU at the end", [Linear(4, 6), Sigmoid(), Linear(6, 3), LeakyReLU()]),
        Architecture("ELU in the middle", [Linear(4, 6), ELU(), Linear(6, 3), ELU(alpha: 0.6)]),
        Architecture("ELU first", [ELU(alpha: 1.7), Linear(4, 3)]),
        Architecture("Softplus in the middle", [Linear(4, 6), Softplus(), Linear(6, 3)]),
        Architecture("Softplus at the end", [Linear(4, 6), Softplus(), Linear(6, 3), Softplus(), Softmax()]),
        Architecture("SiLU in the middle", [Linear(4, 6), SiLU(), Linear(6, 3)]),
        Architecture("SiLU first and last", [SiLU(), Linear(4, 3), SiLU()]),
        Architecture("GELU in the middle", [Linear(4, 6), GELU(), Linear(6, 3)]),
        Architecture("GELU first and last", [GELU(), Linear(4, 3), GELU(approximation: .tanh)]),
        Architecture("GELU behind Sigmoid", [Linear(4, 6), Sigmoid(), GELU(approximation: .tanh), Linear(6, 3)]),
        Architecture("SiLU before Sigmoid", [Linear(4, 3), SiLU(), Sigmoid()], givesProbabilities: true),
        Architecture("LayerNorm first and last", [LayerNorm(4), Linear(4, 3), LayerNorm(3, epsilon: 0.1)]),
        Architecture("LayerNorm behind ReLU", [Linear(4, 20), ReLU(), LayerNorm(20), ReLU(), Linear(20, 3)]),
        Architecture(
            "LayerNorm without weights",
            [Linear(4, 20), LayerNorm(20, affine: false), SiLU(), Linear(20, 3), Softmax()],
            givesProbabilities: true),
        Architecture("Affine alone", [Affine(3)]),
        Architecture(
            "Affine in the middle", [Linear(4, 6, bias: false), Affine(6), ReLU(), Affine(6), Linear(6, 3), Softmax()],
            givesProbabilities: true),
        Architecture(
            "Dropout first and last", [Dropout(0.4), Linear(4, 20), Dropout(0.3), Linear(20, 3), Dropout(0.2)]),
        Architecture(
            "Dropout between activations",
            [
                Linear(4, 70), Sigmoid(), AlphaDropout(0.4), GELU(), GaussianNoise(0.3), Tanh(), Dropout(0),
                Linear(70, 3), Softmax(),
            ],
            givesProbabilities: true),
        Architecture("BatchNorm alone", [BatchNorm(3)]),
        Architecture(
            "BatchNorm in the middle",
            [
                Linear(4, 70), BatchNorm(70), ReLU(), Linear(70, 6), Tanh(), BatchNorm(6, epsilon: 0.1, affine: false),
                Linear(6, 3),
            ]
        ),
        Architecture(
            "BatchNorm at the end", [BatchNorm(4, momentum: nil), Linear(4, 3), BatchNorm(3), Softmax()],
            givesProbabilities: true),
        Architecture("RMSNorm first and last", [RMSNorm(4), Linear(4, 3), RMSNorm(3, epsilon: 0.1)]),
        Architecture(
            "RMSNorm in the middle",
            [Linear(4, 20), RMSNorm(20), Dropout(0.2), SiLU(), RMSNorm(20, affine: false), Linear(20, 3)]),
        Architecture("Linear in a row", [Linear(4, 5), Linear(5, 2), Linear(2, 3)]),
    ]

    struct Training: Sendable, CustomTestStringConvertible {
        let architecture: Architecture
        let loss: any Loss
        let targets: TargetKind

        var testDescription: String { "\(architecture.testDescription), \(type(of: loss)), \(targets)" }
    }

    static let trainings: [Training] = architectures.flatMap { architecture in
        let squared = [TargetKind.values, .classes].map {
            Training(architecture: architecture, loss: MeanSquaredError(), targets: $0)
        }
        guard architecture.givesProbabilities else { return squared }
        return squared
            + [TargetKind.probabilities, .distributions, .classes].map {
                Training(
                    architecture: architecture,
                    loss: architecture.layers.last is Softmax ? CrossEntropy() : CrossEntropy(.probabilities),
                    targets: $0)
            }
    }

    @Test(arguments: trainings) func slopesInBothTypes(_ training: Training) throws {
        try NetworkSuite(training.architecture.layers, loss: training.loss, targets: training.targets)
            .check([.parameterGradient, .inputGradient, .floatAgainstDouble])
    }
}
