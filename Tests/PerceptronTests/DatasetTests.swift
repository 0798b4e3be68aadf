import Testing

@testable import Perceptron

@Suite struct DatasetTests {
    /// Rows that say in their one column which they are, of classes as rare as 1 in 2^label.
    static func numbered(_ rows: Int, classes: Int, seed: UInt64 = 5) throws -> Dataset<Double> {
        var generator = RandomGenerator(seed: seed)
        let labels = (0..<rows).map { _ in min(classes - 1, generator.next().leadingZeroBitCount) }
        return try Dataset(
            inputs: Matrix(rows: rows, columns: 1, elements: (0..<rows).map(Double.init)), targets: labels,
            weights: (0..<rows).map { Double($0) + 0.5 }, labelNames: (0..<classes).map { "c\($0)" })
    }

    static func numbers(_ data: Dataset<Double>) -> [Int] { data.inputs.elements.map { Int($0) } }

    static func counts(_ data: Dataset<Double>) -> [Int] {
        (0..<data.classCount).map { label in (data.classes ?? []).count { $0 == label } }
    }

    static let sizes = [(2, 1), (7, 2), (50, 3), (101, 4), (1000, 5)]

    @Test func whatIsThere() throws {
        let inputs = Matrix<Double>([[1, .nan], [3, 1], [5, 0]])
        let data = try Dataset(
            inputs: inputs, targets: Matrix([[1, 2], [3, 4], [5, 6]]), weights: [1, 0, 2],
            columns: [Column("a"), Column("b", .categorical(categories: ["x", "y"]))], targetNames: ["u", "v"])
        #expect(data.rows == 3 && data.columns.map(\.name) == ["a", "b"] && data.targetNames == ["u", "v"])
        #expect(data.labelNames == [] && data.classCount == 0 && data.classes == nil)
        #expect(sameBits(data.inputs.elements, inputs.elements))
        let part = data.rows([2, 0])
        #expect(sameBits(part.inputs.elements, [5, 0, 1, .nan]))
        #expect(part.targets == .matrix(Matrix([[5, 6], [1, 2]])) && part.weights == [2, 1])

        let classes = try Dataset(inputs: inputs, targets: [2, 0, 2])
        #expect(classes.columns == [Column("x0"), Column("x1")] && classes.targetNames == ["y"])
        #expect(classes.labelNames == ["0", "1", "2"] && classes.classCount == 3 && classes.classes == [2, 0, 2])
        let bare = try Dataset(inputs: inputs)
        #expect(bare.targets == nil && bare.classes == nil && bare.targetNames == [] && bare.weights == nil)
        #expect(bare.rows([1]).targets == nil && bare.rows([]).rows == 0)
    }

    static let refusals: [(String, @Sendable () throws -> Dataset<Double>)] = [
        ("2 rows of targets for 3", { try .init(inputs: x, targets: [0, 1]) }),
        ("1 column for 2", { try .init(inputs: x, columns: [Column("a")]) }),
        ("\"a\"", { try .init(inputs: x, columns: [Column("a"), Column("a")]) }),
        (
            "2 target names for 1",
            { try .init(inputs: x, targets: [0, 1, 0], targetNames: ["a", "b"]) }
        ),
        (
            "label 2 in row 1",
            { try .init(inputs: x, targets: [0, 2, 1], labelNames: ["a", "b"]) }
        ),
        ("label -1 in row 0", { try .init(inputs: x, targets: [-1, 2, 1]) }),
        (
            "label 999999999999",
            { try .init(inputs: x, targets: [0, 999_999_999_999, 1]) }
        ),
        ("\"a\"", { try .init(inputs: x, targets: [0, 1, 1], labelNames: ["a", "a"]) }),
        ("nan in row 1", { try .init(inputs: x, targets: Matrix([[1], [.nan], [2]])) }),
        ("2 weights for 3", { try .init(inputs: x, weights: [1, 2]) }),
        ("-1.0 in row 1", { try .init(inputs: x, weights: [1, -1, 2]) }),
        ("nan in row 0", { try .init(inputs: x, weights: [.nan, 1, 2]) }),
        (
            "-inf in row 2 (counted from 0), column \"x1\"",
            { try .init(inputs: Matrix([[1, .nan], [3, 4], [5, -.infinity]])) }
        ),
        (
            "4.0 in row 1 (counted from 0), column \"b\"",
            {
                let b = Column("b", .categorical(categories: ["p", "q", "r", "s"]))
                return try .init(inputs: Matrix([[1, 3], [3, 4], [5, 0]]), columns: [Column("a"), b])
            }
        ),
    ]
    private static let x = Matrix<Double>([[1, 2], [3, 4], [5, 6]])

    @Test(arguments: refusals.indices) func whatItRefuses(_ index: Int) {
        let (message, make) = Self.refusals[index]
        let error = #expect(throws: PerceptronError.self) { try make() }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    /// Parts name rows of what they are parts of, and share its memory.
    @Test func partsOfParts() throws {
        let data = try Self.numbered(100, classes: 3)
        let part = data.rows(10..<90).shuffled(seed: 1).rows(stride(from: 0, to: 80, by: 3))
        let (training, test) = try part.split(testFraction: 0.3)
        for part in [part, training, test] { #expect(part.storage === data.storage) }
        for fold in try part.folds(3) {
            #expect(fold.training.storage === data.storage && fold.validation.storage === data.storage)
        }
        let all = Self.numbers(data.rows(10..<90).shuffled(seed: 1))
        #expect(all.sorted() == Array(10..<90) && all != all.sorted())
        #expect(Self.numbers(part) == stride(from: 0, to: 80, by: 3).map { all[$0] })
        #expect(part.weights == Self.numbers(part).map { Double($0) + 0.5 })
        let classes = try #require(data.classes)
        #expect(part.classes == Self.numbers(part).map { classes[$0] })
        #expect(Set(Self.numbers(training) + Self.numbers(test)) == Set(Self.numbers(part)))
    }

    @Test(arguments: sizes, [0.1, 0.25, 0.5, 0.9]) func split(_ size: (Int, Int), fraction: Double) throws {
        let data = try Self.numbered(size.0, classes: size.1)
        let testRows = Int((Double(size.0) * fraction).rounded())
        for stratified in [nil, true, false] {
            if testRows == 0 || testRows == size.0 {
                #expect(throws: PerceptronError.self) {
                    try data.split(testFraction: fraction, stratified: stratified)
                }
                continue
            }
            let (training, test) = try data.split(testFraction: fraction, seed: 3, stratified: stratified)
            let (rest, drawn) = (Self.numbers(training), Self.numbers(test))
            #expect(drawn.count == testRows)
            #expect((rest + drawn).sorted() == Array(0..<size.0), "disjoint and complete")
            #expect(rest == rest.sorted() && drawn == drawn.sorted(), "in the order of the data")
            let again = try data.split(testFraction: fraction, seed: 3, stratified: stratified)
            #expect(Self.numbers(again.test) == drawn)
            if size.0 >= 50 {
                #expect(Self.numbers(try data.split(testFraction: fraction, seed: 4).test) != drawn, "another seed")
            }
            guard stratified != false else { continue }
            for (all, part) in zip(Self.counts(data), Self.counts(test)) {
                let share = Double(all) * Double(testRows) / Double(size.0)
                #expect(abs(Double(part) - share) < 1, "a class with \(all) rows: \(part) of \(share)")
            }
        }
    }

    /// 5 of 10 rows, of classes with 3, 3 and 4: shares of 1.5, 1.5 and 2; the lower class has the odd one.
    @Test func largestRemainders() throws {
        let data = try Dataset(
            inputs: Matrix<Double>(rows: 10, columns: 1), targets: [0, 0, 0, 1, 1, 1, 2, 2, 2, 2])
        for seed in 0..<20 {
            let test = try data.split(testFraction: 0.5, seed: UInt64(seed)).test
            #expect(Self.counts(test) == [2, 1, 2])
        }
        // Shares of 0.3, 0.3 and 0.4: the largest remainder.
        #expect(Self.counts(try data.split(testFraction: 0.1).test) == [0, 0, 1])
    }

    @Test(arguments: sizes, [2, 3, 5, 10]) func folds(_ size: (Int, Int), count: Int) throws {
        let data = try Self.numbered(size.0, classes: size.1)
        guard count <= size.0 else {
            #expect(throws: PerceptronError.self) { try data.folds(count) }
            return
        }
        for stratified in [nil, true, false] {
            let folds = try data.folds(count, seed: 2, stratified: stratified)
            #expect(folds.count == count)
            #expect(folds.flatMap { Self.numbers($0.validation) }.sorted() == Array(0..<size.0), "each row once")
            for (training, validation) in folds {
                #expect(
                    (Self.numbers(training) + Self.numbers(validation)).sorted() == Array(0..<size.0))
            }
            let sizes = folds.map(\.validation.rows)
            #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
            #expect(
                try data.folds(count, seed: 2, stratified: stratified).map { Self.numbers($0.validation) }
                    == folds.map { Self.numbers($0.validation) })
            guard stratified != false else { continue }
            for label in 0..<data.classCount {
                let counts = folds.map { Self.counts($0.validation)[label] }
                #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1, "class \(label): \(counts)")
            }
        }
        if size.0 >= 50 {
            #expect(
                Self.numbers(try data.folds(count, seed: 2)[0].validation)
                    != Self.numbers(try data.folds(count, seed: 3)[0].validation))
        }
    }

    @Test func whatCanNotBeStratified() throws {
        let data = try Dataset(
            inputs: Matrix<Float>(rows: 10, columns: 1), targets: Matrix(rows: 10, columns: 1))
        #expect(try data.split(testFraction: 0.2).test.rows == 2)
        #expect(try data.folds(5).count == 5)
        #expect(throws: PerceptronError.self) { try data.split(testFraction: 0.2, stratified: true) }
        #expect(throws: PerceptronError.self) { try data.folds(5, stratified: true) }
        for fraction in [0, 1, -0.5, .nan, 1.5] {
            #expect(throws: PerceptronError.self) { try data.split(testFraction: fraction) }
        }
        for count in [-1, 0, 1, 11] { #expect(throws: PerceptronError.self) { try data.folds(count) } }
    }
}
