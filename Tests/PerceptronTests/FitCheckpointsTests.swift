import Foundation
import TestSupport
import Testing

@testable import Perceptron

@Suite struct FitCheckpointsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let recipe: TabularRecipe
        var members = 1
        var ensembling = Ensembling.seeds
        var intervals = false
        /// How many steps or epochs of all networks together are done when it is interrupted.
        let steps: Int

        var testDescription: String { "\(recipe), \(members) members, intervals \(intervals), \(steps) steps" }

        var model: TabularModel<Float> {
            TabularModel(
                recipe, members: members, ensembling: ensembling, settings: TabularModelTests.settings(recipe), seed: 3)
        }
    }

    /// Numbers as they are predicted, bit for bit, and what was seen in training.
    private func result(_ model: TabularModel<Float>, _ data: Dataset<Float>, intervals: Bool) throws -> [[Float]] {
        var results = [try model.predict(data).elements] + model.histories.map { $0.losses.map { Float($0) } }
        if intervals { results.append(try model.predictionInterval(0.7, for: data).lower.elements) }
        return results
    }

    private func fit(
        _ model: inout TabularModel<Float>, _ data: Dataset<Float>, _ test: Case, in folder: URL?,
        _ callbacks: [TrainingCallback<Float>] = []
    ) throws {
        try model.fit(
            data, intervals: test.intervals, epochs: 6, checkpoints: folder.map { FitCheckpoints($0, every: .zero) },
            callbacks: callbacks, progress: .silent, threads: 1)
    }

    @Test(arguments: [
        Case(recipe: .realMLP, steps: 1), Case(recipe: .plain, steps: 4),
        Case(recipe: .realMLP, members: 2, ensembling: .bagging, steps: 9), Case(recipe: .tabM, steps: 17),
        Case(recipe: .plain, intervals: true, steps: 15),
    ])
    func goesOnAsIfItHadNotBeenInterrupted(_ test: Case) throws {
        let data = try TabularModelTests.table(rows: 300, classes: !test.intervals)
        var whole = test.model
        try fit(&whole, data, test, in: nil)
        let expected = try result(whole, data, intervals: test.intervals)
        try withTemporaryFolder { folder in
            let place = folder.appending(path: "checkpoints")
            func callback(after count: Int, _ ending: TrainingCallback<Float>.Directive?) -> TrainingCallback<Float> {
                let steps = Locked(0)
                return .everyStep { _ throws(PerceptronError) in
                    let isTime = steps.withLock { steps in
                        steps += 1
                        return steps >= count
                    }
                    if !isTime { return .proceed }
                    guard let ending else { throw .invalidState("the process was killed") }
                    return ending
                }
            }
            // Stopped, then killed, then stopped at once, then let alone.
            var model = test.model
            try fit(&model, data, test, in: place, [callback(after: test.steps, .stop)])
            #expect(FileManager.default.fileExists(atPath: place.path(percentEncoded: false)))
            var killed = test.model
            #expect(throws: PerceptronError.self) {
                try fit(&killed, data, test, in: place, [callback(after: 2, nil)])
            }
            #expect(killed.pipeline == nil)
            try fit(&model, data, test, in: place, [callback(after: 1, .stop)])
            var resumed = test.model
            let steps = Locked(0)
            let counting = TrainingCallback<Float>.everyStep { _ in
                steps.withLock { $0 += 1 }
                return .proceed
            }
            try fit(&resumed, data, test, in: place, [counting])
            #expect(try result(resumed, data, intervals: test.intervals) == expected)
            let rest = steps.withLock { $0 }
            var again = test.model
            try fit(&again, data, test, in: nil, [counting])
            #expect(rest < steps.withLock { $0 } - rest)
            // A fit that comes to its end leaves nothing.
            #expect(!FileManager.default.fileExists(atPath: place.path(percentEncoded: false)))
        }
    }

    /// Two steps an epoch, of six, interrupted in the seventh step. Where it is killed the epoch is lost, or all that is after the
    /// last checkpoint; where it is stopped, nothing.
    @Test(arguments: [(Duration.zero, false, 6), (.seconds(3600), false, 12), (.seconds(3600), true, 5)])
    func whatIsLost(every interval: Duration, isStopped: Bool, rest: Int) throws {
        let data = try TabularModelTests.table(rows: 300)
        try withTemporaryFolder { (folder) throws in
            let place = folder.appending(path: "checkpoints")
            func fit(interruptedAfter last: Int) throws -> Int {
                let steps = Locked(0)
                let callback = TrainingCallback<Float>.everyStep { _ throws(PerceptronError) in
                    let step = steps.withLock { steps in
                        steps += 1
                        return steps
                    }
                    if step <= last { return .proceed }
                    if isStopped { return .stop }
                    throw .invalidState("the process was killed")
                }
                var model = TabularModel<Float>(.plain, seed: 3)
                try model.fit(
                    data, epochs: 6, checkpoints: FitCheckpoints(place, every: interval), callbacks: [callback],
                    progress: .silent)
                return steps.withLock { $0 }
            }
            if isStopped {
                #expect(try fit(interruptedAfter: 6) == 7)
            } else {
                #expect(throws: PerceptronError.invalidState("the process was killed")) {
                    try fit(interruptedAfter: 6)
                }
            }
            #expect(try fit(interruptedAfter: .max) == rest)
        }
    }

    @Test func ofAnotherFitTheyAreNotTaken() throws {
        let data = try TabularModelTests.table(rows: 120)
        try withTemporaryFolder { folder in
            let test = Case(recipe: .plain, steps: 3)
            let stop = TrainingCallback<Float>.everyStep { _ in .stop }
            var model = test.model
            try fit(&model, data, test, in: folder, [stop])
            let error = PerceptronError.invalidArgument(
                "\(folder.path(percentEncoded: false)): holds the checkpoints of a fit with other data or settings; remove them, "
                    + "or use another folder")
            var inputs = data.inputs
            inputs[5, 0] += 1
            let changed = try Dataset(
                inputs: inputs, targets: data.classes!, columns: data.columns, labelNames: data.labelNames)
            for (other, rows) in [
                (Case(recipe: .realMLP, steps: 1).model, data), (TabularModel(.plain, seed: 4), data),
                (Case(recipe: .plain, members: 2, steps: 1).model, data),
                (Case(recipe: .plain, ensembling: .bagging, steps: 1).model, data), (test.model, changed),
            ] {
                var other = other
                #expect(throws: error) { try fit(&other, rows, test, in: folder) }
            }
            // Where the model must be saved first, all stays until it is.
            let keeping = FitCheckpoints(folder, every: .zero, keepsCompleted: true)
            try model.fit(data, epochs: 6, checkpoints: keeping, progress: .silent, threads: 1)
            let path = folder.path(percentEncoded: false)
            #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["fit.json", "member 1"])
            try keeping.remove()
            #expect(!FileManager.default.fileExists(atPath: path))
            try fit(&model, data, test, in: folder, [stop])
            // Something else in the folder stays.
            let note = folder.appending(path: "note.txt")
            try Data("mine".utf8).write(to: note)
            try fit(&model, data, test, in: folder)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)) == ["note.txt"])
            try Data("{".utf8).write(to: folder.appending(path: "fit.json"))
            #expect(throws: PerceptronError.self) { try fit(&model, data, test, in: folder) }
        }
    }
}
