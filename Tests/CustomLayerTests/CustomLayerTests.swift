import Perceptron
import PerceptronTesting
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

/// Layers with settings that are not the defaults.
private let layers: [LayerSuite] = [
    LayerSuite(Square(), inputFeatures: 5),
    LayerSuite(PReLU(slope: -0.5), inputFeatures: 5),
    LayerSuite(PReLU(treatsRowsApart: false), inputFeatures: 5),
    LayerSuite(LeakyReLU(), inputFeatures: 5),
    LayerSuite(PairSums(), inputFeatures: 6),
    LayerSuite(CenterColumns(), inputFeatures: 5),
]

@Test(arguments: layers.indices, LayerSuite.Check.allCases)
func aLayerOfOnesOwn(_ index: Int, _ check: LayerSuite.Check) throws {
    try layers[index].check(check)
}

/// What a pass doesn't change stays, and a pass without a way back changes nothing.
@Test func stateThatFewPassesChange() throws {
    let model = try MLP<Double>([PositiveSeen(), Linear(1, 1)], seed: 1)
    var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam())
    let (positive, negative) = (Matrix<Double>([[1]]), Matrix<Double>([[-1]]))
    _ = try trainer.forward(positive)
    try trainer.step(inputs: negative, targets: positive)
    #expect(trainer.model.state == [0])
    try trainer.step(inputs: positive, targets: positive)
    try trainer.step(inputs: negative, targets: positive)
    #expect(trainer.model.state == [1])
}

@Test(arguments: LossSuite.Check.allCases) func aLossOfOnesOwn(_ check: LossSuite.Check) throws {
    try LossSuite(Huber(), columns: 3, targets: [.values, .classes]).check(check)
}

@Test(arguments: networks.indices, NetworkSuite.Check.allCases)
func layersOfOnesOwnInANetwork(_ network: Int, _ check: NetworkSuite.Check) throws {
    try NetworkSuite(networks[network], loss: Huber()).check(check)
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
