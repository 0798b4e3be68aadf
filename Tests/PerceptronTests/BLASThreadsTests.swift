import Testing

@testable import Perceptron

/// OpenBLAS's own number of threads is the host's again when nobody computes any more.
///
/// Each test in a process of its own: in this one other tests compute at the same time.
@Suite struct BLASThreadsTests {
    @Test func putBackAfterTraining() async {
        await #expect(processExitsWith: .success) {
            let before = BLAS.threads
            var model = try MLP<Double>([Linear(3, 4), ReLU(), Linear(4, 2), Softmax()])
            let inputs = Matrix<Double>(rows: 300, columns: 3, repeating: 0.5)
            let classes = [Int](repeating: 1, count: 300)
            try model.train(inputs: inputs, targets: classes, loss: CrossEntropy(), epochs: 2, progress: .silent)
            try #require(BLAS.threads == before)
            _ = try model.predict(inputs)
            try #require(BLAS.threads == before)
            var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
            _ = try trainer.forward(inputs)
            try trainer.backward(targets: classes)
            trainer.update()
            try #require(BLAS.threads == before)
        }
    }

    @Test func putBackAfterAnError() async {
        await #expect(processExitsWith: .success) {
            let before = BLAS.threads
            var model = try MLP<Double>([Linear(1, 1)])
            model.parameters = [1e300, 0]
            #expect(throws: PerceptronError.self) {
                try model.train(
                    inputs: Matrix([[1e300]]), targets: Matrix([[0]]), loss: MeanSquaredError(), epochs: 1,
                    progress: .silent)
            }
            try #require(BLAS.threads == before)
        }
    }

    @Test func oneInsideAndPutBackByTheLast() async {
        await #expect(processExitsWith: .success) {
            let before = BLAS.threads
            try BLAS.withSingleThread { () throws(ExpectationFailedError) in
                try require(BLAS.threads == 1)
                try BLAS.withSingleThread { () throws(ExpectationFailedError) in try require(BLAS.threads == 1) }
                try require(BLAS.threads == 1)
            }
            try #require(BLAS.threads == before)
        }
    }
}

private struct ExpectationFailedError: Error {}

private func require(_ condition: Bool) throws(ExpectationFailedError) {
    if !condition { throw ExpectationFailedError() }
}
