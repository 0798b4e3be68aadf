import Perceptron
import PerceptronTesting
import Testing

/// Every optimizer of the package passes; a wrong one fails in the checks that are meant for its fault.
@Suite struct OptimizerSuiteTests {
    static let suites = [
        OptimizerSuite(
            SGD(learningRate: 0.5), remainder: 0.05,
            invalid: [SGD(momentum: 1), SGD(nesterov: true), SGD(dampening: 2)]),
        OptimizerSuite(
            SGD(learningRate: .cosine(from: 0.1, warmUp: 20), momentum: 0.9, nesterov: true),
            subject: "SGD with a cosine"),
        OptimizerSuite(
            SGD(learningRate: .reduceOnPlateau(from: 0.1, factor: 0.99, patience: 0, minimum: 0.02), momentum: 0.9),
            subject: "SGD with a plateau"),
        OptimizerSuite(Adam(learningRate: 0.02), invalid: [Adam(beta1: 1), Adam(beta2: -0.1), Adam(weightDecay: -1)]),
        OptimizerSuite(Adam(learningRate: 0.05, amsgrad: true), subject: "AMSGrad"),
        OptimizerSuite(
            AdamW(learningRate: 0.02, weightDecay: 0.001).grouped(
                .layers([0], learningRate: .times(2)), .tensors(where: { $0.name == "weight" }, weightDecay: 0)),
            invalid: [
                AdamW(weightDecay: .nan), AdamW().grouped(.layers([7], weightDecay: 1)),
                AdamW().grouped(.biases(learningRate: .times(-1))), AdamW().grouped(.layers([0], weightDecay: -1)),
            ], subject: "AdamW with groups"),
        OptimizerSuite(NAdam(learningRate: 0.02), invalid: [NAdam(momentumDecay: -1), NAdam(epsilon: .infinity)]),
        OptimizerSuite(RAdam(learningRate: 0.02), invalid: [RAdam(beta2: 1)]),
        OptimizerSuite(
            RMSprop(learningRate: 0.003, momentum: 0.5, centered: true),
            invalid: [RMSprop(alpha: 1), RMSprop(momentum: -1), RMSprop(epsilon: -1)]),
        OptimizerSuite(
            Adagrad(learningRate: 0.3),
            invalid: [Adagrad(learningRateDecay: -1), Adagrad(initialAccumulator: -1), Adagrad(epsilon: .nan)]),
        OptimizerSuite(
            Adadelta(learningRate: 1, epsilon: 1e-4), remainder: 0.05,
            invalid: [Adadelta(rho: 1), Adadelta(epsilon: -1)]),
        OptimizerSuite(Lion(learningRate: .cosine(from: 0.005)), invalid: [Lion(beta1: 1), Lion(beta2: 2)]),
        OptimizerSuite(
            ScheduleFreeAdamW(learningRate: .constant(0.05).warmUp(20)),
            invalid: [
                ScheduleFreeAdamW(beta1: 0), ScheduleFreeAdamW(ratePower: -1), ScheduleFreeAdamW(numberPower: .nan),
            ]),
        OptimizerSuite(
            Muon(learningRate: .cosine(from: 0.02), weightDecay: 0),
            invalid: [Muon(momentum: 1), Muon(steps: 0), Muon(steps: 100), Muon(othersRate: -1), Muon(epsilon: -1)]),
        OptimizerSuite(
            SOAP(learningRate: 0.02, weightDecay: 0, interval: 3),
            invalid: [SOAP(beta1: 1), SOAP(factorDecay: -1), SOAP(interval: 0), SOAP(epsilon: .nan)]),
    ]

    @Test(arguments: suites.indices, OptimizerSuite.Check.allCases)
    func theyPass(_ index: Int, _ check: OptimizerSuite.Check) throws {
        try Self.suites[index].check(check)
    }

    /// Plain descent along the gradient, right without a fault, and otherwise wrong in one way.
    private struct Faulty: Optimizer {
        enum Fault {
            case goesUp, forgets, float
        }

        var fault: Fault?
        var learningRate: Schedule { 0.5 }
        var stateVectors: Int { 0 }
        var treatsParametersApart: Bool { true }
        func validate() throws(PerceptronError) {}

        private let calls = Calls()

        init(_ fault: Fault?) { self.fault = fault }

        func update<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {
            var rate = update.learningRate
            switch fault {
            case .goesUp: rate *= -1
            case .forgets: rate *= 1 + Double(calls.next()) * 1e-3
            case .float where Scalar.self == Float.self: rate *= 1.5
            default: break
            }
            for index in update.parameters.indices {
                update.parameters[index] -= Scalar(rate) * update.gradients[index]
            }
        }
    }

    @Test func aRightOnePasses() throws { try OptimizerSuite(Faulty(nil), remainder: 0.05).check() }

    @Test(
        arguments: [
            (.goesUp, [.quadratic, .rosenbrock, .logistic, .network]), (.forgets, [.threads, .resuming]),
            (.float, [.floatAgainstDouble]),
        ] as [(Faulty.Fault, [OptimizerSuite.Check])])
    private func aFaultIsFound(_ fault: Faulty.Fault, _ checks: [OptimizerSuite.Check]) {
        for check in checks {
            #expect(throws: SuiteError.self, "\(check)") { try OptimizerSuite(Faulty(fault)).check(check) }
        }
    }

    @Test func anOptimizerThatShouldThrowAndDoesNot() {
        let error = #expect(throws: SuiteError.self) {
            try OptimizerSuite(Adam(), invalid: [Adam()]).check(.arguments)
        }
        #expect("\(error, default: "")".hasPrefix("Adam, arguments: invalid optimizer 0 (Adam("))
    }
}
