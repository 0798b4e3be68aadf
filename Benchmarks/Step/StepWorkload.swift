import Perceptron

/// A model and a batch whose training step is timed: ReLU between the layers, a Softmax behind the last.
struct StepWorkload {
    let name: String
    /// From the input's width to the number of classes.
    let widths: [Int]
    let batch: Int

    static let all = [
        StepWorkload(name: "tiny", widths: [8, 32, 32, 4], batch: 32),
        StepWorkload(name: "digits", widths: [64, 128, 10], batch: 32),
        StepWorkload(name: "mnist", widths: [784, 128, 10], batch: 64),
        StepWorkload(name: "deep", widths: [784, 512, 512, 10], batch: 256),
        StepWorkload(name: "wide", widths: [1024, 2048, 2048, 1024], batch: 512),
    ]

    var layers: [any Layer] {
        var layers: [any Layer] = []
        for (inputs, outputs) in zip(widths, widths.dropFirst()) { layers += [Linear(inputs, outputs), ReLU()] }
        layers[layers.count - 1] = Softmax()
        return layers
    }

    /// Normal inputs and arbitrary classes, the same on every call.
    func data<Scalar: BLASScalar>(_: Scalar.Type) -> (inputs: Matrix<Scalar>, classes: [Int]) {
        var generator = RandomGenerator(seed: 0)
        let elements = (0..<batch * widths[0]).map { _ in Scalar(generator.nextNormalPair().0) }
        let classes = (0..<batch).map { _ in generator.nextInteger(below: widths[widths.count - 1]) }
        return (Matrix(rows: batch, columns: widths[0], elements: elements), classes)
    }
}
