import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Layers that are random in training, and do nothing in prediction.
@Suite struct DropoutTests {
    static let layers: [any Layer] = [Dropout(0.3), AlphaDropout(0.2), GaussianNoise(0.5)]

    /// What a layer makes of a number, for many rows and columns.
    private func outputs(
        _ layer: any Layer, of number: Double = 1, rows: Int = 500, columns: Int = 200, seed: UInt64 = 9,
        update: Int = 4,
        stage: Int = 2, firstRow: Int = 0
    ) -> Matrix<Double> {
        let inputs = Matrix<Double>(rows: rows, columns: columns, repeating: number)
        var outputs = Matrix<Double>(rows: rows, columns: columns)
        var scratch = [Double](repeating: 0, count: rows * layer.scratch(forInputFeatures: columns).perRow)
        var pass = ForwardPass(
            input: inputs.view, parameters: Span(), columns: 0..<columns,
            output: MutableMatrixView(rows: rows, columns: columns, elements: outputs.elements.mutableSpan),
            random: RandomField(seed: seed, update: update, layer: stage, firstRow: firstRow),
            rowScratch: scratch.mutableSpan)
        layer.forward(&pass)
        return outputs
    }

    /// Their mean and variance.
    private func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
    }

    /// Of 100,000 numbers; a standard error is 0.002 to 0.003 for a variance of 1/2.
    @Test func meansAndVariances() {
        for p in [0.1, 0.3, 0.5, 0.9] {
            let (mean, variance) = moments(outputs(Dropout(p)).elements)
            let expected = p / (1 - p)
            #expect(abs(mean - 1) < 4 * (expected / 1e5).squareRoot(), "p = \(p)")
            #expect(abs(variance - expected) < 0.03 * expected, "p = \(p)")
        }
        let noise = outputs(GaussianNoise(0.5), of: 3).elements
        #expect(abs(moments(noise).mean - 3) < 4 * 0.5 / 1e5.squareRoot())
        #expect(abs(moments(noise).variance - 0.25) < 0.005)
        // The share of normal numbers beyond 1, 2, 3 and 4 standard deviations.
        for (bound, share) in [(1.0, 0.317310508), (2, 0.0455002639), (3, 0.00269979606), (4, 6.33424837e-5)] {
            let found = Double(noise.count { abs($0 - 3) > bound * 0.5 })
            #expect(abs(found - share * 1e5) < 4 * (share * 1e5).squareRoot(), "beyond \(bound)")
        }
        // The signs of a pair are independent too.
        let rows = outputs(GaussianNoise(1), of: 0)
        for distance in [1, 16, 32, 48] {
            let products = (0..<500).flatMap { row in (0..<100).map { rows[row, $0] * rows[row, $0 + distance] } }
            #expect(abs(moments(products).mean) < 4 / 50_000.0.squareRoot(), "columns \(distance) apart")
        }
    }

    /// Noise is Box and Muller's function of the bits of two columns that are 16 apart.
    @Test func noiseIsAFunctionOfBits() {
        let field = RandomField(seed: 9, update: 4, layer: 2, firstRow: 0)
        let noise = outputs(GaussianNoise(1), of: 0, rows: 20, columns: 64)
        for row in 0..<20 {
            for column in 0..<64 where column % 32 < 16 {
                let radius = (-2 * log((Double(field.bits(row: row, column: column)) + 0.5) * 0x1p-32)).squareRoot()
                let angle = (Double(field.bits(row: row, column: column + 16)) + 0.5) * 0x1p-31 * Double.pi
                #expect(abs(noise[row, column] - radius * cos(angle)) < 1e-13)
                #expect(abs(noise[row, column + 16] - radius * sin(angle)) < 1e-13)
            }
        }
    }

    /// Normal numbers stay so behind AlphaDropout: mean 0, variance 1.
    @Test func alphaDropoutKeepsMoments() throws {
        var generator = RandomGenerator(seed: 3)
        let inputs = (0..<50_000).flatMap { _ in
            let pair = generator.nextNormalPair()
            return [pair.0, pair.1]
        }
        let layer = AlphaDropout(0.2)
        var outputs = [Double](repeating: 0, count: inputs.count)
        var scratch = [Double](repeating: 0, count: 500 * layer.scratch(forInputFeatures: 200).perRow)
        var pass = ForwardPass(
            input: MatrixView(rows: 500, columns: 200, elements: inputs.span), parameters: Span(), columns: 0..<200,
            output: MutableMatrixView(rows: 500, columns: 200, elements: outputs.mutableSpan),
            random: RandomField(seed: 1, update: 0, layer: 0, firstRow: 0), rowScratch: scratch.mutableSpan)
        layer.forward(&pass)
        let (mean, variance) = moments(outputs)
        #expect(abs(mean) < 0.015 && abs(variance - 1) < 0.03)
        // PyTorch's numbers for p = 0.2: what is dropped, and what 0 becomes.
        let a = 1 / (0.8 * (1 + 0.2 * 1.7580993408473766 * 1.7580993408473766)).squareRoot()
        let dropped = try #require(
            outputs.min { abs($0 + 0.8 * a * 1.7580993408473766) < abs($1 + 0.8 * a * 1.7580993408473766) })
        #expect(abs(dropped + 0.8 * a * 1.7580993408473766) < 1e-14)
        #expect(outputs.count { $0 == dropped } > 19_000)
    }

    /// Masks of different seeds, updates, layers, rows and columns have as much in common as chance gives them.
    @Test func masksAreIndependent() {
        func mask(seed: UInt64 = 9, update: Int = 4, stage: Int = 2, firstRow: Int = 0) -> [Bool] {
            outputs(Dropout(0.5), seed: seed, update: update, stage: stage, firstRow: firstRow).elements.map { $0 > 0 }
        }
        let first = mask()
        #expect(mask() == first)
        func agreement(_ other: some Sequence<Bool>) -> Double {
            let same = zip(first, other).count { $0 == $1 }
            return Double(same) / Double(first.count)
        }
        // Half of 100,000, give or take four standard deviations.
        let allowed = 0.5 - 2 / 1e5.squareRoot()...0.5 + 2 / 1e5.squareRoot()
        #expect(allowed.contains(agreement(mask(seed: 10))))
        for update in [3, 5, 1_000_000] {
            #expect(allowed.contains(agreement(mask(update: update))), "update \(update)")
        }
        for stage in [0, 1, 3] { #expect(allowed.contains(agreement(mask(stage: stage))), "layer \(stage)") }
        for rows in [1, 2, 64] {
            #expect(allowed.contains(agreement(mask(firstRow: 500 * rows))), "\(rows) batches on")
        }
        // Rows and columns of one mask.
        for distance in [1, 4, 16, 64, 200, 400] {
            #expect(
                allowed.contains(agreement(first.dropFirst(distance) + first.prefix(distance))), "\(distance) apart")
        }
        // A block of rows has the mask that the rows have in the whole.
        let block = outputs(Dropout(0.5), rows: 3, firstRow: 7).elements.map { $0 > 0 }
        #expect(block == Array(first[7 * 200..<10 * 200]))
    }

    /// Training is random, and what goes back went forward through the same mask; prediction is as without the layer.
    @Test(arguments: layers) func trainingAndPrediction(_ layer: any Layer) throws {
        let plain = try MLP<Double>([Linear(6, 40), Tanh(), Linear(40, 3), Softmax()], seed: 2)
        var model = try MLP<Double>(
            [layer, Linear(6, 40), layer, Tanh(), layer, Linear(40, 3), layer, Softmax()], seed: 2)
        model.parameters = plain.parameters
        var generator = RandomGenerator(seed: 1)
        let inputs = generator.matrix(70, 6, of: Double.self)
        let classes = generator.classes(70, below: 3)
        #expect(try model.predict(inputs) == plain.predict(inputs))
        var predictor = try Predictor(model, mostRows: 70)
        var outputs = [Double](repeating: 0, count: 210)
        var span = outputs.mutableSpan
        try predictor.predict(inputs.elements.span, into: &span)
        #expect(outputs == (try plain.predict(inputs)).elements)

        var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        let first = try trainer.forward(inputs)
        #expect(first != (try plain.predict(inputs)))
        #expect(try trainer.forward(inputs) == first)
        let loss = try trainer.backward(targets: classes)
        var other = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        #expect(try other.step(inputs: inputs, targets: classes) == loss)
        trainer.update()
        #expect(trainer.model.parameters == other.model.parameters)
        // After an update there is another mask.
        let second = try trainer.forward(inputs)
        trainer.engine.parameters.set(model.parameters)
        #expect(second != first)

        // A copy of the seed, another mask: all randomness follows from the model's seed.
        var reseeded = try MLP<Double>(model.layers, seed: 3)
        reseeded.parameters = model.parameters
        var third = try Trainer(model: reseeded, loss: CrossEntropy(), optimizer: Adam())
        #expect(try third.forward(inputs) != first)

        // Validation is prediction.
        var validated = model
        let history = try validated.train(
            inputs: inputs, targets: classes, loss: CrossEntropy(), optimizer: Adam(learningRate: 1e-12), epochs: 1,
            validation: .rows(inputs, classes), progress: .silent)
        var quiet = try Trainer(model: plain, loss: CrossEntropy(), optimizer: Adam())
        _ = try quiet.forward(inputs)
        let expected = try quiet.backward(targets: classes)
        #expect(abs(history.validationLosses[0] - expected) < 1e-9)
        #expect(abs(history.losses[0] - expected) > 1e-6)
    }

    /// Wherever a batch is cut into tiles, a row's mask is that of its place in the batch; and it is the update's.
    @Test func masksOfTrainers() throws {
        let layers: [any Layer] = [
            Linear(128, 128, weightInitializer: .zeros, biasInitializer: .constant(1)), Dropout(0.5),
        ]
        var trainer = try Trainer(model: MLP<Double>(layers, seed: 5), loss: MeanSquaredError(), optimizer: Adam())
        let inputs = Matrix<Double>(rows: 300, columns: 128)
        for update in 0..<2 {
            let field = RandomField(seed: trainer.engine.seed, update: update, layer: 1, firstRow: 0)
            let outputs = try trainer.forward(inputs)
            let isRight = (0..<300).allSatisfy { row in
                (0..<128).allSatisfy { (outputs[row, $0] == 0) == (field.bits(row: row, column: $0) < 1 << 31) }
            }
            #expect(isRight, "update \(update)")
            try trainer.backward(targets: outputs)
            trainer.update()
        }
    }

    /// A layer that has a place of its own for its output, whatever `base` could do without.
    private struct Apart<Base: Layer>: Layer {
        let base: Base
        func outputFeatures(forInputFeatures features: Int) -> Int { features }
        func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) { base.forward(&pass) }
        func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) { base.backward(&pass) }
        func scratch(forInputFeatures features: Int) -> Scratch { base.scratch(forInputFeatures: features) }
        var treatsRowsApart: Bool { true }
        var treatsColumnsApart: Bool { true }
        var readsOutputInBackward: Bool { false }
    }

    /// In the place of their input the numbers become the same as beside it, in blocks of rows and of columns.
    @Test(arguments: layers, [(rows: 70, width: 40), (rows: 24, width: 900)])
    func inPlace(_ layer: any Layer, shape: (rows: Int, width: Int)) throws {
        func apart<Base: Layer>(_ base: Base) -> any Layer { Apart(base: base) }
        var generator = RandomGenerator(seed: 1)
        let inputs = generator.matrix(shape.rows, 200, of: Double.self)
        let classes = generator.classes(shape.rows, below: 3)
        func parameters(_ layer: any Layer, isInPlace: Bool, threads: Int) throws -> [Double] {
            let model = try MLP<Double>(
                [
                    Linear(200, shape.width), layer, GELU(), layer, Linear(shape.width, shape.width), layer,
                    ReLU(), Linear(shape.width, 3),
                ], seed: 2)
            #expect([1, 3, 5].allSatisfy { model.network.stages[$0].trainsInPlace == isInPlace })
            var trainer = try Trainer(
                model: model, loss: CrossEntropy(.logits), optimizer: SGD(learningRate: 0.01), threads: threads)
            for _ in 0..<2 { try trainer.step(inputs: inputs, targets: classes) }
            return trainer.model.parameters
        }
        let expected = try parameters(apart(layer), isInPlace: false, threads: 1)
        #expect(try parameters(layer, isInPlace: true, threads: 1) == expected)
        #expect(try parameters(layer, isInPlace: true, threads: 2) == expected)
    }

    /// A second training of a model draws other masks than the first, whatever the order of its rows.
    @Test(arguments: [Sampling.inOrder, .shuffled, .withReplacement]) func trainingsDiffer(_ sampling: Sampling) throws
    {
        var model = try MLP<Double>(
            [Linear(2, 100, weightInitializer: .zeros, biasInitializer: .constant(1)), Dropout(0.5)], seed: 5)
        let (inputs, targets) = (Matrix<Double>(rows: 8, columns: 2), Matrix<Double>(rows: 8, columns: 100))
        func mask() throws -> [Bool] {
            var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam())
            return try trainer.forward(inputs).elements.map { $0 == 0 }
        }
        var masks = [try mask()]
        try model.train(
            inputs: inputs, targets: targets, loss: MeanSquaredError(), epochs: 1, sampling: sampling, progress: .silent
        )
        masks.append(try mask())
        // From files, which are not drawn from with replacement, and step by step.
        if sampling != .withReplacement {
            try withTemporaryFolder { folder in
                let files = (folder.appending(path: "x.npy"), folder.appending(path: "y.npy"))
                try inputs.write(npy: files.0)
                try targets.write(npy: files.1)
                try model.train(
                    on: StreamedDataset(inputs: [files.0], targets: [files.1]), loss: MeanSquaredError(), epochs: 1,
                    sampling: sampling, progress: .silent)
            }
            masks.append(try mask())
        }
        var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam())
        try trainer.step(inputs: inputs, targets: targets)
        model = trainer.model
        masks.append(try mask())
        _ = try trainer.forward(inputs)
        try trainer.backward(targets: targets)
        trainer.update()
        model = trainer.model
        masks.append(try mask())
        #expect(Set(masks).count == masks.count)
    }

    /// Layers that do nothing in prediction, and no others.
    @Test func nothingElse() throws {
        let model = try MLP<Float>([Dropout(0.5), AffineFree()], seed: 1)
        let inputs = Matrix<Float>([[1, -2, 3]])
        #expect(try model.predict(inputs) == inputs)
    }

    /// Takes three columns, and is for training alone.
    private struct AffineFree: Layer {
        var expectedInputFeatures: Int? { 3 }
        var actsInTrainingAlone: Bool { true }
        func outputFeatures(forInputFeatures features: Int) -> Int { features }
        func forward<Scalar>(_ pass: inout ForwardPass<Scalar>) {
            for column in pass.columns { pass.output[0, column] = pass.input[0, column] }
        }
        func backward<Scalar>(_ pass: inout BackwardPass<Scalar>) {}
    }

    @Test func invalidArguments() {
        for p in [-0.1, 1, 1.5, .nan] {
            let message = "layer 1 (Dropout): the probability is \(p); it must be at least 0 and below 1"
            #expect(errorMessage { _ = try MLP<Double>([Linear(2, 2), Dropout(p)]) } == message)
            #expect(errorMessage { _ = try MLP<Double>([Linear(2, 2), AlphaDropout(p)]) }.contains("\(p)"))
        }
        for deviation in [-1, Double.infinity, .nan] {
            #expect(
                errorMessage { _ = try MLP<Double>([Linear(2, 2), GaussianNoise(deviation)]) }
                    == "layer 1 (GaussianNoise): the standard deviation is \(deviation); it must be finite and not negative"
            )
        }
    }
}
