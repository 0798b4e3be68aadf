import Foundation
import TestSupport
import Testing

@testable import Perceptron

@Suite struct TabularModelTests {
    /// Two columns of numbers, one of few categories and one of many, with missing values; a class follows from all four.
    static func table(rows: Int, seed: UInt64 = 3, classes: Bool = true) throws -> Dataset<Float> {
        var generator = RandomGenerator(seed: seed)
        let many = (0..<12).map { "c\($0)" }
        var inputs = Matrix<Float>(rows: rows, columns: 4)
        var values: [Float] = []
        for row in 0..<rows {
            let (first, second) = generator.nextNormalPair()
            inputs[row, 0] = Float(first)
            inputs[row, 1] = Float(10 * second + 100)
            inputs[row, 2] = Float(Int(generator.nextUniform() * 3))
            inputs[row, 3] = Float(Int(generator.nextUniform() * 12))
            values.append(Float(first) * (inputs[row, 2] == 1 ? -1 : 1) + (inputs[row, 3] >= 6 ? 1 : -1))
            if generator.nextUniform() < 0.05 { inputs[row, 1] = .nan }
            if generator.nextUniform() < 0.05 { inputs[row, 3] = .nan }
        }
        let columns = [
            Column("a"), Column("b"), Column("few", .categorical(categories: ["x", "y", "z"])),
            Column("many", .categorical(categories: many)),
        ]
        return classes
            ? try Dataset(
                inputs: inputs, targets: values.map { $0 > 0 ? 1 : 0 }, columns: columns, targetNames: ["sign"],
                labelNames: ["minus", "plus"])
            : try Dataset(
                inputs: inputs, targets: Matrix(rows: rows, columns: 1, elements: values), columns: columns,
                targetNames: ["value"])
    }

    /// What makes a recipe fast enough for a test.
    static func settings(_ recipe: TabularRecipe) -> TabularSettings {
        var settings = TabularSettings()
        if recipe == .tabM { (settings.hiddenLayers, settings.width, settings.learningRate) = (2, 16, 0.01) }
        return settings
    }

    @Test(arguments: TabularRecipe.allCases)
    func learnsClasses(_ recipe: TabularRecipe) throws {
        let (training, test) = try Self.table(rows: 1200).split(testFraction: 0.25)
        var model = TabularModel<Float>(recipe, settings: Self.settings(recipe), seed: 1)
        let histories = try model.fit(training, epochs: recipe == .plain ? 60 : 36, progress: .silent)
        #expect(histories.count == 1 && histories[0].metrics.map(\.name) == ["accuracy"])
        #expect(try model.evaluate(.accuracy, on: test) > 0.9)
        #expect(model.labelNames == ["minus", "plus"] && model.targetNames == ["sign"])
        #expect(model.columns.map(\.name) == ["a", "b", "few", "many"])
        let labels = try model.predictLabels(test)
        let probabilities = try model.predict(test)
        #expect(labels == (0..<test.rows).map { probabilities[$0, 1] > probabilities[$0, 0] ? "plus" : "minus" })
    }

    @Test(arguments: TabularRecipe.allCases)
    func learnsNumbersAndStaysWithinThem(_ recipe: TabularRecipe) throws {
        let (training, test) = try Self.table(rows: 1200, classes: false).split(testFraction: 0.25)
        var model = TabularModel<Float>(recipe, settings: Self.settings(recipe), seed: 1)
        try model.fit(training, epochs: recipe == .plain ? 60 : 36, progress: .silent)
        #expect(try model.evaluate(.r2, on: test) > 0.85)
        guard case .matrix(let targets) = training.targets else { return }
        let predicted = try model.predict(test).elements
        let slack: Float = 1e-5
        #expect(predicted.allSatisfy { $0 >= targets.elements.min()! - slack && $0 <= targets.elements.max()! + slack })
        guard recipe != .tabM else { return }
        // Whatever the last linear layer gives, it is cut off at what was trained on.
        var pipeline = try #require(model.pipeline)
        let last = try #require(pipeline.trained?.model.parameterLayout.last)
        for sign: Float in [-1, 1] {
            for place in last.range { pipeline.trained?.model.parameters[place] = 1e6 * sign }
            let cut = try pipeline.predict(test).elements
            let limit = sign > 0 ? targets.elements.max()! : targets.elements.min()!
            #expect(cut.allSatisfy { $0 == cut[0] && abs($0 - limit) < 1 })
        }
    }

    @Test func membersPredictTheirMean() throws {
        let data = try Self.table(rows: 300)
        var ensemble = TabularModel<Float>(.realMLPSimple, members: 3, seed: 5)
        let histories = try ensemble.fit(data, epochs: 4, progress: .silent)
        #expect(histories.count == 3 && Set(histories.map(\.losses)).count == 3)
        let pipeline = try #require(ensemble.pipeline)
        let average = try #require(pipeline.model?.layers.first as? Average)
        let inputs = try #require(pipeline.fittedPreprocessing).transform(data)
        var start = 0
        var sum = Matrix<Float>(rows: data.rows, columns: 2)
        for member in average.members {
            let count = try Network(member).parameterCount
            let parameters = Array(pipeline.model!.parameters[start..<start + count])
            let outputs = try MLP(member, parameters: parameters).predict(inputs)
            for index in sum.elements.indices { sum.elements[index] += outputs.elements[index] }
            start += count
        }
        let predicted = try ensemble.predict(data)
        for (one, other) in zip(predicted.elements, sum.elements) { #expect(abs(one - other / 3) < 1e-6) }
    }

    @Test(arguments: [(TabularRecipe.realMLP, 1, Ensembling.seeds), (.realMLP, 3, .bagging), (.tabM, 1, .seeds)])
    func theSameBitsAtAnyNumberOfThreads(_ recipe: TabularRecipe, members: Int, ensembling: Ensembling) throws {
        let data = try Self.table(rows: 400)
        func outputs(seed: UInt64 = 9, ensembling: Ensembling = ensembling, threads: Int? = nil) throws -> [UInt32] {
            var model = TabularModel<Float>(
                recipe, members: members, ensembling: ensembling, settings: Self.settings(recipe), seed: seed)
            try model.fit(data, epochs: 3, progress: .silent, threads: threads)
            return try model.predict(data, threads: threads).elements.map(\.bitPattern)
        }
        let all = try [1, 2, 3, 5].map { try outputs(threads: $0) }
        #expect(Set(all).count == 1)
        #expect(try outputs(seed: 10) != all[0])
        if ensembling == .bagging { #expect(try outputs(ensembling: .seeds) != all[0]) }
    }

    @Test func aBagIsDrawnWithReplacement() throws {
        var generator = RandomGenerator(seed: 3)
        let rows = Examples<Float>(
            inputs: Matrix(rows: 3000, columns: 1), targets: .classes([Int](repeating: 0, count: 3000)),
            indices: Array(1000..<3000))
        let bag = rows.bagged(using: &generator)
        let drawn = try #require(bag.indices)
        #expect(drawn.count == 2000 && drawn.allSatisfy { (1000..<3000).contains($0) })
        // 1 − 1/e of them at least once: 1264, with a deviation of 14.
        #expect(abs(Set(drawn).count - 1264) < 70)
        #expect(rows.bagged(using: &generator).indices != drawn)
    }

    /// On the rows held out no other temperature fits better.
    @Test(arguments: [TabularRecipe.realMLPSimple, .tabM]) func probabilitiesAreCalibrated(_ recipe: TabularRecipe)
        throws
    {
        let (training, held) = try Self.table(rows: 600).split(testFraction: 0.3)
        var model = TabularModel<Float>(recipe, settings: Self.settings(recipe), seed: 4)
        try model.fit(training, validation: .rows(held), epochs: 12, progress: .silent)
        let network = try #require(model.pipeline?.model)
        let inputs = try #require(model.pipeline?.fittedPreprocessing).transform(held)
        let members = try network.memberProbabilities(inputs, threads: 1)
        #expect(members.count == (recipe == .tabM ? 32 : 1))
        #expect(abs(EnsembleTemperature(members, targets: held.classes!, weights: nil).best - 1) < 0.01)
        let predicted = try model.predict(held)
        for index in predicted.elements.indices {
            let mean = members.reduce(0) { $0 + $1.elements[index] } / Float(members.count)
            #expect(abs(predicted.elements[index] - mean) < 1e-6)
        }
    }

    @Test(arguments: [false, true]) func ofEqualEpochsTheFirstOrTheLastIsKept(prefersLast: Bool) throws {
        let constant = Metric("constant", largerIsBetter: true) { _, _, _ in 1 }
        var model = try MLP<Double>([Linear(1, 1)], seed: 1)
        let history = try model.train(
            inputs: Matrix([[1], [2]]), targets: Matrix([[1], [2]]), loss: MeanSquaredError(), epochs: 5,
            earlyStopping: EarlyStopping(patience: 9, monitoring: .metric("constant"), prefersLast: prefersLast),
            metrics: [constant], progress: .silent)
        #expect(history.keptEpoch == (prefersLast ? 5 : 1))
    }

    @Test func aPreparedTable() throws {
        let data = try Self.table(rows: 200)
        let prepared = try TableShape.preprocessing(for: data).fitted(to: data)
        let inputs = try prepared.transform(data)
        let table = try TableShape(prepared, inputs: inputs, outputs: 2, hasClasses: true)
        #expect(table.blocks == [.numbers(2), .flags(1), .flags(3), .codes(categories: 12)] && table.rows == 200)
        // Flags become what robust scaling makes of them, each by how many there are.
        let scaled = try RobustScaler(fittedTo: inputs).transform(inputs)
        let flags = try MLP<Float>([table.robustFlags(2..<6)], parameters: []).predict(
            inputs.columns(Array(2..<6)))
        for row in 0..<200 {
            for column in 0..<4 { #expect(abs(flags[row, column] - scaled[row, 2 + column]) < 1e-6) }
        }
        #expect(Set(flags.column(0)).count == 2 && abs(flags.column(0).max()! - 2 / (13.0 / 9).squareRoot()) < 1e-6)
        // What has no value is left out.
        var rows = data.inputs
        for row in 0..<200 { rows[row, 1] = .nan }
        let without = try Dataset(
            inputs: rows, targets: data.classes!, columns: data.columns, labelNames: data.labelNames)
        let fitted = try TableShape.preprocessing(for: without).fitted(to: without)
        #expect(
            try TableShape(fitted, inputs: fitted.transform(without), outputs: 2, hasClasses: true).blocks
                == [.numbers(1), .flags(3), .codes(categories: 12)])
    }

    /// y = x + noise that grows with |x|: intervals must be right on the whole, and wider where there is more noise.
    @Test func intervalsHoldAsOftenAsTheySay() throws {
        func rows(_ count: Int, seed: UInt64) throws -> Dataset<Float> {
            var generator = RandomGenerator(seed: seed)
            var (x, y): ([Float], [Float]) = ([], [])
            for _ in 0..<count {
                let place = Float(4 * generator.nextUniform() - 2)
                x.append(place)
                y.append(10 * (place + abs(place) * Float(generator.nextNormalPair().0)) + 100)
            }
            return try Dataset(
                inputs: Matrix(rows: count, columns: 1, elements: x),
                targets: Matrix(rows: count, columns: 1, elements: y))
        }
        var model = TabularModel<Float>(.plain, seed: 2)
        try model.fit(rows(4000, seed: 1), intervals: true, epochs: 15, progress: .silent)
        let test = try rows(10_000, seed: 2)
        guard case .matrix(let targets) = test.targets else { return }
        for level in [0.5, 0.8, 0.9, 0.955] {
            let (lower, upper) = try model.predictionInterval(level, for: test)
            let covered = (0..<test.rows).count { targets[$0, 0] >= lower[$0, 0] && targets[$0, 0] <= upper[$0, 0] }
            // 800 rows were set aside: the deviation of what they can promise is at most 0.018.
            #expect(abs(Double(covered) / 10_000 - level) < 0.05, "\(level): \(covered)")
        }
        let (lower, upper) = try model.predictionInterval(0.9, for: test)
        func width(_ places: ClosedRange<Float>) -> Float {
            let rows = (0..<test.rows).filter { places.contains(abs(test.inputs[$0, 0])) }
            return rows.reduce(0) { $0 + upper[$1, 0] - lower[$1, 0] } / Float(rows.count)
        }
        #expect(width(1.5...2) > 3 * width(0...0.4))

        // From a file they are the same.
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "model.safetensors")
            try model.save(to: file)
            let read = try TabularModel<Float>(contentsOf: file)
            let again = try read.predictionInterval(0.9, for: test)
            #expect(again.lower == lower && again.upper == upper)
            #expect(try read.predict(test) == model.predict(test))
            #expect(try Pipeline<Float>(contentsOf: file).predict(test) == model.predict(test))
        }
        for level in [0.49, 0.995, .nan] {
            #expect(
                throws: PerceptronError.invalidArgument(
                    "the level of the intervals is \(level); it must be between 0.5 and 0.99")
            ) { try model.predictionInterval(level, for: test) }
        }
    }

    /// A network that predicts 0 for every quantile: all comes from the rows set aside.
    @Test func marginsAreOrderStatistics() throws {
        let quantiles = QuantileIntervals<Double>.quantiles.count
        let zeros = try MLP<Double>([Linear(1, quantiles)], parameters: [Double](repeating: 0, count: 2 * quantiles))
        let rows = 100
        let targets = Matrix<Double>(
            rows: rows, columns: 1, elements: (0..<rows).map { Double(($0 * 37) % rows + 1) * ($0 % 2 == 0 ? 1 : -1) })
        let inputs = Matrix<Double>(rows: rows, columns: 1)
        let intervals = try QuantileIntervals(
            model: zeros, inputs: inputs, targets: targets, weights: nil, threads: 1)
        // Of 100 rows and one more 90 % are more than 90: the 91st of 1…100.
        for (level, expected) in [(0.9, 91.0), (0.5, 51), (0.99, 100), (0.899, 91)] {
            let (lower, upper) = try intervals.bounds(inputs, level: level, threads: 1)
            #expect(lower[0, 0] == -expected && upper[0, 0] == expected)
        }
    }

    @Test func intervalsThatCannotBe() throws {
        let classes = try Self.table(rows: 60)
        var model = TabularModel<Float>(.plain, seed: 1)
        #expect(throws: PerceptronError.invalidArgument("intervals need numeric targets; classes have probabilities")) {
            try model.fit(classes, intervals: true, progress: .silent)
        }
        let numbers = try Self.table(rows: 60, classes: false)
        try model.fit(numbers, epochs: 1, progress: .silent)
        #expect(
            throws: PerceptronError.invalidState(
                "the model was not fitted with intervals; use fit(data, intervals: true) or train --intervals")
        ) { try model.predictionInterval(0.9, for: numbers) }
        try model.fit(numbers, intervals: true, epochs: 1, progress: .silent)
        _ = try model.predictionInterval(0.9, for: numbers)
        #expect(
            throws: PerceptronError.invalidArgument(
                "intervals at level 0.95 need at least 19 held-out rows; there were fewer")
        ) { try model.predictionInterval(0.95, for: numbers) }
    }

    @Test(arguments: [(TabularRecipe.realMLP, 2), (.realMLPSimple, 1), (.plain, 3), (.tabM, 1), (.tabM, 2)])
    func savedReadAndMapped(_ recipe: TabularRecipe, members: Int) throws {
        let data = try Self.table(rows: 200)
        let settings = Self.settings(recipe)
        var model = TabularModel<Float>(recipe, members: members, ensembling: .bagging, settings: settings, seed: 8)
        try model.fit(data, epochs: 2, progress: .silent)
        let predicted = try model.predict(data)
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "model.safetensors")
            try model.save(to: file)
            let read = try TabularModel<Float>(contentsOf: file)
            #expect(read.recipe == recipe && read.members == members && read.seed == 8 && read.histories.isEmpty)
            #expect(read.ensembling == .bagging && read.settings == settings)
            #expect(try read.predict(data) == predicted)
            let inputs = try #require(model.pipeline?.fittedPreprocessing).transform(data)
            var predictor = try Predictor<Float>(contentsOf: file, mostRows: data.rows)
            var outputs = [Float](repeating: 0, count: predicted.elements.count)
            var span = outputs.mutableSpan
            try predictor.predict(inputs.elements.span, into: &span)
            // Mapped weights lie transposed, so products differ by rounding.
            for (one, other) in zip(outputs, predicted.elements) { #expect(abs(one - other) < 1e-6) }
            #expect(throws: PerceptronError.self) { try TabularModel<Double>().save(to: file) }
            // Another model's file says what it is.
            try #require(model.pipeline).save(to: file)
            #expect(
                throws: PerceptronError.invalidFile(
                    "\(file.path(percentEncoded: false)): not a file of a TabularModel; Pipeline(contentsOf:) or "
                        + "MLP(contentsOf:) may read it")
            ) { try TabularModel<Float>(contentsOf: file) }
        }
    }

    @Test func crossValidated() throws {
        let data = try Self.table(rows: 240)
        let model = TabularModel<Float>(.plain, seed: 3)
        let result = try model.crossValidate(on: data, folds: 3, seed: 4, metrics: [.accuracy], epochs: 6)
        let (training, validation) = try data.folds(3, seed: 4)[1]
        var own = model
        try own.fit(training, epochs: 6, progress: .silent)
        #expect(try result.scores[0].values[1] == own.evaluate(.accuracy, on: validation))
    }

    @Test func mistakesAreNamedAndChangeNothing() throws {
        let data = try Self.table(rows: 40)
        var model = TabularModel<Float>(.plain, seed: 1)
        #expect(throws: PerceptronError.invalidState("the model is not fitted yet; call fit first")) {
            try model.predict(data)
        }
        #expect(throws: PerceptronError.invalidArgument("an ensemble of 0 members; at least 1 is needed")) {
            var none = TabularModel<Float>(.plain, members: 0)
            try none.fit(data, progress: .silent)
        }
        try model.fit(data, epochs: 1, progress: .silent)
        let before = try model.predict(data)
        #expect(throws: PerceptronError.invalidArgument("epochs is 0; it must be at least 1")) {
            try model.fit(data, epochs: 0, progress: .silent)
        }
        #expect(throws: PerceptronError.self) { try model.fit(data.rows([0]), progress: .silent) }
        var settings = TabularSettings()
        (settings.labelSmoothing, settings.width) = (0.1, 8)
        #expect(settings.description == "width 8, label smoothing 0.1")
        #expect(throws: PerceptronError.invalidArgument("the recipe plain has no label smoothing")) {
            var other = TabularModel<Float>(.plain, settings: settings)
            try other.fit(data, progress: .silent)
        }
        (settings.labelSmoothing, settings.hiddenLayers) = (nil, 0)
        #expect(throws: PerceptronError.invalidArgument("0 hidden layers; at least 1 is needed")) {
            var other = TabularModel<Float>(.plain, settings: settings)
            try other.fit(data, progress: .silent)
        }
        #expect(TabularSettings().description == "the recipe's own")
        #expect(try model.predict(data) == before)
    }
}

@Suite struct DataDependentStartTests {
    @Test func unitsBendWhereDataIs() throws {
        var generator = RandomGenerator(seed: 2)
        let inputs = Matrix<Double>(
            rows: 100, columns: 5, elements: (0..<500).map { 3 + Double($0 % 5) * generator.nextNormalPair().0 })
        let layers: [any Layer] = [
            Scale(5), NTKLinear(5, 7), ParametricActivation(SELU()), Dropout(0.5), NTKLinear(7, 4), Mish(),
        ]
        var model = try MLP<Double>(layers, seed: 1)
        try model.startFromData(inputs, seed: 3)
        // Each linear layer gives what it gives in a model that ends there.
        for (index, layer) in layers.enumerated() {
            guard let linear = layer as? NTKLinear else { continue }
            let end = try #require(model.parameterLayout.last { $0.layer == index }).range.upperBound
            let parameters = Array(model.parameters[..<end])
            let bias = Array(parameters.suffix(linear.outputFeatures))
            let unbiased = try MLP(
                Array(layers[...index]), parameters: parameters.dropLast(bias.count) + bias.map { _ in 0 }
            ).predict(inputs)
            for column in 0..<linear.outputFeatures {
                let numbers = unbiased.column(column)
                let mean = numbers.reduce(0, +) / 100
                let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100
                #expect(abs(variance - 1) < 1e-12)
                #expect(-bias[column] > numbers.min()! && -bias[column] < numbers.max()!)
            }
            #expect(Set(bias).count == bias.count)
        }
    }
}

@Suite struct EnsembleTemperatureTests {
    /// Probabilities that are too sure, or not sure enough, by a known temperature.
    @Test(arguments: [0.5, 1, 2.5], [1, 3])
    func findsTheTemperature(_ temperature: Double, members: Int) {
        var generator = RandomGenerator(seed: 4)
        let rows = 4000
        var targets: [Int] = []
        var probabilities = [Matrix<Double>](repeating: Matrix(rows: rows, columns: 3), count: members)
        for row in 0..<rows {
            let logits = (0..<3).map { _ in generator.nextNormalPair().0 * 2 }
            let honest = logits.map { exp($0) }
            var place = generator.nextUniform() * honest.reduce(0, +)
            var target = 0
            while target < 2, place > honest[target] {
                place -= honest[target]
                target += 1
            }
            targets.append(target)
            let given = logits.map { exp($0 * temperature) }
            for member in 0..<members {
                for column in 0..<3 { probabilities[member][row, column] = given[column] / given.reduce(0, +) }
            }
        }
        let found = EnsembleTemperature(probabilities, targets: targets, weights: nil).best
        #expect(abs(found / temperature - 1) < 0.05)
    }

    @Test func aFewRowsThatAreRightDoNotMakeItCertain() {
        let probabilities = Matrix<Double>([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
        let found = EnsembleTemperature([probabilities], targets: [0, 1, 0], weights: nil).best
        #expect(found > 0.1 && found < 1)
        #expect(EnsembleTemperature([probabilities], targets: [1, 0, 1], weights: [1, 1, 1]).best > 15)
        // A row that weighs nothing says nothing.
        let without = EnsembleTemperature([probabilities], targets: [0, 1, 1], weights: [1, 1, 0]).best
        let other = EnsembleTemperature([probabilities], targets: [0, 1, 0], weights: [1, 1, 0]).best
        #expect(without == other)
    }
}
