import Perceptron
import Testing

// Everything here uses what the package makes public and nothing else.

/// Reproducible numbers in −1 ..< 1.
private func random<Scalar>(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Scalar> {
    var generator = RandomGenerator(seed: seed)
    return Matrix(
        rows: rows, columns: columns,
        elements: (0..<rows * columns).map { _ in Scalar(2 * generator.nextUniform() - 1) })
}

/// Lists of layers that take 4 columns and give 3.
private let networks: [[any Layer]] = [
    [Linear(4, 5), Square(), Linear(5, 3)],
    [Square(), Linear(4, 3)],
    [Linear(4, 5), PReLU(), Linear(5, 3), PReLU(slope: -0.5)],
    [PReLU(), Linear(4, 3)],
    [Linear(4, 5), LeakyReLU(), Linear(5, 3), LeakyReLU()],
    [LeakyReLU(), Linear(4, 3)],
    [Linear(4, 5), PReLU(), LeakyReLU(), ReLU(), Linear(5, 3), Square()],
    [Linear(4, 6), PairSums(), LeakyReLU(), Linear(3, 6), Sigmoid(), PairSums()],
    [Linear(4, 5), CenterColumns(), PReLU(), Linear(5, 3)],
    [Linear(4, 5), PReLU(treatsRowsApart: false), LeakyReLU(treatsRowsApart: false), Linear(5, 3), Softmax()],
    [Linear(4, 3), Square(), Softmax()],
]

// 300 rows are cut into several blocks, of which the last is short.
@Test(arguments: networks.indices, [1, 7, 300])
func gradientsAreThoseOfCentralDifferences(network: Int, rows: Int) throws {
    let model = try MLP<Double>(networks[network], seed: 3)
    let inputs: Matrix<Double> = random(rows, 4, seed: 5)
    let targets: Matrix<Double> = random(rows, 3, seed: 7)

    func loss(_ parameters: [Double], _ inputs: Matrix<Double>) throws -> Double {
        var moved = model
        try moved.setParameters(parameters)
        let outputs = try moved.predict(inputs)
        // The mean of the loss, straight from its definition.
        let errors = zip(outputs.elements, targets.elements).map { abs($0 - $1) }
        return errors.map { $0 <= 1 ? $0 * $0 / 2 : $0 - 0.5 }.reduce(0, +) / Double(errors.count)
    }

    var trainer = try Trainer(model: model, loss: Huber(), optimizer: Adam())
    _ = try trainer.forward(inputs)
    let value = try trainer.backward(targets: targets, computesInputGradient: true)
    let inputGradient = try #require(trainer.inputGradient)
    #expect(abs(value - (try loss(model.parameters, inputs))) <= 1e-12 * abs(value))

    let step = 1e-6
    for index in model.parameters.indices {
        var (up, down) = (model.parameters, model.parameters)
        up[index] += step
        down[index] -= step
        let numeric = try (loss(up, inputs) - loss(down, inputs)) / (2 * step)
        let analytic = trainer.gradients[index]
        #expect(abs(analytic - numeric) <= 1e-5 + 1e-3 * abs(numeric), "parameter \(index): \(analytic), \(numeric)")
    }
    for index in stride(from: 0, to: inputs.elements.count, by: rows > 10 ? 31 : 1) {
        var (up, down) = (inputs, inputs)
        up.elements[index] += step
        down.elements[index] -= step
        let numeric = try (loss(model.parameters, up) - loss(model.parameters, down)) / (2 * step)
        let analytic = inputGradient.elements[index]
        #expect(abs(analytic - numeric) <= 1e-5 + 1e-3 * abs(numeric), "input \(index): \(analytic), \(numeric)")
    }
}

@Test(arguments: networks.indices)
func trainingLowersTheLossInBothTypes(network: Int) throws {
    func losses<Scalar: BLASScalar>(_: Scalar.Type) throws -> [Double] {
        var model = try MLP<Scalar>(networks[network], seed: 1)
        return try model.train(
            inputs: random(300, 4, seed: 2), targets: random(300, 3, seed: 4), loss: Huber(), optimizer: Momentum(),
            epochs: 10, batchSize: 150, progress: .silent
        ).losses
    }
    let (double, float) = try (losses(Double.self), losses(Float.self))
    #expect(double.last! < double.first!)
    for (a, b) in zip(double, float) { #expect(abs(a - b) <= 1e-4 * a) }
}

@Test(arguments: networks.indices)
func bitsDoNotDependOnThreads(network: Int) throws {
    func parameters(threads: Int) throws -> [Double] {
        var model = try MLP<Double>(networks[network], seed: 1)
        try model.train(
            inputs: random(700, 4, seed: 2), targets: random(700, 3, seed: 4), loss: Huber(), optimizer: Momentum(),
            epochs: 3, batchSize: 500, progress: .silent, threads: threads)
        return model.parameters
    }
    let one = try parameters(threads: 1)
    #expect(try parameters(threads: 2) == one)
    #expect(try parameters(threads: 3) == one)
}

@Test func aLayerCutIntoBlocksOfRowsGivesWhatTheWholeGives() throws {
    func gradients(apart: Bool) throws -> [Double] {
        let layers: [any Layer] = [
            Linear(4, 5), PReLU(treatsRowsApart: apart), LeakyReLU(treatsRowsApart: apart), Linear(5, 3),
        ]
        var trainer = try Trainer(
            model: try MLP<Double>(layers, seed: 1), loss: Huber(), optimizer: Momentum())
        try trainer.step(inputs: random(500, 4, seed: 2), targets: random(500, 3, seed: 4))
        return trainer.gradients
    }
    for (a, b) in try zip(gradients(apart: true), gradients(apart: false)) {
        #expect(abs(a - b) <= 1e-12 * max(abs(a), 1e-3))
    }
}

@Test(arguments: [true, false])
func anOptimizerOfOnesOwnKeepsItsState(apart: Bool) throws {
    let inputs: Matrix<Double> = random(9, 4, seed: 2)
    let classes = (0..<9).map { $0 % 3 }
    // More parameters than an update does in one stretch.
    let model = try MLP<Double>([Linear(4, 3000), LeakyReLU(), Linear(3000, 3)], seed: 1)
    var trainer = try Trainer(
        model: model, loss: Huber(),
        optimizer: Momentum(learningRate: 0.01, momentum: 0.5, treatsParametersApart: apart))
    var parameters = model.parameters
    var velocity = [Double](repeating: 0, count: parameters.count)
    for _ in 1...4 {
        try trainer.step(inputs: inputs, targets: classes)
        for index in parameters.indices {
            velocity[index] = 0.5 * velocity[index] + trainer.gradients[index]
            parameters[index] -= 0.01 * velocity[index]
        }
        #expect(trainer.model.parameters == parameters)
    }
}

@Test func aLossOfOnesOwnSeesClassesAsTheirOneHotRows() throws {
    let inputs: Matrix<Double> = random(300, 4, seed: 2)
    let classes = (0..<300).map { $0 * 7 % 3 }
    var oneHot = Matrix<Double>(rows: 300, columns: 3)
    for (row, label) in classes.enumerated() { oneHot[row, label] = 1 }
    func losses(_ train: (inout MLP<Double>) throws -> History) throws -> [Double] {
        var model = try MLP<Double>([Linear(4, 5), PReLU(), Linear(5, 3)], seed: 1)
        return try train(&model).losses
    }
    let fromClasses = try losses {
        try $0.train(inputs: inputs, targets: classes, loss: Huber(), epochs: 3, batchSize: 170, progress: .silent)
    }
    let fromMatrix = try losses {
        try $0.train(inputs: inputs, targets: oneHot, loss: Huber(), epochs: 3, batchSize: 170, progress: .silent)
    }
    #expect(fromClasses == fromMatrix)
}

@Test func predictionShowsAllRowsToALayerThatNeedsThem() throws {
    let inputs: Matrix<Double> = random(5000, 4, seed: 2)
    let centered = try MLP<Double>([Linear(4, 3), CenterColumns()], seed: 1).predict(inputs)
    let plain = try MLP<Double>([Linear(4, 3)], seed: 1).predict(inputs)
    for column in 0..<3 {
        let mean = (0..<5000).map { plain[$0, column] }.reduce(0, +) / 5000
        for row in 0..<5000 { #expect(abs(plain[row, column] - mean - centered[row, column]) < 1e-12) }
    }
}

@Test func parametersOfALayerOfOnesOwnAreInTheLayout() throws {
    let model = try MLP<Float>([Linear(4, 5), PReLU(), Linear(5, 3, bias: false)])
    #expect(model.parameterLayout.map(\.name) == ["weight", "bias", "slope", "weight"])
    let slopes = model.parameterLayout[2]
    #expect(slopes.layer == 1)
    #expect(slopes.rows == 1)
    #expect(slopes.columns == 5)
    #expect(slopes.range == 25..<30)
    #expect(model.parameters[slopes.range] == [0.25, 0.25, 0.25, 0.25, 0.25])
}

@Test func errorsNameLayersAndOptimizersOfOnesOwn() throws {
    #expect(
        throws: PerceptronError.invalidArchitecture(
            "layer 1 (PairSums): takes an even number of input features, gets 5")
    ) { try MLP<Double>([Linear(4, 5), PairSums()]) }
    #expect(
        throws: PerceptronError.invalidArchitecture("layer 2 (Linear): takes 5 input features, gets 3")
    ) { try MLP<Double>([Linear(4, 6), PairSums(), Linear(5, 1)]) }
    let model = try MLP<Double>([Linear(4, 5)])
    #expect(
        throws: PerceptronError.invalidArgument(
            "Momentum: the learning rate is -1.0; it must be positive and finite")
    ) { try Trainer(model: model, loss: Huber(), optimizer: Momentum(learningRate: -1)) }
}

@Test func anOptimizerOfOnesOwnThatOverflowsLeavesTheModelFinite() throws {
    var model = try MLP<Float>([Linear(4, 5), PReLU(), Linear(5, 3)], seed: 1)
    let before = model.parameters
    #expect(
        throws: PerceptronError.diverged(
            what: "the update made a parameter infinite or NaN", epoch: 1, step: 1)
    ) {
        try model.train(
            inputs: random(8, 4, seed: 2), targets: random(8, 3, seed: 4), loss: Huber(),
            optimizer: Momentum(learningRate: 1e300), epochs: 2, progress: .silent)
    }
    #expect(model.parameters == before)
}

/// From another module, too, an element is changed where it is: a copy of all of them would be elsewhere.
@Test func elementsAreChangedInPlace() {
    var matrix: Matrix<Double> = random(30, 20, seed: 1)
    let place = matrix.elements.withUnsafeBufferPointer { UnsafePointer($0.baseAddress) }
    matrix.elements[7] = 1
    matrix[3, 4] += 1
    #expect(matrix.elements.withUnsafeBufferPointer { UnsafePointer($0.baseAddress) } == place)
}
