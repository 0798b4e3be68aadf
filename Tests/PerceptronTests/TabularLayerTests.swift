import TestSupport
import Testing

@testable import Perceptron

/// What layers for tables say of values that they can't take.
@Suite struct TabularLayerTests {
    /// The code behind the last category gives zeros and learns nothing; what is no code gives NaN.
    @Test(arguments: [(2, [5, 6]), (3, [0, 0])] as [(Double, [Double])]) func codes(
        _ code: Double, _ expected: [Double]
    ) throws {
        var model = try MLP<Double>([Embedding(categories: 3, features: 2, column: 1), Scale(4)])
        model.parameters = [1, 2, 3, 4, 5, 6, 1, 1, 1, 1]
        let rows = Matrix([[-1, code, -2]])
        #expect(try model.predict(rows).elements == [-1] + expected + [-2])
        var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam())
        _ = try trainer.step(inputs: rows, targets: Matrix([[0, 0, 0, 0]]))
        #expect(trainer.gradients[..<6] == [0, 0, 0, 0, expected[0] / 2, expected[1] / 2])
    }

    @Test(arguments: [-1, 0.5, 4, 1e300, -1e-300, 2.999]) func numbersThatAreNoCode(_ code: Double) throws {
        let model = try MLP<Double>([Embedding(categories: 3, features: 2, column: 1), Linear(4, 1)], seed: 1)
        let embedding = try MLP<Double>([Embedding(categories: 3, features: 2, column: 1), Scale(4)])
        let rows = Matrix([[1, code, 2]])
        // Prediction says which row and layer it is; training looks at the loss.
        #expect(
            errorMessage { _ = try embedding.predict(rows) }.hasPrefix(
                "layer 0 (Embedding) gives nan in row 0, column 1"))
        var embedder = try Trainer(model: embedding, loss: MeanSquaredError(), optimizer: Adam())
        let outputs = try embedder.forward(rows).elements
        #expect(outputs[0] == 1 && outputs[1].isNaN && outputs[2].isNaN && outputs[3] == 2)
        var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam())
        #expect(throws: PerceptronError.diverged(what: "the loss became nan", epoch: nil, step: 1)) {
            try trainer.step(inputs: rows, targets: Matrix([[0]]))
        }
    }

    /// As Float has them, too: there 3 · 10⁸ + 1 is no number of its own.
    @Test func codesInFloat() throws {
        let model = try MLP<Float>([Embedding(categories: 3, features: 1), Scale(1)])
        var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam())
        let outputs = try trainer.forward(Matrix([[2], [3], [3.0000002], [3e38]])).elements
        #expect(outputs[0] == model.parameters[2] && outputs[1] == 0 && outputs[2].isNaN && outputs[3].isNaN)
    }

    @Test func aModelFindsItsWidthThroughEmbeddings() throws {
        let layers: [any Layer] = [
            Embedding(categories: 3, features: 4, column: 0), Embedding(categories: 5, features: 2, column: 4),
            ReLU(), Linear(9, 1),
        ]
        let model = try MLP<Double>(layers)
        #expect(model.inputFeatures == 5)
        #expect(model.parameterLayout.map(\.name) == ["weight", "weight", "weight", "bias"])
        #expect(
            throws: PerceptronError.invalidArchitecture(
                "layer 1 (Linear): takes 3 input features, fewer than the layers before it return")
        ) { try MLP<Double>([Embedding(categories: 3, features: 4), Linear(3, 1)]) }
        #expect(
            throws: PerceptronError.invalidArchitecture(
                "layer 0 (Embedding): takes codes from column 2 (counted from 0), gets 2 columns")
        ) { try MLP<Double>([Embedding(categories: 3, features: 4, column: 2), Linear(5, 1)]) }
    }

    @Test func binsOfQuantilesThatCannotBe() throws {
        func quantiles(_ matrix: Matrix<Double>, bins: Int = 2) throws(PerceptronError) {
            _ = try PiecewiseLinearEncoding.quantiles(of: matrix, bins: bins)
        }
        #expect(throws: PerceptronError.invalidArgument("bins is 0; it must be at least 1")) {
            try quantiles(Matrix([[1]]), bins: 0)
        }
        #expect(throws: PerceptronError.shapeMismatch("inputs have no rows; at least 1 is needed")) {
            try quantiles(Matrix(rows: 0, columns: 2))
        }
        #expect(
            throws: PerceptronError.invalidValue(
                "inputs have a value in column 1 (counted from 0) that is not finite")
        ) { try quantiles(Matrix([[1, 2], [3, .nan]])) }
        #expect(
            throws: PerceptronError.invalidValue(
                "inputs have 2.0 in all rows of column 1 (counted from 0); bins need two values")
        ) { try quantiles(Matrix([[1, 2], [3, 2]])) }
    }

    /// Quantiles that are equal make one edge.
    @Test func binsOfValuesThatRepeat() throws {
        let inputs = Matrix<Double>([1, 1, 1, 1, 1, 1, 2, 3, 3].map { [$0] })
        #expect(try PiecewiseLinearEncoding.quantiles(of: inputs, bins: 4).bins == [[1, 2, 3]])
        #expect(try PiecewiseLinearEncoding.quantiles(of: inputs, bins: 2).bins == [[1, 3]])
    }

    @Test func membersShareTheInputOrHaveOneEach() throws {
        let layer = EnsembleLinear(3, 2, members: 4)
        for width in [3, 12] { #expect(try layer.outputFeatures(forInputFeatures: width) == 8) }
        for width in [4, 6, 11] {
            #expect(
                throws: PerceptronError.invalidArchitecture(
                    "takes 3 input features, or that many for each of 4 members, gets \(width)")
            ) { try layer.outputFeatures(forInputFeatures: width) }
        }
    }

    @Test func binsThatCannotBe() {
        #expect(
            throws: PerceptronError.invalidArchitecture(
                "layer 0 (PiecewiseLinearEncoding): the edges of the bins of column 1 (counted from 0) must be finite, "
                    + "and each larger than the one before")
        ) { try MLP<Double>([PiecewiseLinearEncoding(bins: [[0, 1], [1, 1]])]) }
        #expect(
            throws: PerceptronError.invalidArchitecture(
                "layer 0 (PiecewiseLinearEncoding): column 0 (counted from 0) has 1 edge of bins; at least 2 are needed"
            )
        ) { try MLP<Double>([PiecewiseLinearEncoding(bins: [[0]])]) }
    }
}
