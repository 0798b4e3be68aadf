import Foundation
import PerceptronTesting
import TestSupport
import Testing

@testable import Perceptron

/// Layers made of layers: what they compute, and how they are taken apart into one plan.
@Suite struct CompositeLayerTests {
    private func matrix(_ rows: Int, _ columns: Int, seed: UInt64 = 4) -> Matrix<Double> {
        var generator = RandomGenerator(seed: seed)
        return Matrix(
            rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in generator.nextUniform() - 0.5 })
    }

    /// The outputs of layers that have some of a model's parameters.
    private func outputs(
        _ layers: [any Layer], _ parameters: ArraySlice<Double>, _ inputs: Matrix<Double>
    ) throws -> Matrix<Double> {
        try MLP<Double>(layers, parameters: Array(parameters)).predict(inputs)
    }

    // MARK: Values

    @Test func aParametricActivationTakesPartOfIt() throws {
        let weight = [1, 0, 0.25]
        let model = try MLP<Double>(
            [Linear(3, 3, bias: false), ParametricActivation(Tanh())], parameters: [1, 0, 0, 0, 1, 0, 0, 0, 1] + weight)
        let x = Matrix([[0.5, -2, 3], [-1, 0, 2]])
        let y = try model.predict(x)
        for row in 0..<2 {
            for column in 0..<3 {
                let value = x[row, column]
                #expect(abs(y[row, column] - (value + weight[column] * (tanh(value) - value))) < 1e-15)
            }
        }
    }

    @Test func aResidualAddsItsInput() throws {
        let model = try MLP<Double>([Residual([Linear(3, 4), Tanh(), Linear(4, 3)])], seed: 2)
        let inputs = matrix(300, 3)
        let inner = try outputs([Linear(3, 4), Tanh(), Linear(4, 3)], model.parameters[...], inputs)
        let expected = zip(inputs.elements, inner.elements).map { $0 + $1 }
        #expect(try model.predict(inputs).elements == expected)
        var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam())
        #expect(try trainer.forward(inputs).elements == expected)
    }

    @Test func aProjectionTakesTheInputsPlace() throws {
        let model = try MLP<Double>([Residual([Linear(3, 4), ReLU()], projection: Linear(3, 4))], seed: 2)
        let inputs = matrix(9, 3)
        let inner = try outputs([Linear(3, 4), ReLU()], model.parameters.prefix(16), inputs)
        let projected = try outputs([Linear(3, 4)], model.parameters.suffix(16), inputs)
        #expect(try model.predict(inputs).elements == zip(inner.elements, projected.elements).map { $0 + $1 })
    }

    @Test func columnsStandSideBySideInTheOrderOfTheirParts() throws {
        let model = try MLP<Double>(
            [Columns([0..<2: [Linear(2, 3), ReLU()], 2..<3: [], 3..<5: [Linear(2, 1)]])], seed: 2)
        let inputs = matrix(300, 5)
        func columns(_ range: Range<Int>) -> Matrix<Double> {
            Matrix((0..<inputs.rows).map { row in range.map { inputs[row, $0] } })
        }
        let first = try outputs([Linear(2, 3), ReLU()], model.parameters.prefix(9), columns(0..<2))
        let last = try outputs([Linear(2, 1)], model.parameters.suffix(3), columns(3..<5))
        let expected = (0..<inputs.rows).flatMap { row in
            (0..<3).map { first[row, $0] } + [inputs[row, 2], last[row, 0]]
        }
        #expect(model.outputFeatures == 5)
        #expect(try model.predict(inputs).elements == expected)
        var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam())
        #expect(try trainer.forward(inputs).elements == expected)
    }

    /// Of few rows a wide network's products are cut along their columns, and each by itself.
    @Test func wideLayersOfFewRows() throws {
        let width = 512
        let layers: [any Layer] = [
            Residual([Linear(width, width), ReLU(), Linear(width, width)], projection: Linear(width, width)),
            Columns([0..<256: [Residual([Linear(256, 256), Tanh()])], 256..<512: []]),
        ]
        let model = try MLP<Double>(layers, seed: 1)
        let inputs = matrix(300, width)
        let all = try model.predict(inputs)
        let some = try model.predict(inputs.rows(0..<3), threads: 2)
        #expect(firstDifference(some.elements, Array(all.elements.prefix(3 * width)), relative: 1e-10, floor: 1) == nil)
    }

    /// A large batch goes through wide layers in tiles of columns; small ones of the same rows, in tiles of rows.
    @Test func wideLayersHaveTheSameGradients() throws {
        let layers: [any Layer] = [
            Linear(20, 256), ReLU(),
            Residual([Linear(256, 320), ReLU(), Affine(320), Linear(320, 288)], projection: Linear(256, 288)),
            ReLU(), Residual([Linear(288, 288), ReLU()]), Residual([Residual([Linear(288, 288)])]), Tanh(),
            Columns([0..<128: [Tanh(), Linear(128, 256)], 128..<288: []]), Linear(416, 3),
        ]
        let model = try MLP<Double>(layers, seed: 3)
        let (inputs, targets) = (matrix(64, 20), matrix(64, 3, seed: 5))
        func gradients(_ rows: Range<Int>) throws -> (parameters: [Double], inputs: [Double]) {
            var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam())
            _ = try trainer.forward(inputs.rows(rows))
            try trainer.backward(targets: targets.rows(rows), computesInputGradient: true)
            return (trainer.gradients, try #require(trainer.inputGradient).elements)
        }
        let whole = try gradients(0..<64)
        var sum = [Double](repeating: 0, count: model.parameters.count)
        var apart: [Double] = []
        for start in stride(from: 0, to: 64, by: 8) {
            let part = try gradients(start..<start + 8)
            for index in sum.indices { sum[index] += part.parameters[index] / 8 }
            apart += part.inputs.map { $0 / 8 }
        }
        #expect(firstDifference(whole.parameters, sum, relative: 1e-10, floor: 1e-3) == nil)
        #expect(firstDifference(whole.inputs, apart, relative: 1e-10, floor: 1e-3) == nil)
    }

    // MARK: In a model

    static let networks: [[any Layer]] = [
        [
            Linear(6, 96), ReLU(),
            Residual(
                [BatchNorm(96), ReLU(), Dropout(0.2), Linear(96, 128), RMSNorm(128), Linear(128, 112)],
                projection: Linear(96, 112)),
            ReLU(), Residual([Residual([Linear(112, 112)]), Dropout(0.1)]), Linear(112, 3),
        ],
        [
            Columns([
                0..<2: [Linear(2, 64), ReLU(), Linear(64, 96)], 2..<4: [Residual([Dropout(0.3), Tanh()])], 4..<6: [],
            ]),
            Residual([Columns([0..<90: [ReLU(), Linear(90, 96)], 90..<100: []]), Linear(106, 100)]), Tanh(),
            Linear(100, 2),
        ],
        [
            Residual([Residual([Residual([Tanh()])]), Linear(4, 4)]),
            Columns([0..<4: [Columns([0..<1: [], 1..<4: [Sine()]])]]),
        ],
        [
            Dropout(0.5), Residual([Dropout(0.25)]), Linear(3, 3),
            Columns([0..<1: [Dropout(0.1)], 1..<3: [ReLU(), Dropout(0.1)]]),
        ],
    ]

    @Test(arguments: networks.indices, NetworkSuite.Check.allCases)
    func network(_ index: Int, _ check: NetworkSuite.Check) throws {
        try NetworkSuite(Self.networks[index]).check(check)
    }

    /// As many as there are kinds of ways from layer to layer: every chain of a few of these must have the slopes that
    /// differences give.
    @Test func everyChainOfAFew() throws {
        let links: [any Layer] = [
            Linear(3, 3), ReLU(), Tanh(), BatchNorm(3), Residual([Linear(3, 3)]), Residual([Tanh()]),
            Residual([Linear(3, 3), Tanh()], projection: Linear(3, 3)),
            Columns([0..<1: [Tanh()], 1..<3: [Linear(2, 2)]]),
            Columns([0..<3: []]),
        ]
        for first in links {
            for second in links {
                for layers in [
                    [Residual([first, second])], [first, Residual([second]), first],
                    [Columns([0..<3: [first, second]]), second],
                ] as [[any Layer]] {
                    let suite = NetworkSuite([Affine(3)] + layers)
                    try suite.check([.parameterGradient, .inputGradient])
                }
            }
        }
    }

    /// Prediction uses memory again as soon as it can, training never does: both give the same.
    @Test func predictionIsTrainingsWayForward() throws {
        let links: [any Layer] = [
            Linear(3, 3), Tanh(), Residual([Linear(3, 3), Tanh(), Linear(3, 3)]),
            Residual([Tanh()], projection: Linear(3, 3)),
            Residual([Linear(3, 3), ReLU(), Linear(3, 3)], projection: Affine(3)),
            Columns([0..<1: [], 1..<3: [Linear(2, 2)]]),
        ]
        let inputs = matrix(30, 3)
        for first in links {
            for second in links {
                for third in links {
                    let model = try MLP<Double>([Affine(3), first, Residual([second, third]), Linear(3, 3)], seed: 9)
                    var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam())
                    let outputs = try trainer.forward(inputs).elements
                    #expect(try model.predict(inputs).elements == outputs, "\(first), \(second), \(third)")
                }
            }
        }
    }

    /// A projection may be all that learns, behind inputs.
    @Test func onlyAProjectionLearns() throws {
        let suite = NetworkSuite([Residual([Tanh()], projection: Linear(3, 3)), Tanh(), Residual([Sine()])])
        try suite.check([.parameterGradient, .inputGradient])
    }

    @Test func namesAreThoseOfNestedModules() throws {
        let model = try MLP<Double>([
            Linear(2, 4),
            Residual([BatchNorm(4), Residual([Linear(4, 4)]), Linear(4, 3)], projection: Linear(4, 3, bias: false)),
            Columns([0..<1: [Linear(1, 2)], 1..<3: [ReLU(), Residual([Affine(2)])]]),
        ])
        #expect(
            model.parameterLayout.map(\.nameInFiles) == [
                "0.weight", "0.bias", "1.0.weight", "1.0.bias", "1.1.0.weight", "1.1.0.bias", "1.2.weight", "1.2.bias",
                "1.projection.weight", "2.0.0.weight", "2.0.0.bias", "2.1.1.0.weight", "2.1.1.0.bias",
            ])
        #expect(model.parameterLayout.map(\.layer) == [0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2])
        #expect(
            model.stateLayout.map { "\($0.layer) \($0.name)" } == [
                "1 0.running_mean", "1 0.running_var", "1 0.num_batches_tracked",
            ])
        #expect(model.layers.count == 3 && model.layers[1] is Residual)
        let inner = model.layers[1].parameters(forInputFeatures: 4).map(\.name)
        #expect(inner == model.parameterLayout.filter { $0.layer == 1 }.map(\.name))
        let decays = model.layers[1].parameters(forInputFeatures: 4).map(\.decays)
        #expect(decays == [false, false, true, false, true, false, true])
        #expect(decays == model.parameterLayout.filter { $0.layer == 1 }.map(\.decays))
        #expect(model.layers[1].state(forInputFeatures: 4).map(\.name) == model.stateLayout.map(\.name))
    }

    /// Each layer within draws numbers of its own.
    @Test func masksOfLayersWithinDiffer() throws {
        let model = try MLP<Double>(
            [Columns([0..<40: [Dropout(0.5)], 40..<80: [Residual([Dropout(0.5)])]]), Dropout(0)], seed: 6)
        var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam())
        let outputs = try trainer.forward(Matrix(rows: 20, columns: 80, repeating: 1))
        let agreeing = (0..<20).reduce(0) { count, row in
            count + (0..<40).count { (outputs[row, $0] == 0) == (outputs[row, 40 + $0] == 1) }
        }
        #expect((300...500).contains(agreeing), "of 800 about half agree by chance")
    }

    @Test func aFrozenLayerIsFrozenWithAllThatItIsMadeOf() throws {
        let layers: [any Layer] = [
            Linear(3, 4),
            Residual([Linear(4, 4), Columns([0..<2: [Linear(2, 2)], 2..<4: []])], projection: Linear(4, 4)),
            Linear(4, 2),
        ]
        let (inputs, targets) = (matrix(12, 3), matrix(12, 2, seed: 8))
        for frozen in [[1], [0, 1], [0, 2]] {
            var model = try MLP<Double>(layers, seed: 1)
            try model.freeze(layers: frozen)
            var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam())
            try trainer.step(inputs: inputs, targets: targets)
            for tensor in model.parameterLayout {
                let isSame = model.parameters[tensor.range] == trainer.model.parameters[tensor.range]
                #expect(isSame == frozen.contains(tensor.layer), "\(frozen), \(tensor.nameInFiles)")
            }
        }
    }

    @Test func theWidthOfTheInputIsFoundWithin() throws {
        #expect(try MLP<Double>([ReLU(), Residual([Tanh(), Linear(4, 4)])]).inputFeatures == 4)
        #expect(try MLP<Double>([Residual([Tanh()]), Linear(4, 2)]).inputFeatures == 4)
        #expect(try MLP<Double>([Residual([Tanh()], projection: Linear(4, 4))]).inputFeatures == 4)
        #expect(try MLP<Double>([Columns([0..<3: [Sine()], 3..<7: []])]).inputFeatures == 7)
    }

    // MARK: Errors

    @Test(
        arguments: [
            (
                [Linear(2, 4), Residual([])],
                "layer 1 (Residual): needs at least one layer; the list of layers is empty"
            ),
            (
                [Residual([Linear(4, 3), ReLU()])],
                "layer 0 (Residual): its layers turn 4 columns into 3, which can't be added; give it a "
                    + "projection, such as Linear(4, 3)"
            ),
            (
                [Residual([Linear(4, 3)], projection: Linear(4, 2))],
                "layer 0 (Residual): its layers give 3 columns, its projection: 2; they are added, so both must give as many"
            ),
            (
                [Linear(2, 4), Residual([ReLU(), Linear(3, 4)])],
                "layer 1 (Residual): layer 1 (Linear): takes 3 input features, gets 4"
            ),
            (
                [Linear(2, 4), Residual([Linear(4, 3)], projection: Linear(3, 3))],
                "layer 1 (Residual): projection (Linear): takes 3 input features, gets 4"
            ),
            (
                [Residual([Residual([Linear(4, 0)])])],
                "layer 0 (Residual): layer 0 (Residual): layer 0 (Linear): 0 output features; at least 1 is needed"
            ),
            ([Columns([]), Linear(2, 3)], "layer 0 (Columns): needs at least one part; the list of parts is empty"),
            ([Columns([0..<2: [], 2..<2: []])], "layer 0 (Columns): the part 2..<2 has no columns"),
            (
                [Columns([0..<2: [], 4..<6: []])],
                "layer 0 (Columns): columns 2..<4 are in no part; to pass them on, add a part without layers: 2..<4: []"
            ),
            (
                [Columns([0..<3: [], 2..<6: []])],
                "layer 0 (Columns): the part 2..<6 begins before column 3, where the one before it ends"
            ),
            ([Columns([-2..<3: []])], "layer 0 (Columns): the part -2..<3 begins before column 0"),
            ([Linear(2, 4), Columns([0..<5: []])], "layer 1 (Columns): takes 5 input features, gets 4"),
            (
                [Columns([0..<2: [], 2..<4: [Tanh(), Linear(3, 1)]])],
                "layer 0 (Columns): columns 2..<4: layer 1 (Linear): takes 3 input features, gets 2"
            ),
            ([Columns([0..<1 << 31: []])], "layer 0 (Columns): 2147483648 columns; BLAS sizes go up to 2147483647"),
            (
                [
                    Linear(2, 1),
                    Residual([Linear(1, 1 << 30), Linear(1 << 30, 1 << 30)], projection: Linear(1, 1 << 30)),
                ],
                "layer 1.1 (Linear): weight is 1073741824x1073741824; no such tensor fits in memory"
            ),
        ] as [([any Layer], String)])
    func layersThatDoNotFit(_ layers: [any Layer], _ message: String) {
        #expect(throws: PerceptronError.invalidArchitecture(message)) { try MLP<Double>(layers) }
    }

    /// In whatever layer: a batch of one row has no variance.
    @Test func layersWithinWantEnoughRows() throws {
        let model = try MLP<Double>([Residual([BatchNorm(3)])])
        #expect(model.layers[0].leastRowsInTraining == 2 && model.layers[0].treatsRowsApart)
        var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam())
        #expect(
            throws: PerceptronError.invalidArgument(
                "layer 0.0 (BatchNorm) needs at least 2 rows in a batch; the batch has 1")
        ) { try trainer.step(inputs: matrix(1, 3), targets: matrix(1, 3)) }
    }

    /// A sum is no softmax, whatever it is a sum of.
    @Test func noLossTakesALayerWithin() throws {
        let model = try MLP<Double>([Linear(2, 3), Residual([Softmax()])])
        #expect(throws: PerceptronError.self) { try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam()) }
    }

    private func nested(_ depth: Int) -> any Layer {
        (0..<depth).reduce(Tanh() as any Layer) { layer, _ in Columns([0..<2: [layer]]) }
    }

    @Test func layersWithinLayersHaveABound() throws {
        let model = try MLP<Double>([nested(12)])
        #expect(model.outputFeatures == 2)
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "deep.safetensors")
            try model.save(to: file)
            #expect(try MLP<Double>(contentsOf: file).predict(matrix(3, 2)) == model.predict(matrix(3, 2)))
        }
        let error = #expect(throws: PerceptronError.self) { try MLP<Double>([nested(13)]) }
        #expect(
            error?.description.hasSuffix("layers can be nested at most 12 deep; this one is nested deeper")
                == true)
    }

    // MARK: Descriptions

    @Test(
        arguments: [
            (Residual([ReLU()]), #"{"layers":[{"type":"ReLU"}],"type":"Residual"}"#),
            (
                Residual([Tanh(), Residual([ReLU()])], projection: Affine(2)),
                #"{"layers":[{"type":"Tanh"},{"layers":[{"type":"ReLU"}],"type":"Residual"}],"#
                    + #""projection":{"features":2,"type":"Affine"},"type":"Residual"}"#
            ),
            (
                Columns([0..<2: [ReLU()], 2..<5: []]),
                #"{"parts":[{"columns":[0,2],"layers":[{"type":"ReLU"}]},{"columns":[2,5],"layers":[]}],"type":"Columns"}"#
            ),
        ] as [(any Layer, String)])
    func description(_ layer: any Layer, _ text: String) throws {
        #expect(try LayerCoding.encode([layer]) == "[\(text)]")
        #expect(try LayerCoding.encode(LayerCoding.decode("[\(text)]", path: "file")) == "[\(text)]")
    }

    @Test(
        arguments: [
            (#"[{"type":"Residual"}]"#, "layer 0 (Residual): the key \"layers\" is missing"),
            (
                #"[{"type":"Columns","parts":[{"layers":[]}]}]"#,
                "layer 0 (Columns): parts.Index 0: the key \"columns\" is missing"
            ),
            (
                #"[{"type":"Residual","layers":[{}]}]"#,
                "layer 0 (Residual): layers.Index 0: the key \"type\" is missing"
            ),
        ])
    func descriptionsOfNothing(_ text: String, _ reason: String) {
        #expect(throws: PerceptronError.invalidFile("file: \(reason)")) { try LayerCoding.decode(text, path: "file") }
    }

    /// However deep: what is refused is refused before the stack ends.
    @Test func hostileDescriptions() {
        for depth in [20, 40, 1000, 100_000] {
            let text =
                "[" + String(repeating: #"{"type":"Residual","layers":["#, count: depth) + #"{"type":"ReLU"}"#
                + String(repeating: "]}", count: depth) + "]"
            #expect(throws: PerceptronError.self) {
                try MLP<Double>(LayerCoding.decode(text, path: "file") + [Linear(2, 2)])
            }
        }
        for text in [
            #"[{"type":"Columns","parts":[{"columns":[3,1],"layers":[]}]}]"#,
            #"[{"type":"Columns","parts":[{"columns":[1],"layers":[]}]}]"#,
            #"[{"type":"Residual","layers":[{"type":"Nobody's"}]}]"#,
            #"[{"type":"Residual","layers":[],"projection":3}]"#,
        ] {
            #expect(throws: PerceptronError.self, "\(text)") { try LayerCoding.decode(text, path: "file") }
        }
    }
}
