import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Optimizers in a trainer: groups, decay, checkpoints, where predictions are made.
@Suite struct OptimizerTrainingTests {
    private static let x = RandomGenerator.inputs(rows: 12, columns: 4, seed: 2)
    private static let classes = RandomGenerator.labels(rows: 12, below: 3, seed: 3)

    private func trainer(_ optimizer: any Optimizer) throws -> Trainer<Double> {
        try Trainer(
            model: MLP([Linear(4, 5), LayerNorm(5), Tanh(), Linear(5, 3), Softmax()], seed: 6), loss: CrossEntropy(),
            optimizer: optimizer)
    }

    /// One step of plain descent, from which the rate and the decay of each tensor are seen.
    private func step(_ optimizer: any Optimizer) throws -> [(tensor: ParameterTensor, rate: Double, decay: Double)] {
        var trainer = try trainer(optimizer)
        // No parameter is 0: decay must be seen.
        trainer = try Trainer(
            model: {
                var model = trainer.model
                model.parameters = model.parameters.map { $0 + 0.5 }
                return model
            }(), loss: CrossEntropy(), optimizer: optimizer)
        let before = trainer.model
        try trainer.step(inputs: Self.x, targets: Self.classes)
        let (after, gradients) = (trainer.model.parameters, trainer.gradients)
        return before.parameterLayout.map { tensor in
            // Two elements give two equations: moved = rate · (gradient + decay · parameter).
            let (i, j) = (tensor.range.lowerBound, tensor.range.lowerBound + 1)
            let moved = (before.parameters[i] - after[i], before.parameters[j] - after[j])
            let (g, w) = ((gradients[i], gradients[j]), (before.parameters[i], before.parameters[j]))
            let determinant = g.0 * w.1 - g.1 * w.0
            let rate = (moved.0 * w.1 - moved.1 * w.0) / determinant
            return (tensor, rate, (g.0 * moved.1 - g.1 * moved.0) / determinant / rate)
        }
    }

    private func expect(
        _ found: [(tensor: ParameterTensor, rate: Double, decay: Double)],
        _ expected: (ParameterTensor) -> (rate: Double, decay: Double)
    ) {
        for (tensor, rate, decay) in found {
            let (expectedRate, expectedDecay) = expected(tensor)
            #expect(abs(rate - expectedRate) < 1e-9, "\(tensor)")
            #expect(abs(decay - expectedDecay) < 1e-9, "\(tensor)")
        }
    }

    @Test func decayIsForWhatItIsFor() throws {
        expect(try step(SGD(learningRate: 0.1, weightDecay: 0.3))) { (0.1, $0.rows > 1 ? 0.3 : 0) }
    }

    @Test func groups() throws {
        let sgd = SGD(learningRate: 0.1, weightDecay: 0.3)
        expect(try step(sgd.grouped(.biases(weightDecay: 0.2)))) {
            (0.1, $0.name == "bias" ? 0.2 : $0.rows > 1 ? 0.3 : 0)
        }
        expect(try step(sgd.grouped(.layers(0..<2, learningRate: .times(0.5)), .layers([1], weightDecay: 0.7)))) {
            ($0.layer < 2 ? 0.05 : 0.1, $0.layer == 1 ? 0.7 : $0.rows > 1 ? 0.3 : 0)
        }
        // The later counts, and so do groups of groups.
        let nested = sgd.grouped(.biases(learningRate: .times(3))).grouped(
            .tensors(where: { $0.layer == 3 }, learningRate: .times(2)))
        expect(try step(nested)) {
            (0.1 * ($0.layer == 3 ? 2 : $0.name == "bias" ? 3 : 1), $0.rows > 1 ? 0.3 : 0)
        }
    }

    /// Biases are what is called so, in layers made of layers too.
    @Test func biasesWithinLayers() throws {
        let model = try MLP<Double>([Linear(4, 4), Residual([Linear(4, 4), LayerNorm(4)], projection: Linear(4, 4))])
        let group = ParameterGroup.biases()
        let names = model.parameterLayout.filter(group.contains).map { "\($0.layer).\($0.name)" }
        #expect(names == ["0.bias", "1.0.bias", "1.1.bias", "1.projection.bias"])
    }

    @Test func groupsThatAreNone() throws {
        for (groups, message) in [
            ([.layers(2..<7)], "SGD: a group names layer 5; the model has layers 0 to 4"),
            ([.layers([2])], "SGD: a group names no parameters of the model"),
            ([.tensors(where: { _ in false })], "SGD: a group names no parameters of the model"),
            (
                [.biases(learningRate: .times(-2))],
                "SGD: a group's learning rate is -2.0 times that of the rest; the factor must be finite and not negative"
            ),
            ([.biases(weightDecay: .nan)], "SGD: a group's weight decay is nan; it must be finite and not negative"),
        ] as [([ParameterGroup], String)] {
            #expect(errorMessage { _ = try trainer(SGD().grouped(groups[0])) } == message)
        }
        struct Together: Optimizer {
            var stateVectors: Int { 0 }
            func validate() {}
            func update<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {}
        }
        #expect(
            errorMessage { _ = try trainer(Together().grouped(.biases(weightDecay: 0))) }
                == "Together moves all parameters together; groups need an optimizer that treats parameters or "
                + "tensors separately"
        )
    }

    @Test func numbersOutOfTheirRanges() throws {
        for (optimizer, message) in [
            (SGD(momentum: 1), "SGD: momentum is 1.0; it must be at least 0 and below 1"),
            (SGD(dampening: -0.5), "SGD: dampening is -0.5; it must be from 0 to 1"),
            (
                SGD(momentum: 0.9, dampening: 0.5, nesterov: true),
                "SGD: momentum is 0.9 and dampening 0.5; Nesterov's momentum needs momentum and no dampening"
            ),
            (SGD(weightDecay: -1), "SGD: weight decay is -1.0; it must be finite and not negative"),
            (AdamW(beta2: 1), "AdamW: beta2 is 1.0; it must be at least 0 and below 1"),
            (NAdam(momentumDecay: -1), "NAdam: momentum decay is -1.0; it must be finite and not negative"),
            (RMSprop(alpha: 1), "RMSprop: alpha is 1.0; it must be at least 0 and below 1"),
            (Adadelta(rho: -0.1), "Adadelta: rho is -0.1; it must be at least 0 and below 1"),
            (Lion(beta1: 2), "Lion: beta1 is 2.0; it must be at least 0 and below 1"),
            (ScheduleFreeAdamW(beta1: 0), "ScheduleFreeAdamW: beta1 is 0.0; it must be above 0 and below 1"),
            (Muon(steps: 100), "Muon: steps is 100.0; it must be at least 1 and below 100"),
        ] as [(any Optimizer, String)] {
            #expect(errorMessage { _ = try trainer(optimizer) } == message)
        }
    }

    /// Validation, the model and its checkpoint have the average; training goes on where it was.
    @Test func scheduleFreePredictsWithItsAverage() throws {
        let optimizer = ScheduleFreeAdamW(learningRate: 0.05)
        var trainer = try trainer(optimizer)
        let history = try trainer.train(
            inputs: Self.x, targets: Self.classes, epochs: 5, batchSize: 5, validation: .rows(Self.x, Self.classes),
            progress: .silent)
        let trained = trainer.engine.values.parameters
        #expect(trainer.model.parameters != trained)
        var predicting = try self.trainer(optimizer)
        predicting.engine.set(trainer.model.values)
        _ = try predicting.forward(Self.x)
        #expect(abs(try predicting.backward(targets: Self.classes) - history.validationLosses[4]) < 1e-12)
        // Set from outside, the average is what was set.
        trainer.engine.set(trainer.model.values)
        let model = trainer.model
        #expect(trainer.engine.values.parameters == model.parameters)
        try trainer.step(inputs: Self.x, targets: Self.classes)
        #expect(trainer.model.parameters != model.parameters)
    }

    /// A point counts in the average by the largest rate so far, also when the rate has fallen since.
    @Test func scheduleFreeWeighsByTheLargestRate() {
        let optimizer = ScheduleFreeAdamW(numberPower: 1, ratePower: 2)
        var numbers = [0.0, 0, 0]
        let updates: [(rate: Double, numbers: [Double])] = [
            (1, [1, 1, 1]), (3, [3, 19, 18.0 / 19]), (2, [3, 46, 27.0 / 46]),
        ]
        for (index, expected) in updates.enumerated() {
            optimizer.beginUpdate(&numbers, step: index + 1, learningRate: expected.rate)
            #expect(numbers == expected.numbers)
        }
    }

    /// Muon orthogonalises what inputs are multiplied by; a table that is looked up in is AdamW's.
    @Test func muonLeavesEmbeddingsToAdamW() throws {
        func step(_ optimizer: any Optimizer) throws -> (tensors: [ParameterTensor], parameters: [Double]) {
            var trainer = try Trainer(
                model: MLP<Double>(
                    [Embedding(categories: 3, features: 4), Linear(4, 5), Linear(5, 3), Softmax()], seed: 2),
                loss: CrossEntropy(), optimizer: optimizer)
            let codes = Matrix(rows: 12, columns: 1, elements: (0..<12).map { Double($0 % 3) })
            try trainer.step(inputs: codes, targets: Self.classes)
            return (trainer.model.parameterLayout, trainer.model.parameters)
        }
        let (tensors, muon) = try step(Muon(learningRate: 0.01, weightDecay: 0.2))
        let (_, adam) = try step(AdamW(learningRate: 0.01, weightDecay: 0.2))
        let alike = tensors.filter { muon[$0.range] == adam[$0.range] }.map { "\($0.layer).\($0.name)" }
        #expect(alike == ["0.weight", "1.bias", "2.weight", "2.bias"])
    }

    /// The factors decay as they are said to, and a matrix with a longer side than the largest has none.
    @Test func factorsOfSOAP() throws {
        var trainer = try trainer(SOAP(factorDecay: 0.75))
        try trainer.step(inputs: Self.x, targets: Self.classes)
        let first = trainer.gradients[0..<5].reduce(0) { $0 + $1 * $1 }
        #expect(abs(trainer.engine.parameters.state.tensors[0] - 0.25 * first) < 1e-15)
        let weight = trainer.model.parameterLayout[0]
        #expect(weight.rows == 4 && weight.columns == 5)
        #expect(SOAP(largestSide: 5).tensorState(for: weight) == 2 * (16 + 25))
        #expect(SOAP(largestSide: 4).tensorState(for: weight) == 0)
    }

    /// The best epoch's average is given back, and an interrupted run goes on from where training was.
    @Test(arguments: [ScheduleFreeAdamW(learningRate: 0.3), Adam(learningRate: 0.3)] as [any Optimizer])
    func interruptedWithTheBestGivenBack(_ optimizer: any Optimizer) throws {
        let folder = try TemporaryFolder()
        let file = folder.file("checkpoint")
        func train(_ trainer: inout Trainer<Double>, until last: Int = .max) throws -> History {
            try trainer.train(
                inputs: Self.x, targets: Self.classes, epochs: 6, batchSize: 5,
                validation: .rows(Self.x, Self.classes.map { ($0 + 1) % 3 }), earlyStopping: EarlyStopping(patience: 9),
                callbacks: [.everyStep { $0.updates == last ? .stop : .proceed }], progress: .silent)
        }
        var whole = try trainer(optimizer)
        let history = try train(&whole)
        for stop in 4...18 {
            var stopped = try trainer(optimizer)
            let first = try train(&stopped, until: stop)
            #expect(first.keptEpoch != nil)
            try stopped.saveCheckpoint(to: file)
            var resumed = try Trainer<Double>(resumingFrom: file, loss: CrossEntropy(), optimizer: optimizer)
            #expect(resumed.model.parameters == stopped.model.parameters)
            #expect(try train(&resumed) == history)
            #expect(resumed.model.parameters == whole.model.parameters)
        }
    }

    /// A plateau watches what early stopping would: the validation loss where there is one.
    @Test func plateausOfValidation() throws {
        func rates(_ validation: Validation<Double>?) throws -> [Double] {
            var trainer = try trainer(
                SGD(learningRate: .reduceOnPlateau(from: 0.5, factor: 0.5, patience: 0, threshold: 0)))
            return try trainer.train(
                inputs: Self.x, targets: Self.classes, epochs: 5, batchSize: 12, validation: validation,
                progress: .silent
            ).learningRates
        }
        #expect(try rates(nil) == [0.5, 0.5, 0.5, 0.5, 0.5])
        // As the model learns the classes it unlearns others.
        let other = try rates(.rows(Self.x, Self.classes.map { ($0 + 1) % 3 }))
        #expect(other[0] == 0.5 && other[4] < 0.5)
    }

    /// What a plateau has seen is in the checkpoint, and in nothing but the run.
    @Test func plateausResume() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("checkpoint")
        let optimizer = SGD(learningRate: .reduceOnPlateau(from: 0.5, factor: 0.5, patience: 0, threshold: 0.3))
        func train(_ trainer: inout Trainer<Double>, until last: Int = .max) throws -> [Double] {
            let rates = Locked<[Double]>([])
            try trainer.train(
                inputs: Self.x, targets: Self.classes, epochs: 5, batchSize: 5,
                callbacks: [
                    .everyStep { report in
                        rates.withLock { $0.append(report.trainer.engine.parameters.learningRate) }
                        return report.updates == last ? .stop : .proceed
                    }
                ], progress: .silent)
            return rates.withLock { $0 }
        }
        var whole = try trainer(optimizer)
        let rates = try train(&whole)
        #expect(rates.first == 0.5 && Set(rates).count > 2)
        for stop in 1..<15 {
            var stopped = try trainer(optimizer)
            let first = try train(&stopped, until: stop)
            try stopped.saveCheckpoint(to: file)
            var resumed = try Trainer<Double>(resumingFrom: file, loss: CrossEntropy(), optimizer: optimizer)
            #expect(first + (try train(&resumed)) == rates)
            #expect(resumed.model.parameters == whole.model.parameters)
        }
        // The next run begins with the whole rate.
        #expect(try train(&whole).first == 0.5)
    }

    /// A schedule begins with its run, also where that is not the trainer's first.
    @Test func aLaterRunsScheduleResumes() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("checkpoint")
        let optimizer = SGD(learningRate: .cosine(from: 0.5, warmUp: 2))
        func train(_ trainer: inout Trainer<Double>, until last: Int = .max) throws -> History {
            try trainer.train(
                inputs: Self.x, targets: Self.classes, epochs: 3, batchSize: 5,
                callbacks: [.everyStep { $0.updates == last ? .stop : .proceed }], progress: .silent)
        }
        var whole = try trainer(optimizer)
        let first = try train(&whole)
        let history = try train(&whole)
        #expect(history.learningRates == first.learningRates)
        for stop in 10..<18 {
            var stopped = try trainer(optimizer)
            _ = try train(&stopped)
            _ = try train(&stopped, until: stop)
            try stopped.saveCheckpoint(to: file)
            var resumed = try Trainer<Double>(resumingFrom: file, loss: CrossEntropy(), optimizer: optimizer)
            #expect(try train(&resumed) == history, "stopped at \(stop)")
            #expect(resumed.model.parameters == whole.model.parameters)
        }
    }

    @Test func schedulesInCheckpoints() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("checkpoint")
        let schedule = Schedule.cosine(from: 0.05, warmUp: 3)
        try trainer(Adam(learningRate: schedule)).saveCheckpoint(to: file)
        let text = try #require(try SafetensorsFile(contentsOf: file).metadata["checkpoint"])
        let description = try JSONParser.parse(Array(text.utf8).span)
        let saved = try #require(description["learningRate"])
        #expect(try JSONCoding.decode(Schedule.self, from: saved) == schedule)
    }
}
