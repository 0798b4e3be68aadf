import Foundation
import Perceptron
import ProcessSupport
import Testing

extension ProcessTests {
    /// What the library's threads do to the process they are in.
    struct WorkerTests {
        private static func trainSomeSteps() throws {
            let model = try MLP<Double>([Linear(64, 128), ReLU(), Linear(128, 10), Softmax()])
            var trainer = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam(), threads: 4)
            let inputs = Matrix<Double>(rows: 64, columns: 64, repeating: 0.5)
            for _ in 0..<50 { try trainer.step(inputs: inputs, targets: (0..<64).map { $0 % 10 }) }
        }

        @Test func workersSleepWhenThereIsNothingToDo() throws {
            try Self.trainSomeSteps()
            // They may look for more for a moment.
            Thread.sleep(forTimeInterval: 0.001)
            let before = processor_seconds()
            Thread.sleep(forTimeInterval: 0.5)
            // Three spinning workers would use a whole second or more.
            #expect(processor_seconds() - before < 0.05)
        }

        @Test func aForkedChildTrainsWithoutItsParentsWorkers() throws {
            try Self.trainSomeSteps()
            let status = run_in_child(
                {
                    do { try WorkerTests.trainSomeSteps() } catch { return 1 }
                    return 0
                }, 60)
            #expect(status == 0)
        }

        @Test func openBLASThreadsArePutBack() throws {
            let before = BLAS.threads
            try Self.trainSomeSteps()
            #expect(BLAS.threads == before)
            // Trainers that overlap, and end in any order.
            DispatchQueue.concurrentPerform(iterations: 8) { _ in try? Self.trainSomeSteps() }
            #expect(BLAS.threads == before)
        }
    }
}
