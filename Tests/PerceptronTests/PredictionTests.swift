import Testing

@testable import Perceptron

@Suite struct PredictionTests {
    struct Architecture: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let layers: [any Layer]

        init(_ description: String, _ layers: [any Layer]) {
            testDescription = description
            self.layers = layers
        }
    }

    static let architectures = [
        Architecture("Linear", [Linear(6, 3)]),
        Architecture("ReLU, Softmax", [Linear(6, 20), ReLU(), Linear(20, 4), Softmax()]),
        Architecture("activations first", [Sigmoid(), ReLU(), Linear(6, 4), Softmax()]),
        Architecture("wider behind", [Linear(6, 3), Sigmoid(), Linear(3, 40), ReLU(), Linear(40, 30), Sigmoid()]),
        Architecture("activations in a row", [Linear(6, 5), ReLU(), Sigmoid(), Softmax(), Linear(5, 2), Linear(2, 3)]),
        Architecture(
            "activations of inputs", [SiLU(), Linear(6, 5), GELU(), Softplus(), SiLU(), ReLU(), Linear(5, 30), GELU()]),
        Architecture(
            "normalisations",
            [Affine(6), LayerNorm(6), Linear(6, 9), LeakyReLU(), LayerNorm(9, affine: false), ELU(), Affine(9)]),
        Architecture("wide", [Linear(6, 1500), ReLU(), Linear(1500, 2)]),
    ]

    /// 5,000 rows go in pieces; what comes out is what the rows give one by one, up to rounding.
    private func pieces<Scalar: BLASScalar>(_ layers: [any Layer], _ type: Scalar.Type) throws {
        let model = try MLP<Scalar>(layers, seed: 3)
        var generator = RandomGenerator(seed: 60)
        let inputs = generator.matrix(5000, 6, of: type)
        let whole = try model.predict(inputs)
        #expect(whole.rows == 5000 && whole.columns == model.outputFeatures)
        let tolerance = 256 * Double(Scalar.ulpOfOne)
        let edges = [0, 1, 42, 43, 63, 64, 127, 128, 255, 256, 511, 512, 513, 1023, 1024, 4095, 4096, 4998, 4999]
        for row in edges + stride(from: 2, to: 5000, by: 97) {
            let single = try model.predict(inputs.rows([row])).elements.map { Double($0) }
            let found = whole.rows([row]).elements.map { Double($0) }
            #expect(firstDifference(found, single, relative: tolerance, floor: 1) == nil, "row \(row)")
        }
    }

    @Test(arguments: architectures) func inDouble(_ architecture: Architecture) throws {
        try pieces(architecture.layers, Double.self)
    }

    @Test(arguments: architectures) func inFloat(_ architecture: Architecture) throws {
        try pieces(architecture.layers, Float.self)
    }

    /// The trainer's forward pass gives what the model predicts.
    @Test(arguments: architectures) func asInTraining(_ architecture: Architecture) throws {
        let model = try MLP<Double>(architecture.layers, seed: 3)
        var generator = RandomGenerator(seed: 61)
        for loss in [CrossEntropy(.probabilities), MeanSquaredError()] as [any Loss] {
            var trainer = try Trainer(model: model, loss: loss, optimizer: Adam())
            for rows in [1, 130, 5, 300] {
                let inputs = generator.matrix(rows, 6, of: Double.self)
                let forward = try trainer.forward(inputs).elements
                let predicted = try model.predict(inputs).elements
                #expect(firstDifference(forward, predicted, relative: 1e-13, floor: 1) == nil, "\(rows) rows")
            }
        }
    }

    @Test(arguments: architectures) func nothingFromNothing(_ architecture: Architecture) throws {
        let model = try MLP<Float>(architecture.layers)
        let result = try model.predict(Matrix(rows: 0, columns: 6))
        #expect(result.rows == 0 && result.columns == model.outputFeatures && result.elements.isEmpty)
    }

    /// Worked out by hand, with layers whose every number is known.
    @Test func byHand() throws {
        var model = try MLP<Double>([Linear(2, 3), ReLU(), Linear(3, 1)])
        model.parameters = [1, 2, 3, 4, 5, 6, 0.5, -10, 0, 1, 10, 100, -1]
        let inputs = Matrix<Double>([[1, 1], [0, -1], [2, 0]])
        #expect(try model.predict(inputs).elements == [5.5 + 900 - 1, -1, 2.5 + 600 - 1])
    }

    /// Neither the inputs nor the model are touched.
    @Test func leavesEverythingAsItIs() throws {
        let model = try MLP<Double>([ReLU(), Linear(6, 5), Sigmoid()], seed: 1)
        var generator = RandomGenerator(seed: 62)
        let inputs = generator.matrix(700, 6, of: Double.self)
        let (inputsBefore, parametersBefore) = (inputs.elements.map { $0 + 0 }, model.parameters.map { $0 + 0 })
        let first = try model.predict(inputs)
        #expect(inputs.elements == inputsBefore && model.parameters == parametersBefore)
        #expect(try model.predict(inputs) == first)
    }
}
