import Testing

@testable import Perceptron

@Suite struct TabMTests {
    private func shape(rows: Int = 900, classes: Int? = 3) throws -> TableShape {
        let data = try TabularModelTests.table(rows: 200)
        let prepared = try TableShape.preprocessing(for: data).fitted(to: data)
        var shape = try TableShape(
            prepared, inputs: prepared.transform(data), outputs: classes ?? 1, hasClasses: classes != nil)
        shape.rows = rows
        return shape
    }

    /// The authors' defaults.
    @Test func theNetwork() throws {
        let plan = RecipePlan.tabM(try shape(), TabularSettings())
        let linear = plan.layers.compactMap { $0 as? EnsembleLinear }
        // Two numbers, a flag, three categories and one that is embedded.
        #expect(
            linear.map(\.inputFeatures) == [2 + 1 + 3 + 8, 512, 512] && linear.map(\.outputFeatures) == [512, 512, 512])
        #expect(linear.allSatisfy { $0.members == 32 })
        let heads = try #require(plan.layers.dropLast().last as? Columns)
        #expect(heads.parts.count == 32)
        #expect(heads.parts.allSatisfy { ($0.layers[0] as? Linear)?.outputFeatures == 3 })
        let mean = try #require(plan.layers.last as? MemberMean)
        #expect(mean.members == 32 && mean.softmax)
        #expect(plan.optimizer.learningRate == 0.002 && plan.patience == 17 && !plan.prefersLast)
        #expect(plan.trained(by: CrossEntropy()) is MemberLoss)
        // Where the loss is not that of the prediction, a metric stops.
        #expect(plan.metric(hasClasses: true)?.name == "accuracy" && plan.metric(hasClasses: false)?.name == "MSE")
        #expect(RecipePlan.plain(try shape(), TabularSettings()).metric(hasClasses: false) == nil)
        #expect(!(RecipePlan.plain(try shape(), TabularSettings()).trained(by: CrossEntropy()) is MemberLoss))
        let numbers = RecipePlan.tabM(try shape(classes: nil), TabularSettings())
        #expect((numbers.layers.last as? MemberMean)?.softmax == false)
        for (rows, size) in [(100, 32), (2800, 64), (5000, 128), (31_999, 256), (32_000, 512), (1 << 20, 1024)] {
            #expect(RecipePlan.tabM(try shape(rows: rows), TabularSettings()).batchSize == size)
        }
    }

    /// All members have the same weights at first but for the signs of what goes into them, and their own last layer.
    @Test func membersBeginApart() throws {
        var settings = TabularSettings()
        settings.width = 8
        let model = try MLP<Double>(RecipePlan.tabM(try shape(), settings).layers, seed: 1)
        let signs = try #require(model.parameterLayout.first { $0.name == "r" })
        let rows = (0..<32).map {
            Array(model.parameters[signs.range][(signs.range.lowerBound + $0 * 14)...].prefix(14))
        }
        #expect(Set(rows).count == 32 && rows.allSatisfy { $0.allSatisfy { abs($0) == 1 } })
        let heads = model.parameterLayout.filter { $0.name.hasSuffix("0.weight") && $0.columns == 3 }
        #expect(heads.count == 32 && Set(heads.map { Array(model.parameters[$0.range]) }).count == 32)
    }

    /// Intervals, folds and numbers in the targets' own units come as with any recipe.
    @Test func intervalsAndFolds() throws {
        let data = try TabularModelTests.table(rows: 500, classes: false)
        var model = TabularModel<Float>(.tabM, settings: TabularModelTests.settings(.tabM), seed: 2)
        let result = try model.crossValidate(on: data, folds: 2, seed: 4, metrics: [.r2], epochs: 12)
        #expect(result.scores[0].values.allSatisfy { $0 > 0.5 })
        let history = try model.fit(data, intervals: true, epochs: 12, progress: .silent)[0]
        // The mean over members of their errors is more than the error of their mean.
        let kept = try #require(history.keptEpoch) - 1
        #expect(history.metrics.map(\.name) == ["MSE"])
        #expect(history.validationLosses[kept] > history.metrics[0].values[kept])
        #expect(history.metrics[0].values[kept] == history.metrics[0].values.min())
        let (lower, upper) = try model.predictionInterval(0.8, for: data)
        #expect(zip(lower.elements, upper.elements).allSatisfy { $0 < $1 })
    }
}
