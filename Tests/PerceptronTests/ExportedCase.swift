import Foundation
import TestSupport

@testable import Perceptron

/// A model to be written as source code, rows for it, and what must come out.
struct ExportedCase: Sendable {
    let name: String
    let isDouble: Bool
    let rows: Int
    let inputs: Int
    let outputs: Int
    let bytes: [UInt8]
    let expected: [Double]
    /// How many units of its last place a result may be off; nil for 10⁻¹² or 10⁻⁵ of the largest result.
    let ulps: Double?
    let writeSwift: @Sendable (URL) throws -> Void
    let writeC: @Sendable (URL) throws -> Void

    private init<Scalar: BLASScalar>(
        _ name: String, _ inputs: Matrix<Scalar>, expected: [Double], outputs: Int, ulps: Double?,
        writeSwift: @escaping @Sendable (URL) throws -> Void,
        writeC: @escaping @Sendable (URL) throws -> Void
    ) {
        self.name = name
        isDouble = Scalar.self == Double.self
        rows = inputs.rows
        self.inputs = inputs.columns
        self.outputs = outputs
        bytes = inputs.elements.withUnsafeBytes { Array($0) }
        self.expected = expected
        self.ulps = ulps
        self.writeSwift = writeSwift
        self.writeC = writeC
    }

    /// A model; what must come out is what it predicts, unless it is given.
    init<Scalar: BLASScalar>(
        _ name: String, _ model: MLP<Scalar>, _ inputs: Matrix<Scalar>, expected: [Double]? = nil,
        ulps: Double? = nil, labels: [String] = []
    ) throws {
        self.init(
            name, inputs, expected: try expected ?? model.predict(inputs).elements.map { Double($0) },
            outputs: model.outputFeatures, ulps: ulps,
            writeSwift: { try model.writeSwiftSource(to: $0, named: name, labels: labels) },
            writeC: { try model.writeCSource(to: $0, named: name, labels: labels) })
    }

    /// A pipeline, with rows as the program takes them, and what must come out.
    init<Scalar: BLASScalar>(
        _ name: String, _ pipeline: Pipeline<Scalar>, _ inputs: Matrix<Scalar>, expected: Matrix<Scalar>
    ) throws {
        self.init(
            name, inputs, expected: expected.elements.map { Double($0) }, outputs: expected.columns,
            ulps: nil,
            writeSwift: { try pipeline.writeSwiftSource(to: $0, named: name) },
            writeC: { try pipeline.writeCSource(to: $0, named: name) })
    }

    /// The results of this case among those that a program wrote for all cases.
    func results(_ data: Data, at start: inout Int) -> [Double] {
        let size = isDouble ? 8 : 4
        defer { start += rows * outputs * size }
        return (0..<rows * outputs).compactMap { index in
            let offset = start + index * size
            guard offset + size <= data.count else { return nil }
            return data.withUnsafeBytes {
                isDouble
                    ? $0.loadUnaligned(fromByteOffset: offset, as: Double.self)
                    : Double($0.loadUnaligned(fromByteOffset: offset, as: Float.self))
            }
        }
    }

    /// Where results are not as expected; nil if they are. NaN is expected where NaN is.
    func difference(_ results: [Double]) -> String? {
        if results.count == expected.count,
            let index = results.indices.first(where: { results[$0].isNaN != expected[$0].isNaN })
        {
            return "\(name): element \(index) is \(results[index]), not \(expected[index])"
        }
        let (found, wanted) = (results.map { $0.isNaN ? 0 : $0 }, expected.map { $0.isNaN ? 0 : $0 })
        guard let ulps else {
            return firstDifference(found, wanted, relative: isDouble ? 1e-12 : 1e-5, floor: 1).map { "\(name): \($0)" }
        }
        guard found.count == wanted.count else { return "\(name): \(found.count) results, not \(wanted.count)" }
        return found.indices.first { abs(found[$0] - wanted[$0]) > ulps * unit(wanted[$0]) }.map {
            let off = abs(found[$0] - wanted[$0]) / unit(wanted[$0])
            return "\(name): element \($0) is \(found[$0]), not \(wanted[$0]): \(off) units in the last place"
        }
    }

    private func unit(_ value: Double) -> Double { isDouble ? value.ulp : Double(Float(value).ulp) }

    // MARK: The cases

    /// All of one scalar; the names of others end in another word.
    static func all<Scalar: BLASScalar>(of _: Scalar.Type) throws -> [ExportedCase] {
        let suffix = Scalar.self == Double.self ? "Double" : "Float"
        var generator = RandomGenerator(seed: 11)
        var cases: [ExportedCase] = []
        let inputs = generator.matrix(40, 9, of: Scalar.self)
        // Of the usual size, so large that everything saturates, and tiny.
        let sizes: [Scalar] = [1, 1e6, 1e-30]
        let allSizes = Matrix<Scalar>(
            rows: 120, columns: 9, elements: sizes.flatMap { size in inputs.elements.map { $0 * size } })
        let classifier = try MLP<Scalar>(
            [
                Dropout(0.2), Linear(9, 17), ReLU(), Dropout(0.5), Linear(17, 12), Tanh(), Linear(12, 7, bias: false),
                LeakyReLU(), Linear(7, 5),
                Softmax(),
            ],
            seed: 3)
        cases.append(
            try ExportedCase(
                "Classifier\(suffix)", classifier, allSizes,
                labels: ["zero", "a \"b\" \\(c)", "??/", "Grün\n", "REAL*/"])
        )
        var normalized = try MLP<Scalar>(
            [
                LayerNorm(9), Affine(9), GELU(), BatchNorm(9), RMSNorm(9), Linear(9, 6), LayerNorm(6, affine: false),
                BatchNorm(6, affine: false), RMSNorm(6, epsilon: 0.5, affine: false), Sigmoid(),
            ], seed: 4)
        normalized.state = normalized.state.map { $0 + Scalar(generator.nextUniform()) }
        normalized.parameters = generator.normals(normalized.parameters.count).map { Scalar($0) }
        cases.append(try ExportedCase("Normalized\(suffix)", normalized, inputs))

        var softmax = try MLP<Scalar>([Linear(3, 3), Softmax()])
        softmax.parameters = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
        let extremes = Matrix<Scalar>([
            [1e30, -1e30, 0], [700, 0, -700], [-1000, -1000, -1001], [0, 0, 0], [1e-30, 0, -1e-30], [-80, 20, 10],
        ])
        cases.append(try ExportedCase("Extremes\(suffix)", softmax, extremes))

        var learned = try MLP<Scalar>([PReLU(), Linear(3, 5), PReLU(perColumn: true), Linear(5, 3), LogSoftmax()])
        learned.parameters = generator.normals(learned.parameters.count).map { Scalar($0) }
        cases.append(try ExportedCase("Learned\(suffix)", learned, generator.matrix(20, 3, of: Scalar.self)))
        var logarithms = try MLP<Scalar>([Linear(3, 3), LogSoftmax()])
        logarithms.parameters = softmax.parameters
        // Not so far out that the largest result hides what is wrong with the others.
        let far = Matrix<Scalar>([
            [1e4, -1e4, 0], [-1000, -1000, -1001], [0, 0, 0], [1e-30, 0, -1e-30], [-80, 20, 10],
        ])
        cases.append(try ExportedCase("Logarithms\(suffix)", logarithms, far))
        cases += try tables(of: Scalar.self, suffix: suffix)

        // Source code has no sine of such angles.
        let sine = try MLP<Scalar>([Linear(1, 1, bias: false, weightInitializer: .constant(1)), Sine(frequency: 2)])
        let angles = Matrix<Scalar>([[4e5], [5.1e8], [-4e5], [-5.1e8], [1e30]])
        let sines = try sine.predict(angles).elements.map { Double($0) }
        cases.append(
            try ExportedCase(
                "FarSine\(suffix)", sine, angles, expected: [sines[0], .nan, sines[2], .nan, .nan]))

        let points = points(of: Scalar.self)
        for one in ElementwiseCase.all {
            var model = try MLP<Scalar>([Linear(1, 1, bias: false), one.layer])
            model.parameters = [1]
            let expected = points.elements.map {
                Double(Scalar(one.layer.formula.reference(at: ReferenceNumber($0)).value))
            }
            cases.append(
                try ExportedCase("\(one.name)\(suffix)", model, points, expected: expected, ulps: one.sourceUlps))
        }
        return cases
    }

    /// Layers for tables, each by itself, of four columns of which the second has codes.
    private static func tables<Scalar: BLASScalar>(of _: Scalar.Type, suffix: String) throws -> [ExportedCase] {
        let layers: [(String, [any Layer])] = [
            ("Scale", [Scale(4)]), ("NTKLinear", [NTKLinear(4, 3), NTKLinear(3, 2, bias: false)]),
            ("Embedding", [Embedding(categories: 3, features: 2, column: 1), Scale(5)]),
            ("EnsembleLinear", [EnsembleLinear(4, 3, members: 5), EnsembleLinear(3, 2, members: 5)]),
            ("MemberMean", [EnsembleLinear(4, 3, members: 5), MemberMean(members: 5)]),
            ("MemberProbabilities", [EnsembleLinear(4, 3, members: 5), MemberMean(members: 5, softmax: true)]),
            (
                "PiecewiseLinear",
                [PiecewiseLinearEncoding(bins: [[-1, 0, 0.5], [0, 2], [-2, -1, 1, 2], [0, 1, 3]])]
            ),
            ("PLR", [PeriodicEmbedding(4, frequencies: 3, features: 2, deviation: 1)]),
            ("PBLD", [PeriodicEmbedding(4, kind: .pbld, frequencies: 3, features: 3, deviation: 1)]),
            (
                "Residual",
                [
                    Residual([Tanh(), Linear(4, 6), ReLU(), Dropout(0.1), Linear(6, 4)]), ReLU(),
                    Residual([BatchNorm(4), Linear(4, 3)], projection: Linear(4, 3, bias: false)),
                    Residual([Residual([Linear(3, 3), Tanh()]), Affine(3)]),
                ]
            ),
            (
                "Columns",
                [
                    Columns([
                        0..<1: [Residual([Tanh()]), Linear(1, 3)], 1..<2: [Embedding(categories: 3, features: 2)],
                        2..<3: [], 3..<4: [Sine(), Dropout(0.5)],
                    ]),
                    Residual([Columns([0..<5: [ReLU(), Linear(5, 2)], 5..<7: [Dropout(0.5)]]), Tanh(), Linear(4, 7)]),
                ]
            ),
            ("InPlace", [Residual([Dropout(0.5)]), Residual([Residual([Tanh()])]), Affine(4)]),
            ("AllColumns", [Columns([0..<4: [Dropout(0.5)]]), Columns([0..<3: [], 3..<4: [Tanh()]])]),
        ]
        var generator = RandomGenerator(seed: 12)
        var inputs = generator.matrix(30, 4, of: Scalar.self)
        for row in 0..<30 { inputs[row, 1] = Scalar(row % 4) }
        // Numbers so large that none of their turns is broken.
        let far = try MLP<Scalar>([PeriodicEmbedding(4, frequencies: 3, features: 2, deviation: 1)], seed: 6)
        let numbers = Matrix<Scalar>([[1e20, -1e22, 1e25, 0.3], [-5e20, 0.1, 3e23, 123], [77, 1e21, -2, -1e24]])
        return try [ExportedCase("FarPLR\(suffix)", far, numbers)]
            + layers.map { name, layers in
                var model = try MLP<Scalar>(layers, seed: 5)
                model.parameters = model.parameters.map { $0 + Scalar(0.3 * generator.nextNormalPair().0) }
                return try ExportedCase("\(name)\(suffix)", model, inputs)
            }
    }

    /// Numbers of all sizes, and many where functions bend.
    private static func points<Scalar: BLASScalar>(of _: Scalar.Type) -> Matrix<Scalar> {
        var points = stride(from: -30.0, through: 30, by: 0.0437).map { Scalar($0) }
        points += stride(from: -800.0, through: 800, by: 7.3).map { Scalar($0) }
        for exponent in stride(from: -35, through: 3, by: 1) {
            for digits in [1.0, 3.14159, 7.7] {
                let value = Scalar(digits * pow(10, Double(exponent)))
                points += [value, -value]
            }
        }
        return Matrix(rows: points.count, columns: 1, elements: points)
    }
}
