import Foundation
import TestSupport
import Testing

@testable import Perceptron

/// Folds and splits that keep groups together, and those that follow time.
@Suite struct GroupedFoldsTests {
    /// What scikit-learn's splitters do (`Golden/make_folds_golden.py`).
    struct File: Decodable {
        struct Grouped: Decodable {
            let count: Int
            let classes: Int
            let groups: [Int]
            let labels: [Int]
            let group: [Int]
            let stratified: [Int]
        }
        struct Forward: Decodable {
            let rows: Int
            let count: Int
            let folds: [Int]
        }
        let grouped: [Grouped]
        let forward: [Forward]
    }

    static let golden: File? = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/folds.json")
        return try? JSONDecoder().decode(File.self, from: Data(contentsOf: file))
    }()

    @Test func allCasesAreRead() {
        #expect(Self.golden?.grouped.count == 7 && Self.golden?.forward.count == 6)
    }

    @Test(arguments: 0..<7) func likeScikitLearn(_ index: Int) throws {
        let golden = try #require(Self.golden).grouped[index]
        let shares = [Double](repeating: 1, count: golden.count)
        for (labels, expected) in [(nil, golden.group), (golden.labels, golden.stratified)] {
            let allocation = GroupAllocation(
                groupOfRow: golden.groups, classOfRow: labels, classCount: golden.classes)
            let parts = allocation.parts(
                shares: shares, order: allocation.largestFirst(Array(allocation.counts.indices)))
            // Which of several empty parts comes first is left open.
            #expect(GroupAllocation.numbered(golden.groups.map { parts[$0] }) == GroupAllocation.numbered(expected))
        }
    }

    @Test(arguments: 0..<6) func forwardLikeScikitLearn(_ index: Int) throws {
        let golden = try #require(Self.golden).forward[index]
        let data = try DatasetTests.numbered(golden.rows, classes: 2)
        let fold = try data.foldOfEachRow(golden.count, seed: 1, stratified: nil, order: .forward)
        #expect(fold.map { $0 ?? -1 } == golden.folds)
        let folds = try data.folds(golden.count, order: .forward)
        #expect(folds.count == golden.count)
        for (number, part) in folds.enumerated() {
            let validated = DatasetTests.numbers(part.validation)
            #expect(validated == (0..<golden.rows).filter { golden.folds[$0] == number })
            #expect(DatasetTests.numbers(part.training) == Array(0..<validated[0]), "all that lies before")
        }
        #expect(throws: PerceptronError.self) { try data.folds(golden.rows, order: .forward) }
    }

    /// Rows of patients with one class each, or two, who are a column.
    static func patients(_ count: Int, rows: Int, seed: UInt64 = 3, mixed: Bool = true) throws -> Dataset<Double> {
        var generator = RandomGenerator(seed: seed)
        let patients = (0..<rows).map { $0 < count ? $0 : generator.nextInteger(below: count) }
        let labels = patients.map { mixed && generator.nextUniform() < 0.2 ? 1 - $0 % 2 : $0 % 2 }
        return try Dataset(
            inputs: Matrix((0..<rows).map { [Double($0), Double(patients[$0])] }), targets: labels,
            weights: (0..<rows).map { Double($0) + 1 },
            columns: [Column("x"), Column("patient", .categorical(categories: (0..<count).map { "p\($0)" }))],
            labelNames: ["well", "ill"])
    }

    @Test(arguments: [(5, 20, 5), (12, 100, 4), (50, 300, 10)]) func noGroupInTwoFolds(
        groups: Int, rows: Int, count: Int
    ) throws {
        let data = try Self.patients(groups, rows: rows)
        let patients = data.inputs.column(1)
        let shares = zip([0, 1], DatasetTests.counts(data)).map { Double($1) / Double(count) }
        for stratified in [nil, true, false] {
            let folds = try data.folds(count, seed: 2, stratified: stratified, groups: "patient")
            #expect(folds.flatMap { DatasetTests.numbers($0.validation) }.sorted() == Array(0..<rows), "each row once")
            for (training, validation) in folds {
                let (seen, left) = (DatasetTests.numbers(training), DatasetTests.numbers(validation))
                #expect(!left.isEmpty && (seen + left).sorted() == Array(0..<rows))
                #expect(Set(seen.map { patients[$0] }).isDisjoint(with: left.map { patients[$0] }))
                // The column is no input any more, the rest is what it was.
                #expect(training.columns == [Column("x")] && validation.weights == left.map { Double($0) + 1 })
                #expect(validation.targets == data.rows(left).targets && training.targets == data.rows(seen).targets)
                guard stratified != false, groups >= 5 * count else { continue }
                for (share, found) in zip(shares, DatasetTests.counts(validation)) {
                    #expect(abs(Double(found) - share) < 0.35 * share, "\(found) of \(share)")
                }
            }
            let again = try data.folds(count, seed: 2, stratified: stratified, groups: "patient")
            #expect(
                again.map { DatasetTests.numbers($0.validation) } == folds.map { DatasetTests.numbers($0.validation) })
        }
        let keys = try data.folds(count, seed: 2, groups: .keys(patients.map { "patient \($0)" }))
        let column = try data.folds(count, seed: 2, groups: .column("patient"))
        #expect(keys.map { $0.validation.indices } == column.map { $0.validation.indices })
        #expect(keys[0].training.columns == data.columns)
        if groups > count {
            let seeds = try (0..<4 as Range<UInt64>).map {
                Set(try data.folds(count, seed: $0, groups: "patient").map { DatasetTests.numbers($0.validation) })
            }
            #expect(Set(seeds).count > 1, "another seed, other folds")
        }
    }

    @Test(arguments: [0.1, 0.25, 0.5, 0.8]) func splitKeepsGroups(fraction: Double) throws {
        let data = try Self.patients(40, rows: 400)
        let patients = data.inputs.column(1)
        var drawn: Set<[Int]> = []
        for seed in 0..<5 as Range<UInt64> {
            let (training, test) = try data.split(testFraction: fraction, seed: seed, groups: "patient")
            let (rest, tested) = (DatasetTests.numbers(training), DatasetTests.numbers(test))
            #expect((rest + tested).sorted() == Array(0..<400))
            #expect(Set(rest.map { patients[$0] }).isDisjoint(with: tested.map { patients[$0] }))
            for (all, part) in zip(DatasetTests.counts(data), DatasetTests.counts(test)) {
                #expect(abs(Double(part) - fraction * Double(all)) < 12, "\(part) of \(all)")
            }
            drawn.insert(tested)
            let again = try data.split(testFraction: fraction, seed: seed, groups: "patient")
            #expect(DatasetTests.numbers(again.test) == tested)
        }
        #expect(drawn.count == 5)
    }

    /// Two groups of a size, of which the test part must have one though it is to have a fifth of the rows.
    @Test func noPartIsEmpty() throws {
        let data = try Dataset(inputs: Matrix<Double>(rows: 20, columns: 1), targets: Matrix(rows: 20, columns: 1))
        for seed in 0..<4 as Range<UInt64> {
            let parts = try data.split(testFraction: 0.2, seed: seed, groups: .keys((0..<20).map { $0 % 2 }))
            #expect(parts.training.rows == 10 && parts.test.rows == 10)
        }
    }

    /// What is grouped once stays so in parts of parts, and where a fraction is held out.
    @Test func groupsStayWithTheRows() throws {
        let data = try Self.patients(30, rows: 200).grouped(by: "patient")
        #expect(data.columns == [Column("x")] && data.groups?.count == 200)
        #expect(data.description.hasPrefix("200 rows, 1 column, weighted, in 30 groups\n"))
        let part = data.rows((0..<200).reversed()).rows(0..<150)
        let groups = try #require(data.groups)
        #expect(part.groups == DatasetTests.numbers(part).map { groups[$0] })
        for (training, validation) in try part.split(testFraction: 0.4).training.folds(3) {
            #expect(
                try Set(#require(training.groups)).isDisjoint(with: #require(validation.groups)))
        }
        var pipeline = PipelineTests.classifier(Preprocessing(), seed: 5)
        let held = Locked<Int>(0)
        let metric = Metric("rows", largerIsBetter: true) { (outputs, _, _) throws(PerceptronError) in
            held.withLock { $0 = outputs.rows }
            return 0
        }
        try pipeline.train(
            on: data, loss: CrossEntropy(), epochs: 1, validation: .fraction(0.3), metrics: [metric],
            progress: .silent)
        let (training, test) = try data.split(testFraction: 0.3, seed: 5)
        #expect(try pipeline.fittedPreprocessing == Preprocessing().fitted(to: training))
        #expect(held.withLock { $0 } == test.rows)
        try pipeline.train(
            on: data.rows(0..<100), loss: CrossEntropy(), epochs: 1,
            validation: .fraction(0.3), progress: .silent)
    }

    /// A model that is trained without a pipeline holds out whole groups as well.
    @Test func groupsOfAModel() throws {
        let data = try Self.patients(20, rows: 200).grouped(by: "patient")
        let groups = try #require(data.groups)
        for rows in [data, data.rows((50..<200).reversed())] {
            var generator = RandomGenerator(seed: 8)
            let examples = try rows.examples()
            let (first, second) = try examples.split(fraction: 0.3, classes: 2, using: &generator)
            let (trained, held) = (try #require(first.indices), try #require(second.indices))
            #expect(Set(trained.map { groups[$0] }).isDisjoint(with: held.map { groups[$0] }))
            #expect((trained + held).sorted() == (rows.indices ?? Array(0..<200)).sorted())
            #expect(abs(held.count - rows.rows * 3 / 10) < 12)
        }
        let one = data.rows((0..<200).filter { groups[$0] == 3 })
        var model = try MLP<Double>([Linear(1, 2), Softmax()])
        #expect(
            errorMessage {
                try model.train(
                    on: one, loss: CrossEntropy(), epochs: 1, validation: .fraction(0.5), progress: .silent)
            } == "all rows are in one group, which stays together; none can be held out")
    }

    @Test func theLastRowsAreHeldOut() throws {
        let data = try DatasetTests.numbered(50, classes: 2)
        let (training, test) = try data.split(testFraction: 0.3, seed: 9, order: .forward)
        #expect(DatasetTests.numbers(training) == Array(0..<35) && DatasetTests.numbers(test) == Array(35..<50))
        var pipeline = PipelineTests.classifier(Preprocessing())
        try pipeline.train(
            on: data, loss: CrossEntropy(), epochs: 1, validation: .fraction(0.3, order: .forward), progress: .silent)
        #expect(try pipeline.fittedPreprocessing == Preprocessing().fitted(to: training))
    }

    @Test func messages() throws {
        let data = try Self.patients(3, rows: 20)
        func message(_ body: () throws -> Void) -> String { errorMessage(body) }
        #expect(
            message { _ = try data.folds(5, groups: "patient") }
                == "5 folds of 3 groups; there can't be more than groups, which stay together")
        #expect(
            message { _ = try data.split(testFraction: 0.2, groups: .keys([Int](repeating: 1, count: 20))) }
                == "2 parts of 1 group; there can't be more than groups, which stay together")
        #expect(
            message { _ = try data.folds(2, groups: "ward") }
                == "there is no column \"ward\" to group by; there are \"x\", \"patient\"")
        #expect(message { _ = try data.folds(2, groups: .keys([1, 2])) } == "2 group keys for 20 rows")
        // Groups of which a part has no row are none of its own.
        let part = try data.grouped(by: .keys((0..<20).map { $0 % 3 })).rows((0..<20).filter { $0 % 3 != 1 })
        #expect(
            message { _ = try part.folds(3) }
                == "3 folds of 2 groups; there can't be more than groups, which stay together")
        #expect(try part.folds(2).map { Set($0.validation.groups ?? []).count } == [1, 1])
        let holes = try Dataset(inputs: Matrix<Double>([[1, 2], [3, .nan]]), targets: [0, 1])
        #expect(
            message { _ = try holes.grouped(by: "x1") }
                == "row 1 (counted from 0) has no value in column \"x1\", so its group is unknown")
        #expect(
            message { _ = try data.folds(2, stratified: true, order: .forward) }
                == "parts in the order of time can't be stratified: their rows are not drawn at random")
        #expect(
            message { _ = try data.split(testFraction: 0.5, groups: "patient", order: .forward) }.hasPrefix(
                "groups can't stay together in parts in the order of time"))
        #expect(
            message { _ = try data.folds(20, order: .forward) }
                == "20 folds of 20 rows in the order of time; the number must be between 2 and one less than the rows")
    }
}
