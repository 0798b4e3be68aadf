import Foundation
import Testing

@testable import Perceptron

/// Every optimizer for 20 updates against PyTorch in float64, or its authors' formula (`Golden/make_optimizers_golden.py`).
@Suite struct GoldenOptimizerTests {
    struct File: Decodable {
        let kept: [Int]
        let initial: [Double]
        let gradients: [[Double]]
        let cases: [Case]
    }

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let optimizer: String
        let options: [String: Option]
        /// After each of the updates that are kept; of an optimizer that predicts elsewhere with those behind.
        let parameters: [[Double]]

        var testDescription: String { name }

        enum Option: Decodable, Sendable {
            case number(Double)
            case flag(Bool)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let flag = try? container.decode(Bool.self) {
                    self = .flag(flag)
                } else {
                    self = .number(try container.decode(Double.self))
                }
            }
        }

        func number(_ name: String) -> Double { if case .number(let number)? = options[name] { number } else { .nan } }
        func flag(_ name: String) -> Bool { if case .flag(let flag)? = options[name] { flag } else { false } }

        /// The optimizer as a user writes it.
        var written: any Optimizer {
            let rate = Schedule.constant(number("learningRate"))
            let decay = number("weightDecay")
            let (beta1, beta2, epsilon) = (number("beta1"), number("beta2"), number("epsilon"))
            return switch optimizer {
            case "SGD":
                SGD(
                    learningRate: rate, momentum: number("momentum"), dampening: number("dampening"),
                    nesterov: flag("nesterov"), weightDecay: decay)
            case "Adam":
                Adam(
                    learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: decay,
                    amsgrad: flag("amsgrad"))
            case "AdamW":
                AdamW(
                    learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: decay,
                    amsgrad: flag("amsgrad"))
            case "NAdam":
                NAdam(
                    learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: decay,
                    momentumDecay: number("momentumDecay"), decouplesWeightDecay: flag("decouplesWeightDecay"))
            case "RAdam":
                RAdam(
                    learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: decay,
                    decouplesWeightDecay: flag("decouplesWeightDecay"))
            case "RMSprop":
                RMSprop(
                    learningRate: rate, alpha: number("alpha"), epsilon: epsilon, weightDecay: decay,
                    momentum: number("momentum"), centered: flag("centered"))
            case "Adagrad":
                Adagrad(
                    learningRate: rate, learningRateDecay: number("learningRateDecay"), weightDecay: decay,
                    initialAccumulator: number("initialAccumulator"), epsilon: epsilon)
            case "Adadelta": Adadelta(learningRate: rate, rho: number("rho"), epsilon: epsilon, weightDecay: decay)
            case "Lion": Lion(learningRate: rate, beta1: beta1, beta2: beta2, weightDecay: decay)
            case "ScheduleFreeAdamW":
                ScheduleFreeAdamW(
                    learningRate: rate.warmUp(Int(number("warmUp"))), beta1: beta1, beta2: beta2, epsilon: epsilon,
                    weightDecay: decay, numberPower: number("numberPower"), ratePower: number("ratePower"))
            case "SOAP":
                SOAP(
                    learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: decay,
                    interval: Int(number("interval")))
            default:
                Muon(
                    learningRate: rate, weightDecay: decay, momentum: number("momentum"), nesterov: flag("nesterov"),
                    adjustment: flag("matchesAdamW") ? .matchAdamW : .original, othersRate: number("othersRate"))
            }
        }
    }

    static let file: File = {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/optimizers.json")
        return (try? JSONDecoder().decode(File.self, from: Data(contentsOf: url)))
            ?? File(kept: [], initial: [], gradients: [], cases: [])
    }()

    @Test func allCasesAreRead() { #expect(Self.file.cases.count == 52) }

    private func vectors<Scalar: BLASScalar>(_ optimizer: any Optimizer, _: Scalar.Type) throws -> ParameterVectors<
        Scalar
    > {
        let model = try MLP<Scalar>([Linear(5, 4), ReLU(), Linear(4, 3)])
        try optimizer.validateAll(for: model.parameterLayout, layers: 3)
        return ParameterVectors(
            Self.file.initial.map { Scalar($0) }, optimizer, tensors: model.parameterLayout, frozen: [])
    }

    /// What the updates make of the parameters, each cut as given where the optimizer treats parameters apart.
    private func run<Scalar: BLASScalar>(_ test: Case, _ type: Scalar.Type, cut: Int? = nil) throws -> [[Scalar]] {
        let vectors = try vectors(test.written, type)
        return BLAS.withSingleThread { updates(vectors, cut: cut) }
    }

    private func updates<Scalar: BLASScalar>(_ vectors: ParameterVectors<Scalar>, cut: Int?) -> [[Scalar]] {
        var found: [[Scalar]] = []
        for (index, gradient) in Self.file.gradients.enumerated() {
            gradient.map { Scalar($0) }.withMemory { vectors.gradients.memory.copy(from: $0) }
            vectors.beginUpdate()
            if let cut, vectors.optimizer.treatsParametersApart {
                vectors.update(cut..<vectors.values.count)
                vectors.update(0..<cut)
            } else {
                vectors.update(0..<vectors.values.count)
            }
            #expect(vectors.endUpdate())
            guard Self.file.kept.contains(index + 1) else { continue }
            let elsewhere = vectors.optimizer.predictsElsewhere ? vectors.predicting.array : []
            found.append(vectors.values.array + elsewhere)
        }
        return found
    }

    @Test(arguments: file.cases) func inDouble(_ test: Case) throws {
        let found = try run(test, Double.self)
        for (found, expected) in zip(found, test.parameters) {
            #expect(firstDifference(found, expected, relative: 1e-10, floor: 0.1) == nil)
        }
        #expect(found.count == Self.file.kept.count)
    }

    /// Roundings add up, and where a mean of squares is nearly that of the mean they count for more.
    @Test(arguments: file.cases) func inFloat(_ test: Case) throws {
        for (found, expected) in zip(try run(test, Float.self), test.parameters) {
            let tolerance = test.optimizer == "Muon" || test.flag("centered") ? 2e-3 : 1e-4
            #expect(firstDifference(found.map { Double($0) }, expected, relative: tolerance, floor: 1) == nil)
        }
    }

    @Test(arguments: file.cases) func cutAnywhere(_ test: Case) throws {
        let whole = try run(test, Double.self)
        for cut in [1, 17, 38] { #expect(try run(test, Double.self, cut: cut) == whole) }
    }

    /// For each set of instructions the loop gives what the one of the baseline gives.
    @Test(arguments: kernelVariants, file.cases) func kernels(_ set: InstructionSet, _ test: Case) throws {
        guard let optimizer = test.written as? any KernelOptimizer else { return }
        func run<Scalar: KernelScalar>(_ set: InstructionSet, _: Scalar.Type) -> [[Scalar]] {
            var generator = RandomGenerator(seed: 8)
            var parameters = generator.normals(77).map { Scalar($0) }
            var first = [Scalar](repeating: 0, count: 77)
            var (second, third) = (first, first)
            var numbers = [Double](repeating: 0, count: optimizer.stateNumbers)
            for step in 1...9 {
                let gradients = generator.normals(77).map { Scalar($0) }
                optimizer.beginUpdate(&numbers, step: step, learningRate: 0.01)
                let kernel = optimizer.kernel(
                    UpdatePlace(step: step, learningRate: 0.01, weightDecay: 0.1, numbers: numbers))
                let has = (
                    optimizer.kernelStates.0 != nil, optimizer.kernelStates.1 != nil, optimizer.kernelStates.2 != nil
                )
                parameters.withUnsafeMutableBytes { p in
                    gradients.withUnsafeBytes { g in
                        first.withUnsafeMutableBytes { s in
                            second.withUnsafeMutableBytes { t in
                                third.withUnsafeMutableBytes { u in
                                    var call = Kernels.OptimizerCall(
                                        kind: kernel.kind, count: 77, parameters: p.baseAddress!,
                                        gradients: g.baseAddress!,
                                        states: (
                                            has.0 ? s.baseAddress : nil, has.1 ? t.baseAddress : nil,
                                            has.2 ? u.baseAddress : nil
                                        ), numbers: kernel.numbers)
                                    Scalar.table(set).functions.update(&call)
                                }
                            }
                        }
                    }
                }
            }
            return [parameters, first, second, third]
        }
        for (found, expected) in zip(run(set, Double.self), run(.baseline, Double.self)) {
            #expect(firstDifference(found, expected, relative: 1e-12, floor: 1) == nil)
        }
        for (found, expected) in zip(run(set, Float.self), run(.baseline, Double.self)) {
            #expect(firstDifference(found.map { Double($0) }, expected, relative: 2e-4, floor: 1) == nil)
        }
    }

    @Test(arguments: kernelVariants) func sumsOfSquaresAndCombinations(_ set: InstructionSet) {
        func check<Scalar: KernelScalar>(_: Scalar.Type) {
            var generator = RandomGenerator(seed: 9)
            for count in [1, 2, 15, 16, 17, 31, 33, 100] {
                let (x, y) = (generator.normals(count).map { Scalar($0) }, generator.normals(count).map { Scalar($0) })
                var result = [Scalar](repeating: .nan, count: count)
                let sum = x.withUnsafeBytes { Scalar.table(set).functions.sum_of_squares(count, $0.baseAddress!) }
                let expected = x.reduce(0) { $0 + Double($1) * Double($1) }
                #expect(abs(sum - expected) <= 1e-14 * expected)
                x.withUnsafeBytes { x in
                    y.withUnsafeBytes { y in
                        result.withUnsafeMutableBytes {
                            Scalar.table(set).functions.combine(
                                count, 0.5, x.baseAddress!, -3, y.baseAddress!, $0.baseAddress!)
                        }
                    }
                }
                #expect(
                    firstDifference(
                        result.map { Double($0) }, zip(x, y).map { 0.5 * Double($0) - 3 * Double($1) },
                        relative: 4 * Double(Scalar.ulpOfOne), floor: 1) == nil)
            }
        }
        check(Double.self)
        check(Float.self)
    }
}
