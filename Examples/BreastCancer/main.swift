// From a CSV file with a header, text labels and missing values to a cross-validated model.
import Foundation
import Perceptron

let file = Bundle.module.url(forResource: "breast_cancer", withExtension: "csv")!
let data = try Dataset<Double>(csv: file, target: "diagnosis")
let missing = data.inputs.elements.count { $0.isNaN }
print("\(data.rows) rows of \(data.columns.count) columns, \(missing) values missing; classes: \(data.labelNames)\n")

// The test rows are used only once, at the very end.
let (training, test) = try data.split(testFraction: 0.2, seed: 1)

let preprocessing = Preprocessing(numeric: .robust, missing: .median(indicators: false))
var pipeline = Pipeline<Double>(preprocessing: preprocessing, seed: 1) { features, classes in
    [Linear(features, 32), ReLU(), Linear(32, classes), Softmax()]
}

// Cross-validation: each row is predicted by a model that was not trained on it.
let result = try pipeline.crossValidate(
    on: training, folds: 5, metrics: [.accuracy, .balancedAccuracy, .rocAUC, .logLoss], loss: CrossEntropy(),
    epochs: 30, batchSize: 16)
print("\(result)\n")

// Then trains on all training rows.
try pipeline.train(on: training, loss: CrossEntropy(), epochs: 30, batchSize: 16, progress: .silent)
let probabilities = try pipeline.predict(test)
print("\(test.rows) rows that nothing was learned or chosen from:\n")
print(try ClassificationReport(probabilities, test.classes!, labelNames: data.labelNames))

let importance = try pipeline.permutationImportance(on: test, metric: .logLoss)
print("\nHow much larger the log loss is when a column is permuted:\n")
let lines = importance.description(columnNames: data.columns.map(\.name)).split(separator: "\n")
print(lines.prefix(6).joined(separator: "\n"))
