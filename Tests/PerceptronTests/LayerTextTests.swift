import TestSupport
import Testing

@testable import Perceptron

/// Layers as people write them.
@Suite struct LayerTextTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let text: String
        let brief: String
        let outputs: Int?
        let layers: [any Layer]
        var testDescription: String { text }
    }

    static let cases = [
        Case(
            text: "256 relu, 256 relu", brief: "256 relu, 256 relu", outputs: 256,
            layers: [Linear(5, 256), ReLU(), Linear(256, 256), ReLU()]),
        Case(
            text: "  64  BatchNorm GELU ,dropout 0.1,\t8 ", brief: "64 batchnorm gelu, dropout 0.1, 8", outputs: 8,
            layers: [Linear(5, 64), BatchNorm(64), GELU(), Dropout(0.1), Linear(64, 8)]),
        Case(
            text: "layernorm, leakyrelu 0.2 rmsnorm, leakyrelu", brief: "layernorm, leakyrelu 0.2 rmsnorm, leakyrelu",
            outputs: nil, layers: [LayerNorm(5), LeakyReLU(negativeSlope: 0.2), RMSNorm(5), LeakyReLU()]),
        Case(
            text:
                "3 celu elu hardsigmoid hardswish hardtanh mish prelu selu sigmoid silu softplus softsign tanh dropout",
            brief:
                "3 celu elu hardsigmoid hardswish hardtanh mish prelu selu sigmoid silu softplus softsign tanh dropout",
            outputs: 3,
            layers: [
                Linear(5, 3), CELU(), ELU(), HardSigmoid(), HardSwish(), HardTanh(), Mish(), PReLU(), SELU(), Sigmoid(),
                SiLU(), Softplus(), Softsign(), Tanh(), Dropout(),
            ]),
    ]

    @Test(arguments: cases) func layersAreThoseOfTheText(_ test: Case) throws {
        let text = try LayerText(test.text)
        #expect(text.description == test.brief)
        #expect(text.outputFeatures == test.outputs)
        #expect(try LayerCoding.encode(text.layers(inputFeatures: 5)) == LayerCoding.encode(test.layers))
        #expect(try LayerText(text.description) == text)
        _ = try MLP<Float>(text.layers(inputFeatures: 5) + [Linear(test.outputs ?? 5, 1)])
    }

    private static let known = """
        batchnorm, celu, dropout, elu, gelu, hardsigmoid, hardswish, hardtanh, layernorm, leakyrelu, mish, prelu, relu, \
        rmsnorm, selu, sigmoid, silu, softplus, softsign, tanh
        """

    static let faults = [
        ("", "1: a layer is missing: expected a width or one of \(known)"),
        ("256 relu,, 4", "10: a layer is missing: expected a width or one of \(known)"),
        ("256 relu, ", "10: a layer is missing: expected a width or one of \(known)"),
        ("256 rulu", "5: no layer is named \"rulu\"; known are \(known)"),
        ("é ", "1: no layer is named \"é\"; known are \(known)"),
        ("8 relu, 0 relu", "9: the width is \"0\"; it must be a whole number from 1 to 65536"),
        ("8.5", "1: the width is \"8.5\"; it must be a whole number from 1 to 65536"),
        ("-3 relu", "1: the width is \"-3\"; it must be a whole number from 1 to 65536"),
        ("99999999999999999999", "1: the width is \"99999999999999999999\"; it must be a whole number from 1 to 65536"),
        ("256 relu 128 relu", "10: 128 can't follow relu; put a comma before a width"),
        ("256 128", "5: 128 can't follow 256; put a comma before a width"),
        ("dropout 0.1 0.2", "13: 0.2 can't follow 0.1; put a comma before a width"),
        ("8 relu, dropout 1", "17: dropout has 1; it must be between 0.0 and 0.99"),
        ("leakyrelu -0.5", "11: leakyrelu has -0.5; it must be between 0.0 and 1.0"),
        ("8 relu; 4 relu", "3: no layer is named \"relu;\"; known are \(known)"),
    ]

    @Test(arguments: faults) func faultsHaveTheirPlace(_ text: String, _ message: String) {
        #expect(errorMessage { _ = try LayerText(text) } == "layers: character \(message)")
    }
}
