import Foundation
import Perceptron

#if MPI
    import PerceptronMPI

    /// What `Scripts/test --mpi` starts under mpirun: trains small models, and leaves their bytes in a folder.
    ///
    /// usage: MPIProgram TASK FOLDER [NUMBER]
    enum Task: String {
        /// Trains models of several kinds; each process writes what it has in the end.
        case train
        /// Trains with checkpoints, from the newest one if there is one, and stops after update NUMBER.
        case resume
        /// One process throws.
        case error
        /// A callback of the first process throws.
        case callback
        /// Processes that begin with different models.
        case differ
        /// One process is killed in the middle of training that writes checkpoints.
        case kill
        /// Reads the newest checkpoint and prints how many updates it is of.
        case look
        /// Training that takes until its network is cut; NUMBER seconds of patience.
        case endless
    }

    struct Problem {
        let inputs: Matrix<Double>
        let classes: [Int]

        init(rows: Int) {
            var generator = RandomGenerator(seed: 3)
            var values: [Double] = []
            for _ in 0..<rows * 6 { values.append(2 * generator.nextUniform() - 1) }
            let matrix = Matrix<Double>(rows: rows, columns: 6, elements: values)
            inputs = matrix
            classes = (0..<rows).map { (matrix[$0, 0] > matrix[$0, 1] ? 1 : 0) + (matrix[$0, 2] > 0.3 ? 1 : 0) }
        }
    }

    func bytes<Scalar: BLASScalar>(_ model: MLP<Scalar>, _ history: History) -> Data {
        let numbers =
            (model.parameters + model.state).map { Double($0) } + history.losses + history.validationLosses
            + history.metrics.flatMap(\.values) + history.gradientNorms
        return numbers.withUnsafeBytes { Data($0) }
    }

    /// Models that have between them what needs all rows of a batch.
    func train(across communicator: Communicator, into folder: URL) throws {
        func write<Scalar: BLASScalar>(_ name: String, _ model: MLP<Scalar>, _ history: History) throws {
            let file = folder.appending(path: "\(name) \(communicator.rank) of \(communicator.size)")
            try bytes(model, history).write(to: file)
        }
        let all = Problem(rows: 803)
        var model = try MLP<Double>(
            [Linear(6, 24), BatchNorm(24), ReLU(), Dropout(0.2), Linear(24, 3), Softmax()], seed: 1)
        var history = try model.train(
            inputs: all.inputs, targets: all.classes, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.02),
            epochs: 12, batchSize: 100, validation: .fraction(0.1),
            earlyStopping: EarlyStopping(patience: 1, minimumImprovement: 0.01), metrics: [.accuracy],
            sampleWeights: (0..<803).map { Double($0 % 3) }, gradientClipping: .norm(0.3), accumulating: 2,
            across: communicator, progress: .silent, threads: 1)
        try write("all", model, history)

        var single = try MLP<Float>([Linear(6, 300), Tanh(), Linear(300, 3)], seed: 2)
        history = try single.train(
            inputs: Matrix(rows: 803, columns: 6, elements: all.inputs.elements.map { Float($0) }),
            targets: all.classes, loss: CrossEntropy(.logits),
            optimizer: SharpnessAware(SGD(learningRate: 0.05, momentum: 0.9)),
            epochs: 2, batchSize: 64, shards: 5, across: communicator, progress: .silent, threads: 2)
        try write("float", single, history)

        let few = Problem(rows: 3)
        model = try MLP<Double>([Linear(6, 4), Tanh(), Linear(4, 3), Softmax()], seed: 3)
        history = try model.train(
            inputs: few.inputs, targets: few.classes, loss: CrossEntropy(),
            // A function and a part that learns otherwise: neither is described in the same way by two processes.
            optimizer: AdamW().grouped(
                .tensors(where: { $0.name == "weight" && $0.layer == 0 }, learningRate: .times(2)),
                .biases(weightDecay: 0)), epochs: 3, batchSize: 2,
            across: communicator, progress: .silent, threads: 1)
        try write("few", model, history)
    }

    func trainer() throws -> Trainer<Double> {
        try Trainer(
            model: MLP([Linear(6, 16), Tanh(), Dropout(0.1), Linear(16, 3)], seed: 4), loss: CrossEntropy(.logits),
            optimizer: Adam(learningRate: 0.01), threads: 1)
    }

    func resume(across communicator: Communicator, _ folder: URL, until last: Int) throws {
        let all = Problem(rows: 211)
        let checkpoints = folder.appending(path: "checkpoints")
        var trainer = try trainer()
        if let newest = try Trainer<Double>.latestCheckpoint(in: checkpoints) {
            trainer = try Trainer(
                resumingFrom: newest, loss: CrossEntropy(.logits), optimizer: Adam(learningRate: 0.01), threads: 1)
        }
        let history = try trainer.train(
            inputs: all.inputs, targets: all.classes, epochs: 4, batchSize: 32, validation: .fraction(0.2),
            callbacks: [
                .checkpoints(in: checkpoints, everyUpdates: 1), .everyStep { $0.updates == last ? .stop : .proceed },
            ], across: communicator, progress: .silent)
        if last == 0 {
            let file = folder.appending(path: "resumed \(communicator.rank) of \(communicator.size)")
            try bytes(trainer.model, history).write(to: file)
        }
    }

    func endless(
        across communicator: Communicator, callbacks: [TrainingCallback<Double>] = [], killed: Bool = false
    ) throws {
        if killed, communicator.rank == 1 {
            DispatchQueue.global().asyncAfter(deadline: .now() + 1) { kill(getpid(), SIGKILL) }
        }
        let all = Problem(rows: 4096)
        var trainer = try trainer()
        try trainer.train(
            inputs: all.inputs, targets: all.classes, epochs: 1_000_000, batchSize: 1024, callbacks: callbacks,
            across: communicator, progress: .silent)
    }

    let arguments = CommandLine.arguments
    guard arguments.count >= 3, let task = Task(rawValue: arguments[1]) else {
        FileHandle.standardError.write(Data("usage: MPIProgram TASK FOLDER [NUMBER]\n".utf8))
        exit(2)
    }
    let folder = URL(filePath: arguments[2])
    let number = arguments.count > 3 ? Int(arguments[3]) ?? 0 : 0
    do {
        try MPI.run(patience: .seconds(task == .endless ? number : 60)) { communicator in
            switch task {
            case .train: try train(across: communicator, into: folder)
            case .look:
                guard let newest = try Trainer<Double>.latestCheckpoint(in: folder.appending(path: "checkpoints"))
                else {
                    throw PerceptronError.fileAccess("there is no checkpoint")
                }
                let trainer = try Trainer<Double>(
                    resumingFrom: newest, loss: CrossEntropy(.logits), optimizer: Adam(learningRate: 0.01), threads: 1)
                print(newest.lastPathComponent, trainer.continuesRun)
            case .resume: try resume(across: communicator, folder, until: number)
            case .error:
                if communicator.rank == communicator.size - 1 {
                    throw PerceptronError.invalidFile("rows.csv has no rows")
                }
                try endless(across: communicator)
            case .callback:
                try endless(
                    across: communicator,
                    callbacks: [
                        .everyStep { (report) throws(PerceptronError) in
                            if report.updates == 3 { throw .fileAccess("no space for the log") }
                            return .proceed
                        }
                    ])
            case .differ:
                let all = Problem(rows: 20)
                var model = try MLP<Double>([Linear(6, 3), Softmax()], seed: UInt64(communicator.rank))
                try model.train(
                    inputs: all.inputs, targets: all.classes, loss: CrossEntropy(), epochs: 1, across: communicator,
                    progress: .silent)
            case .kill:
                let checkpoints = folder.appending(path: "checkpoints")
                try endless(
                    across: communicator, callbacks: [.checkpoints(in: checkpoints, everyUpdates: 1)], killed: true)
            case .endless:
                let started = folder.appending(path: "started")
                try endless(
                    across: communicator,
                    callbacks: [
                        .everyStep { (report) throws(PerceptronError) in
                            if report.updates == 50 {
                                _ = FileManager.default.createFile(atPath: started.path, contents: nil)
                            }
                            return .proceed
                        }
                    ])
            }
        }
    } catch {
        FileHandle.standardError.write(Data("\(error)\n".utf8))
        exit(1)
    }
#else
    print("built without the trait MPI")
#endif
