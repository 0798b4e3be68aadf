import Perceptron
import Testing

/// Multiplies by a factor: a layer whose description has a number.
private struct Scale: InPlaceLayer, Codable {
    var factor = 2.0

    func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {
        for row in 0..<values.rows {
            for column in 0..<values.columns { values[row, column] *= Scalar(factor) }
        }
    }

    func differentiate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
    ) {
        for row in 0..<outputs.rows {
            for column in 0..<outputs.columns { gradient[row, column] *= Scalar(factor) }
        }
    }
}

/// Codes a key that is taken.
private struct Typed: InPlaceLayer, Codable {
    var type = "mine"
    func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {}
    func differentiate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
    ) {}
}

/// A layer that is made of others, and codes them.
private struct Both: InPlaceLayer, Codable {
    let first: any InPlaceLayer
    let second: any InPlaceLayer

    func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {
        first.activate(&values)
        second.activate(&values)
    }

    func differentiate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
    ) {
        second.differentiate(outputs: outputs, gradient: &gradient)
        first.differentiate(outputs: outputs, gradient: &gradient)
    }

    private enum Key: String, CodingKey { case layers }

    init(_ first: any InPlaceLayer, _ second: any InPlaceLayer) {
        self.first = first
        self.second = second
    }

    init(from decoder: any Decoder) throws {
        let layers = try decoder.container(keyedBy: Key.self).decode([CodableLayer].self, forKey: .layers)
        guard layers.count == 2, let first = layers[0].layer as? any InPlaceLayer,
            let second = layers[1].layer as? any InPlaceLayer
        else { throw PerceptronError.invalidArgument("two layers are needed that work in place") }
        self.init(first, second)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode([CodableLayer(first), CodableLayer(second)], forKey: .layers)
    }
}

/// The registry is the process's, so all of it is one test after the other.
@Suite(.serialized) struct LayerRegistryTests {
    @Test func layersOfOnesOwn() throws {
        #expect(
            throws: PerceptronError.invalidArgument(
                "layer 1 (Scale): Scale has no name in files; make it Codable and first call "
                    + "LayerRegistry.register(Scale.self, as: \"Scale\")")
        ) { try LayerCoding.encode([ReLU(), Scale()]) }
        #expect(throws: PerceptronError.self) { try LayerCoding.decode(#"[{"type":"scale","factor":3}]"#, path: "x") }

        try LayerRegistry.register(Scale.self, as: "scale")
        let text = try LayerCoding.encode([ReLU(), Scale(factor: 3)])
        #expect(text == #"[{"type":"ReLU"},{"factor":3,"type":"scale"}]"#)
        let layers = try LayerCoding.decode(text, path: "x")
        #expect((layers.last as? Scale)?.factor == 3)

        // Once more changes nothing; names and types belong together.
        try LayerRegistry.register(Scale.self, as: "scale")
        #expect(
            throws: PerceptronError.invalidArgument(
                "Typed can't be registered as \"scale\", which is the name of "
                    + "Scale")
        ) { try LayerRegistry.register(Typed.self, as: "scale") }
        #expect(
            throws: PerceptronError.invalidArgument("Typed can't be registered as \"ReLU\", which is the name of ReLU")
        ) { try LayerRegistry.register(Typed.self, as: "ReLU") }
        #expect(
            throws: PerceptronError.invalidArgument("Scale can't be registered as \"other\": it is already \"scale\"")
        ) { try LayerRegistry.register(Scale.self, as: "other") }
        #expect(try LayerCoding.encode([Scale(factor: 3)]) == #"[{"factor":3,"type":"scale"}]"#)
    }

    @Test func aKeyThatIsTaken() throws {
        try LayerRegistry.register(Typed.self, as: "typed")
        #expect(
            throws: PerceptronError.invalidArgument(
                "layer 0 (Typed): it has a key \"type\", which is reserved for its name")
        ) { try LayerCoding.encode([Typed()]) }
    }

    @Test func layersMadeOfLayers() throws {
        try LayerRegistry.register(Both.self, as: "both")
        try LayerRegistry.register(Scale.self, as: "scale")
        let text = #"[{"layers":[{"type":"ReLU"},{"factor":0.5,"type":"scale"}],"type":"both"}]"#
        #expect(try LayerCoding.encode([Both(ReLU(), Scale(factor: 0.5))]) == text)
        let both = try #require(try LayerCoding.decode(text, path: "x").first as? Both)
        #expect((both.second as? Scale)?.factor == 0.5)
        #expect(
            throws: PerceptronError.invalidFile("x: layer 0 (both): two layers are needed that work in place")
        ) { try LayerCoding.decode(#"[{"type":"both","layers":[{"type":"ReLU"}]}]"#, path: "x") }
    }
}
