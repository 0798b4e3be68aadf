import Testing

@testable import Perceptron

@Suite struct InitializerTests {
    struct Normal: Sendable {
        let initializer: Initializer
        let rows: Int
        let columns: Int
        let mean: Double
        let deviation: Double
    }

    static let normals = [
        Normal(initializer: .heNormal, rows: 50, columns: 300, mean: 0, deviation: (2.0 / 50).squareRoot()),
        Normal(initializer: .glorotNormal, rows: 50, columns: 300, mean: 0, deviation: (2.0 / 350).squareRoot()),
        Normal(initializer: .lecunNormal, rows: 50, columns: 300, mean: 0, deviation: (1.0 / 50).squareRoot()),
        Normal(initializer: .normal(0.1), rows: 1, columns: 15_001, mean: 0, deviation: 0.1),
        Normal(initializer: .normal(2, mean: -3), rows: 150, columns: 100, mean: -3, deviation: 2),
    ]

    @Test(arguments: normals) func moments(_ expected: Normal) throws {
        var generator = RandomGenerator(seed: 12)
        let values = try expected.initializer.values(
            rows: expected.rows, columns: expected.columns, using: &generator)
        let count = Double(values.count)
        #expect(values.count == expected.rows * expected.columns)
        let standard = values.map { ($0 - expected.mean) / expected.deviation }
        // Five standard errors of the first, second and fourth moment of N(0, 1).
        #expect(abs(standard.reduce(0, +) / count) < 5 / count.squareRoot())
        #expect(abs(standard.reduce(0) { $0 + $1 * $1 } / count - 1) < 5 * (2 / count).squareRoot())
        #expect(abs(standard.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count - 3) < 5 * (96 / count).squareRoot())
    }

    struct Uniform: Sendable {
        let initializer: Initializer
        let lower: Double
        let upper: Double
    }

    static let uniforms = [
        Uniform(initializer: .heUniform, lower: -(6.0 / 50).squareRoot(), upper: (6.0 / 50).squareRoot()),
        Uniform(initializer: .glorotUniform, lower: -(6.0 / 350).squareRoot(), upper: (6.0 / 350).squareRoot()),
        Uniform(initializer: .lecunUniform, lower: -(3.0 / 50).squareRoot(), upper: (3.0 / 50).squareRoot()),
        Uniform(initializer: .uniform(-1, 4), lower: -1, upper: 4),
    ]

    @Test(arguments: uniforms) func bounds(_ expected: Uniform) throws {
        var generator = RandomGenerator(seed: 13)
        let values = try expected.initializer.values(rows: 50, columns: 300, using: &generator)
        let count = Double(values.count)
        let width = expected.upper - expected.lower
        #expect(values.count == 50 * 300)
        #expect(values.allSatisfy { $0 >= expected.lower && $0 <= expected.upper })
        let standard = values.map { ($0 - expected.lower) / width }
        #expect(standard.min()! < 0.001 && standard.max()! > 0.999)
        #expect(abs(standard.reduce(0, +) / count - 0.5) < 5 * (1 / 12 / count).squareRoot())
        let variance = standard.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / count
        #expect(abs(variance - 1 / 12) < 5 * (1 / 180 / count).squareRoot())
    }

    @Test func rowsThatStartAlike() throws {
        var generator = RandomGenerator(seed: 1)
        var other = generator
        let values = try Initializer.uniformRow(-1, 3).values(rows: 3, columns: 5, using: &generator)
        let row = try Initializer.uniform(-1, 3).values(rows: 1, columns: 5, using: &other)
        #expect(values == row + row + row)
        #expect(generator == other)
        #expect(throws: PerceptronError.self) { try Initializer.uniformRow(1, -1).validate() }
    }

    /// U(−1/√in, 1/√in) for weight and bias, the bias the same for all members; ±1 where these share the input.
    @Test func ensemblesStartAsTabM() throws {
        let parameters = EnsembleLinear(4, 3, members: 2).parameters(forInputFeatures: 4)
        #expect(parameters.map(\.name) == ["weight", "r", "s", "bias"])
        #expect(
            parameters.map(\.initializer)
                == [.uniform(-0.5, 0.5), .randomSigns, .constant(1), .uniformRow(-0.5, 0.5)])
        let apart = EnsembleLinear(4, 3, members: 2).parameters(forInputFeatures: 8)
        #expect(apart[1].initializer == .constant(1))
    }

    /// The map behind the waves starts as a Linear layer of PyTorch does; phases and biases don't decay.
    @Test(arguments: [(.plr, 32.0, 3), (.pbld, 16, 2)] as [(PeriodicEmbedding.Kind, Double, Int)])
    func periodicEmbeddings(_ kind: PeriodicEmbedding.Kind, waves: Double, outputs: Int) {
        let parameters = PeriodicEmbedding(2, kind: kind, frequencies: 16, features: 3, deviation: 0.5)
            .parameters(forInputFeatures: 2)
        let map = Initializer.uniform(-1 / waves.squareRoot(), 1 / waves.squareRoot())
        let phase = kind == .pbld
        #expect(parameters.map(\.name) == ["frequency"] + (phase ? ["phase"] : []) + ["weight", "bias"])
        #expect(parameters.map(\.decays) == [true] + (phase ? [false] : []) + [true, false])
        #expect(
            parameters.map(\.initializer)
                == [.normal(0.5)] + (phase ? [.uniform(-.pi, .pi)] : []) + [map, map])
        #expect(parameters.suffix(2).map { [$0.rows, $0.columns] } == [[2 * Int(waves), outputs], [2, outputs]])
    }

    @Test func constants() throws {
        var generator = RandomGenerator(seed: 1)
        let before = generator
        #expect(
            try Initializer.constant(-2.5).values(rows: 2, columns: 2, using: &generator) == [-2.5, -2.5, -2.5, -2.5])
        #expect(try Initializer.zeros.values(rows: 1, columns: 3, using: &generator) == [0, 0, 0])
        #expect(generator == before)
    }

    /// WᵀW, or W·Wᵀ of a wide W, is gain²·I.
    @Test(arguments: [(8, 8), (30, 7), (7, 30), (1, 5), (5, 1), (1, 1)], [1.0, 2, 0.5])
    func orthogonal(shape: (Int, Int), gain: Double) throws {
        let (rows, columns) = shape
        var generator = RandomGenerator(seed: 14)
        let values = try Initializer.orthogonal(gain: gain).values(rows: rows, columns: columns, using: &generator)
        let w = Matrix(rows: rows, columns: columns, elements: values)
        for i in 0..<min(rows, columns) {
            for j in 0..<min(rows, columns) {
                let product = (0..<max(rows, columns)).reduce(0.0) { sum, k in
                    sum + (rows >= columns ? w[k, i] * w[k, j] : w[i, k] * w[j, k])
                }
                #expect(abs(product - (i == j ? gain * gain : 0)) < 1e-13)
            }
        }
    }

    /// Uniformly distributed: without the turn of the columns by R's diagonal, Householder's Q has a sign it prefers.
    @Test func orthogonalHasNoPreferredSign() throws {
        var generator = RandomGenerator(seed: 15)
        var positive = 0
        for _ in 0..<400 {
            if try Initializer.orthogonal().values(rows: 3, columns: 3, using: &generator)[0] > 0 { positive += 1 }
        }
        #expect(abs(positive - 200) < 50)
    }

    @Test func layersStartAsTheySay() throws {
        let model = try MLP<Double>(
            [Linear(100, 200), ReLU(), Linear(200, 50, weightInitializer: .constant(2), biasInitializer: .zeros)],
            seed: 3)
        let layout = model.parameterLayout
        #expect(layout.map(\.name) == ["weight", "bias", "weight", "bias"])
        #expect(layout.map(\.layer) == [0, 0, 2, 2])
        #expect(layout.map(\.range) == [0..<20_000, 20_000..<20_200, 20_200..<30_200, 30_200..<30_250])
        func variance(_ range: Range<Int>) -> Double {
            model.parameters[range].reduce(0) { $0 + $1 * $1 } / Double(range.count)
        }
        let (weights, biases) = (variance(layout[0].range) / 0.02, variance(layout[1].range) / 0.01)
        #expect(abs(weights - 1) < 0.05, "5 √(2/20,000)")
        #expect(abs(biases - 1) < 0.5, "5 √(2/200)")
        #expect(model.parameters[layout[2].range].allSatisfy { $0 == 2 })
        #expect(model.parameters[layout[3].range].allSatisfy { $0 == 0 })
    }

    @Test func bothScalarsStartAlike() throws {
        let layers: [any Layer] = [Linear(7, 9), Sigmoid(), Linear(9, 4, weightInitializer: .orthogonal(gain: 1))]
        let doubles = try MLP<Double>(layers, seed: 21).parameters
        let floats = try MLP<Float>(layers, seed: 21).parameters
        #expect(floats == doubles.map { Float($0) })
    }
}
