import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Trainers on disk.
@Suite struct CheckpointTests {
    @Test(arguments: ResumeTests.settings) func resumedFromAFile(_ setting: ResumeTests.Setting) throws {
        let folder = try TemporaryFolder()
        let file = folder.file("checkpoint.safetensors")
        try ResumeTests.check(setting) { trainer in
            try trainer.saveCheckpoint(to: file)
            return try Trainer(
                resumingFrom: file, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.05))
        }
    }

    @Test func resumedInFloat() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("checkpoint.safetensors")
        let x = Matrix<Float>(ResumeTests.x)
        func train(_ trainer: inout Trainer<Float>, until updates: Int = .max) throws -> History {
            try trainer.train(
                inputs: x, targets: ResumeTests.classes, epochs: 3, batchSize: 7, validation: .fraction(0.2),
                callbacks: [.everyStep { $0.updates == updates ? .stop : .proceed }], progress: .silent)
        }
        let model = try MLP<Float>([Linear(3, 5), ReLU(), Linear(5, 3), Softmax()], seed: 6)
        var whole = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
        let history = try train(&whole)
        for stop in [1, 3, 5, 8] {
            var part = try Trainer(model: model, loss: CrossEntropy(), optimizer: Adam())
            _ = try train(&part, until: stop)
            try part.saveCheckpoint(to: file)
            var rest = try Trainer<Float>(resumingFrom: file, loss: CrossEntropy(), optimizer: Adam())
            #expect(rest.model.parameters == part.model.parameters)
            #expect(try train(&rest) == history)
            #expect(rest.model.parameters == whole.model.parameters)
        }
    }

    /// The square of a gradient may be too large for Adam's mean of them; training goes on, and so must a checkpoint's.
    @Test func aSecondMomentThatIsInfinite() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("checkpoint.safetensors")
        var trainer = try Trainer(
            model: MLP<Float>([Linear(1, 1)], seed: 1), loss: MeanSquaredError(), optimizer: Adam())
        try trainer.step(inputs: Matrix([[1e15]]), targets: Matrix([[0]]))
        try trainer.step(inputs: Matrix([[1]]), targets: Matrix([[0]]))
        #expect(trainer.engine.parameters.optimizerState[1].array.contains(.infinity))
        #expect(trainer.model.parameters.allSatisfy { $0.isFinite })
        try trainer.saveCheckpoint(to: file)
        var rest = try Trainer<Float>(resumingFrom: file, loss: MeanSquaredError(), optimizer: Adam())
        try trainer.step(inputs: Matrix([[2]]), targets: Matrix([[0]]))
        try rest.step(inputs: Matrix([[2]]), targets: Matrix([[0]]))
        #expect(rest.model.parameters == trainer.model.parameters)
    }

    /// The next epoch draws an order of its own.
    @Test func afterAnEpochThereIsNoOrderToKeep() throws {
        let folder = try TemporaryFolder()
        var trainer = try ResumeTests.trainer()
        try trainer.train(
            inputs: ResumeTests.x, targets: ResumeTests.classes, epochs: 2, batchSize: 7,
            callbacks: [.checkpoints(in: folder.url)], progress: .silent)
        let latest = try #require(try Trainer<Double>.latestCheckpoint(in: folder.url))
        #expect(try SafetensorsFile(contentsOf: latest)["run.order"]?.shape == [0])
    }

    /// Outside of a run there is no run to go on with: the optimizer and the generator go on.
    @Test func betweenRuns() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("checkpoint.safetensors")
        var trainer = try ResumeTests.trainer()
        _ = try ResumeTests.train(&trainer, ResumeTests.settings[0])
        try trainer.saveCheckpoint(to: file)
        var other = try Trainer<Double>(
            resumingFrom: file, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.05), threads: 1)
        #expect(!other.continuesRun)
        #expect(other.model.parameters == trainer.model.parameters)
        #expect(
            try ResumeTests.train(&other, ResumeTests.settings[0])
                == ResumeTests.train(&trainer, ResumeTests.settings[0]))
        #expect(other.model.parameters == trainer.model.parameters)
        try other.step(inputs: ResumeTests.x, targets: ResumeTests.classes)
        try trainer.step(inputs: ResumeTests.x, targets: ResumeTests.classes)
        #expect(other.model.parameters == trainer.model.parameters)
    }

    // MARK: The callback

    @Test(arguments: [nil, 3] as [Int?]) func theLastAndTheBestAreKept(everyUpdates: Int?) throws {
        let folder = try TemporaryFolder()
        var trainer = try ResumeTests.trainer()
        var whole = trainer
        let held = Validation.rows(ResumeTests.x, ResumeTests.classes.map { ($0 + 1) % 3 })
        func train(_ trainer: inout Trainer<Double>, _ callbacks: [TrainingCallback<Double>]) throws -> History {
            try trainer.train(
                inputs: ResumeTests.x, targets: ResumeTests.classes, epochs: 6, batchSize: 7, validation: held,
                callbacks: callbacks, progress: .silent)
        }
        let history = try train(&whole, [])
        let callback = try TrainingCallback<Double>.checkpoints(
            in: folder.url, everyUpdates: everyUpdates, keepingLast: 2)
        #expect(try train(&trainer, [callback]) == history)

        let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter {
            $0.hasSuffix("tensors")
        }
        // Four steps an epoch.
        #expect(
            Set(files).isSuperset(
                of: everyUpdates == nil
                    ? ["checkpoint-000020.safetensors", "checkpoint-000024.safetensors"]
                    : ["checkpoint-000021.safetensors", "checkpoint-000024.safetensors"]))
        let best = try Trainer<Double>.bestCheckpoint(in: folder.url)
        if everyUpdates == nil {
            let epoch = try #require(
                history.validationLosses.indices.min { history.validationLosses[$0] < history.validationLosses[$1] })
            #expect(
                best?.lastPathComponent
                    == "checkpoint-0000\((epoch + 1) * 4 < 10 ? "0" : "")\((epoch + 1) * 4).safetensors")
        } else {
            #expect(best == nil)
            #expect(files.count == 2)
        }
        let latest = try #require(try Trainer<Double>.latestCheckpoint(in: folder.url))
        #expect(latest.lastPathComponent == "checkpoint-000024.safetensors")
        for file in files {
            var rest = try Trainer<Double>(
                resumingFrom: folder.file(file), loss: CrossEntropy(), optimizer: Adam(learningRate: 0.05))
            #expect(try train(&rest, []) == history)
            #expect(rest.model.parameters == whole.model.parameters)
        }
    }

    @Test func aFolderWithoutCheckpoints() throws {
        let folder = try TemporaryFolder()
        #expect(try Trainer<Double>.latestCheckpoint(in: folder.url) == nil)
        #expect(try Trainer<Float>.bestCheckpoint(in: folder.file("none")) == nil)
    }

    // MARK: What is wrong

    @Test func mistakesOfTheCaller() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("checkpoint.safetensors")
        var trainer = try ResumeTests.trainer()
        _ = try ResumeTests.train(&trainer, ResumeTests.settings[0], until: 2)
        try trainer.saveCheckpoint(to: file)

        struct Plain: Optimizer {
            var stateVectors: Int { 0 }
            func validate() {}
            func update<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {}
        }
        func resume<Scalar: BLASScalar>(_: Scalar.Type, _ url: URL, _ optimizer: any Optimizer) throws -> String {
            errorMessage { _ = try Trainer<Scalar>(resumingFrom: url, loss: CrossEntropy(), optimizer: optimizer) }
        }
        #expect(
            try resume(Float.self, file, Adam())
                == "\(file.path): the checkpoint is of a model in Double; this trainer computes in Float")
        #expect(
            try resume(Double.self, file, Plain())
                == "\(file.path): the checkpoint's optimizer is Adam; it can't be resumed with Plain")
        #expect(
            try resume(Double.self, folder.file("none"), Adam())
                == "\(folder.file("none").path): can't be read: No such file or directory")
        #expect(try resume(Double.self, file, Adam(learningRate: 0)).hasPrefix("Adam: the learning rate is 0.0"))
        var writer = SafetensorsWriter()
        try writer.add("weight", [1.0])
        let other = folder.file("other")
        try writer.write(to: other)
        #expect(
            try resume(Double.self, other, Adam())
                == "\(other.path): not a checkpoint: its metadata has no \"checkpoint\"")

        var rest = try Trainer<Double>(resumingFrom: file, loss: CrossEntropy(), optimizer: Adam())
        #expect(
            errorMessage {
                try rest.train(inputs: ResumeTests.x, targets: ResumeTests.classes, epochs: 1, progress: .silent)
            }.hasPrefix("the interrupted run had 23 rows, batch size 7"))
        #expect(
            errorMessage { _ = try TrainingCallback<Double>.checkpoints(in: folder.url, everyUpdates: 0) }
                == "checkpoints every 0 updates; at least 1 is needed")
        #expect(
            errorMessage { _ = try TrainingCallback<Double>.checkpoints(in: folder.url, keepingLast: 0) }
                == "0 checkpoints to keep; at least 1 is needed")
        let nowhere = folder.file("none/checkpoint")
        #expect(errorMessage { try trainer.saveCheckpoint(to: nowhere) }.hasPrefix(nowhere.path))
    }

    /// A layer that nobody has registered.
    private struct Unknown: Layer {
        func outputFeatures(forInputFeatures features: Int) -> Int { features }
        func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
            for row in 0..<pass.input.rows {
                for column in 0..<pass.input.columns { pass.output[row, column] = pass.input[row, column] }
            }
        }
        func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {}
    }

    @Test func aLayerThatIsNotRegistered() throws {
        let folder = try TemporaryFolder()
        let trainer = try Trainer(
            model: MLP<Double>([Linear(1, 1), Unknown()]), loss: MeanSquaredError(), optimizer: Adam())
        let text = errorMessage { try trainer.saveCheckpoint(to: folder.file("checkpoint")) }
        #expect(text.contains("Unknown") && text.contains("register"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }

    /// Whatever a file says of itself, it is read or refused: never more, never less.
    @Test func checkpointsThatLie() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("checkpoint.safetensors")
        var trainer = try ResumeTests.trainer()
        let setting = ResumeTests.Setting(
            validation: 0.3, earlyStopping: EarlyStopping(patience: 9), epochs: 9, testDescription: "validation")
        _ = try ResumeTests.train(&trainer, setting, until: 20)
        try trainer.saveCheckpoint(to: file)
        let original = try SafetensorsFile(contentsOf: file)
        let count = trainer.model.parameters.count

        /// The checkpoint with texts of its metadata and some tensors replaced.
        func changed(
            _ old: String = "", _ new: String = "", doubles: [String: [Double]] = [:], integers: [String: [Int]] = [:],
            without name: String? = nil
        ) throws -> String {
            var writer = SafetensorsWriter(
                metadata: original.metadata.mapValues { old.isEmpty ? $0 : $0.replacing(old, with: new) })
            for tensor in original.tensors where tensor.name != name {
                if let values = doubles[tensor.name] {
                    try writer.add(tensor.name, values)
                } else if let values = integers[tensor.name] {
                    try writer.add(tensor.name, values)
                } else if tensor.type == .float64 {
                    try writer.add(tensor.name, original.array(tensor.name, of: Double.self))
                } else if tensor.type == .uint64 {
                    try writer.add(tensor.name, original.array(tensor.name, of: UInt64.self))
                } else {
                    try writer.add(tensor.name, original.array(tensor.name, of: Int.self))
                }
            }
            let lie = folder.file("lie.safetensors")
            try writer.write(to: lie)
            return errorMessage {
                var trainer = try Trainer<Double>(
                    resumingFrom: lie, loss: CrossEntropy(), optimizer: Adam(learningRate: 0.05))
                _ = try ResumeTests.train(&trainer, ResumeTests.settings[4])
            }.replacing("\(lie.path): ", with: "")
        }
        #expect(
            try changed("swift-perceptron checkpoint", "x") == "not a checkpoint: its description has another "
                + "format")
        #expect(
            try changed("\"version\":1", "\"version\":2")
                == "the checkpoint's version is 2; this package reads version 1")
        #expect(
            try changed("\"updates\":20", "\"updates\":-1")
                == "its description has no \"updates\" from 0 to 9007199254740992")
        #expect(try changed("\"shuffled\"", "\"sorted\"") == "its description has no known sampling")
        #expect(
            try changed("\"accumulating\":\"1\"", "\"accumulating\":1")
                == "its description has a setting \"accumulating\" that is not a string")
        #expect(
            try changed("\"rows\":23", "\"rows\":0")
                == "its description has no \"rows\" from 1 to 9223372036854775807")
        #expect(try changed("\"optimizer\":", "\"optimizer\":1,\"optimizer\":").hasPrefix("its description: byte"))
        #expect(
            try changed("\"inputFeatures\":3", "\"inputFeatures\":4").contains("shape"))
        #expect(
            try changed("\"inputFeatures\":5", "\"inputFeatures\":6")
                == "layer 4 (Linear): takes 6 input features, gets 5")
        #expect(try changed("\"outputFeatures\":5", "\"outputFeatures\":1000000000").contains("layer 1"))
        #expect(
            try changed(without: "optimizer.1").hasPrefix("there is no tensor \"optimizer.1\""))
        #expect(
            try changed(doubles: ["run.best": [Double](repeating: .infinity, count: count)])
                == "tensor \"run.best\" has inf at 0; all values must be finite")
        #expect(
            try changed(integers: ["generator": [0, 0, 0, 0]])
                == "the state of the random generator is all zeros, which is impossible")
        #expect(
            try changed(doubles: ["run.losses": [1]])
                == "tensor \"run.losses\" has the shape [1]; [\(original["run.losses"]?.count ?? 0)] is expected")
        let order = try original.array("run.order", of: Int.self)
        let step = try #require(original.metadata["checkpoint"]?.firstMatch(of: /"step":(\d+)/)).1
        for wrong in [[], [0], order.map { $0 + 23 }, order.map { _ in -1 }] {
            #expect(
                try changed(integers: ["run.order": wrong]).hasPrefix(
                    "the interrupted run is at step \(step) of an epoch with other training rows"))
        }
        #expect(
            try changed("\"step\":\(step)", "\"step\":1000")
                .hasPrefix("the interrupted run is at step 1000 of an epoch with other training rows"))
        #expect(try changed(doubles: ["run.best": [1]]).hasPrefix("tensor \"run.best\" has the shape [1]"))
    }

    /// Where the fuzzer begins: files called "good…" are resumed and trained, all others are refused.
    @Test func corpus() throws {
        let corpus = Bundle.module.resourceURL!.appending(path: "Corpus/checkpoint")
        let files = try FileManager.default.contentsOfDirectory(at: corpus, includingPropertiesForKeys: nil)
        #expect(files.count > 20)
        let x = Matrix<Double>(rows: 6, columns: 2, elements: (0..<12).map { Double($0) / 12 })
        for file in files {
            func resume() throws -> History {
                var trainer = try Trainer<Double>(resumingFrom: file, loss: CrossEntropy(), optimizer: Adam())
                return try trainer.train(
                    inputs: x, targets: [0, 1, 0, 1, 0, 1], epochs: 3, batchSize: 4,
                    sampling: file.lastPathComponent.contains("in-order") ? .inOrder : .shuffled,
                    validation: file.lastPathComponent.contains("validated") ? .rows(x, [0, 1, 0, 1, 0, 1]) : nil,
                    metrics: [.accuracy], progress: .silent)
            }
            if file.lastPathComponent.hasPrefix("good") {
                #expect(try resume().losses.count == 3, "\(file.lastPathComponent)")
            } else {
                #expect(throws: PerceptronError.self, "\(file.lastPathComponent)") { _ = try resume() }
            }
        }
    }
}
