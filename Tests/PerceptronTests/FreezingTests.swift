import TestSupport
import Testing

@testable import Perceptron

/// Layers that don't learn.
@Suite struct FreezingTests {
    static let layers: [any Layer] = [
        Linear(5, 8), BatchNorm(8), Tanh(), Linear(8, 6), RMSNorm(6), Linear(6, 3), Softmax(),
    ]

    private func data() -> (inputs: Matrix<Double>, classes: [Int]) {
        var generator = RandomGenerator(seed: 4)
        return (generator.matrix(20, 5, of: Double.self), generator.classes(20, below: 3))
    }

    /// An optimizer that moves every parameter, whatever its gradient, all together.
    private struct Drift: Optimizer {
        var stateVectors: Int { 0 }
        func validate() {}
        func update<Scalar>(_ update: inout ParameterUpdate<Scalar>) {
            for index in 0..<update.parameters.count { update.parameters[index] += 1 }
        }
    }

    @Test(arguments: [[0], [1, 3], [4, 5], [0, 1, 2, 3], [0, 1, 3, 4, 5]], [1, 3])
    func frozenLayersStay(_ frozen: [Int], threads: Int) throws {
        let (inputs, classes) = data()
        for optimizer in [Adam(learningRate: 0.1), Drift(), ScheduleFreeAdamW(), Muon()] as [any Optimizer] {
            var model = try MLP<Double>(Self.layers, seed: 1)
            try model.freeze(layers: frozen)
            let start = model.parameters
            var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: optimizer, threads: threads)
            for _ in 0..<3 { try trainer.step(inputs: inputs, targets: classes) }
            for tensor in model.parameterLayout {
                let (before, after) = (start[tensor.range], trainer.model.parameters[tensor.range])
                #expect((before == after) == frozen.contains(tensor.layer), "\(tensor)")
                let gradient = trainer.gradients[tensor.range]
                #expect(gradient.allSatisfy { $0 == 0 } == frozen.contains(tensor.layer), "\(tensor)")
            }
            // What learns has the gradient that it had without the others.
            var free = try Trainer(
                model: try MLP<Double>(Self.layers, seed: 1), loss: CrossEntropy(), optimizer: optimizer)
            var held = try Trainer(model: model, loss: CrossEntropy(), optimizer: optimizer)
            _ = try free.forward(inputs)
            _ = try held.forward(inputs)
            try free.backward(targets: classes, computesInputGradient: true)
            try held.backward(targets: classes, computesInputGradient: true)
            #expect(free.inputGradient == held.inputGradient)
            for tensor in model.parameterLayout where !frozen.contains(tensor.layer) {
                #expect(free.gradients[tensor.range] == held.gradients[tensor.range])
            }
            // Running statistics are no parameters.
            #expect(trainer.model.state != model.state)
        }
    }

    /// The way back ends before the first layer that learns: nothing goes through a layer whose way back would trap.
    @Test func theWayBackEnds() throws {
        struct OneWay: Layer {
            func outputFeatures(forInputFeatures features: Int) -> Int { features }
            func forward<Scalar>(_ pass: inout ForwardPass<Scalar>) {
                for row in 0..<pass.input.rows {
                    for column in pass.columns { pass.output[row, column] = pass.input[row, column] }
                }
            }
            func backward<Scalar>(_ pass: inout BackwardPass<Scalar>) { preconditionFailure("nothing comes back here") }
        }
        let (inputs, classes) = data()
        var model = try MLP<Double>([Linear(5, 6), OneWay(), Linear(6, 3), Softmax()], seed: 1)
        try model.freeze(layers: [0])
        var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        let loss = try trainer.step(inputs: inputs, targets: classes)
        #expect(try trainer.step(inputs: inputs, targets: classes) < loss)
    }

    @Test func unfreezing() throws {
        var model = try MLP<Double>(Self.layers, seed: 1)
        try model.freeze(layers: 0..<4)
        try model.unfreeze(layers: [1, 2])
        #expect(
            Self.layers.indices.map { model.isFrozen(layer: $0) } == [true, false, false, true, false, false, false])
        #expect(
            errorMessage { try model.freeze(layers: [2, 7]) } == "there is no layer 7; the model has layers 0 to 6")
        #expect(
            errorMessage { try model.unfreeze(layers: [-1]) } == "there is no layer -1; the model has layers 0 to 6")
        #expect(!model.isFrozen(layer: 2))
    }

    /// Files and checkpoints know it.
    @Test func filesKnow() throws {
        let (inputs, classes) = data()
        var model = try MLP<Double>(Self.layers, seed: 1)
        try model.freeze(layers: [0, 4])
        try model.train(inputs: inputs, targets: classes, loss: CrossEntropy(), epochs: 2, progress: .silent)
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "model")
            try model.save(to: file)
            let again = try MLP<Double>(contentsOf: file)
            #expect(again.frozenLayers == [0, 4])
            #expect(again.parameters == model.parameters)
            #expect(again.state == model.state)
            try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam()).saveCheckpoint(to: file)
            let trainer = try Trainer<Double>(resumingFrom: file, loss: CrossEntropy(), optimizer: Adam())
            #expect(trainer.model.frozenLayers == [0, 4])
            #expect(trainer.model.state == model.state)
        }
        func read(_ text: String) throws -> Set<Int> {
            try FrozenLayers.read(try JSONParser.parse(Array(text.utf8).span), layers: 3, path: "file")
        }
        #expect(try read("{}") == [])
        #expect(try read(#"{"frozen":[2,0]}"#) == [0, 2])
        for text in [#"{"frozen":[3]}"#, #"{"frozen":[-1]}"#, #"{"frozen":1.5}"#, #"{"frozen":["0"]}"#] {
            #expect(
                errorMessage { _ = try read(text) }
                    == #"file: "frozen" must be a list of layer indices from 0 to 2"#)
        }
    }

    /// Weights decay, biases and what scales normalised numbers don't.
    @Test func decay() throws {
        let decaying = try MLP<Double>(Self.layers).parameterLayout.filter(\.decays)
        #expect(decaying.map { "\($0.layer).\($0.name)" } == ["0.weight", "3.weight", "5.weight"])
        #expect(!(try MLP<Double>([Affine(3), LayerNorm(3)]).parameterLayout.contains(where: \.decays)))
    }
}
