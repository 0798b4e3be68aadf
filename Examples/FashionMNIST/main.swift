// Trains on Fashion-MNIST's four IDX files with early stopping on held-out rows, and draws the learning curves.
import Foundation
import Perceptron

guard CommandLine.arguments.count > 1 else {
    let usage = """
        usage: FashionMNIST FOLDER [CURVES.svg]
        FOLDER has train-images-idx3-ubyte.gz and the other three files of Fashion-MNIST, gzipped or not. Debian's and
        Ubuntu's package dataset-fashion-mnist has them in /usr/share/datasets/fashion-mnist.

        """
    FileHandle.standardError.write(Data(usage.utf8))
    exit(2)
}
let folder = URL(filePath: CommandLine.arguments[1])
let curves = URL(filePath: CommandLine.arguments.count > 2 ? CommandLine.arguments[2] : "fashion-mnist.svg")

func rows(_ name: String) throws -> (images: Matrix<Float>, labels: [Int]) {
    func file(_ kind: String) -> URL {
        let plain = folder.appending(path: "\(name)-\(kind)-ubyte")
        return FileManager.default.fileExists(atPath: plain.path) ? plain : plain.appendingPathExtension("gz")
    }
    var images = try Matrix<Float>(idx: file("images-idx3"))
    for index in images.elements.indices { images.elements[index] /= 255 }
    return (images, try [Int](idx: file("labels-idx1")))
}

let training = try rows("train")
let test = try rows("t10k")
var model = try MLP<Float>([Linear(784, 256), ReLU(), Linear(256, 128), ReLU(), Linear(128, 10), Softmax()], seed: 1)
let history = try model.train(
    inputs: training.images, targets: training.labels, loss: CrossEntropy(), epochs: 40, batchSize: 128,
    validation: .fraction(0.1), earlyStopping: EarlyStopping(patience: 4), metrics: [.accuracy])
try history.write(svg: curves, title: "Fashion-MNIST, 784-256-128-10")

let accuracy = try Metric.accuracy(model.predict(test.images), test.labels)
print("kept the parameters after epoch \(history.keptEpoch!) of \(history.losses.count)")
print("test accuracy \(String(format: "%.2f %%", 100 * accuracy)); curves in \(curves.path)")
