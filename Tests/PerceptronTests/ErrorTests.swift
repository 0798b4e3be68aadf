import Perceptron
import Testing

/// The error that `body` throws.
private func error(of body: () throws -> Void) throws -> PerceptronError {
    do {
        try body()
    } catch let error as PerceptronError {
        return error
    }
    Issue.record("nothing was thrown")
    return .invalidState("nothing")
}

private let inputs = Matrix<Double>([[0, 0.5], [0.25, 1], [1, 0]])
private let targets = Matrix<Double>([[1, 0, 0], [0, 1, 0], [0, 0, 1]])

private func smallModel() throws -> MLP<Double> {
    try MLP([Linear(2, 4), ReLU(), Linear(4, 3)], seed: 1)
}

/// `inputs` with one element replaced.
private func matrix(_ matrix: Matrix<Double>, _ row: Int, _ column: Int, _ value: Double) -> Matrix<Double> {
    var matrix = matrix
    matrix[row, column] = value
    return matrix
}

@Suite struct ErrorTests {
    // MARK: Models

    @Test(
        arguments: [
            ([], "a model needs at least one layer; the list of layers is empty"),
            ([ReLU(), Softmax()], "no layer defines the number of input features; the model needs a Linear"),
            ([Linear(2, 4), ReLU(), Linear(5, 3)], "layer 2 (Linear): takes 5 input features, gets 4"),
            ([Linear(0, 4)], "layer 0 (Linear): 0 input features; at least 1 is needed"),
            ([Linear(2, 4), Linear(4, 0)], "layer 1 (Linear): 0 output features; at least 1 is needed"),
            ([Linear(2, 4), Linear(-4, 3)], "layer 1 (Linear): -4 input features; at least 1 is needed"),
            ([Linear(2, -1)], "layer 0 (Linear): -1 output features; at least 1 is needed"),
            ([Linear(1, 1 << 31)], "layer 0 (Linear): 2147483648 output features; BLAS sizes go up to 2147483647"),
            ([Linear(1 << 31, 1)], "layer 0 (Linear): 2147483648 input features; BLAS sizes go up to 2147483647"),
            (
                [Linear(1 << 30, 1 << 30)],
                "layer 0 (Linear): weight is 1073741824x1073741824; no such tensor fits in memory"
            ),
            (
                [Linear(2, 3, weightInitializer: .normal(-1))],
                "layer 0 (Linear): the normal initializer's standard deviation is -1.0; it must be finite and not negative"
            ),
            (
                [Linear(2, 3, biasInitializer: .uniform(1, -1))],
                "layer 0 (Linear): the uniform initializer goes from 1.0 to -1.0; "
                    + "both must be finite and the first not above the second"
            ),
            ([Linear(2, 4), LayerNorm(5)], "layer 1 (LayerNorm): takes 5 input features, gets 4"),
            ([LayerNorm(0)], "layer 0 (LayerNorm): 0 features; at least 1 is needed"),
            ([LayerNorm(1 << 31)], "layer 0 (LayerNorm): 2147483648 features; BLAS sizes go up to 2147483647"),
            ([LayerNorm(3, epsilon: 0)], "layer 0 (LayerNorm): epsilon is 0.0; it must be finite and more than 0"),
            (
                [LayerNorm(3, epsilon: .infinity)],
                "layer 0 (LayerNorm): epsilon is inf; it must be finite and more than 0"
            ),
            (
                [Embedding(categories: 2, features: .min), Linear(4, 2)],
                "layer 1 (Linear): takes 4 input features, fewer than the layers before it return"
            ),
            ([Affine(-2)], "layer 0 (Affine): -2 features; at least 1 is needed"),
            ([Affine(2), Affine(3)], "layer 1 (Affine): takes 3 input features, gets 2"),
            (
                [Linear(2, 4), LeakyReLU(negativeSlope: -0.1)],
                "layer 1 (LeakyReLU): the negative slope is -0.1; it must be finite and not negative"
            ),
            (
                [Linear(2, 4), LeakyReLU(negativeSlope: .nan)],
                "layer 1 (LeakyReLU): the negative slope is nan; it must be finite and not negative"
            ),
            ([ELU(alpha: -1), Linear(2, 4)], "layer 0 (ELU): alpha is -1.0; it must be finite and not negative"),
            ([Linear(2, 4), ELU(alpha: .infinity)], "layer 1 (ELU): alpha is inf; it must be finite and not negative"),
        ] as [([any Layer], String)])
    func layersThatMakeNoModel(_ layers: [any Layer], _ message: String) throws {
        let found = try error { _ = try MLP<Double>(layers) }
        #expect(found.description == message)
        #expect(try error { _ = try MLP<Float>(layers) } == found)
    }

    @Test func modelLargerThanTheMachine() throws {
        let found = try error { _ = try MLP<Float>([Linear(1 << 27, 1 << 27, bias: false)]) }
        #expect(
            found.description.hasPrefix(
                "the model has 18014398509481984 parameters, which need 67108864 GiB; this machine has "))
    }

    @Test func parametersOfAnotherCount() throws {
        var model = try smallModel()
        let before = model.parameters
        for count in [0, before.count - 1, before.count + 1] {
            let found = try error { try model.setParameters([Double](repeating: 0, count: count)) }
            #expect(found == .shapeMismatch("\(count) parameters given; the model has 27"))
            #expect(model.parameters == before)
        }
    }

    // MARK: Training

    /// Bad arguments of `train`, with the message they get.
    @Test(
        arguments: [
            (inputs, targets, 0, 2, "epochs is 0; it must be at least 1"),
            (inputs, targets, -3, 2, "epochs is -3; it must be at least 1"),
            (inputs, targets, 1, 0, "the batch size is 0; at least 1 is needed"),
            (inputs, targets, 1, -1, "the batch size is -1; at least 1 is needed"),
            (inputs.rows([0, 1]), targets, 1, 2, "inputs have 2 rows; targets have 3"),
            (inputs, targets.rows([0]), 1, 2, "inputs have 3 rows; targets have 1"),
            (Matrix(rows: 3, columns: 1), targets, 1, 2, "inputs have 1 column; the model takes 2"),
            (Matrix(rows: 3, columns: 3), targets, 1, 2, "inputs have 3 columns; the model takes 2"),
            (inputs, Matrix(rows: 3, columns: 2), 1, 2, "targets have 2 columns; the model gives 3"),
            (inputs.rows([]), targets.rows([]), 1, 2, "inputs have no rows; at least 1 is needed"),
            (
                matrix(inputs, 2, 1, .nan), targets, 1, 2,
                "inputs have nan in row 2, column 1 (counted from 0); all values must be finite"
            ),
            (
                matrix(inputs, 1, 0, -.infinity), targets, 1, 2,
                "inputs have -inf in row 1, column 0 (counted from 0); all values must be finite"
            ),
            (
                inputs, matrix(targets, 0, 2, .infinity), 1, 2,
                "targets have inf in row 0, column 2 (counted from 0); all values must be finite"
            ),
            (
                inputs, matrix(targets, 1, 1, .nan), 1, 2,
                "targets have nan in row 1, column 1 (counted from 0); all values must be finite"
            ),
        ] as [(Matrix<Double>, Matrix<Double>, Int, Int, String)])
    func trainingThatCannotBegin(
        _ inputs: Matrix<Double>, _ targets: Matrix<Double>, _ epochs: Int, _ batchSize: Int, _ message: String
    ) throws {
        var model = try smallModel()
        let before = model.parameters
        let found = try error {
            try model.train(
                inputs: inputs, targets: targets, loss: MeanSquaredError(), epochs: epochs, batchSize: batchSize,
                progress: .silent)
        }
        #expect(found.description == message)
        #expect(model.parameters == before)

        // A model that was refused once trains as one that was not.
        var fresh = try smallModel()
        for which in 0..<2 {
            let history = try (which == 0 ? { try train(&model) } : { try train(&fresh) })()
            #expect(history.losses.count == 2)
        }
        #expect(model.parameters == fresh.parameters)

        // What is wrong with the data is wrong for a single step, too.
        guard epochs > 0, batchSize > 0 else { return }
        var trainer = try Trainer(model: try smallModel(), loss: MeanSquaredError(), optimizer: Adam())
        #expect(try error { try trainer.step(inputs: inputs, targets: targets) } == found)
        #expect(trainer.model.parameters == before)
    }

    private func train(_ model: inout MLP<Double>) throws -> History {
        try model.train(
            inputs: inputs, targets: targets, loss: MeanSquaredError(), epochs: 2, batchSize: 2, progress: .silent)
    }

    @Test(arguments: [(-1, 0), (3, 2), (Int.max, 1), (Int.min, 0)])
    func labelThatIsNoClass(label: Int, row: Int) throws {
        var labels = [0, 1, 2]
        labels[row] = label
        let expected = PerceptronError.invalidValue(
            "targets have label \(label) in row \(row) (counted from 0); the model gives 3 classes, 0 to 2")
        var model = try smallModel()
        let before = model.parameters
        let found = try error {
            try model.train(inputs: inputs, targets: labels, loss: CrossEntropy(.logits), epochs: 1, progress: .silent)
        }
        #expect(found == expected)
        #expect(model.parameters == before)

        var trainer = try Trainer(model: model, loss: CrossEntropy(.logits), optimizer: Adam())
        #expect(try error { try trainer.step(inputs: inputs, targets: labels) } == expected)
        _ = try trainer.forward(inputs)
        #expect(try error { try trainer.backward(targets: labels) } == expected)
        #expect(trainer.model.parameters == before)
        // The pass that went forward still waits for its targets.
        try trainer.backward(targets: [0, 1, 2])
    }

    @Test func batchBeyond32Bits() throws {
        var model = try smallModel()
        let before = model.parameters
        let found = try error {
            try model.train(
                inputs: inputs, targets: targets, loss: MeanSquaredError(), epochs: 1, batchSize: 1 << 31,
                sampling: .withReplacement, progress: .silent)
        }
        #expect(found == .invalidArgument("the batch size is 2147483648; BLAS sizes go up to 2147483647"))
        #expect(model.parameters == before)
        // In whole epochs a batch is at most the data.
        try model.train(
            inputs: inputs, targets: targets, loss: MeanSquaredError(), epochs: 1, batchSize: .max, progress: .silent)
    }

    @Test(
        arguments: [
            (Adam(learningRate: 0), "Adam: the learning rate is 0.0; it must be positive and finite"),
            (Adam(learningRate: -0.1), "Adam: the learning rate is -0.1; it must be positive and finite"),
            (Adam(learningRate: .constant(.nan)), "Adam: the learning rate is nan; it must be positive and finite"),
            (
                Adam(learningRate: .constant(.infinity)),
                "Adam: the learning rate is inf; it must be positive and finite"
            ),
            (Adam(beta1: 1), "Adam: beta1 is 1.0; it must be at least 0 and below 1"),
            (Adam(beta1: .nan), "Adam: beta1 is nan; it must be at least 0 and below 1"),
            (Adam(beta2: -0.5), "Adam: beta2 is -0.5; it must be at least 0 and below 1"),
            (Adam(epsilon: -1e-8), "Adam: epsilon is -1e-08; it must be finite and not negative"),
        ])
    func optimizerOutOfItsRange(_ optimizer: Adam, _ message: String) throws {
        var model = try smallModel()
        let before = model.parameters
        let found = try error {
            try model.train(
                inputs: inputs, targets: targets, loss: MeanSquaredError(), optimizer: optimizer, epochs: 1,
                progress: .silent)
        }
        #expect(found == .invalidArgument(message))
        #expect(model.parameters == before)
        #expect(try error { _ = try Trainer(model: model, loss: MeanSquaredError(), optimizer: optimizer) } == found)
    }

    @Test(arguments: [0, -2]) func threadsBelowOne(threads: Int) throws {
        var model = try smallModel()
        let before = model.parameters
        let expected = PerceptronError.invalidArgument("threads is \(threads); it must be at least 1")
        #expect(try error { _ = try model.predict(inputs, threads: threads) } == expected)
        let found = try error {
            try model.train(
                inputs: inputs, targets: targets, loss: MeanSquaredError(), epochs: 1, progress: .silent,
                threads: threads)
        }
        #expect(found == expected)
        #expect(model.parameters == before)
    }

    // MARK: Prediction and single passes

    @Test func inputsThatCannotBePredicted() throws {
        let model = try smallModel()
        #expect(
            try error { _ = try model.predict(Matrix(rows: 3, columns: 5)) }
                == .shapeMismatch("inputs have 5 columns; the model takes 2"))
        #expect(
            try error { _ = try model.predict(matrix(inputs, 2, 0, .nan)) }
                == .invalidValue("inputs have nan in row 2, column 0 (counted from 0); all values must be finite"))
        var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam())
        #expect(
            try error { _ = try trainer.forward(Matrix(rows: 3, columns: 5)) }
                == .shapeMismatch("inputs have 5 columns; the model takes 2"))
        #expect(
            try error { _ = try trainer.forward(Matrix(rows: 0, columns: 2)) }
                == .shapeMismatch("inputs have no rows; at least 1 is needed"))
    }

    @Test func passesInTheWrongOrder() throws {
        var trainer = try Trainer(model: try smallModel(), loss: MeanSquaredError(), optimizer: Adam())
        let before = trainer.model.parameters
        let expected = PerceptronError.invalidState(
            "each backward pass needs a forward pass before it; call forward first")
        #expect(try error { try trainer.backward(targets: targets) } == expected)
        trainer.update()
        #expect(trainer.model.parameters == before, "there is nothing to update from")
        _ = try trainer.forward(inputs)
        #expect(
            try error { try trainer.backward(targets: targets.rows([0, 1])) }
                == .shapeMismatch("targets have 2 rows; the batch of the forward pass has 3"))
        try trainer.backward(targets: targets)
        #expect(try error { try trainer.backward(targets: targets) } == expected)
        try trainer.step(inputs: inputs, targets: targets)
        #expect(try error { try trainer.backward(targets: targets) } == expected)
    }

    // MARK: BLAS

    @Test func productsThatDoNotFit() throws {
        func product(_ b: Matrix<Double>) throws -> [Double] {
            let a = Matrix<Double>(rows: 2, columns: 3)
            var elements: [Double] = [7, 7, 7, 7]
            var c = MutableMatrixView(rows: 2, columns: 2, elements: elements.mutableSpan)
            try BLAS.gemm(a.view, b.view, into: &c)
            return elements
        }
        #expect(
            try error { _ = try product(Matrix(rows: 2, columns: 2)) }
                == .shapeMismatch("gemm: op(A) is 2x3, op(B) is 2x2"))
        #expect(
            try error { _ = try product(Matrix(rows: 3, columns: 4)) }
                == .shapeMismatch("gemm: the product is 2x4, C is 2x2"))
        #expect(try product(Matrix(rows: 3, columns: 2)) == [0, 0, 0, 0])
    }

    @Test func productsBeyond32Bits() throws {
        let size = 1 << 31
        let expected = PerceptronError.invalidArgument("gemm: a size of 2147483648; BLAS sizes go up to 2147483647")
        // Without columns there are no elements, and no memory is needed to be that high.
        let high = try error {
            let none: [Float] = []
            var nothing: [Float] = []
            var c = MutableMatrixView(rows: size, columns: 0, elements: nothing.mutableSpan)
            try BLAS.gemm(
                MatrixView(rows: size, columns: 0, elements: none.span),
                MatrixView(rows: 0, columns: 0, elements: none.span), into: &c)
        }
        #expect(high == expected)
        // Nor for the distance of a row from the next, where there is no next.
        let strided = try error {
            let two: [Float] = [1, 2]
            var one: [Float] = [5]
            var c = MutableMatrixView(rows: 1, columns: 1, elements: one.mutableSpan)
            try BLAS.gemm(
                MatrixView(rows: 1, columns: 2, stride: size, elements: two.span),
                MatrixView(rows: 2, columns: 1, elements: two.span), into: &c)
        }
        #expect(strided == expected)
    }

    // MARK: Divergence

    @Test func lossThatOverflowsAtOnce() throws {
        var model = try smallModel()
        let before = model.parameters
        let huge = matrix(inputs, 1, 1, 1e200)
        let found = try error {
            try model.train(
                inputs: huge, targets: targets, loss: MeanSquaredError(), epochs: 3, batchSize: 3, progress: .silent)
        }
        #expect(found == .diverged(what: "the loss became inf", epoch: 1, step: 1))
        #expect(
            found.description
                == "the loss became inf in epoch 1, step 1; the model keeps the parameters it had before that step. "
                + "A smaller learning rate or scaled inputs may help")
        #expect(model.parameters == before)
        var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: Adam())
        #expect(
            try error { try trainer.step(inputs: huge, targets: targets) }
                == .diverged(what: "the loss became inf", epoch: nil, step: 1))
        trainer.update()
        #expect(trainer.model.parameters == before, "an update from no gradient")
    }

    // 3 rows in batches of 2 are 2 steps an epoch.
    @Test(arguments: [(2, 1, 2), (3, 2, 1)])
    func lossThatOverflowsLater(batchSize: Int, epoch: Int, step: Int) throws {
        var model = try smallModel()
        let found = try error {
            try model.train(
                inputs: inputs, targets: targets, loss: MeanSquaredError(), optimizer: Adam(learningRate: 1e200),
                epochs: 3, batchSize: batchSize, progress: .silent)
        }
        guard case .diverged(_, let foundEpoch, let foundStep) = found else {
            Issue.record("\(found)")
            return
        }
        #expect(foundEpoch == epoch)
        #expect(foundStep == step)
        #expect(model.parameters.allSatisfy { $0.isFinite })
        #expect(model.parameters != (try smallModel().parameters), "the steps before it counted")
    }

    @Test func gradientThatOverflowsBehindAFiniteLoss() throws {
        // The loss is summed in Double, where the square of 1e30 is finite; a Float gradient is not.
        var model = try MLP<Float>([Linear(1, 1, bias: false, weightInitializer: .constant(1))])
        let found = try error {
            try model.train(
                inputs: Matrix(rows: 1, columns: 1, repeating: 1e30), targets: Matrix(rows: 1, columns: 1),
                loss: MeanSquaredError(), epochs: 2, progress: .silent)
        }
        #expect(found == .diverged(what: "the gradient overflowed", epoch: 1, step: 1))
        #expect(model.parameters == [1])
    }

    @Test(
        arguments: [
            Adam(learningRate: 1e308),
            // A gradient of zero is then divided by zero.
            Adam(epsilon: 0),
        ])
    func updateThatOverflowsBehindAFiniteGradient(_ optimizer: Adam) throws {
        // A ReLU that is dead from the start: its weights have gradients of zero.
        let dead = Linear(2, 4, biasInitializer: .constant(-100))
        var model = try MLP<Double>([dead, ReLU(), Linear(4, 3)], seed: 1)
        let before = model.parameters
        let found = try error {
            try model.train(
                inputs: inputs, targets: targets, loss: MeanSquaredError(), optimizer: optimizer, epochs: 3,
                batchSize: 3, progress: .silent)
        }
        #expect(found == .diverged(what: "the update made a parameter infinite or NaN", epoch: 1, step: 1))
        #expect(model.parameters == before)

        var trainer = try Trainer(model: model, loss: MeanSquaredError(), optimizer: optimizer)
        _ = try trainer.forward(inputs)
        try trainer.backward(targets: targets)
        trainer.update()
        #expect(trainer.model.parameters == before)
    }
}
