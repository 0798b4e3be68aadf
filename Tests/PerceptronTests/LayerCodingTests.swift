import Foundation
import Testing

@testable import Perceptron

@Suite struct LayerCodingTests {
    /// A thousand quantiles of a thousand columns are more values than the parser reads unasked.
    @Test func largeDescriptions() throws {
        let values = [Int](repeating: 7, count: 1_000_001)
        #expect(try JSONCoding.value(of: values).array?.count == values.count)
    }

    @Test(
        arguments: [
            (
                Linear(4, 3),
                #"{"bias":true,"biasInitializer":{"mean":0,"standardDeviation":0.1,"type":"normal"},"inputFeatures":4,"#
                    + #""outputFeatures":3,"type":"Linear","weightInitializer":{"type":"heNormal"}}"#
            ),
            (
                Linear(
                    1, 2, bias: false, weightInitializer: .orthogonal(gain: 1.5), biasInitializer: .uniform(-1, 0.5)),
                #"{"bias":false,"biasInitializer":{"lower":-1,"type":"uniform","upper":0.5},"inputFeatures":1,"#
                    + #""outputFeatures":2,"type":"Linear","weightInitializer":{"gain":1.5,"type":"orthogonal"}}"#
            ),
            (ReLU(), #"{"type":"ReLU"}"#), (Sigmoid(), #"{"type":"Sigmoid"}"#), (Tanh(), #"{"type":"Tanh"}"#),
            (Softmax(), #"{"type":"Softmax"}"#),
            (LeakyReLU(), #"{"negativeSlope":0.01,"type":"LeakyReLU"}"#),
            (LeakyReLU(negativeSlope: 0.3), #"{"negativeSlope":0.3,"type":"LeakyReLU"}"#),
            (ELU(alpha: 1.5), #"{"alpha":1.5,"type":"ELU"}"#), (SiLU(), #"{"type":"SiLU"}"#),
            (GELU(), #"{"approximation":"none","type":"GELU"}"#),
            (GELU(approximation: .tanh), #"{"approximation":"tanh","type":"GELU"}"#),
            (Softplus(), #"{"type":"Softplus"}"#),
            (Identity(), #"{"type":"Identity"}"#), (SELU(), #"{"type":"SELU"}"#), (Mish(), #"{"type":"Mish"}"#),
            (CELU(alpha: 0.5), #"{"alpha":0.5,"type":"CELU"}"#), (Softsign(), #"{"type":"Softsign"}"#),
            (Exponential(), #"{"type":"Exponential"}"#),
            (HardSigmoid(), #"{"type":"HardSigmoid"}"#), (HardSwish(), #"{"type":"HardSwish"}"#),
            (HardTanh(), #"{"maximum":1,"minimum":-1,"type":"HardTanh"}"#),
            (Sine(frequency: 30), #"{"frequency":30,"type":"Sine"}"#), (LogSoftmax(), #"{"type":"LogSoftmax"}"#),
            (Multiply(by: -0.5), #"{"factor":-0.5,"type":"Multiply"}"#),
            (
                ParametricActivation(SELU()),
                #"{"activation":{"type":"SELU"},"type":"ParametricActivation"}"#
            ),
            (
                Average([[ReLU()], [Tanh(), Softmax()]]),
                #"{"members":[[{"type":"ReLU"}],[{"type":"Tanh"},{"type":"Softmax"}]],"type":"Average"}"#
            ),
            (PReLU(), #"{"initialWeight":0.25,"perColumn":false,"type":"PReLU"}"#),
            (LayerNorm(7), #"{"affine":true,"epsilon":1e-05,"features":7,"type":"LayerNorm"}"#),
            (
                LayerNorm(2, epsilon: 0.25, affine: false),
                #"{"affine":false,"epsilon":0.25,"features":2,"type":"LayerNorm"}"#
            ),
            (Dropout(0.25), #"{"probability":0.25,"type":"Dropout"}"#),
            (AlphaDropout(), #"{"probability":0.5,"type":"AlphaDropout"}"#),
            (GaussianNoise(0.125), #"{"standardDeviation":0.125,"type":"GaussianNoise"}"#),
            (BatchNorm(7), #"{"affine":true,"epsilon":1e-05,"features":7,"momentum":0.1,"type":"BatchNorm"}"#),
            (
                BatchNorm(2, momentum: nil, epsilon: 0.25, affine: false),
                #"{"affine":false,"epsilon":0.25,"features":2,"type":"BatchNorm"}"#
            ),
            (RMSNorm(7), #"{"affine":true,"features":7,"type":"RMSNorm"}"#),
            (
                RMSNorm(2, epsilon: 0.25, affine: false),
                #"{"affine":false,"epsilon":0.25,"features":2,"type":"RMSNorm"}"#
            ),
            (Affine(3), #"{"features":3,"type":"Affine"}"#),
        ] as [(any Layer, String)])
    func builtInLayers(_ layer: any Layer, _ text: String) throws {
        #expect(try LayerCoding.encode([layer]) == "[\(text)]")
        let decoded = try LayerCoding.decode("[\(text)]", path: "file")
        try #require(decoded.count == 1)
        #expect(type(of: decoded[0]) == type(of: layer))
        #expect(try LayerCoding.encode(decoded) == "[\(text)]")
    }

    @Test(
        arguments: [
            .heNormal, .heUniform, .glorotNormal, .glorotUniform, .lecunNormal, .lecunUniform, .orthogonal(gain: 0.1),
            .normal(0.3, mean: -2), .randomSigns, .uniform(-0.1, 0.2), .uniformRow(-0.3, 0.5),
            .constant(.leastNonzeroMagnitude), .zeros,
        ] as [Initializer])
    func initializersComeBackAsTheyWere(_ initializer: Initializer) throws {
        let text = try LayerCoding.encode([Linear(2, 3, weightInitializer: initializer)])
        let linear = try #require(try LayerCoding.decode(text, path: "file").first as? Linear)
        #expect(linear.weightInitializer == initializer)
        #expect(linear.biasInitializer == .normal(0.1))
        #expect(linear.inputFeatures == 2 && linear.outputFeatures == 3 && linear.bias)
    }

    @Test func aModelOfDecodedLayersIsTheSame() throws {
        let layers: [any Layer] = [Linear(2, 4), ReLU(), Linear(4, 3, weightInitializer: .glorotUniform), Softmax()]
        let text = try LayerCoding.encode(layers)
        let again = try MLP<Double>(try LayerCoding.decode(text, path: "file"), seed: 5)
        #expect(try again.parameters == MLP<Double>(layers, seed: 5).parameters)
        #expect(try LayerCoding.encode([]) == "[]")
        #expect(try LayerCoding.decode("[]", path: "file").isEmpty)
    }

    private static let linear = #"{"type":"Linear","inputFeatures":2,"outputFeatures":3,"bias":true,"#

    @Test(
        arguments: [
            ("", "layers: byte 0: expected a value, found the end"),
            ("{}", "layers is not an array"),
            (#"[{"type":"ReLU","type":"Tanh"}]"#, "layers: byte 16: the key \"type\" occurs twice"),
            (#"[{"type":"ReLU"},{}]"#, "layer 1: the key \"type\" is missing"),
            (
                "[\(linear)\"weightInitializer\":{\"type\":\"zeros\"}}]",
                "layer 0 (Linear): the key \"biasInitializer\" is missing"
            ),
            (
                "[\(linear)\"weightInitializer\":{\"type\":\"zeros\"},\"biasInitializer\":{\"type\":\"normal\",\"mean\":0}}]",
                "layer 0 (Linear): biasInitializer: the key \"standardDeviation\" is missing"
            ),
        ])
    func textsThatAreNoLayers(_ text: String, _ reason: String) throws {
        #expect(throws: PerceptronError.invalidFile("file: \(reason)")) {
            try LayerCoding.decode(text, path: "file")
        }
    }

    /// Where Foundation gives the reason, its words are its own.
    @Test(
        arguments: [
            ("[1]", "file: layer 0: "), (#"[{"type":3}]"#, "file: layer 0: type: "),
            (
                #"[{"type":"Linear","inputFeatures":2.5,"outputFeatures":1,"bias":true}]"#,
                "file: layer 0 (Linear): "
            ),
            (
                #"[{"type":"Linear","inputFeatures":99999999999999999999,"outputFeatures":1,"bias":true}]"#,
                "file: layer 0 (Linear): "
            ),
            (#"[{"type":"GELU","approximation":"erf"}]"#, "file: layer 0 (GELU): approximation: "),
            (#"[{"type":"LayerNorm","features":"2"}]"#, "file: layer 0 (LayerNorm): features: "),
            (
                "[\(linear)\"weightInitializer\":{\"type\":\"he\"},\"biasInitializer\":{\"type\":\"zeros\"}}]",
                "file: layer 0 (Linear): weightInitializer.type: "
            ),
        ])
    func valuesOfAnotherKind(_ text: String, _ beginning: String) {
        let error = #expect(throws: PerceptronError.self) { try LayerCoding.decode(text, path: "file") }
        #expect(error?.description.hasPrefix(beginning) == true, "\(error.map(\.description) ?? "")")
    }

    @Test func namesThatNobodyHas() throws {
        let error = #expect(throws: PerceptronError.self) {
            try LayerCoding.decode(#"[{"type":"Nobody's"}]"#, path: "file")
        }
        let message = error?.description ?? ""
        #expect(message.hasPrefix("file: layer 0 (Nobody's): no layer is named \"Nobody's\"; registered are "))
        let names = [
            "Affine", "ELU", "GELU", "LayerNorm", "LeakyReLU", "Linear", "ReLU", "SiLU", "Sigmoid", "Softmax",
            "Softplus", "Tanh", "LayerRegistry.register",
        ]
        for name in names {
            #expect(message.contains(name))
        }
    }

    @Test func numbersThatJSONCannotWrite() {
        #expect(throws: PerceptronError.self) {
            try LayerCoding.encode([ReLU(), Linear(2, 3, weightInitializer: .constant(.nan))])
        }
    }

    /// Where the fuzzer begins: texts called "good…" are read, all others are refused.
    @Test func corpus() throws {
        let folder = Bundle.module.resourceURL!.appending(path: "Corpus/layers")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count > 5)
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            if file.lastPathComponent.hasPrefix("good") {
                let layers = try LayerCoding.decode(text, path: "file")
                #expect(try LayerCoding.decode(LayerCoding.encode(layers), path: "file").count == layers.count)
            } else {
                #expect(throws: PerceptronError.self, "\(file.lastPathComponent)") {
                    try LayerCoding.decode(text, path: "file")
                }
            }
        }
    }
}
