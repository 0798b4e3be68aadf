import Foundation
import TestSupport
import Testing

@testable import Perceptron

@Suite struct TabularTuningTests {
    private static func model(seed: UInt64 = 5) -> TabularModel<Float> {
        var settings = TabularSettings()
        settings.width = 16
        return TabularModel<Float>(.plain, settings: settings, seed: seed)
    }

    @Test func aThirdGetsIntoTheNextRound() throws {
        let data = try TabularModelTests.table(rows: 200)
        var model = Self.model()
        let tuning = try model.tune(on: data, budget: .trials(10), progress: .silent)
        // 100 epochs: a ninth, a third, all.
        #expect(tuning.metric == "accuracy")
        #expect(tuning.trials.map(\.epochs) == [Int](repeating: 11, count: 10) + [33, 33, 33])
        #expect(Set(tuning.trials.prefix(10).map(\.number)) == Set(1...10))
        #expect(Set(tuning.trials.suffix(3).map(\.number)) == Set(tuning.trials.prefix(3).map(\.number)))
        for round in [tuning.trials.prefix(10), tuning.trials.suffix(3)] {
            for (one, next) in zip(round, round.dropFirst()) {
                #expect(one.value > next.value || one.value == next.value && one.loss <= next.loss)
            }
        }
        #expect(tuning.best == tuning.trials[10].settings && model.settings == tuning.best)
        #expect(Set(tuning.trials.map(\.settings)).count == 10)
        let own = try #require(tuning.trials.first { $0.number == 1 })
        #expect(own.settings == Self.model().settings)
        let lines = tuning.description.split(separator: "\n")
        #expect(lines.count == 15 && lines[0].hasPrefix("trial  epochs  accuracy  settings"))
        #expect(lines[14] == "best: \(tuning.best)")

        // A trial is a fit with its settings: what it is worth is what that is worth on the rows held out.
        let (training, held) = try data.split(testFraction: 0.2, seed: 5)
        var first = Self.model()
        try first.fit(training, validation: .rows(held), epochs: 11, progress: .silent)
        #expect(try first.evaluate(.accuracy, on: held) == own.value)

        // And the model is one that was fitted with the best.
        var fitted = TabularModel<Float>(.plain, settings: tuning.best, seed: 5)
        try fitted.fit(data, progress: .silent)
        #expect(try fitted.predict(data) == model.predict(data))
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "model.safetensors")
            try model.save(to: file)
            #expect(try TabularModel<Float>(contentsOf: file).settings == tuning.best)
        }
    }

    @Test func theSameBitsAtAnyNumberOfThreads() throws {
        let data = try TabularModelTests.table(rows: 150, classes: false)
        let results = try [1, 2, 5].map { threads in
            var model = Self.model()
            let tuning = try model.tune(on: data, budget: .trials(4), progress: .silent, threads: threads)
            return (tuning, try model.predict(data))
        }
        #expect(results.allSatisfy { $0 == results[0] })
        // Numbers are judged in their own units.
        #expect(results[0].0.metric == "RMSE")
        var other = Self.model(seed: 6)
        #expect(try other.tune(on: data, budget: .trials(4), progress: .silent) != results[0].0)
    }

    @Test func aCallbackEndsTheSearch() throws {
        let data = try TabularModelTests.table(rows: 150)
        let epochs = Locked(0)
        let callback = TrainingCallback<Float>.everyEpoch { _ in
            epochs.withLock { count in
                count += 1
                return count > 25 ? .stop : .proceed
            }
        }
        var model = Self.model()
        // Two trials of 11 epochs are done before.
        let tuning = try model.tune(
            on: data, budget: .trials(9), callbacks: [callback], progress: .silent, threads: 1)
        #expect(tuning.trials.map(\.number).sorted() == [1, 2])
        #expect(tuning.best == tuning.trials[0].settings)
        #expect(model.histories[0].ending == .stoppedByCallback && model.pipeline != nil)
    }

    /// Killed in the second trial, stopped in a later one, stopped in the second round; then let alone.
    @Test func continuesAfterInterruptions() throws {
        let data = try TabularModelTests.table(rows: 150)
        var whole = Self.model()
        let epochs = Locked(0)
        func callback(after last: Int, _ end: TrainingCallback<Float>.Directive?) -> TrainingCallback<Float> {
            epochs.withLock { $0 = 0 }
            return .everyEpoch { (_) throws(PerceptronError) in
                let isTime = epochs.withLock { count in
                    count += 1
                    return count >= last
                }
                if !isTime { return .proceed }
                guard let end else { throw .invalidState("the process was killed") }
                return end
            }
        }
        let budget = TuningBudget.trials(6)
        let expected = try whole.tune(
            on: data, budget: budget, callbacks: [callback(after: .max, .proceed)], progress: .silent)
        let all = epochs.withLock { $0 }
        try withTemporaryFolder { folder in
            let place = folder.appending(path: "search")
            func tune(
                _ model: inout TabularModel<Float>, _ budget: TuningBudget, _ callback: TrainingCallback<Float>
            ) throws -> Tuning {
                try model.tune(
                    on: data, budget: budget, checkpoints: FitCheckpoints(place, every: .zero), callbacks: [callback],
                    progress: .silent, threads: 1)
            }
            func isThere(_ name: String) -> Bool {
                FileManager.default.fileExists(atPath: place.appending(path: name).path(percentEncoded: false))
            }
            var model = Self.model()
            #expect(throws: PerceptronError.invalidState("the process was killed")) {
                try tune(&model, budget, callback(after: 40, nil))
            }
            #expect(model.pipeline == nil)
            var stopped = Self.model()
            let part = try tune(&stopped, budget, callback(after: 60, .stop))
            #expect(!part.trials.isEmpty && part.trials.allSatisfy { $0.epochs == 33 })
            // What was fitted with the best of a part is not what the folder is for.
            #expect(isThere("trials.json") && !isThere("fit.json"))
            #expect(
                errorMessage { _ = try tune(&model, .trials(5), callback(after: .max, .proceed)) }.hasSuffix(
                    "search: holds the trials of a search with other data or settings; remove them, or use another folder"
                ))
            // A search that was stopped has changed the model's settings.
            stopped = Self.model()
            _ = try tune(&stopped, budget, callback(after: 160, .stop))
            let tuning = try tune(&model, budget, callback(after: .max, .proceed))
            #expect(epochs.withLock { $0 } < all - 150)
            #expect(tuning == expected && tuning.trials.contains { $0.epochs == 100 })
            #expect(try model.predict(data) == whole.predict(data))
            #expect(!isThere(""))
        }
    }

    /// The time before an interruption counts.
    @Test func aBudgetOfTimeContinues() throws {
        let data = try TabularModelTests.table(rows: 150)
        try withTemporaryFolder { folder in
            let epochs = Locked(0)
            let stop = TrainingCallback<Float>.everyEpoch { _ in
                epochs.withLock { count in
                    count += 1
                    return count > 25 ? .stop : .proceed
                }
            }
            func tune(_ callbacks: [TrainingCallback<Float>]) throws -> Tuning {
                var model = Self.model()
                return try model.tune(
                    on: data, budget: .minutes(5), checkpoints: FitCheckpoints(folder), callbacks: callbacks,
                    progress: .silent, threads: 1)
            }
            #expect(try tune([stop]).trials.map(\.number).sorted() == [1, 2])
            let file = folder.appending(path: "trials.json")
            let text = try String(contentsOf: file, encoding: .utf8)
            let late = text.replacing(/"seconds":[0-9.e-]+/, with: #""seconds":300"#)
            #expect(late != text)
            try Data(late.utf8).write(to: file)
            #expect(try tune([]).trials.map(\.number).sorted() == [1, 2])
        }
    }

    @Test func aBudgetOfTime() throws {
        let data = try TabularModelTests.table(rows: 150)
        var model = Self.model()
        let clock = ContinuousClock()
        var tuning: Tuning?
        let time = try clock.measure {
            tuning = try model.tune(on: data, budget: .minutes(1.0 / 60), progress: .silent)
        }
        let trials = try #require(tuning).trials
        #expect(!trials.isEmpty && trials.count < 729 && trials.contains { $0.number == 1 })
        #expect(time < .seconds(20))
        // There is always time for one.
        var hurried = Self.model()
        let few = try hurried.tune(on: data, budget: .minutes(1e-9), progress: .silent, threads: 1)
        #expect(few.trials.map(\.number) == [1] && few.best == Self.model().settings)
    }

    @Test func oneTrialIsTheRecipe() throws {
        let data = try TabularModelTests.table(rows: 150)
        var (tuned, fitted) = (Self.model(), Self.model())
        let tuning = try tuned.tune(on: data, budget: .trials(1), progress: .silent)
        try fitted.fit(data, progress: .silent)
        #expect(tuning.trials.isEmpty && tuning.best == fitted.settings)
        #expect(try tuned.predict(data) == fitted.predict(data))
    }

    @Test func mistakesAreNamedAndChangeNothing() throws {
        let data = try TabularModelTests.table(rows: 60)
        var model = Self.model()
        for (budget, message) in [
            (TuningBudget.trials(0), "a budget of 0 trials; at least 1 is needed"),
            (.minutes(0), "a budget of 0.0 minutes; it must be positive and finite"),
            (.minutes(.infinity), "a budget of inf minutes; it must be positive and finite"),
        ] {
            #expect(throws: PerceptronError.invalidArgument(message)) {
                try model.tune(on: data, budget: budget, progress: .silent)
            }
        }
        #expect(throws: PerceptronError.invalidArgument("intervals need numeric targets; classes have probabilities")) {
            try model.tune(on: data, budget: .trials(2), intervals: true, progress: .silent)
        }
        try withTemporaryFolder { (folder) -> Void in
            #expect(
                throws: PerceptronError.invalidArgument(
                    "a search across processes keeps no trials; give checkpoints or across, not both")
            ) {
                try model.tune(
                    on: data, budget: .trials(2), checkpoints: FitCheckpoints(folder.appending(path: "search")),
                    across: SingleProcess(), progress: .silent)
            }
        }
        #expect(model.pipeline == nil && model.settings == Self.model().settings)
    }

    @Test(arguments: TabularRecipe.allCases) func whatIsDrawnIsInTheSpace(_ recipe: TabularRecipe) throws {
        var generator = RandomGenerator(seed: 8)
        let drawn = (0..<400).map { _ in recipe.drawnSettings(hasClasses: true, using: &generator) }
        for settings in drawn { try settings.check(for: recipe) }
        #expect(Set(drawn).count == 400)
        func range(_ values: KeyPath<TabularSettings, Double?>) -> ClosedRange<Double>? {
            let values = drawn.compactMap { $0[keyPath: values] }
            return values.isEmpty ? nil : values.min()!...values.max()!
        }
        let rates = try #require(range(\.learningRate))
        let bounds: ClosedRange<Double> =
            switch recipe {
            case .realMLP, .realMLPSimple: 0.02...0.3
            case .tabM: 1e-4...5e-3
            case .plain: 1e-4...1e-2
            }
        #expect(bounds.contains(rates.lowerBound) && bounds.contains(rates.upperBound))
        // On a logarithmic scale half of them are below the geometric mean, with a deviation of 10.
        let middle = (bounds.lowerBound * bounds.upperBound).squareRoot()
        #expect(abs(drawn.count { $0.learningRate! < middle } - 200) < 50)
        let shapes = Set(drawn.map { [$0.hiddenLayers, $0.width] })
        switch recipe {
        case .realMLP, .realMLPSimple:
            #expect(shapes == [[3, 256], [5, 64], [1, 512]])
            #expect(abs(drawn.count { $0.width == 256 } - 240) < 50)
            #expect(
                Set(drawn.map(\.labelSmoothing)) == [0, 0.1] && Set(drawn.map(\.activation)) == [.relu, .selu, .mish])
            #expect((range(\.frequencyDeviation) == nil) == (recipe == .realMLPSimple))
            #expect(Set(drawn.map(\.dropout)) == (recipe == .realMLP ? [0, 0.15, 0.3] : [nil]))
        case .tabM:
            #expect(Set(drawn.compactMap(\.hiddenLayers)) == Set(1...5))
            #expect(drawn.allSatisfy { (64...1024).contains($0.width!) && $0.width! % 16 == 0 })
            #expect(abs(drawn.count { $0.dropout == 0 } - 200) < 50 && range(\.dropout)!.upperBound <= 0.5)
            #expect(abs(drawn.count { $0.weightDecay == 0 } - 200) < 50)
        case .plain:
            #expect(shapes == [[nil, nil]] && Set(drawn.map(\.weightDecay)) == [0, 1e-5, 1e-4, 1e-3])
        }
        #expect(recipe.drawnSettings(hasClasses: false, using: &generator).labelSmoothing == nil)
    }
}
