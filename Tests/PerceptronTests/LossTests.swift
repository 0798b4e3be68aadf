import Foundation
import Testing

@testable import Perceptron

/// Losses and their gradients worked out by hand: a Linear of the identity shows them.
@Suite struct LossTests {
    private func evaluate(
        _ loss: any Loss, _ outputs: Matrix<Double>, _ targets: TestTargets<Double>, behind layers: [any Layer] = []
    ) throws -> (loss: Double, gradient: [Double]) {
        let columns = outputs.columns
        var model = try MLP<Double>([Linear(columns, columns, bias: false)] + layers)
        model.parameters = (0..<columns * columns).map { $0 % (columns + 1) == 0 ? 1 : 0 }
        var trainer = try Trainer(model: model, loss: loss, optimizer: Adam())
        _ = try trainer.forward(outputs)
        let value = try trainer.backward(targets, computesInputGradient: true)
        return (value, try #require(trainer.inputGradient).elements)
    }

    /// (1 + 4 + 0 + 9 + 1 + 1) / 6; 2/6 of each difference: over rows and columns.
    @Test func meanSquaredErrorByHand() throws {
        let (loss, gradient) = try evaluate(
            MeanSquaredError(), Matrix([[1, 2, 3], [4, 5, 6]]), .matrix(Matrix([[0, 4, 3], [1, 6, 5]])))
        #expect(abs(loss - 16.0 / 6) < 1e-15)
        #expect(firstDifference(gradient, [1, -2, 0, 3, -1, 1].map { $0 / 3 }, relative: 1e-14) == nil)
    }

    @Test func meanSquaredErrorOfClasses() throws {
        let (loss, gradient) = try evaluate(MeanSquaredError(), Matrix([[0.5, 2], [1, 0]]), .classes([1, 0]))
        #expect(abs(loss - 1.25 / 4) < 1e-15)
        #expect(firstDifference(gradient, [0.25, 0.5, 0, 0], relative: 1e-14) == nil)
    }

    /// −(log ½ + log ⅕) / 2.
    @Test func crossEntropyByHand() throws {
        let outputs = Matrix<Double>([[0.5, 0.5], [0.2, 0.8]])
        let expected: Double = (log(2) + log(5)) / 2
        for targets in [TestTargets<Double>.classes([1, 0]), .matrix(Matrix([[0, 1], [1, 0]]))] {
            let (loss, gradient) = try evaluate(CrossEntropy(.probabilities), outputs, targets)
            #expect(abs(loss - expected) < 1e-15)
            #expect(firstDifference(gradient, [0, -1, -2.5, 0], relative: 1e-14) == nil)
        }
        let soft = try evaluate(CrossEntropy(.probabilities), outputs, .matrix(Matrix([[0.25, 0.75], [0.5, 0.5]])))
        let softLoss: Double = (log(2) + 0.5 * log(5) - 0.5 * log(0.8)) / 2
        #expect(abs(soft.loss - softLoss) < 1e-15)
        #expect(firstDifference(soft.gradient, [-0.25, -0.75, -1.25, -0.3125], relative: 1e-14) == nil)
    }

    @Test func crossEntropyIsClipped() throws {
        let (loss, gradient) = try evaluate(
            CrossEntropy(.probabilities), Matrix([[0, 1], [0.5, 2]]), .classes([0, 1]))
        #expect(abs(loss - -log(1e-12) / 2) < 1e-13)
        #expect(gradient == [0, 0, 0, 0])
    }

    /// A probability of 0 counts as 10⁻¹², where the loss is flat; what no target asks for has its slope.
    @Test(arguments: [0.0, 2]) func binaryIsClipped(gamma: Double) throws {
        let loss: any Loss = gamma == 0 ? BinaryCrossEntropy(.probabilities) : FocalLoss(.probabilities, gamma: gamma)
        let outputs = Matrix<Double>([[0, 1], [1, 0]])
        let wrong = try evaluateBinary(loss, outputs, Matrix([[1, 0], [0, 1]]))
        #expect(abs(wrong.loss - -log(1e-12)) < 1e-10)
        #expect(wrong.gradient == [0, 0, 0, 0])
        let right = try evaluateBinary(loss, outputs, outputs)
        #expect(abs(right.loss) < 1e-11)
        let slope = gamma == 0 ? 0.25 : 0
        #expect(zip(right.gradient, [slope, -slope, -slope, slope]).allSatisfy { abs($0 - $1) < 1e-11 })
    }

    /// The loss of probabilities that each stand for themselves.
    private func evaluateBinary(
        _ loss: any Loss, _ outputs: Matrix<Double>, _ targets: Matrix<Double>
    ) throws -> (loss: Double, gradient: [Double]) {
        guard loss is FocalLoss else { return try evaluate(loss, outputs, .matrix(targets)) }
        // Several outputs would be exclusive classes.
        let parts = try zip(outputs.elements, targets.elements).map {
            try evaluate(loss, Matrix([[$0]]), .matrix(Matrix([[$1]])))
        }
        let count = Double(parts.count)
        return (parts.reduce(0) { $0 + $1.loss } / count, parts.flatMap(\.gradient).map { $0 / count })
    }

    /// Where the outputs are shorter than 10⁻⁸, they are divided by that, which is a constant.
    @Test func directionsOfAlmostNothing() throws {
        let (loss, gradient) = try evaluate(
            CosineSimilarity(), Matrix([[0, 0], [1e-9, 0], [0, 5]]), .matrix(Matrix([[3, 4], [3, 4], [3, 4]])))
        #expect(abs(loss - (1 + (1 - 0.06) + (1 - 0.8)) / 3) < 1e-12)
        let short = [-0.6e8 / 3, -0.8e8 / 3]
        #expect(
            firstDifference(gradient, short + short + [-0.6 / 5 / 3, 0], relative: 1e-12, floor: 1e-12) == nil)
    }

    /// Logits (0, log 3): probabilities ¼ and ¾. The two together give what they give apart.
    @Test func fusedWithSoftmax() throws {
        let logits = Matrix<Double>([[0, log(3)], [0, 0]])
        let (loss, gradient) = try evaluate(CrossEntropy(), logits, .classes([0, 1]), behind: [Softmax()])
        #expect(abs(loss - (log(4) + log(2)) / 2) < 1e-15)
        #expect(firstDifference(gradient, [-0.375, 0.375, 0.25, -0.25], relative: 1e-14) == nil)
    }

    @Test func fusedIsTheTwoApart() throws {
        var generator = RandomGenerator(seed: 30)
        let model = try MLP<Double>([Linear(6, 12), Sigmoid(), Linear(12, 5), Softmax()], seed: 2)
        let inputs = generator.matrix(40, 6, of: Double.self)
        for targets in [
            TestTargets.classes(generator.classes(40, below: 5)),
            .matrix(generator.distributions(40, 5, of: Double.self)),
        ] {
            var fused = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
            var apart = try Trainer(model: model, loss: CrossEntropy(.probabilities), optimizer: Adam())
            let outputs = (try fused.forward(inputs), try apart.forward(inputs))
            #expect(sameBits(outputs.0.elements, outputs.1.elements))
            #expect(abs(try fused.backward(targets) - apart.backward(targets)) < 1e-14)
            #expect(firstDifference(fused.gradients, apart.gradients, relative: 1e-10, floor: 1e-3) == nil)
        }
    }

    @Test func targetsReadByElement() {
        let classes = [2, 0]
        let view = TargetView<Double>(classes: classes.span, columns: 3)
        #expect((0..<3).map { view[0, $0] } == [0, 0, 1])
        #expect((0..<3).map { view[1, $0] } == [1, 0, 0])
        let matrix = Matrix<Double>([[0.25, 0.75]])
        #expect(TargetView(values: matrix.view)[0, 1] == 0.75)
    }
}
