import Foundation
import Perceptron
import PerceptronONNX
import TestSupport
import Testing

/// ONNX Runtime predicts the same with what is written here; what PyTorch and scikit-learn write predicts the same here.
@Suite(.enabled(if: Python.path != nil, "PERCEPTRON_PYTHON must name a Python with onnx, onnxruntime and skl2onnx"))
struct ONNXTests {
    private struct Found: Decodable {
        let input: [String]
        let output: [String]
        let producer: String
        let format: Int
        let operators: Int
        let metadata: [String: String]
        let nodes: [String]
    }

    private func run(_ folder: URL) throws -> [String: Found] {
        let printed = try Python.run("onnx_predict.py", [folder.path(percentEncoded: false)])
        return try JSONDecoder().decode([String: Found].self, from: Data(printed.utf8))
    }

    private func expectClose<Scalar: BLASScalar>(
        _ found: Matrix<Scalar>, _ expected: Matrix<Scalar>, within tolerance: Double, _ name: String
    ) {
        #expect(found.rows == expected.rows && found.columns == expected.columns, "\(name)")
        let largest = expected.elements.reduce(1) { max($0, abs(Double($1))) }
        for (a, b) in zip(found.elements, expected.elements) {
            guard abs(Double(a) - Double(b)) <= tolerance * largest else {
                Issue.record("\(name): \(a), not \(b)")
                return
            }
        }
    }

    private func random<Scalar: BLASScalar>(_ rows: Int, _ columns: Int, seed: UInt64, of: Scalar.Type) -> Matrix<
        Scalar
    > {
        var generator = RandomGenerator(seed: seed)
        return Matrix(
            rows: rows, columns: columns,
            elements: (0..<rows * columns).map { _ in Scalar(8 * generator.nextUniform() - 4) })
    }

    private static let tolerances = (double: 1e-12, float: 1e-5)

    // MARK: Out

    private static let models: [String: [any Layer]] = [
        "relu": [Linear(4, 6), ReLU(), Linear(6, 3), Softmax()],
        "sigmoid": [Linear(4, 6, bias: false), Sigmoid(), Linear(6, 1), Sigmoid()],
        "tanh": [Linear(4, 6), Tanh(), Linear(6, 2)],
        "leaky": [Linear(4, 6), LeakyReLU(negativeSlope: 0.1), Linear(6, 2), LeakyReLU(negativeSlope: 0.25)],
        "elu": [Linear(4, 6), ELU(alpha: 0.7), Linear(6, 2), ELU()],
        "softplus": [Linear(4, 6), Softplus(), Linear(6, 2), Softplus()],
        "silu": [Linear(4, 6), SiLU(), Linear(6, 2), SiLU()],
        "gelu": [Linear(4, 6), GELU(), Linear(6, 2), GELU()],
        "gelu tanh": [Linear(4, 6), GELU(approximation: .tanh), Linear(6, 2), GELU(approximation: .tanh)],
        "norms": [
            Affine(4), Linear(4, 6), LayerNorm(6), SiLU(), Affine(6), Linear(6, 3),
            LayerNorm(3, epsilon: 0.1, affine: false),
        ],
        "batch norms": [
            BatchNorm(4), Dropout(0.5), Linear(4, 6), BatchNorm(6, epsilon: 0.1), ReLU(), Linear(6, 3),
            BatchNorm(3, affine: false),
        ],
        "root mean squares": [
            RMSNorm(4), Linear(4, 6), RMSNorm(6, epsilon: 0.1, affine: false), Linear(6, 1), RMSNorm(1), Linear(1, 3),
        ],
        "slopes": [LeakyReLU(negativeSlope: 0.3), Linear(4, 3), LeakyReLU(negativeSlope: 0.25), PReLU()],
        "activation first": [ReLU(), Linear(4, 2)],
        "residual": [
            Residual([Linear(4, 6), ReLU(), Dropout(0.1), Linear(6, 4)]), ReLU(),
            Residual([BatchNorm(4), Linear(4, 3)], projection: Linear(4, 3, bias: false)),
            Residual([Residual([Linear(3, 3), Tanh()]), Affine(3)]),
        ],
        "learned": [PReLU(), Linear(4, 6), PReLU(perColumn: true), Linear(6, 3), LogSoftmax()],
        "narrow": [Linear(4, 1), Affine(1), Tanh(), Linear(1, 3), ReLU(), Linear(3, 1)],
        "nearly no epsilon": [Linear(4, 3), LayerNorm(3, epsilon: 1e-46), Linear(3, 2)],
        "large epsilon": [Linear(4, 3), LayerNorm(3, epsilon: 1e40), Linear(3, 2)],
    ]

    /// Every elementwise layer, of numbers around 0 and far out: the operator that ONNX has, and in Double the formula's nodes.
    @Test func runtimePredictsTheSameForEveryElementwiseLayer() throws {
        let cases = ElementwiseCase.all
        try withTemporaryFolder { folder in
            func inputs<Scalar: BLASScalar>(_ one: ElementwiseCase, _: Scalar.Type) -> Matrix<Scalar> {
                // Beyond these e^x is infinite, which no model predicts.
                let far: [Scalar] = one.layer is Exponential ? [-80, 80] : [-700, -90, 90, 700]
                let points = stride(from: -8, through: 8, by: 0.0625).map { Scalar($0) } + far + [-25, 25]
                return Matrix(rows: points.count, columns: 1, elements: points)
            }
            func model<Scalar: BLASScalar>(_ one: ElementwiseCase, _: Scalar.Type) throws -> MLP<Scalar> {
                var model = try MLP<Scalar>([Linear(1, 1, bias: false), one.layer])
                model.parameters = [1]
                return model
            }
            func write<Scalar: BLASScalar>(_ one: ElementwiseCase, _: Scalar.Type) throws {
                let name = "\(one) \(Scalar.self)"
                try model(one, Scalar.self).write(onnx: folder.appending(path: "\(name).onnx"))
                try inputs(one, Scalar.self).write(npy: folder.appending(path: "\(name).1.inputs.npy"))
            }
            func compare<Scalar: BLASScalar>(_ one: ElementwiseCase, within tolerance: Double, _: Scalar.Type) throws {
                let name = "\(one) \(Scalar.self)"
                let file = folder.appending(path: "\(name).onnx")
                let outputs = try Matrix<Scalar>(npy: folder.appending(path: "\(name).1.outputs.npy"))
                let inputs = inputs(one, Scalar.self)
                let expected = try model(one, Scalar.self).predict(inputs)
                for row in 0..<inputs.rows {
                    let (found, wanted) = (Double(outputs[row, 0]), Double(expected[row, 0]))
                    #expect(abs(found - wanted) <= tolerance * max(1, abs(wanted)), "\(name) of \(inputs[row, 0])")
                }
                if Scalar.self == Float.self {
                    let read = try MLP<Scalar>(onnx: file)
                    // These come back as what does the same: nothing, and an Affine.
                    if !(one.layer is Identity || one.layer is Multiply) {
                        #expect(read.layers.contains { type(of: $0) == type(of: one.layer) })
                    }
                    expectClose(try read.predict(inputs), expected, within: tolerance, "\(name) read")
                }
            }
            for one in cases {
                try write(one, Double.self)
                try write(one, Float.self)
            }
            #expect(try run(folder).count == 2 * cases.count)
            for one in cases {
                try compare(one, within: 1e-14, Double.self)
                try compare(one, within: 1e-6, Float.self)
            }
        }
    }

    @Test func runtimePredictsTheSameForEveryLayer() throws {
        try withTemporaryFolder { folder in
            func write<Scalar: BLASScalar>(_ name: String, _ layers: [any Layer], of: Scalar.Type) throws {
                var model = try MLP<Scalar>(layers, seed: 1)
                // No layer may be at its start, where a factor is 1 and a bias 0.
                var generator = RandomGenerator(seed: 2)
                model.parameters = model.parameters.map { $0 + Scalar(generator.nextUniform() - 0.5) }
                model.state = model.state.map { $0 + Scalar(generator.nextUniform()) }
                let name = "\(name) \(Scalar.self)"
                try model.write(onnx: folder.appending(path: "\(name).onnx"))
                for rows in [0, 1, 5] {
                    try random(rows, 4, seed: UInt64(rows), of: Scalar.self)
                        .write(npy: folder.appending(path: "\(name).\(rows).inputs.npy"))
                }
            }
            for (name, layers) in ONNXTests.models {
                try write(name, layers, of: Double.self)
                try write(name, layers, of: Float.self)
            }
            let found = try run(folder)
            #expect(found.count == 2 * ONNXTests.models.count)

            func compare<Scalar: BLASScalar>(_ name: String, of: Scalar.Type, within tolerance: Double) throws {
                let name = "\(name) \(Scalar.self)"
                let what = try #require(found[name])
                #expect(what.producer == "swift-perceptron" && what.format == 8 && what.operators == 17)
                let type = "tensor(\(Scalar.self))".lowercased()
                #expect(what.input == ["input", type, "batch", "4"])
                let model = try MLP<Scalar>(onnx: folder.appending(path: "\(name).onnx"))
                if ["root mean squares", "slopes"].contains(where: { name.hasPrefix($0) }) {
                    let layers = try #require(ONNXTests.models[String(name.dropLast("\(Scalar.self)".count + 1))])
                    #expect(model.layers.map { "\(Swift.type(of: $0))" } == layers.map { "\(Swift.type(of: $0))" })
                }
                #expect(what.output == ["output", type, "batch", "\(model.outputFeatures)"])
                for rows in [0, 1, 5] {
                    let outputs = try Matrix<Scalar>(npy: folder.appending(path: "\(name).\(rows).outputs.npy"))
                    let inputs = random(rows, 4, seed: UInt64(rows), of: Scalar.self)
                    expectClose(outputs, try reference(name, inputs), within: tolerance, "\(name), \(rows) rows")
                    expectClose(try model.predict(inputs), outputs, within: tolerance, "\(name) read, \(rows) rows")
                }
            }
            func reference<Scalar: BLASScalar>(_ name: String, _ inputs: Matrix<Scalar>) throws -> Matrix<Scalar> {
                let layers = try #require(ONNXTests.models[String(name.dropLast("\(Scalar.self)".count + 1))])
                var model = try MLP<Scalar>(layers, seed: 1)
                var generator = RandomGenerator(seed: 2)
                model.parameters = model.parameters.map { $0 + Scalar(generator.nextUniform() - 0.5) }
                model.state = model.state.map { $0 + Scalar(generator.nextUniform()) }
                return try model.predict(inputs)
            }
            for name in ONNXTests.models.keys {
                // Double's GELU can be read again only from its erf, which ONNX Runtime can't compute.
                if name != "gelu" && name != "elu" && name != "softplus" {
                    try compare(name, of: Double.self, within: ONNXTests.tolerances.double)
                } else {
                    for rows in [0, 1, 5] {
                        let outputs = try Matrix<Double>(
                            npy: folder.appending(path: "\(name) Double.\(rows).outputs.npy"))
                        let inputs = random(rows, 4, seed: UInt64(rows), of: Double.self)
                        expectClose(
                            outputs, try reference("\(name) Double", inputs), within: ONNXTests.tolerances.double,
                            "\(name), \(rows) rows")
                    }
                }
                try compare(name, of: Float.self, within: ONNXTests.tolerances.float)
            }
        }
    }

    /// Layers for tables, of four columns of which the second has codes; they are not read again.
    private static let tables: [String: [any Layer]] = [
        "scale": [Scale(4)],
        "ntk": [NTKLinear(4, 3), NTKLinear(3, 2, bias: false)],
        "embedding": [Embedding(categories: 3, features: 2, column: 1), Scale(5)],
        "embedding first": [Embedding(categories: 1, features: 2, column: 0), Scale(5)],
        "embedding last": [Embedding(categories: 3, features: 2, column: 3), Scale(5)],
        "ensemble": [EnsembleLinear(4, 3, members: 5), EnsembleLinear(3, 2, members: 5)],
        "mean of members": [EnsembleLinear(4, 3, members: 5), MemberMean(members: 5)],
        "mean of probabilities": [EnsembleLinear(4, 3, members: 5), MemberMean(members: 5, softmax: true)],
        "ensemble of one": [EnsembleLinear(4, 3, members: 1)],
        "bins": [PiecewiseLinearEncoding(bins: [[-1, 0, 0.5], [0, 2], [-2, -1, 1, 2], [0, 1, 3]])],
        "plr": [PeriodicEmbedding(4, frequencies: 3, features: 2, deviation: 1)],
        "columns": [
            Columns([
                0..<1: [Residual([Tanh()]), Linear(1, 3)], 1..<2: [Embedding(categories: 3, features: 2)], 2..<3: [],
                3..<4: [PeriodicEmbedding(1, frequencies: 3, features: 2, deviation: 1), Dropout(0.5)],
            ]),
            Residual([Columns([0..<5: [Linear(5, 2)], 5..<8: [Dropout(0.5)]]), ReLU()], projection: Linear(8, 5)),
        ],
        "all columns": [Columns([0..<4: [Dropout(0.5)]]), Columns([0..<3: [], 3..<4: []])],
        "pbld": [PeriodicEmbedding(4, kind: .pbld, frequencies: 3, features: 3, deviation: 1)],
    ]

    @Test func runtimePredictsTheSameForTables() throws {
        func model<Scalar: BLASScalar>(_ layers: [any Layer], of _: Scalar.Type) throws -> MLP<Scalar> {
            var model = try MLP<Scalar>(layers, seed: 1)
            var generator = RandomGenerator(seed: 2)
            model.parameters = model.parameters.map { $0 + Scalar(generator.nextUniform() - 0.5) }
            return model
        }
        func inputs<Scalar: BLASScalar>(_ name: String, _ rows: Int, of _: Scalar.Type) -> Matrix<Scalar> {
            var inputs = random(rows, 4, seed: 9, of: Scalar.self)
            let column = name.hasSuffix("first") ? 0 : name.hasSuffix("last") ? 3 : 1
            // The last code is that of a category that is not known.
            for row in 0..<rows { inputs[row, column] = Scalar(column == 0 ? row % 2 : row % 4) }
            return inputs
        }
        try withTemporaryFolder { folder in
            func write<Scalar: BLASScalar>(_ name: String, _ layers: [any Layer], of _: Scalar.Type) throws {
                try model(layers, of: Scalar.self).write(onnx: folder.appending(path: "\(name) \(Scalar.self).onnx"))
                for rows in [0, 1, 6] {
                    try inputs(name, rows, of: Scalar.self)
                        .write(npy: folder.appending(path: "\(name) \(Scalar.self).\(rows).inputs.npy"))
                }
            }
            func compare<Scalar: BLASScalar>(
                _ name: String, _ layers: [any Layer], of _: Scalar.Type, within tolerance: Double
            ) throws {
                for rows in [0, 1, 6] {
                    let file = folder.appending(path: "\(name) \(Scalar.self).\(rows).outputs.npy")
                    let expected = try model(layers, of: Scalar.self).predict(inputs(name, rows, of: Scalar.self))
                    expectClose(try Matrix<Scalar>(npy: file), expected, within: tolerance, "\(name), \(rows) rows")
                }
            }
            for (name, layers) in ONNXTests.tables {
                try write(name, layers, of: Double.self)
                try write(name, layers, of: Float.self)
            }
            #expect(try run(folder).count == 2 * ONNXTests.tables.count)
            for (name, layers) in ONNXTests.tables {
                try compare(name, layers, of: Double.self, within: ONNXTests.tolerances.double)
                try compare(name, layers, of: Float.self, within: ONNXTests.tolerances.float)
            }
        }
    }

    /// Where the pieces of what ONNX Runtime lacks meet, and where they are multiplied by large numbers.
    @Test(arguments: [("gelu", GELU() as any Layer), ("softplus", Softplus()), ("elu", ELU())])
    func runtimeComputesTheSameFarOut(_ name: String, _ layer: any Layer) throws {
        try withTemporaryFolder { folder in
            let model = try MLP<Double>([Linear(1, 1, bias: false), layer])
            var one = model
            one.parameters = [1]
            let inputs = Matrix<Double>(
                [0, 1, 5.99, 6, 6.01, 8.4, 8.5, 20, 20.1, 40, 800, 1e6, 1e12].flatMap { [[$0], [-$0]] })
            try one.write(onnx: folder.appending(path: "model.onnx"))
            try inputs.write(npy: folder.appending(path: "model.1.inputs.npy"))
            _ = try run(folder)
            let found = try Matrix<Double>(npy: folder.appending(path: "model.1.outputs.npy"))
            for (index, expected) in try one.predict(inputs).elements.enumerated() {
                let tolerance = 1e-14 * max(1, abs(expected))
                #expect(abs(found[index, 0] - expected) <= tolerance, "\(name)(\(inputs[index, 0]))")
            }
        }
    }

    @Test func namesAndLogits() throws {
        try withTemporaryFolder { folder in
            let model = try MLP<Double>([Linear(4, 6), ReLU(), Linear(6, 3), Softmax()], seed: 1)
            let inputs = random(5, 4, seed: 5, of: Double.self)
            try model.write(
                onnx: folder.appending(path: "logits.onnx"), output: .logits, inputName: "0.weight",
                outputName: "1.Relu", labelNames: ["a", "\"b\"\n"])
            try inputs.write(npy: folder.appending(path: "logits.5.inputs.npy"))
            let found = try #require(try run(folder)["logits"])
            #expect(found.input[0] == "0.weight" && found.output[0] == "1.Relu")
            #expect(found.nodes == ["Gemm", "Relu", "Gemm"])
            #expect(found.metadata["labelNames"] == "[\"a\",\"\\\"b\\\"\\n\"]")
            var logits = try MLP<Double>(Array(model.layers.dropLast()))
            try logits.setParameters(model.parameters)
            expectClose(
                try Matrix(npy: folder.appending(path: "logits.5.outputs.npy")), try logits.predict(inputs),
                within: 1e-12, "logits")
        }
    }

    // MARK: Pipelines

    /// Numbers with holes, and categories of which one does not occur.
    private func data<Scalar: BLASScalar>(_ rows: Int, seed: UInt64, holes: Bool, of: Scalar.Type) throws -> Dataset<
        Scalar
    > {
        var generator = RandomGenerator(seed: seed)
        var inputs = Matrix<Scalar>(rows: rows, columns: 5)
        var targets = Matrix<Scalar>(rows: rows, columns: 2)
        for row in 0..<rows {
            for column in [0, 2, 4] { inputs[row, column] = Scalar(1000 + 5 * generator.nextUniform()) }
            if holes, row % 3 == 1 { inputs[row, 2] = .nan }
            if holes, row % 4 == 2 { inputs[row, 4] = .nan }
            inputs[row, 1] = Scalar(2 * generator.nextInteger(below: 2))
            inputs[row, 3] = Scalar(generator.nextInteger(below: 3))
            targets[row, 0] = inputs[row, 0] - 1000 + inputs[row, 3]
            targets[row, 1] = 100 + 50 * inputs[row, 1]
        }
        let columns = [
            Column("a"), Column("colour", .categorical(categories: ["red", "nobody's", "blue"])), Column("b"),
            Column("size", .categorical(categories: ["s", "m", "l"])), Column("c"),
        ]
        return try Dataset(inputs: inputs, targets: targets, columns: columns)
    }

    private static let preprocessings: [String: (preprocessing: Preprocessing, holes: Bool)] = [
        "standard": (
            Preprocessing(
                numeric: .standard, missing: .mean(), categorical: .oneHot(unseen: .ignore),
                standardizesTargets: true), true
        ),
        "no indicators": (
            Preprocessing(
                numeric: .standard, missing: .median(indicators: false), categorical: .oneHot(unseen: .ignore)), true
        ),
        "minmax": (Preprocessing(numeric: .minMax(lower: -1, upper: 2), missing: .error), false),
        "robust": (
            Preprocessing(
                numeric: .robust(), missing: .median(), categorical: .codes(unseen: .ownCategory, missing: .ignore)),
            true
        ),
        "unclipped": (
            Preprocessing(
                numeric: .robust(smoothClip: false), missing: .constant(-7),
                categorical: .codes(unseen: .ignore, missing: .ownCategory), standardizesTargets: true), true
        ),
        "quantiles": (
            Preprocessing(numeric: .quantile(count: 20), missing: .mean(), categorical: .oneHot(unseen: .ignore)), true
        ),
        "shares": (Preprocessing(numeric: .quantile(output: .uniform), missing: .error), false),
        "own categories": (
            Preprocessing(
                numeric: .unchanged, missing: .mostFrequent(),
                categorical: .oneHot(unseen: .ownCategory, missing: .ownCategory), columns: ["a": .dropped]), true
        ),
        "mixed": (
            Preprocessing(
                categorical: .oneHot(unseen: .ignore, missing: .ignore),
                columns: [
                    "a": .numeric(.robust(), missing: .error), "size": .categorical(.codes(unseen: .ignore)),
                ], whitening: .count(3), standardizesTargets: true), true
        ),
        "numbers alone": (
            Preprocessing(
                numeric: .standard, missing: .mean(), columns: ["colour": .dropped, "size": .dropped],
                whitening: .all), true
        ),
    ]

    @Test func runtimePreprocessesTheSame() throws {
        try withTemporaryFolder { folder in
            /// Rows to predict for: the categories in the order of the fitted ones, with unseen and missing ones.
            func raw<Scalar: BLASScalar>(_ rows: Int, holes: Bool, of: Scalar.Type) throws -> Dataset<Scalar> {
                var inputs = try data(rows, seed: 9, holes: holes, of: Scalar.self).inputs
                // In Double so far that its square is infinite.
                let farOut = Scalar.self == Double.self ? Scalar(1e200) : 1e20
                for row in 0..<rows {
                    inputs[row, 0] = row == 3 ? farOut : inputs[row, 0]
                    inputs[row, 1] = row % 5 == 4 && holes ? .nan : Scalar(row % (holes ? 3 : 2))
                    inputs[row, 3] = row % 6 == 0 && holes ? .nan : Scalar(row % (holes ? 4 : 3))
                }
                let columns = [
                    Column("a"), Column("colour", .categorical(categories: ["red", "blue", "green"])), Column("b"),
                    Column("size", .categorical(categories: ["s", "m", "l", "xl"])), Column("c"),
                ]
                return try Dataset(inputs: inputs, columns: columns)
            }
            func check<Scalar: BLASScalar>(within tolerance: Double, of: Scalar.Type) throws {
                var expected: [String: Matrix<Scalar>] = [:]
                for (name, (preprocessing, holes)) in ONNXTests.preprocessings {
                    var pipeline = Pipeline<Scalar>(preprocessing: preprocessing, seed: 3) { features, outputs in
                        [Linear(features, 6), Tanh(), Linear(6, outputs)]
                    }
                    try pipeline.train(
                        on: data(60, seed: 1, holes: holes, of: Scalar.self), loss: MeanSquaredError(), epochs: 2,
                        progress: .silent)
                    let name = "\(name) \(Scalar.self)"
                    try pipeline.write(onnx: folder.appending(path: "\(name).onnx"))
                    for rows in [0, 1, 30] {
                        let dataset = try raw(rows, holes: holes, of: Scalar.self)
                        try dataset.inputs.write(npy: folder.appending(path: "\(name).\(rows).inputs.npy"))
                        expected["\(name).\(rows)"] = try pipeline.predict(dataset)
                    }
                }
                let found = try run(folder)
                for (name, expected) in expected {
                    let outputs = try Matrix<Scalar>(npy: folder.appending(path: "\(name).outputs.npy"))
                    expectClose(outputs, expected, within: tolerance, name)
                }
                let metadata = try #require(found["standard \(Scalar.self)"]?.metadata)
                #expect(metadata["targetNames"] == "[\"y0\",\"y1\"]")
                #expect(
                    metadata["columns"]
                        == #"[{"name":"a"},{"name":"colour","categories":["red","blue"]},{"name":"b"},"#
                        + #"{"name":"size","categories":["s","m","l"]},{"name":"c"}]"#)
            }
            try check(within: ONNXTests.tolerances.double, of: Double.self)
            try check(within: ONNXTests.tolerances.float, of: Float.self)
        }
    }

    /// Values at, between and around quantiles of which many are equal, in columns of which one is constant.
    @Test(arguments: [QuantileScaler.Output.uniform, .normal], [2, 7, 8, 1000])
    func runtimeLooksUpTheSameQuantiles(_ output: QuantileScaler.Output, count: Int) throws {
        try withTemporaryFolder { folder in
            let squares = [0.0, 1, 4, 9, 16, 25, 36]
            let fitted = Matrix<Double>((0..<40).map { [squares[$0 % 7], 3, Double($0) * 1e-8] })
            var pipeline = Pipeline<Double>(
                preprocessing: Preprocessing(numeric: .quantile(count: count, output: output), missing: .error)
            ) { features, outputs in [Linear(features, outputs)] }
            let data = try Dataset<Double>(inputs: fitted, targets: Matrix(rows: 40, columns: 3, repeating: 1))
            try pipeline.train(on: data, loss: MeanSquaredError(), epochs: 1, progress: .silent)
            var values = fitted.elements
            values += [-1e300, -1, 1e300, 36, 36 + 1e-8, 36 - 1e-8, 3 + 1e-9, 17.3]
            values += values.flatMap { [$0.nextUp, $0.nextDown, $0 + 0.3] }
            let inputs = Matrix<Double>(values.map { [$0, $0, $0] })
            try pipeline.write(onnx: folder.appending(path: "model.onnx"))
            try inputs.write(npy: folder.appending(path: "model.1.inputs.npy"))
            _ = try run(folder)
            expectClose(
                try Matrix(npy: folder.appending(path: "model.1.outputs.npy")), try pipeline.predict(inputs),
                within: 1e-12, "model")
        }
    }

    /// Classes by their names, as logits and as probabilities, whichever the model gives; what is no code is unseen.
    @Test(arguments: [true, false]) func runtimeClassifiesTheSame(endsInSoftmax: Bool) throws {
        try withTemporaryFolder { folder in
            var inputs = Matrix<Double>(rows: 30, columns: 3)
            for row in 0..<30 {
                for (column, count) in [7, 3, 2].enumerated() { inputs[row, column] = Double(row % count) }
            }
            let data = try Dataset<Double>(
                inputs: inputs, targets: (0..<30).map { $0 % 3 },
                columns: [
                    Column("a"), Column("b", .categorical(categories: ["x", "y", "z"])),
                    Column("c", .categorical(categories: ["u", "v"])),
                ], labelNames: ["one", "two", "three"])
            var pipeline = Pipeline<Double>(
                preprocessing: Preprocessing(
                    categorical: .codes(unseen: .ownCategory),
                    columns: ["c": .categorical(.oneHot(unseen: .ownCategory))]), seed: 2
            ) { features, classes in
                [Linear(features, 5), ReLU(), Linear(5, classes)] + (endsInSoftmax ? [Softmax()] : [])
            }
            try pipeline.train(
                on: data, loss: CrossEntropy(endsInSoftmax ? .automatic : .logits), epochs: 2, progress: .silent)
            let expected = try pipeline.predict(data)
            try pipeline.write(
                onnx: folder.appending(path: "logits.onnx"), output: .logits, inputName: "row", outputName: "scores")
            try pipeline.write(onnx: folder.appending(path: "probabilities.onnx"))
            for name in ["logits", "probabilities"] {
                try inputs.write(npy: folder.appending(path: "\(name).1.inputs.npy"))
            }
            // Of these only the first is the number of a category.
            let codes = [0, 9, -1, 0.5, 1.5, -0.25, 1e9]
            let strange = [
                "b": Matrix<Double>(codes.map { [2, $0, 1] }), "c": Matrix<Double>(codes.map { [2, 1, $0] }),
            ]
            for (name, rows) in strange {
                try rows.write(npy: folder.appending(path: "probabilities.\(name).inputs.npy"))
            }
            let found = try run(folder)
            let logits = try Matrix<Double>(npy: folder.appending(path: "logits.1.outputs.npy"))
            let probabilities = try Matrix<Double>(npy: folder.appending(path: "probabilities.1.outputs.npy"))
            expectClose(probabilities, expected, within: 1e-12, "probabilities")
            let softmax = logits.elements.map { exp($0) }
            let sums = (0..<30).map { row in softmax[3 * row..<3 * row + 3].reduce(0, +) }
            let again = Matrix(rows: 30, columns: 3, elements: softmax.enumerated().map { $1 / sums[$0 / 3] })
            expectClose(again, expected, within: 1e-12, "logits")
            #expect(found["logits"]?.input[0] == "row" && found["logits"]?.output[0] == "scores")
            #expect(found["logits"]?.metadata["labelNames"] == #"["one","two","three"]"#)
            for name in strange.keys {
                let outputs = try Matrix<Double>(npy: folder.appending(path: "probabilities.\(name).outputs.npy"))
                #expect(abs(outputs[0, 0] - outputs[1, 0]) > 1e-6, "\(name)")
                for row in 2..<codes.count {
                    for column in 0..<3 { #expect(outputs[row, column] == outputs[1, column], "\(name) \(codes[row])") }
                }
            }
        }
    }

    @Test func pipelineWithoutItsPreprocessingIsItsModel() throws {
        try withTemporaryFolder { folder in
            let data = try data(20, seed: 1, holes: true, of: Double.self)
            var pipeline = Pipeline<Double>(preprocessing: Preprocessing(standardizesTargets: true)) {
                features, outputs in
                [Linear(features, 6), ReLU(), Linear(6, outputs)]
            }
            try pipeline.train(on: data, loss: MeanSquaredError(), epochs: 1, progress: .silent)
            let inputs = try #require(try pipeline.fittedPreprocessing?.transform(data))
            try pipeline.write(onnx: folder.appending(path: "model.onnx"), includesPreprocessing: false)
            try inputs.write(npy: folder.appending(path: "model.20.inputs.npy"))
            #expect(try run(folder)["model"]?.nodes == ["Gemm", "Relu", "Gemm"])
            expectClose(
                try Matrix(npy: folder.appending(path: "model.20.outputs.npy")),
                try #require(try pipeline.model?.predict(inputs)), within: 1e-12, "model")
        }
    }

    // MARK: In

    private func compareImports(_ folder: URL) throws -> Int {
        var count = 0
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        for file in files where file.pathExtension == "onnx" {
            let inputs = file.deletingPathExtension().appendingPathExtension("inputs.npy")
            let outputs = file.deletingPathExtension().appendingPathExtension("outputs.npy")
            guard FileManager.default.fileExists(atPath: inputs.path(percentEncoded: false)) else { continue }
            let name = file.lastPathComponent
            if name.hasPrefix("convolution") { continue }
            if name.contains("float64") {
                expectClose(
                    try MLP<Double>(onnx: file).predict(Matrix(npy: inputs)), try Matrix(npy: outputs),
                    within: 1e-12, name)
            } else {
                expectClose(
                    try MLP<Float>(onnx: file).predict(Matrix(npy: inputs)), try Matrix(npy: outputs),
                    within: 1e-5, name)
            }
            count += 1
        }
        return count
    }

    @Test func readsWhatScikitLearnWrites() throws {
        try withTemporaryFolder { folder in
            _ = try Python.run("onnx_sklearn.py", [folder.path(percentEncoded: false)])
            #expect(try compareImports(folder) == 14)
            func message(_ name: String, output: String? = nil) -> String {
                do {
                    _ = try MLP<Double>(onnx: folder.appending(path: name), output: output)
                    return "read"
                } catch { return "\(error)" }
            }
            #expect(message("refused.onnx").contains("'Reshape' (Reshape): reshapes rows × 2 to [-1, 1]"))
            #expect(message("zipped.onnx").hasSuffix("are floats; name the one that the model should return"))
            #expect(message("zipped.onnx", output: "out_activations_result") == "read")
            #expect(message("zipped.onnx", output: "output_label").contains("'ArgMax' (ArgMax): not one of Abs, Add, "))
        }
    }

    @Test(.enabled(if: Python.hasTorch, "PyTorch is not there"))
    func readsWhatPyTorchWrites() throws {
        try withTemporaryFolder { folder in
            let said = try Python.run("onnx_torch.py", [folder.path(percentEncoded: false)])
            let count = try #require(Int(said.split(separator: "\n").last ?? ""))
            #expect(try compareImports(folder) == count && count >= 60)
            for (name, expected) in [
                (
                    "hard",
                    [
                        "Linear", "HardTanh", "Linear", "HardTanh", "Linear", "HardSigmoid", "Linear", "HardSwish",
                        "Linear", "HardTanh",
                    ]
                ),
                ("transposed", ["Linear"]), ("weight norm", ["Linear"]),
                ("slopes", ["Linear", "PReLU", "Linear", "PReLU", "LeakyReLU"]),
            ] {
                let file = folder.appending(path: "\(name) float32 script.onnx")
                #expect(try MLP<Float>(onnx: file).layers.map { "\(type(of: $0))" } == expected)
            }
            let residual = try MLP<Double>(onnx: folder.appending(path: "residual float32 script.onnx"))
            #expect(
                residual.layers.map { "\(type(of: $0))" } == ["Linear", "Residual", "ReLU", "Residual", "Residual"])
            #expect {
                try MLP<Double>(onnx: folder.appending(path: "convolution float32 script.onnx"))
            } throws: { error in
                "\(error)".contains(": node 0 '/0/Conv' (Conv): not one of Abs, Add, ")
            }
        }
    }
}
