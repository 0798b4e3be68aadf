import Perceptron

/// An identity layer of fixed width: the first layer of a model whose other layers accept any width.
struct Entrance: Layer {
    let features: Int

    var expectedInputFeatures: Int? { features }
    var treatsRowsApart: Bool { true }
    var readsOutputInBackward: Bool { false }
    func outputFeatures(forInputFeatures _: Int) -> Int { features }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func forward<Scalar>(_ pass: inout ForwardPass<Scalar>) {
        for row in 0..<pass.input.rows {
            for column in 0..<features { pass.output[row, column] = pass.input[row, column] }
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func backward<Scalar>(_ pass: inout BackwardPass<Scalar>) {
        for row in 0..<pass.input.rows {
            for column in 0..<features { pass.inputGradient[row, column] = pass.outputGradient[row, column] }
        }
    }
}
