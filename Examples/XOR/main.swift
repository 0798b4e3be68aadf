// The smallest useful network with a hidden layer: exclusive or.
import Perceptron

let inputs = Matrix<Double>([[0, 0], [0, 1], [1, 0], [1, 1]])
let targets = [0, 1, 1, 0]  // the class of each row

var model = try MLP<Double>([Linear(2, 8), Tanh(), Linear(8, 2), Softmax()], seed: 1)
let history = try model.train(
    inputs: inputs, targets: targets, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.05), epochs: 200,
    batchSize: 4, progress: .silent)
print("loss \(history.losses.first!) → \(history.losses.last!)")

let probabilities = try model.predict(inputs)
for row in 0..<4 {
    print("\(Int(inputs[row, 0])) xor \(Int(inputs[row, 1])) is 1 with probability \(probabilities[row, 1])")
}
precondition((0..<4).allSatisfy { (probabilities[$0, 1] > 0.5) == (targets[$0] == 1) })
