import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Models in safetensors files.
@Suite struct ModelFileTests {
    private static let golden = Bundle.module.resourceURL!.appending(path: "Golden")

    private static func golden(_ name: String) -> URL { golden.appending(path: "models/\(name).safetensors") }

    private struct Golden: Decodable {
        let inputs: [[Double]]
        let outputs: [[Double]]
    }

    private static func goldenRows() throws -> Golden {
        try JSONDecoder().decode(Golden.self, from: Data(contentsOf: golden.appending(path: "models.json")))
    }

    private static func zeros(_ inputs: Int, _ outputs: Int, bias: Bool = true) -> Linear {
        Linear(inputs, outputs, bias: bias, weightInitializer: .zeros, biasInitializer: .zeros)
    }

    /// What `make_models_golden.py` writes.
    private static let goldenLayers: [any Layer] = [
        zeros(3, 5), Tanh(), zeros(5, 4, bias: false), ReLU(), zeros(4, 2), Softmax(),
    ]

    private static func goldenModel<Scalar: BLASScalar>(_: Scalar.Type) throws -> MLP<Scalar> {
        var model = try MLP<Scalar>(goldenLayers)
        for tensor in model.parameterLayout {
            for (place, index) in tensor.range.enumerated() {
                let (row, column) = place.quotientAndRemainder(dividingBy: tensor.columns)
                let inFile = tensor.name == "weight" ? column * tensor.rows + row : place
                model.parameters[index] = Scalar(inFile * 7 % 11 - 5) / 8
            }
        }
        return model
    }

    private func text(_ layers: [any Layer]) throws -> String { try LayerCoding.encode(layers) }

    /// Rows of the largest difference of a prediction from what is expected.
    private func difference<Scalar: BLASScalar>(_ found: [Scalar], _ expected: [Scalar]) -> Double {
        guard found.count == expected.count else { return .infinity }
        let differences = zip(found, expected).map { abs(Double($0) - Double($1)) }
        // The largest of some with NaN may be a number.
        return differences.allSatisfy(\.isFinite) ? differences.max() ?? 0 : .infinity
    }

    private func prediction<Scalar: BLASScalar>(
        _ predictor: consuming Predictor<Scalar>, _ inputs: Matrix<Scalar>
    ) throws -> [Scalar] {
        var outputs = [Scalar](repeating: 0, count: inputs.rows * predictor.outputFeatures)
        var room = outputs.mutableSpan
        try predictor.predict(inputs.elements.span, into: &room)
        return outputs
    }

    // MARK: Golden files

    @Test func writesWhatTheReferenceImplementationWrites() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            try Self.goldenModel(Double.self).save(to: file)
            #expect(try Data(contentsOf: file) == Data(contentsOf: Self.golden("model-f64")))
            try Self.goldenModel(Float.self).save(to: file)
            #expect(try Data(contentsOf: file) == Data(contentsOf: Self.golden("model-f32")))
        }
    }

    private func readsGolden<Scalar: BLASScalar>(_ type: Scalar.Type, tolerance: Double) throws {
        let rows = try Self.goldenRows()
        let inputs = Matrix<Scalar>(Matrix(rows.inputs))
        let expected = Matrix<Scalar>(Matrix(rows.outputs)).elements
        let model = try Self.goldenModel(type)
        for name in ["model-f64", "model-f32"] {
            let found = try MLP<Scalar>(contentsOf: Self.golden(name))
            #expect(found.parameters == model.parameters, "\(name)")
            #expect(try text(found.layers) == text(Self.goldenLayers))
            #expect(try difference(found.predict(inputs).elements, expected) <= tolerance)
            let predictor = try Predictor<Scalar>(contentsOf: Self.golden(name), mostRows: 4)
            #expect(try difference(prediction(predictor, inputs), expected) <= tolerance, "\(name)")
        }
        for name in ["state-f64", "state-f16", "state-bf16"] {
            let found = try MLP<Scalar>(contentsOf: Self.golden(name), layers: Self.goldenLayers)
            #expect(found.parameters == model.parameters, "\(name)")
            let predictor = try Predictor<Scalar>(
                contentsOf: Self.golden(name), layers: Self.goldenLayers, mostRows: 4)
            #expect(try difference(prediction(predictor, inputs), expected) <= tolerance, "\(name)")
        }
    }

    @Test func readsWhatTheReferenceImplementationWrites() throws {
        try readsGolden(Double.self, tolerance: 1e-12)
        try readsGolden(Float.self, tolerance: 1e-5)
    }

    // MARK: Round trips

    private static func layers(_ generator: inout RandomGenerator) -> [any Layer] {
        var width = 1 + generator.nextInteger(below: 90)
        var layers: [any Layer] = []
        for _ in 0...generator.nextInteger(below: 12) {
            switch generator.nextInteger(below: layers.isEmpty ? 1 : 6) {
            case 0, 1:
                let next = 1 + generator.nextInteger(below: 90)
                layers.append(Linear(width, next, bias: generator.nextInteger(below: 3) > 0))
                width = next
            case 2: layers.append(ReLU())
            case 3: layers.append(Tanh())
            case 4: layers.append(Sigmoid())
            default: layers.append(width > 1 ? Softmax() : Sigmoid())
            }
        }
        return layers
    }

    private func roundTrip<Scalar: BLASScalar>(
        _ layers: [any Layer], _: Scalar.Type, seed: UInt64, at file: URL
    ) throws {
        let model = try MLP<Scalar>(layers, seed: seed)
        try model.save(to: file)
        let bytes = try Data(contentsOf: file)
        let found = try MLP<Scalar>(contentsOf: file)
        #expect(try text(found.layers) == text(layers))
        // Compared here, for a failing expectation of long arrays would look for their least difference.
        let isSame = [
            found.parameters == model.parameters,
            try MLP<Scalar>(contentsOf: file, layers: layers).parameters == model.parameters,
            try MLP<Float>(contentsOf: file).parameters == model.parameters.map { Float($0) },
            try MLP<Double>(contentsOf: file).parameters == model.parameters.map { Double($0) },
        ]
        #expect(isSame == [true, true, true, true], "\(layers)")
        try found.save(to: file)
        #expect(try Data(contentsOf: file) == bytes)

        var generator = RandomGenerator(seed: seed)
        let rows = 1 + generator.nextInteger(below: 40)
        let inputs = generator.matrix(rows, model.inputFeatures, of: Scalar.self)
        let expected = try model.predict(inputs).elements
        let largest = expected.reduce(1) { max($0, abs($1)) }
        for threads in [1, 3] {
            let predictor = try Predictor<Scalar>(contentsOf: file, mostRows: rows, threads: threads)
            let found = try prediction(predictor, inputs)
            let tolerance = (Scalar.self == Double.self ? 1e-12 : 1e-5) * Double(largest)
            #expect(difference(found, expected) <= tolerance, "\(layers)")
        }
    }

    @Test func whatIsSavedComesBack() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            var generator = RandomGenerator(seed: 11)
            for seed in 0..<25 {
                let layers = Self.layers(&generator)
                try roundTrip(layers, Double.self, seed: UInt64(seed), at: file)
                try roundTrip(layers, Float.self, seed: UInt64(seed), at: file)
            }
        }
    }

    /// More columns and longer rows than are turned at once.
    @Test func largeTensorsComeBack() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            for (inputs, outputs) in [(300, 131), (17_000, 11), (1, 300), (300, 1), (1, 1)] {
                let layers = [Linear(inputs, outputs, weightInitializer: .uniform(-0.01, 0.01))]
                try roundTrip(layers, Double.self, seed: 1, at: file)
                try roundTrip(layers, Float.self, seed: 1, at: file)
            }
        }
    }

    /// A scale for each of 300 groups of columns: a matrix that files have as it is.
    private struct Untransposed: Layer {
        func outputFeatures(forInputFeatures features: Int) -> Int { features }
        func parameters(forInputFeatures features: Int) -> [Parameter] {
            [Parameter(name: "grid", rows: 300, columns: features, initializer: .normal(1))]
        }
        func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
            for row in 0..<pass.input.rows {
                for column in 0..<pass.input.columns {
                    pass.output[row, column] = pass.input[row, column] * pass.parameters[column]
                }
            }
        }
        func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {}
    }

    @Test func layersThatPredictFromReadParameters() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            let layers: [any Layer] = [Linear(4, 700), Untransposed(), Linear(700, 3)]
            let model = try MLP<Double>(layers, seed: 2)
            // Without a name in files it can be written by hand, as PyTorch would.
            var writer = SafetensorsWriter()
            for tensor in model.parameterLayout {
                try writer.add(
                    tensor.nameInFiles, shape: tensor.shapeInFiles, count: tensor.range.count, type: .float64
                ) {
                    (file) throws(PerceptronError) in try tensor.write(model.parameters, to: &file)
                }
            }
            try writer.write(to: file)
            #expect(try SafetensorsFile(contentsOf: file)["1.grid"]?.shape == [300, 700])
            let grid = try SafetensorsFile(contentsOf: file).array("1.grid", of: Double.self)
            let isAsItIs = grid == Array(model.parameters[model.parameterLayout[2].range])
            #expect(isAsItIs)
            let found = try MLP<Double>(contentsOf: file, layers: layers)
            let isSame = found.parameters == model.parameters
            #expect(isSame)
            let inputs = Matrix<Double>(rows: 2, columns: 4, repeating: 0.5)
            let predictor = try Predictor<Double>(contentsOf: file, layers: layers, mostRows: 2)
            #expect(try difference(prediction(predictor, inputs), model.predict(inputs).elements) < 1e-10)
        }
    }

    @Test func trainingOfALoadedModelFollowsFromItsSeed() throws {
        let rows = Matrix<Double>((0..<20).map { [Double($0), Double($0 * $0 % 7), 1] })
        func trained(seed: UInt64) throws -> [Double] {
            var model = try MLP<Double>(contentsOf: Self.golden("model-f64"), seed: seed)
            try model.train(
                inputs: rows, targets: (0..<20).map { $0 % 2 }, loss: CrossEntropy(), epochs: 2, batchSize: 3,
                progress: .silent)
            return model.parameters
        }
        #expect(try trained(seed: 0) == trained(seed: 0))
        #expect(try trained(seed: 1) == trained(seed: 1))
        #expect(try trained(seed: 0) != trained(seed: 1))
    }

    // MARK: Mapping

    /// A file whose tensors don't lie where a processor wants its numbers.
    private func unaligned(_ bytes: [UInt8]) -> [UInt8] {
        let length = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        return [UInt8](littleEndian: UInt64(length + 3)) + bytes[8..<8 + length] + [0x20, 0x20, 0x20]
            + bytes[(8 + length)...]
    }

    @Test func filesThatAreNotAligned() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            let bytes = [UInt8](try Data(contentsOf: Self.golden("model-f64")))
            try Data(unaligned(bytes)).write(to: file)
            let model = try Self.goldenModel(Double.self)
            let inputs = Matrix<Double>((try Self.goldenRows()).inputs)
            #expect(try MLP<Double>(contentsOf: file).parameters == model.parameters)
            // What is read computes as ever.
            let predictor = try Predictor<Double>(contentsOf: file, mostRows: 4)
            #expect(try prediction(predictor, inputs) == model.predict(inputs).elements)
        }
    }

    /// Which layers are mapped, and which read.
    @Test func whatIsMapped() throws {
        func mapped<Scalar: BLASScalar>(_ url: URL, _ type: Scalar.Type) throws -> [Bool] {
            let file = try MappedFile(url)
            let header = try SafetensorsHeader(file.bytes, path: file.path)
            let stored = try StoredModel(header, path: file.path, layers: nil)
            let model = try MappedModel<Scalar>(stored, file, allowsNonFinite: false)
            #expect(model.parameters.map(\.count) == stored.network.stages.map(\.parameters.count))
            return model.owners.map { $0 is MappedScalars<Scalar> }
        }
        #expect(try mapped(Self.golden("model-f64"), Double.self) == [true, false, true, false, true, false])
        #expect(try mapped(Self.golden("model-f64"), Float.self) == [false, false, false, false, false, false])
        #expect(try mapped(Self.golden("model-f32"), Float.self) == [true, false, true, false, true, false])
        try withTemporaryFolder { folder in
            // Within other layers too: between a fork and a sum, and behind a copy.
            let file = folder.appending(path: "file")
            let layers: [any Layer] = [
                Residual([Linear(3, 2)], projection: Linear(3, 2)), Columns([0..<1: [Linear(1, 4)], 1..<2: []]),
            ]
            try MLP<Double>(layers).save(to: file)
            #expect(try mapped(file, Double.self) == [false, true, true, false, false, true, false, false])
        }
        // In any other order the tensors of a layer are still found.
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            let weights = [1.0, 2, 3, 4, 5, 6]
            let header =
                #"{"__metadata__":{"perceptron":"{\"version\":1,\"layers\":\#(try text([Linear(3, 2)]).replacing("\"", with: "\\\""))}"},"#
                + #""0.weight":{"dtype":"F64","shape":[2,3],"data_offsets":[0,48]},"#
                + #""0.bias":{"dtype":"F64","shape":[2],"data_offsets":[48,64]}}"#
            let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
            let numbers = (weights + [7, 8]).flatMap { [UInt8](littleEndian: $0.bitPattern) }
            try Data([UInt8](littleEndian: UInt64(padded.utf8.count)) + Array(padded.utf8) + numbers).write(to: file)
            #expect(try mapped(file, Double.self) == [false])
            #expect(try MLP<Double>(contentsOf: file).parameters == [1, 4, 2, 5, 3, 6, 7, 8])
            let predictor = try Predictor<Double>(contentsOf: file)
            #expect(try prediction(predictor, Matrix([[1, 10, 100]])) == [328, 662])
        }
    }

    @Test func aFileThatIsReplacedStaysWhatItWas() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            var model = try Self.goldenModel(Double.self)
            let inputs = Matrix<Double>([[1, 2, 3]])
            try model.save(to: file)
            let expected = try model.predict(inputs).elements
            let predictor = try Predictor<Double>(contentsOf: file)
            model.parameters = model.parameters.map { -2 * $0 }
            try model.save(to: file)
            #expect(try difference(prediction(predictor, inputs), expected) <= 1e-12)
            #expect(try difference(prediction(Predictor(contentsOf: file), inputs), expected) > 1e-3)
        }
    }

    // MARK: Values that are not finite

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func parametersThatAreNotFinite(_ value: Double) throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            let path = file.path(percentEncoded: false)
            // Of the file's 0.weight [1, 2], 2.weight [3, 0] and 4.bias [1].
            for (place, name, index) in [(11, "0.weight", "[1, 2]"), (23, "2.weight", "[3, 0]"), (49, "4.bias", "[1]")]
            {
                var model = try Self.goldenModel(Double.self)
                model.parameters[place] = value
                try model.save(to: file)
                let error = PerceptronError.invalidFile(
                    "\(path): tensor \"\(name)\" has \(value) at \(index) (counted from 0); all values must be finite, "
                        + "unless allowsNonFinite is true")
                #expect(throws: error) { try MLP<Double>(contentsOf: file) }
                #expect(throws: error) { try MLP<Float>(contentsOf: file) }
                let found = try MLP<Double>(contentsOf: file, allowsNonFinite: true)
                #expect(sameBits(found.parameters, model.parameters))

                // What is mapped is looked at before the first prediction, what is read at once.
                #expect(throws: error) { _ = try Predictor<Float>(contentsOf: file) }
                var predictor = try Predictor<Double>(contentsOf: file)
                var outputs = [7.0, 7.0]
                for _ in 0..<2 {
                    #expect(throws: error) {
                        var room = outputs.mutableSpan
                        try predictor.predict([1, 2, 3].span, into: &room)
                    }
                }
                #expect(outputs == [7, 7])
                let told = errorMessage {
                    let allowed = try Predictor<Double>(contentsOf: file, allowsNonFinite: true)
                    _ = try prediction(allowed, Matrix([[1, 2, 3]]))
                }
                // Of an infinite number an activation may make a finite one.
                if value.isNaN { #expect(told.contains("in row 0, column")) }
                _ = try Predictor<Float>(contentsOf: file, allowsNonFinite: true)
            }
        }
    }

    // MARK: Files that are not what they should be

    /// A file with these tensors of zeros, and that text in its metadata.
    private func file(
        _ tensors: [(String, [Int])], description: String? = nil, key: String = "perceptron", integers: Set<String> = []
    ) throws -> [UInt8] {
        var writer = SafetensorsWriter()
        if let description { writer.metadata[key] = description }
        for (name, shape) in tensors {
            let count = shape.reduce(1, *)
            if integers.contains(name) {
                try writer.add(name, shape: shape, [Int](repeating: 0, count: count))
            } else {
                try writer.add(name, shape: shape, [Double](repeating: 0, count: count))
            }
        }
        return try withTemporaryFolder { folder in
            try writer.write(to: folder.appending(path: "file"))
            return [UInt8](try Data(contentsOf: folder.appending(path: "file")))
        }
    }

    private static let linear =
        #"{"type":"Linear","inputFeatures":3,"outputFeatures":2,"bias":true,"weightInitializer":{"type":"zeros"},"#
        + #""biasInitializer":{"type":"zeros"}}"#
    private static let tensors = [("0.weight", [2, 3]), ("0.bias", [2])]

    @Test(
        arguments: [
            (
                nil,
                "the metadata doesn't describe the model's layers (there is no \"perceptron\"); give them: "
                    + "(contentsOf: url, layers: […])"
            ),
            ("", "perceptron in the metadata: byte 0: expected a value, found the end"),
            ("{}", "perceptron in the metadata: there is no version"),
            ("[1]", "perceptron in the metadata: there is no version"),
            (#"{"version":"1","layers":[\#(linear)]}"#, "perceptron in the metadata: there is no version"),
            (
                #"{"version":1,"version":1,"layers":[\#(linear)]}"#,
                "perceptron in the metadata: byte 13: the key \"version\" occurs twice"
            ),
            (
                #"{"version":2,"layers":[\#(linear)]}"#,
                "perceptron in the metadata: the version is 2; this package reads version 1"
            ),
            (
                #"{"version":0,"layers":[\#(linear)]}"#,
                "perceptron in the metadata: the version is 0; this package reads version 1"
            ),
            (#"{"version":1}"#, "perceptron in the metadata: there are no layers"),
            (#"{"version":1,"layers":{}}"#, "layers is not an array"),
            (#"{"version":1,"layers":[]}"#, "a model needs at least one layer; the list of layers is empty"),
            (
                #"{"version":1,"layers":[{"type":"ReLU"}]}"#,
                "no layer defines the number of input features; the model needs a Linear"
            ),
            (
                #"{"version":1,"layers":[{"type":"ReLU"},{"type":"Linear"}]}"#,
                "layer 1 (Linear): the key \"inputFeatures\" is missing"
            ),
            (
                #"{"version":1,"layers":[\#(linear),\#(linear)]}"#,
                "layer 1 (Linear): takes 3 input features, gets 2"
            ),
            // Sizes of which nothing is made before the tensors bear them out.
            (
                #"{"version":1,"layers":[\#(linear.replacing("3", with: "2147483647").replacing(":2,", with: ":33554432,"))]}"#,
                "tensor \"0.weight\" has the shape [2, 3]; the layers expect [33554432, 2147483647]"
            ),
            (
                #"{"version":1,"layers":[\#(linear.replacing("3", with: "2147483647").replacing(":2,", with: ":2147483647,"))]}"#,
                "layer 0 (Linear): weight is 2147483647x2147483647; no such tensor fits in memory"
            ),
            (
                #"{"version":1,"layers":[\#(linear.replacing("3", with: "2147483648"))]}"#,
                "layer 0 (Linear): 2147483648 input features; BLAS sizes go up to 2147483647"
            ),
            (
                #"{"version":1,"layers":[\#(linear.replacing("3", with: "-3"))]}"#,
                "layer 0 (Linear): -3 input features; at least 1 is needed"
            ),
            (
                #"{"version":1,"layers":[\#(linear.replacing("true", with: "false"))]}"#,
                "the layers don't use \"0.bias\""
            ),
        ] as [(String?, String)])
    func descriptionsThatAreWrong(_ description: String?, _ reason: String) throws {
        let bytes = try file(Self.tensors, description: description)
        #expect(throws: PerceptronError.invalidFile("file: \(reason)")) { try MLP<Double>(bytes.span, path: "file") }
        #expect(throws: PerceptronError.invalidFile("file: \(reason)")) {
            try Pipeline<Double>(bytes.span, path: "file")
        }
        // Who says which layers there are needs no description.
        _ = try MLP<Double>(bytes.span, path: "file", layers: [Linear(3, 2)])
    }

    @Test(
        arguments: [
            ([], [], "there is no tensor \"0.weight\" of shape [2, 3]; there are none"),
            (
                [("0.bias", [2])], [],
                "there is no tensor \"0.weight\" of shape [2, 3]; there are \"0.bias\""
            ),
            (
                [("net.0.weight", [2, 3])], [],
                "there is no tensor \"0.weight\" of shape [2, 3]; there are \"net.0.weight\""
            ),
            (
                [("0.weight", [3, 2]), ("0.bias", [2])], [],
                "tensor \"0.weight\" has the shape [3, 2]; the layers expect [2, 3]"
            ),
            (
                [("0.weight", [6]), ("0.bias", [2])], [],
                "tensor \"0.weight\" has the shape [6]; the layers expect [2, 3]"
            ),
            (
                [("0.weight", [2, 3, 1]), ("0.bias", [2])], [],
                "tensor \"0.weight\" has the shape [2, 3, 1]; the layers expect [2, 3]"
            ),
            (
                [("0.weight", [0, 3]), ("0.bias", [2])], [],
                "tensor \"0.weight\" has the shape [0, 3]; the layers expect [2, 3]"
            ),
            (
                [("0.weight", [2, 3]), ("0.bias", [1, 2])], [],
                "tensor \"0.bias\" has the shape [1, 2]; the layers expect [2]"
            ),
            (
                [("0.weight", [2, 3]), ("0.bias", [3])], [],
                "tensor \"0.bias\" has the shape [3]; the layers expect [2]"
            ),
            (
                [("0.weight", [2, 3]), ("0.bias", [2])], ["0.bias"],
                "tensor \"0.bias\" is I64; F64, F32, F16 or BF16 are expected"
            ),
            // What a batch normalisation would have.
            (
                [("0.weight", [2, 3]), ("0.bias", [2]), ("1.running_mean", [2]), ("1.num_batches_tracked", [])],
                ["1.num_batches_tracked"],
                "the layers don't use \"1.num_batches_tracked\", \"1.running_mean\""
            ),
            (
                [("0.weight", [2, 3]), ("0.bias", [2]), ("0.extra", [0])], [],
                "the layers don't use \"0.extra\""
            ),
        ] as [([(String, [Int])], Set<String>, String)])
    func tensorsThatAreNotTheModels(_ tensors: [(String, [Int])], _ integers: Set<String>, _ reason: String) throws {
        let bytes = try file(tensors, description: #"{"version":1,"layers":[\#(Self.linear)]}"#, integers: integers)
        let error = PerceptronError.invalidFile("file: \(reason)")
        #expect(throws: error) { try MLP<Float>(bytes.span, path: "file") }
        #expect(throws: error) { try MLP<Double>(bytes.span, path: "file", layers: [Linear(3, 2)]) }
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            try Data(bytes).write(to: file)
            let path = file.path(percentEncoded: false)
            #expect(throws: PerceptronError.invalidFile("\(path): \(reason)")) {
                _ = try Predictor<Double>(contentsOf: file)
            }
        }
    }

    /// Tensors of a module within another, each filled with its number: which of them are the layer's.
    @Test(
        arguments: [
            (["net.0.weight", "net.0.bias"], nil, [], [1, 2]),
            (["model.encoder.0.bias", "model.encoder.0.weight"], nil, [], [2, 1]),
            (["net.0.weight", "net.0.bias"], "net", [], [1, 2]),
            (["net.0.weight", "net.0.bias"], "net.", [], [1, 2]),
            (["0.weight", "0.bias"], "", [], [1, 2]),
            (["a.0.weight", "a.0.bias", "b.0.weight", "b.0.bias"], "b", ["a"], [3, 4]),
            // b can't be it, for it has no bias.
            (["a.0.weight", "a.0.bias", "b.0.weight"], nil, ["b"], [1, 2]),
            (["0.weight", "0.bias", "net.0.weight", "net.0.bias"], nil, ["net"], [1, 2]),
            (["net.0.weight", "net.0.bias", "head.1", "head.weight"], nil, ["head.1", "head.weight"], [1, 2]),
        ] as [([String], String?, [String], [Double])])
    func namesOfModules(_ names: [String], prefix: String?, ignoring: [String], _ numbers: [Double]) throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            try write(names, to: file)
            let model = try MLP<Double>(contentsOf: file, layers: [Linear(3, 2)], prefix: prefix, ignoring: ignoring)
            #expect(
                model.parameters == [Double](repeating: numbers[0], count: 6)
                    + [Double](repeating: numbers[1], count: 2))
            var predictor = try Predictor<Double>(
                contentsOf: file, layers: [Linear(3, 2)], prefix: prefix, ignoring: ignoring)
            var output: [Double] = [0, 0]
            var span = output.mutableSpan
            try predictor.predict([1.0, 1, 1].span, into: &span)
            #expect(output == [3 * numbers[0] + numbers[1], 3 * numbers[0] + numbers[1]])
        }
    }

    @Test(
        arguments: [
            (
                ["a.0.weight", "a.0.bias", "b.0.weight", "b.0.bias"], nil, [],
                "there is no tensor \"0.weight\" of shape [2, 3]; "
                    + "there are \"a.0.bias\", \"a.0.weight\", \"b.0.bias\", \"b.0.weight\""
            ),
            (
                ["net.0.weight", "net.0.bias"], "ne", [],
                "there is no tensor \"ne.0.weight\" of shape [2, 3]; there are \"net.0.bias\", \"net.0.weight\""
            ),
            (["net.0.weight", "net.0.bias", "header.1"], nil, ["head"], "the layers don't use \"header.1\""),
        ] as [([String], String?, [String], String)])
    func namesThatDoNotFit(_ names: [String], prefix: String?, ignoring: [String], _ reason: String) throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            try write(names, to: file)
            #expect(throws: PerceptronError.invalidFile("\(file.path(percentEncoded: false)): \(reason)")) {
                try MLP<Double>(contentsOf: file, layers: [Linear(3, 2)], prefix: prefix, ignoring: ignoring)
            }
        }
    }

    private func write(_ names: [String], to file: URL) throws {
        var writer = SafetensorsWriter()
        for (index, name) in names.enumerated() {
            let shape = name.hasSuffix("0.weight") ? [2, 3] : [2]
            try writer.add(name, shape: shape, [Double](repeating: Double(index + 1), count: shape.reduce(1, *)))
        }
        try writer.write(to: file)
    }

    /// Two parameters of one name can't both be in a file.
    private struct Twice: Layer {
        func outputFeatures(forInputFeatures features: Int) -> Int { features }
        func parameters(forInputFeatures features: Int) -> [Parameter] {
            [Parameter](repeating: Parameter(name: "a", rows: 1, columns: 1, initializer: .zeros), count: 2)
        }
        func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {}
        func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {}
    }

    @Test func mistakesInTheProgram() throws {
        let bytes = try file(Self.tensors)
        #expect(throws: PerceptronError.invalidArchitecture("layer 1 (Linear): takes 4 input features, gets 2")) {
            try MLP<Double>(bytes.span, path: "file", layers: [Linear(3, 2), Linear(4, 1)])
        }
        let twice = try file(Self.tensors + [("1.a", [1])])
        #expect(throws: PerceptronError.self) {
            try MLP<Double>(twice.span, path: "file", layers: [Linear(3, 2), Twice()])
        }
        let golden = Self.golden("model-f64")
        #expect(throws: PerceptronError.invalidArgument("threads is 0; it must be at least 1")) {
            _ = try Predictor<Double>(contentsOf: golden, threads: 0)
        }
        #expect(throws: PerceptronError.invalidArgument("mostRows is 0; it must be at least 1")) {
            _ = try Predictor<Double>(contentsOf: golden, mostRows: 0)
        }
        let missing = PerceptronError.fileAccess("/missing/file: can't be read: No such file or directory")
        #expect(throws: missing) { try MLP<Double>(contentsOf: URL(filePath: "/missing/file")) }
        #expect(throws: missing) { _ = try Predictor<Double>(contentsOf: URL(filePath: "/missing/file")) }
        #expect(throws: missing) { try Pipeline<Double>(contentsOf: URL(filePath: "/missing/file")) }
    }

    /// The traps of the format's audit, and all else that no file may have, are the header's to find; a model is made of
    /// none of them.
    @Test func filesThatMustNotBeBelieved() throws {
        let folder = Bundle.module.resourceURL!.appending(path: "Corpus/safetensors")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count > 20)
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: file))
            #expect(throws: PerceptronError.self, "\(file.lastPathComponent)") {
                try MLP<Double>(bytes.span, path: "x")
            }
            #expect(throws: PerceptronError.self) { _ = try Predictor<Double>(contentsOf: file) }
        }
        // Of a good model: cut anywhere, longer, and with any bytes changed.
        let bytes = [UInt8](try Data(contentsOf: Self.golden("model-f64")))
        for end in 0..<bytes.count {
            let cut = Array(bytes[..<end])
            #expect(throws: PerceptronError.self) { try MLP<Double>(cut.span, path: "x") }
        }
        let longer = bytes + [0]
        #expect(throws: PerceptronError.self) { try MLP<Double>(longer.span, path: "x") }
        var generator = RandomGenerator(seed: 5)
        for _ in 0..<1500 {
            var changed = bytes
            for _ in 0...generator.nextInteger(below: 3) {
                changed[generator.nextInteger(below: bytes.count)] = UInt8(truncatingIfNeeded: generator.next())
            }
            if let model = try? MLP<Double>(changed.span, path: "x") {
                #expect(model.parameters.count == 50 && model.parameters.allSatisfy(\.isFinite))
            }
        }
    }

    /// Where the fuzzer begins: files called "good…" are read, all others are refused.
    @Test func corpus() throws {
        let folder = Bundle.module.resourceURL!.appending(path: "Corpus/model")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count > 15)
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: file))
            let name = file.lastPathComponent
            if name.hasPrefix("good") {
                _ = try MLP<Float>(bytes.span, path: name)
                if name.contains("pipeline") { _ = try Pipeline<Double>(bytes.span, path: name) }
            } else {
                let isPipelines = name.hasPrefix("bad-pipeline")
                #expect(throws: PerceptronError.self, "\(name)") {
                    if isPipelines {
                        _ = try Pipeline<Double>(bytes.span, path: name)
                    } else {
                        _ = try MLP<Float>(bytes.span, path: name)
                    }
                }
            }
        }
    }

    // MARK: Files that can't be written

    @Test func whatCannotBeSaved() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            let model = try Self.goldenModel(Double.self)
            try model.save(to: file)
            let before = try Data(contentsOf: file)
            let unnamed = try MLP<Double>([Linear(3, 2), Untransposed()])
            #expect(
                throws: PerceptronError.invalidArgument(
                    "layer 1 (Untransposed): Untransposed has no name in files; make it Codable and first call "
                        + "LayerRegistry.register(Untransposed.self, as: \"Untransposed\")")
            ) { try unnamed.save(to: file) }
            let missing = folder.appending(path: "missing/file")
            #expect(
                throws: PerceptronError.fileAccess(
                    "\(missing.path(percentEncoded: false)): its folder can't be opened: No such file or directory")
            ) { try model.save(to: missing) }
            #expect(try Data(contentsOf: file) == before)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)) == ["file"])
        }
    }

    /// Each call of the system finds the disk full once, until one file is written through.
    @Test func aFullDiskLeavesTheOldFile() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            let path = file.path(percentEncoded: false)
            try Self.goldenModel(Double.self).save(to: file)
            let before = try Data(contentsOf: file)
            let writer = try MLP<Double>([Linear(300, 70)], seed: 1).writer(
                ModelDescription(layers: [Linear(300, 70)], frozenLayers: []))
            var failures = 0
            for failing in 1... {
                let fault = Fault(at: failing, reason: ENOSPC)
                do throws(PerceptronError) {
                    try writer.write(to: file, calls: fault.calls)
                } catch {
                    #expect(error.description.hasPrefix(path) && error.description.hasSuffix("No space left on device"))
                    if !error.description.contains("was replaced, but") {
                        failures += 1
                        #expect(try Data(contentsOf: file) == before)
                    }
                }
                let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
                #expect(names == ["file"])
                if !fault.calls(made: failing) { break }
                if try Data(contentsOf: file) != before { try before.write(to: file) }
            }
            #expect(failures > 10)
            #expect(try MLP<Double>(contentsOf: file).parameters.count == 21_070)
        }
    }
}

extension [UInt8] {
    fileprivate init(littleEndian value: UInt64) { self = (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}
