import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// A loss says before training whether the model and the targets fit it, on every way into training.
@Suite struct LossFitTests {
    private static let classHint =
        "for two classes end it with Sigmoid() and use BinaryCrossEntropy(); for more give each an output, and targets "
        + "that are classes (a file's column that was read as values becomes classes with targetKind: .classes)"

    struct Misfit: Sendable, CustomTestStringConvertible {
        let loss: any Loss
        let layers: [any Layer]
        let message: String
        var testDescription: String { "\(loss), \(layers.map { "\(type(of: $0))" })" }

        init(_ loss: any Loss, _ layers: [any Layer], _ message: String) {
            self.loss = loss
            self.layers = layers
            self.message = message
        }
    }

    static let misfits: [Misfit] = [
        Misfit(
            CrossEntropy(), [Linear(4, 8), ReLU(), Linear(8, 3)],
            "CrossEntropy takes probabilities, of Softmax or LogSoftmax; the model ends in Linear: "
                + "write CrossEntropy(.logits), or end the model with Softmax()"),
        Misfit(
            CrossEntropy(), [Linear(4, 3), Tanh()],
            "CrossEntropy takes probabilities, of Softmax or LogSoftmax; the model ends in Tanh: "
                + "write CrossEntropy(.logits), or end the model with Softmax()"),
        Misfit(
            CrossEntropy(), [Linear(4, 3), Sigmoid()],
            "CrossEntropy takes probabilities, of Softmax or LogSoftmax; the model ends in Sigmoid: "
                + "write BinaryCrossEntropy(), or end the model with Softmax()"),
        Misfit(
            CrossEntropy(), [Linear(4, 1), Sigmoid()],
            "CrossEntropy takes one output for each class, at least 2; the model has 1: \(classHint)"),
        Misfit(
            CrossEntropy(.logits), [Linear(4, 1)],
            "CrossEntropy takes one output for each class, at least 2; the model has 1: \(classHint)"),
        Misfit(
            CrossEntropy(.logits), [Linear(4, 3), Softmax()],
            "CrossEntropy(.logits) takes logits; the model ends in Softmax: write CrossEntropy(), or leave Softmax out"),
        Misfit(
            BinaryCrossEntropy(), [Linear(4, 1)],
            "BinaryCrossEntropy takes probabilities, of Sigmoid; the model ends in Linear: "
                + "write BinaryCrossEntropy(.logits), or end the model with Sigmoid()"),
        Misfit(
            BinaryCrossEntropy(), [Linear(4, 3), Softmax()],
            "BinaryCrossEntropy takes probabilities, of Sigmoid; the model ends in Softmax: "
                + "write CrossEntropy(), or end the model with Sigmoid()"),
        Misfit(
            BinaryCrossEntropy(.logits), [Linear(4, 3), Sigmoid()],
            "BinaryCrossEntropy(.logits) takes logits; the model ends in Sigmoid: "
                + "write BinaryCrossEntropy(), or leave Sigmoid out"),
        Misfit(
            BinaryCrossEntropy(.logProbabilities), [Linear(4, 3)],
            "BinaryCrossEntropy takes probabilities or logits of two classes, not logarithms of probabilities"),
        Misfit(
            FocalLoss(), [Linear(4, 3)],
            "FocalLoss takes probabilities, of Softmax, LogSoftmax or Sigmoid; the model ends in Linear: "
                + "write FocalLoss(.logits), or end the model with Softmax()"),
        Misfit(
            FocalLoss(), [Linear(4, 1)],
            "FocalLoss takes probabilities, of Sigmoid; the model ends in Linear: "
                + "write FocalLoss(.logits), or end the model with Sigmoid()"),
        Misfit(
            KLDivergence(), [Linear(4, 3)],
            "KLDivergence takes probabilities, of Softmax or LogSoftmax; the model ends in Linear: "
                + "write KLDivergence(.logits), or end the model with Softmax()"),
        Misfit(
            Hinge(), [Linear(4, 3), Softmax()],
            "Hinge takes scores of any size; the model ends in Softmax: leave Softmax out, or use CrossEntropy()"),
        Misfit(Hinge(), [Linear(4, 1)], "Hinge takes one output for each class, at least 2; the model has 1"),
        Misfit(
            Quantile([0.1, 0.9]), [Linear(4, 3)],
            "Quantile takes 2 outputs for each column of targets, one for each quantile; the model has 3"),
        Misfit(
            GaussianNLL(), [Linear(4, 3)],
            "GaussianNLL takes two outputs for each column of targets, its mean and the logarithm of its variance; "
                + "the model has 3"),
        Misfit(Huber(delta: 0), [Linear(4, 3)], "Huber: delta is 0.0; it must be positive and finite"),
        Misfit(Huber(delta: .nan), [Linear(4, 3)], "Huber: delta is nan; it must be positive and finite"),
        Misfit(SmoothL1(beta: -1), [Linear(4, 3)], "SmoothL1: beta is -1.0; it must be finite and not negative"),
        Misfit(Quantile([]), [Linear(4, 3)], "Quantile: there are no quantiles; at least 1 is needed"),
        Misfit(Quantile([0.5, 1]), [Linear(4, 2)], "Quantile: a quantile is 1.0; it must be above 0 and below 1"),
        Misfit(
            GaussianNLL(epsilon: -1e-3), [Linear(4, 2)],
            "GaussianNLL: epsilon is -0.001; it must be positive and finite"),
        Misfit(
            CrossEntropy(labelSmoothing: 1.5), [Linear(4, 3), Softmax()],
            "CrossEntropy: label smoothing is 1.5; it must be from 0 to 1"),
        Misfit(
            BinaryCrossEntropy(labelSmoothing: -0.5), [Linear(4, 3), Sigmoid()],
            "BinaryCrossEntropy: label smoothing is -0.5; it must be from 0 to 1"),
        Misfit(
            KLDivergence(labelSmoothing: .nan), [Linear(4, 3), Softmax()],
            "KLDivergence: label smoothing is nan; it must be from 0 to 1"),
        Misfit(
            FocalLoss(gamma: -2), [Linear(4, 3), Softmax()],
            "FocalLoss: gamma is -2.0; it must be finite and not negative"),
        Misfit(Hinge(margin: .infinity), [Linear(4, 3)], "Hinge: margin is inf; it must be positive and finite"),
        Misfit(
            Hinge(labelSmoothing: 2), [Linear(4, 3)], "Hinge: label smoothing is 2.0; it must be from 0 to 1"),
    ]

    private static let x = RandomGenerator.inputs(rows: 12, columns: 4, seed: 1)
    private static let labels = (0..<12).map { $0 % 3 }

    /// Every way into training, with what comes before its messages.
    private func messages<Scalar: BLASScalar>(
        _ layers: [any Layer], _ loss: any Loss, _ targets: Targets<Scalar>, _: Scalar.Type
    ) throws -> [String: String] {
        let inputs = Matrix<Scalar>(Self.x)
        let model = try MLP<Scalar>(layers)
        var messages: [String: String] = [:]
        func expect(_ way: String, before: String = "", _ body: () throws -> Void) {
            let message = errorMessage(body)
            #expect(message.hasPrefix(before), "\(way): \(message)")
            messages[way] = String(message.dropFirst(before.count))
        }
        let data: Dataset<Scalar>
        switch targets {
        case .classes(let classes):
            data = try Dataset(inputs: inputs, targets: classes)
            expect("train") {
                var model = model
                try model.train(inputs: inputs, targets: classes, loss: loss, epochs: 1, progress: .silent)
            }
            expect("step") {
                var trainer = try Trainer(model: model, loss: loss, optimizer: Adam())
                try trainer.step(inputs: inputs, targets: classes)
            }
            expect("backward") {
                var trainer = try Trainer(model: model, loss: loss, optimizer: Adam())
                _ = try trainer.forward(inputs)
                try trainer.backward(targets: classes)
            }
        case .matrix(let matrix):
            data = try Dataset(inputs: inputs, targets: matrix)
            expect("train") {
                var model = model
                try model.train(inputs: inputs, targets: matrix, loss: loss, epochs: 1, progress: .silent)
            }
            expect("step") {
                var trainer = try Trainer(model: model, loss: loss, optimizer: Adam())
                try trainer.step(inputs: inputs, targets: matrix)
            }
            expect("backward") {
                var trainer = try Trainer(model: model, loss: loss, optimizer: Adam())
                _ = try trainer.forward(inputs)
                try trainer.backward(targets: matrix)
            }
        }
        expect("data set") {
            var model = model
            try model.train(on: data, loss: loss, epochs: 1, progress: .silent)
        }
        expect("pipeline") {
            var pipeline = Pipeline<Scalar>(preprocessing: Preprocessing(numeric: .unchanged)) { _, _ in layers }
            try pipeline.train(on: data, loss: loss, epochs: 1, progress: .silent)
        }
        expect("cross-validation", before: "fold 1 of 2: ") {
            let pipeline = Pipeline<Scalar>(preprocessing: Preprocessing(numeric: .unchanged)) { _, _ in layers }
            _ = try pipeline.crossValidate(on: data, folds: 2, metrics: [], loss: loss, epochs: 1, progress: .silent)
        }
        return messages
    }

    @Test(arguments: misfits) func modelThatDoesNotFit(_ misfit: Misfit) throws {
        let columns = try MLP<Double>(misfit.layers).outputFeatures
        let oneHot = Matrix(Self.labels.map { label in (0..<columns).map { $0 == label ? 1.0 : 0 } })
        // What the model's fault is does not depend on how targets are given.
        var ways = try messages(misfit.layers, misfit.loss, .matrix(oneHot), Double.self)
        let fromClasses = try messages(misfit.layers, misfit.loss, .classes(Self.labels), Double.self)
        for (way, message) in fromClasses where !["pipeline", "cross-validation"].contains(way) || columns == 3 {
            ways["\(way) of classes"] = message
        }
        for (way, message) in try messages(misfit.layers, misfit.loss, .matrix(Matrix<Float>(oneHot)), Float.self) {
            ways["\(way) in Float"] = message
        }
        for (way, message) in ways { #expect(message == misfit.message, "\(way)") }

        let folder = try TemporaryFolder()
        try Self.x.write(npy: folder.file("x.npy"))
        try oneHot.write(npy: folder.file("y.npy"))
        let streamed = try StreamedDataset<Double>(inputs: [folder.file("x.npy")], targets: [folder.file("y.npy")])
        var model = try MLP<Double>(misfit.layers)
        #expect(
            errorMessage { try model.train(on: streamed, loss: misfit.loss, epochs: 1, progress: .silent) }
                == misfit.message)
        var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam())
        try trainer.step(inputs: Self.x, targets: oneHot)
        try trainer.saveCheckpoint(to: folder.file("checkpoint"))
        #expect(
            errorMessage {
                _ = try Trainer<Double>(
                    resumingFrom: folder.file("checkpoint"), loss: misfit.loss, optimizer: Adam())
            } == misfit.message)
    }

    @Test func softmaxOfOneColumn() throws {
        let expected =
            "takes at least 2 columns, gets 1, whose softmax is always 1: for two classes use Sigmoid() and "
            + "BinaryCrossEntropy(); for more give each an output, and targets that are classes (a file's column that was "
            + "read as values becomes classes with targetKind: .classes)"
        for (layer, name) in [(Softmax(), "Softmax"), (LogSoftmax(), "LogSoftmax")] as [(any Layer, String)] {
            #expect(errorMessage { _ = try MLP<Double>([Linear(4, 1), layer]) } == "layer 1 (\(name)): \(expected)")
        }
        // As it comes of a 0/1 column that was read from a file as values.
        let folder = try TemporaryFolder()
        try Data("a,b,y\n1,2,0\n2,1,1\n3,5,1\n4,4,0\n".utf8).write(to: folder.file("data.csv"))
        var pipeline = Pipeline<Double> { features, outputs in [Linear(features, outputs), Softmax()] }
        let values = try Dataset<Double>(csv: folder.file("data.csv"), target: "y", targetKind: .values)
        #expect(
            errorMessage { try pipeline.train(on: values, loss: CrossEntropy(), epochs: 1, progress: .silent) }
                == "layer 1 (Softmax): \(expected)")
        let classes = try Dataset<Double>(csv: folder.file("data.csv"), target: "y", targetKind: .classes)
        try pipeline.train(on: classes, loss: CrossEntropy(), epochs: 1, progress: .silent)
    }

    // MARK: Targets

    private static let targetFaults: [(any Loss, [any Layer], Double, String)] = [
        (
            BinaryCrossEntropy(), [Linear(4, 1), Sigmoid()], 7,
            "7.0 in row 2, column 0 (counted from 0); targets of BinaryCrossEntropy are from 0.0 to 1.0. If these values are "
                + "the numbers of classes, read them with targetKind: .classes, or give them as [Int]"
        ),
        (
            FocalLoss(), [Linear(4, 1), Sigmoid()], -1,
            "-1.0 in row 2, column 0 (counted from 0); targets of FocalLoss are from 0.0 to 1.0. If these values are "
                + "the numbers of classes, read them with targetKind: .classes, or give them as [Int]"
        ),
        (
            BinaryCrossEntropy(.logits), [Linear(4, 3)], 1.5,
            "1.5 in row 2, column 0 (counted from 0); targets of BinaryCrossEntropy are from 0.0 to 1.0"
        ),
        (
            CrossEntropy(), [Linear(4, 3), Softmax()], -0.5,
            "-0.5 in row 2, column 0 (counted from 0); targets of CrossEntropy are 0.0 or more"
        ),
        (
            KLDivergence(), [Linear(4, 3), Softmax()], -0.5,
            "-0.5 in row 2, column 0 (counted from 0); targets of KLDivergence are 0.0 or more"
        ),
        (Hinge(), [Linear(4, 3)], -2, "-2.0 in row 2, column 0 (counted from 0); targets of Hinge are 0.0 or more"),
        (
            PoissonNLL(), [Linear(4, 1)], -3,
            "-3.0 in row 2, column 0 (counted from 0); targets of PoissonNLL are 0.0 or more"
        ),
    ]

    @Test(arguments: targetFaults.indices) func valuesThatAreNoTargets(_ index: Int) throws {
        let (loss, layers, value, expected) = Self.targetFaults[index]
        let columns = try MLP<Double>(layers).outputFeatures
        var targets = Matrix<Double>(rows: 12, columns: columns, repeating: 0.5)
        targets[2, 0] = value
        let ways = try messages(layers, loss, .matrix(targets), Double.self)
        for (way, message) in ways where way != "cross-validation" {
            #expect(message == "targets have \(expected)", "\(way)")
        }
        #expect(ways["cross-validation"]?.hasPrefix("targets have \(value) in row") == true)

        var model = try MLP<Double>(layers)
        let good = Matrix<Double>(rows: 12, columns: columns, repeating: 0.5)
        #expect(
            errorMessage {
                try model.train(
                    inputs: Self.x, targets: good, loss: loss, epochs: 1, validation: .rows(Self.x, targets),
                    progress: .silent)
            } == "validation targets have \(expected)")
        let folder = try TemporaryFolder()
        try Self.x.write(npy: folder.file("x.npy"))
        try targets.write(npy: folder.file("y.npy"))
        let streamed = try StreamedDataset<Double>(inputs: [folder.file("x.npy")], targets: [folder.file("y.npy")])
        let message = errorMessage { try model.train(on: streamed, loss: loss, epochs: 1, progress: .silent) }
        #expect(message == "\(folder.file("y.npy").path) has \(expected)")
        // Rows that don't take part may hold anything.
        try model.train(
            on: try Dataset(inputs: Self.x, targets: targets).rows((0..<12).filter { $0 != 2 }), loss: loss, epochs: 1,
            progress: .silent)
    }

    /// Classes 1 to 7, read as values: where they are found, it is said how to get classes.
    @Test func numbersOfClassesReadAsValues() throws {
        let hint =
            "If these values are the numbers of classes, read them with targetKind: .classes, or give them as [Int]"
        let outputs = Matrix<Double>(rows: 7, columns: 1, repeating: 0.5)
        let targets = Matrix<Double>(rows: 7, columns: 1, elements: (1...7).map { Double($0) })
        let expected =
            "targets have 2.0 in row 1 (counted from 0); with one column of outputs, classes are 0 or 1. \(hint)"
        #expect(errorMessage { _ = try Metric.accuracy(outputs, targets) } == expected)
        #expect(errorMessage { _ = try ClassificationReport(outputs, .matrix(targets)) } == expected)
        let model = try MLP<Double>([Linear(4, 1), Sigmoid()])
        let inputs = Self.x.rows(0..<7)
        #expect(
            errorMessage {
                _ = try model.permutationImportance(inputs: inputs, targets: .matrix(targets), metric: .accuracy)
            } == expected)
        var pipeline = Pipeline<Double> { features, _ in [Linear(features, 1)] }
        let data = try Dataset(inputs: inputs, targets: targets)
        try pipeline.train(on: data, loss: MeanSquaredError(), epochs: 1, progress: .silent)
        #expect(errorMessage { _ = try pipeline.evaluate(.accuracy, on: data) } == expected)
        #expect(
            errorMessage { _ = try pipeline.permutationImportance(on: data, metric: .accuracy) } == expected)
    }

    /// `Sigmoid` with one output takes the labels 0 and 1.
    @Test func oneOutputForTwoClasses() throws {
        let labels = Self.x.elements.indices.filter { $0 % 4 == 0 }.map { Self.x.elements[$0] > 0 ? 1 : 0 }
        let column = Matrix(labels.map { [Double($0)] })
        func trained(_ train: (inout MLP<Double>) throws -> History) throws -> ([Double], [Double]) {
            var model = try MLP<Double>([Linear(4, 1), Sigmoid()], seed: 2)
            let history = try train(&model)
            return (history.losses, model.parameters)
        }
        for weights in [nil, [1.0, 3]] {
            let a = try trained {
                try $0.train(
                    inputs: Self.x, targets: labels, loss: BinaryCrossEntropy(), optimizer: Adam(learningRate: 0.1),
                    epochs: 40, batchSize: 5, validation: .fraction(0.25), metrics: [.accuracy], classWeights: weights,
                    progress: .silent)
            }
            let b = try trained {
                try $0.train(
                    inputs: Self.x, targets: column, loss: BinaryCrossEntropy(), optimizer: Adam(learningRate: 0.1),
                    epochs: 40, batchSize: 5, metrics: [.accuracy], classWeights: weights, progress: .silent)
            }
            #expect(a.0[39] < a.0[0] && b.0[39] < b.0[0])
        }
        let message = errorMessage {
            _ = try trained {
                try $0.train(
                    inputs: Self.x, targets: [2] + labels.dropFirst(), loss: BinaryCrossEntropy(), epochs: 1,
                    progress: .silent)
            }
        }
        #expect(message == "targets have label 2 in row 0 (counted from 0); the model gives 2 classes, 0 to 1")
        var pipeline = Pipeline<Double> { features, _ in [Linear(features, 1), Sigmoid()] }
        let data = try Dataset(inputs: Self.x, targets: labels, labelNames: ["no", "yes"])
        try pipeline.train(on: data, loss: BinaryCrossEntropy(), epochs: 2, metrics: [.logLoss], progress: .silent)
        #expect(Set(try pipeline.predictLabels(data)).isSubset(of: ["no", "yes"]))
    }

    @Test func lossesOfValuesKnowNoClasses() throws {
        for loss in [Quantile([0.5]), GaussianNLL()] as [any Loss] {
            var model = try MLP<Double>([Linear(4, 2)])
            #expect(
                errorMessage {
                    try model.train(inputs: Self.x, targets: Self.labels, loss: loss, epochs: 1, progress: .silent)
                } == "targets are classes; \(type(of: loss)) takes a matrix of values")
            let values = Matrix<Double>(rows: 12, columns: loss is Quantile ? 2 : 1)
            #expect(
                errorMessage {
                    try model.train(
                        inputs: Self.x, targets: values, loss: loss, epochs: 1, classWeights: [1, 2], progress: .silent)
                } == "class weights are given; \(type(of: loss)) has no classes")
        }
        var model = try MLP<Double>([Linear(4, 4)])
        #expect(
            errorMessage {
                try model.train(
                    inputs: Self.x, targets: Matrix(rows: 12, columns: 4), loss: Quantile([0.1, 0.9]), epochs: 1,
                    progress: .silent)
            } == "targets have 4 columns; Quantile takes 2 for the 4 outputs of the model")
        #expect(
            errorMessage {
                try model.train(
                    inputs: Self.x, targets: Matrix(rows: 12, columns: 4, repeating: -1), loss: MeanSquaredError(),
                    epochs: 1, classWeights: [1, 2, 1, 1], progress: .silent)
            }
                == "by its class weights, row 0 (counted from 0) has the weight -5.0; they need targets that are "
                + "classes, or the probability of each class")
        var pipeline = Pipeline<Double>(preprocessing: Preprocessing(standardizesTargets: true)) { features, outputs in
            [Linear(features, 3 * outputs)]
        }
        let data = try Dataset(inputs: Self.x, targets: Matrix(rows: 12, columns: 1, repeating: 2))
        #expect(
            errorMessage {
                try pipeline.train(on: data, loss: Quantile([0.1, 0.5, 0.9]), epochs: 1, progress: .silent)
            }
                == "Quantile doesn't have one output per target, so standardizesTargets can't convert the outputs "
                + "back to the targets' units")
    }

    /// Wider outputs than targets go every way that others go.
    @Test func targetsNarrowerThanOutputs() throws {
        let targets = Matrix<Double>(rows: 12, columns: 2, elements: (0..<24).map { Double($0 % 7) })
        for loss in [Quantile([0.2, 0.8]), GaussianNLL()] as [any Loss] {
            func losses(_ sampling: Sampling, _ train: (inout Trainer<Double>) throws -> History) throws -> [Double] {
                var trainer = try Trainer(model: MLP<Double>([Linear(4, 4)], seed: 1), loss: loss, optimizer: Adam())
                return try train(&trainer).losses
            }
            let inMemory = try losses(.inOrder) {
                try $0.train(
                    inputs: Self.x, targets: targets, epochs: 3, batchSize: 5, sampling: .inOrder,
                    validation: .rows(Self.x, targets), progress: .silent)
            }
            let folder = try TemporaryFolder()
            try Self.x.write(npy: folder.file("x.npy"))
            try targets.write(npy: folder.file("y.npy"))
            let files = try StreamedDataset<Double>(inputs: [folder.file("x.npy")], targets: [folder.file("y.npy")])
            let streamed = try losses(.inOrder) {
                try $0.train(
                    on: files, epochs: 3, batchSize: 5, sampling: .inOrder, validation: .rows(Self.x, targets),
                    progress: .silent)
            }
            #expect(inMemory == streamed && inMemory[2] < inMemory[0])
            let shuffled = try losses(.shuffled) {
                try $0.train(inputs: Self.x, targets: targets, epochs: 3, batchSize: 5, progress: .silent)
            }
            #expect(shuffled[2] < shuffled[0])
        }
    }
}
