import TestSupport
import Testing

@testable import Perceptron

/// An update that isn't looked at because it can't overflow doesn't; one that overflows leaves the parameters as they were.
@Suite struct UpdateBoundsTests {
    static let optimizers: [any KernelOptimizer] = [
        SGD(learningRate: 0.3), SGD(learningRate: 0.1, weightDecay: 0.5), SGD(learningRate: 0.1, momentum: 0.9),
        SGD(learningRate: 2, momentum: 0.99, nesterov: true, weightDecay: 0.1),
        SGD(learningRate: 3, momentum: 0.5, dampening: 0.4), Adam(), Adam(learningRate: 0.1, weightDecay: 0.1),
        Adam(amsgrad: true), AdamW(), AdamW(learningRate: 1, epsilon: 1e-4, weightDecay: 5), NAdam(),
        NAdam(weightDecay: 0.1, decouplesWeightDecay: true), RAdam(weightDecay: 0.01), RMSprop(),
        RMSprop(weightDecay: 0.1, momentum: 0.9), Adagrad(), Adagrad(learningRateDecay: 0.1, weightDecay: 0.1),
        Adadelta(), Adadelta(weightDecay: 0.1), Lion(), Lion(learningRate: 1.2, weightDecay: 2), ScheduleFreeAdamW(),
        ScheduleFreeAdamW(learningRate: 0.5, weightDecay: 0.2),
    ]

    private func magnitude<Scalar: BLASScalar>(
        _ exponents: ClosedRange<Double>, _ generator: inout RandomGenerator, _: Scalar.Type
    ) -> Scalar {
        let exponent = exponents.lowerBound + (exponents.upperBound - exponents.lowerBound) * generator.nextUniform()
        return Scalar(power(10, exponent))
    }

    /// Updates with gradients of all sizes up to one, followed as the trainer follows them.
    /// - Returns: how often the vectors had to be measured, and in how many updates nothing could be said.
    private func follow<Scalar: BLASScalar>(
        _ optimizer: any KernelOptimizer, upTo exponent: Double, _: Scalar.Type
    ) -> (measured: Int, unknown: Int) {
        let count = 40
        var generator = RandomGenerator(seed: 3)
        func draw(_ exponents: ClosedRange<Double>) -> [Scalar] {
            (0..<count).map { _ in
                magnitude(exponents, &generator, Scalar.self) * (generator.nextUniform() < 0.5 ? -1 : 1)
            }
        }
        func largest(_ values: [Scalar]) -> Double { values.map { Double($0.magnitude) }.max() ?? 0 }
        var parameters = draw(-3...max(-2, exponent))
        var states = (0..<3).map { [Scalar](repeating: 0, count: $0 < optimizer.stateVectors ? count : 0) }
        var numbers = [Double](repeating: 0, count: optimizer.stateNumbers)
        var bounds = UpdateBounds()
        var (measured, unknown) = (0, 0)
        for step in 1...60 {
            let gradients = draw(exponent - 40...exponent)
            let rate = optimizer.learningRate.rate(at: step, of: 60)
            optimizer.beginUpdate(&numbers, step: step, learningRate: rate)
            let place = UpdatePlace(
                step: step, learningRate: rate, weightDecay: optimizer.weightDecay, numbers: numbers)
            bounds.gradients = largest(gradients)
            var after = optimizer.bounds(after: bounds, place)
            if after?.areSafe(for: Scalar.self) != true {
                measured += 1
                bounds.parameters = largest(parameters)
                bounds.state = optimizer.boundedState.map { largest(states[$0]) } ?? 0
                after = optimizer.bounds(after: bounds, place)
            }
            update(optimizer, place, &parameters, gradients, &states)
            guard let after, after.areSafe(for: Scalar.self) else {
                unknown += 1
                bounds = UpdateBounds()
                if parameters.contains(where: { !$0.isFinite }) { return (measured, unknown) }
                continue
            }
            #expect(parameters.allSatisfy { $0.isFinite }, "\(optimizer), \(exponent), \(step)")
            let slack = 1 + 1e-6
            #expect(largest(parameters) <= after.parameters * slack, "\(optimizer), \(exponent), \(step)")
            if let state = optimizer.boundedState {
                #expect(largest(states[state]) <= after.state * slack, "\(optimizer), \(exponent), \(step)")
            }
            bounds = UpdateBounds(parameters: after.parameters * slack, state: after.state * slack)
        }
        return (measured, unknown)
    }

    private func update<Scalar: BLASScalar>(
        _ optimizer: any KernelOptimizer, _ place: UpdatePlace, _ parameters: inout [Scalar], _ gradients: [Scalar],
        _ states: inout [[Scalar]]
    ) {
        let order = optimizer.kernelStates
        func values(_ index: Int?) -> [Scalar] { index.map { states[$0] } ?? [] }
        var (first, second, third) = (values(order.0), values(order.1), values(order.2))
        if optimizer.predictsElsewhere, place.step == 1 { second = parameters }
        do {
            var target = parameters.mutableSpan
            var a = first.mutableSpan
            var b = second.mutableSpan
            var c = third.mutableSpan
            Kernels.update(
                optimizer.kernel(place), parameters: &target, gradients: gradients.span, states: &a, &b, &c)
        }
        for (index, values) in [(order.0, first), (order.1, second), (order.2, third)] {
            if let index { states[index] = values }
        }
    }

    @Test(arguments: optimizers.indices) func boundsHold(_ index: Int) {
        let optimizer = Self.optimizers[index]
        for exponent in stride(from: -30.0, through: 300, by: 15) { _ = follow(optimizer, upTo: exponent, Double.self) }
        for exponent in stride(from: -30.0, through: 38, by: 2) { _ = follow(optimizer, upTo: exponent, Float.self) }
    }

    /// With usual numbers vectors are measured once, or seldom, and something can always be said.
    @Test(arguments: optimizers.indices) func usualUpdatesAreNotMeasured(_ index: Int) {
        let optimizer = Self.optimizers[index]
        let double = follow(optimizer, upTo: 1, Double.self)
        #expect(double.measured <= (optimizer.weightDecay > 0 ? 3 : 1) && double.unknown == 0)
        let float = follow(optimizer, upTo: 1, Float.self)
        #expect(float.measured <= (optimizer.weightDecay > 0 ? 12 : 1) && float.unknown == 0)
    }

    /// Nothing can be said of roots that may be none.
    @Test func unknown() {
        #expect(follow(RMSprop(centered: true), upTo: 1, Double.self).unknown == 60)
        #expect(follow(Adam(epsilon: 0), upTo: 1, Double.self).unknown == 60)
        #expect(follow(Adam(beta2: 0), upTo: 1, Double.self).unknown == 60)
    }

    // MARK: In training

    static let diverging: [any Optimizer] = [
        SGD(learningRate: 1e3), SGD(learningRate: 1e3, momentum: 0.9), SGD(learningRate: 1e3, weightDecay: 1),
        SGD(learningRate: 1).grouped(.tensors(where: { _ in true }, learningRate: .times(1e3))),
        SharpnessAware(SGD(learningRate: 1e3)), AdamW(learningRate: 1e39), Lion(learningRate: 1e39),
    ]

    /// The gradient is finite, and the parameter that it moves would not be.
    @Test(arguments: diverging.indices) func parametersStay(_ index: Int) throws {
        for start in [1.5, -3e30 as Float] {
            var model = try MLP<Float>([Linear(1, 1, bias: false)])
            model.parameters = [start]
            var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Self.diverging[index])
            let x = Matrix<Float>([[start > 0 ? 1e18 : 1e3]])
            let error = errorMessage { try trainer.step(inputs: x, targets: Matrix([[0]])) }
            #expect(error.contains("the update made a parameter infinite or NaN"), "\(error)")
            #expect(trainer.model.parameters == [start])
        }
    }

    private func vectors(_ optimizer: any Optimizer, _ values: [Float]) throws -> ParameterVectors<Float> {
        let model = try MLP<Float>([Linear(values.count, 1, bias: false)])
        return ParameterVectors(values, optimizer, tensors: model.parameterLayout, frozen: [])
    }

    private func update(_ vectors: ParameterVectors<Float>, gradients: [Float]) -> Bool {
        let all = 0..<gradients.count
        gradients.withMemory { vectors.gradients.memory.copy(from: $0) }
        vectors.beginGradients()
        vectors.measureGradients(all)
        guard vectors.endGradients() else { return false }
        vectors.treatGradients(measures: false)
        vectors.beginUpdate()
        vectors.update(all)
        return vectors.endUpdate()
    }

    /// What comes from outside is measured.
    @Test func parametersFromOutside() throws {
        let vectors = try vectors(SGD(learningRate: 1), [1, 2])
        #expect(update(vectors, gradients: [1, 0]))
        vectors.set([-3e38, 5])
        #expect(!update(vectors, gradients: [2e38, 1]))
        #expect(vectors.values.array == [-3e38, 5])
        #expect(update(vectors, gradients: [-2e38, 1]))
        #expect(vectors.values.array == [-3e38 + 2e38, 4])
    }

    /// A group's decay counts, and a mean that is farther out than the parameters.
    @Test func whatElseIsLarge() throws {
        let decaying = SGD(learningRate: 1).grouped(.tensors(where: { _ in true }, weightDecay: 1e10))
        let vectors = try vectors(decaying, [1e30, 1])
        #expect(!update(vectors, gradients: [1, 1]))
        #expect(vectors.values.array == [1e30, 1])
        let place = UpdatePlace(step: 2, learningRate: 0.1, weightDecay: 0, numbers: [0.1, 1, 0.5])
        let after = ScheduleFreeAdamW().bounds(
            after: UpdateBounds(parameters: 1, gradients: 1, state: 1e38), place)
        #expect(after.map { $0.state >= 1e38 && $0.parameters >= 1e38 } == true)
    }

    /// A sum on the way may overflow although the parameters, which move by a small part of it, are far from that.
    @Test func sumsOnTheWay() throws {
        let vectors = try vectors(SGD(learningRate: 1e-3, weightDecay: 5), [4e37, 1])
        #expect(!update(vectors, gradients: [2e38, 1]))
        #expect(vectors.values.array == [4e37, 1])
        #expect(update(vectors, gradients: [1e38, 1]))
    }

    /// A state that no training led to, of which no root can be taken.
    @Test func statesFromOutside() throws {
        for wrong in [-1, .nan] as [Float] {
            let vectors = try vectors(RMSprop(), [1, 2])
            vectors.resume(updates: 3, OptimizerState(vectors: [[wrong, 0]], tensors: [], numbers: []))
            #expect(!update(vectors, gradients: [0.1, 1]))
            #expect(vectors.values.array == [1, 2])
            #expect(!update(vectors, gradients: [0.1, 1]))
        }
        let vectors = try vectors(SGD(momentum: 0.9), [1, 2])
        vectors.resume(updates: 3, OptimizerState(vectors: [[.infinity, 0]], tensors: [], numbers: []))
        #expect(!update(vectors, gradients: [0.1, 1]))
        #expect(vectors.values.array == [1, 2])
    }

    /// What keeps parameters finite by itself is looked at where a group makes more of it.
    @Test func groupsOfWhatKeepsParametersFinite() {
        struct Bounded: Optimizer {
            var stateVectors: Int { 0 }
            var keepsParametersFinite: Bool { true }
            func validate() {}
            func update<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {}
        }
        for (group, keeps) in [
            (.biases(learningRate: .times(0.5)), true), (.biases(weightDecay: 0), true),
            (.biases(learningRate: .times(2)), false), (.biases(weightDecay: 0.1), false),
        ] as [(ParameterGroup, Bool)] {
            #expect(Bounded().grouped(group).keepsParametersFinite == keeps)
            #expect(!SGD().grouped(group).keepsParametersFinite)
        }
    }

    /// Penalties and sums of batches make gradients larger than they were.
    @Test func treatedGradients() throws {
        let penalised = try vectors(SGD(learningRate: 1), [1e20, 2])
        penalised.treatment.penalties = [.l2(1e19)]
        #expect(!update(penalised, gradients: [0, 1]))
        #expect(penalised.values.array == [1e20, 2])
        penalised.treatment.penalties = [.l1(3e38)]
        #expect(!update(penalised, gradients: [3e38, 1]))

        let accumulated = try vectors(SGD(learningRate: 1), [1, 2])
        accumulated.treatment.accumulating = 2
        ([1e38, 1] as [Float]).withMemory { accumulated.gradients.memory.copy(from: $0) }
        #expect(!accumulated.accumulate(weight: 2, isLast: false))
        #expect(accumulated.accumulate(weight: 2, isLast: false))
        #expect(accumulated.gradients.array[0] == .infinity)
        accumulated.beginUpdate()
        accumulated.update(0..<2)
        #expect(!accumulated.endUpdate())
        #expect(accumulated.values.array == [1, 2])

        // Of the mean it isn't enough to know how large the last batch's gradient was.
        let mean = try vectors(SGD(learningRate: 5), [1, 2])
        mean.treatment.accumulating = 2
        for gradients in [[3e38, 1], [1, 1]] as [[Float]] {
            mean.beginGradients()
            gradients.withMemory { mean.gradients.memory.copy(from: $0) }
            mean.measureGradients(0..<2)
            #expect(mean.endGradients())
            #expect(mean.accumulate(weight: 0.5, isLast: false) == (gradients[0] == 1))
        }
        mean.beginUpdate()
        mean.update(0..<2)
        #expect(!mean.endUpdate())
        #expect(mean.values.array == [1, 2])
    }
}
