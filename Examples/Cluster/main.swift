import Foundation
import Perceptron

#if MPI
    import PerceptronMPI

    // Trains on generated data, on as many processes as mpirun starts, with the same bits for any number of them:
    //
    //     swift build -c release --traits MPI --product Cluster
    //     mpirun -n 4 .build/release/Cluster FOLDER
    //
    // FOLDER receives the checkpoints and the model, and must be visible to all machines. If the program is started
    // again after an interruption, with any number of processes, it continues where it stopped.
    let folder = URL(filePath: CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "cluster")

    /// The given range of an endless sequence of rows: a process generates, or reads, only the rows that it needs.
    func rows(_ range: Range<Int>) -> (inputs: Matrix<Float>, classes: [Int]) {
        var (values, classes): ([Float], [Int]) = ([], [])
        for row in range {
            var generator = RandomGenerator(seed: UInt64(row))
            let point = (0..<16).map { _ in 2 * generator.nextUniform() - 1 }
            values += point.map { Float($0) }
            classes.append((point[0] * point[1] > 0 ? 1 : 0) + (point[2] + point[3] > 0.5 ? 2 : 0))
        }
        return (Matrix(rows: range.count, columns: 16, elements: values), classes)
    }

    try MPI.run { communicator in
        let count = 20_000
        let own = rows(communicator.rows(of: count))
        let data = try Dataset(inputs: own.inputs, targets: own.classes, labelNames: ["0", "1", "2", "3"])
            .shard(of: communicator, rows: count)
        let held = rows(count..<count + 2_000)

        let (loss, optimizer) = (CrossEntropy(), Adam(learningRate: 0.003))
        let checkpoints = folder.appending(path: "checkpoints")
        var trainer: Trainer<Float>
        if let newest = try Trainer<Float>.latestCheckpoint(in: checkpoints) {
            trainer = try Trainer(
                resumingFrom: newest, loss: loss, optimizer: optimizer, threads: communicator.threads)
        } else {
            let model = try MLP<Float>(
                [Linear(16, 64), ReLU(), Linear(64, 64), ReLU(), Linear(64, 4), Softmax()], seed: 1)
            trainer = try Trainer(model: model, loss: loss, optimizer: optimizer, threads: communicator.threads)
        }
        let history = try trainer.train(
            on: data, epochs: 12, batchSize: 256, validation: .rows(held.inputs, held.classes), metrics: [.accuracy],
            callbacks: [.checkpoints(in: checkpoints)], across: communicator)
        if communicator.rank == 0 {
            try trainer.model.save(to: folder.appending(path: "model.safetensors"))
            var fingerprint: UInt32 = 0
            for parameter in trainer.model.parameters { fingerprint = fingerprint &* 31 &+ parameter.bitPattern }
            print(
                "\(communicator.size) processes, accuracy \(history[metric: "accuracy"]?.last ?? 0), bits \(fingerprint)"
            )
        }
    }
#else
    print("This example needs MPI: swift build -c release --traits MPI --product Cluster")
#endif
