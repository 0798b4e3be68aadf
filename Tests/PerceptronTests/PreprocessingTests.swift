import Foundation
import TestSupport
import Testing

@testable import Perceptron

@Suite struct PreprocessingTests {
    /// Numbers and categories with holes.
    static let colour = Column("colour", .categorical(categories: ["red", "green", "blue", "black"]))
    static let columns = [
        Column("age"), colour, Column("income"), Column("size", .categorical(categories: ["s", "l"])),
    ]
    static let inputs = Matrix<Double>([
        [20, 2, 1000, 0], [30, 0, .nan, 1], [.nan, 2, 3000, .nan], [50, .nan, 5000, 1], [40, 0, 3000, 0],
    ])

    static func dataset() throws -> Dataset<Double> { try Dataset(inputs: inputs, columns: columns) }

    @Test func partsSideBySide() throws {
        let preprocessing = Preprocessing(
            numeric: .minMax(), missing: .median(), categorical: .oneHot(unseen: .ignore),
            columns: ["size": .categorical(.codes(missing: .ownCategory))])
        let fitted = try preprocessing.fitted(to: Self.dataset())
        #expect(
            fitted.featureNames == [
                "age", "income", "age (missing)", "income (missing)", "colour=red", "colour=blue", "size",
            ])
        let expected = Matrix<Double>([
            [0, 0, 0, 0, 0, 1, 0], [1 / 3, 0.5, 0, 1, 1, 0, 1], [0.5, 0.5, 1, 0, 0, 1, 2], [1, 1, 0, 0, 0, 0, 1],
            [2 / 3, 0.5, 0, 0, 1, 0, 0],
        ])
        #expect(PreprocessingGoldenTests.difference(try fitted.transform(Self.dataset()), expected) == nil)
        let single = try Dataset(inputs: Matrix<Float>(Self.inputs), columns: Self.columns)
        let inFloat = try Matrix<Double>(fitted.transform(single))
        #expect(PreprocessingGoldenTests.difference(inFloat, expected, allowed: 1e-6) == nil)

        let decoded = try JSONDecoder().decode(FittedPreprocessing.self, from: JSONEncoder().encode(fitted))
        #expect(decoded == fitted)
        #expect(try decoded.transform(Self.dataset()) == fitted.transform(Self.dataset()))
        let description = try JSONDecoder().decode(
            Preprocessing.self, from: JSONEncoder().encode(preprocessing))
        #expect(description == preprocessing)
    }

    /// A data set that was read from another file has its categories in another order, and may have others.
    @Test func categoriesAreMatchedByName() throws {
        let fitted = try Preprocessing(
            categorical: .oneHot(unseen: .ignore), columns: ["size": .categorical(.codes(unseen: .ownCategory))]
        ).fitted(to: Self.dataset())
        let other = try Dataset(
            inputs: Matrix<Double>([[20, 0, 1000, 2], [20, 1, 1000, 1], [20, 2, 1000, 0], [20, .nan, 1000, .nan]]),
            columns: [
                Column("age"), Column("colour", .categorical(categories: ["blue", "white", "red"])), Column("income"),
                Column("size", .categorical(categories: ["l", "xl", "s"])),
            ])
        let categories = try fitted.transform(other).columns([4, 5, 6])
        // Colours red and blue; sizes s and l, then one code for what is unseen, and one for what is ignored.
        #expect(categories == Matrix([[0, 1, 0], [0, 0, 2], [1, 0, 1], [0, 0, 3]]))
    }

    @Test func whatIsUnknown() throws {
        let data = try Self.dataset()
        let black = try Dataset(inputs: Matrix<Double>([[1, 0, 1, 1], [1, 3, 1, 1]]), columns: Self.columns)
        let strict = try Preprocessing(columns: ["size": .dropped]).fitted(to: data)
        let message = errorMessage { _ = try strict.transform(black) }
        #expect(message.contains("row 1 (counted from 0) has \"black\" in column \"colour\""), "\(message)")
        #expect(
            errorMessage { _ = try Preprocessing(categorical: .oneHot(missing: .error)).fitted(to: data) }
                .contains("row 3 (counted from 0) has no value in column \"colour\""))
        let wide = try Preprocessing(categorical: .oneHot(unseen: .ownCategory, missing: .ownCategory)).fitted(to: data)
        #expect(
            wide.featureNames.suffix(8) == [
                "colour=red", "colour=blue", "colour=(missing)", "colour=(unseen)", "size=s", "size=l",
                "size=(missing)", "size=(unseen)",
            ])
        #expect(
            try wide.transform(black).columns(Array(4..<12))
                == Matrix([[1, 0, 0, 0, 0, 1, 0, 0], [0, 0, 0, 1, 0, 1, 0, 0]]))
    }

    @Test func columnsMustBeThoseFittedTo() throws {
        let data = try Dataset(
            inputs: Matrix<Double>([[1, 2, 3], [4, 5, 7]]), columns: ["a", "b", "c"].map { Column($0) })
        let fitted = try Preprocessing().fitted(to: data)
        func message(_ columns: [Column], width: Int = 3) -> String {
            errorMessage {
                _ = try fitted.transform(Dataset(inputs: Matrix<Double>(rows: 1, columns: width), columns: columns))
            }
        }
        // They are found by their names.
        let swapped = try Dataset(
            inputs: Matrix<Double>([[9, 3, 1, 2], [9, 7, 4, 5]]), columns: ["d", "c", "a", "b"].map { Column($0) })
        #expect(try fitted.transform(swapped) == fitted.transform(data))
        #expect(
            message([Column("a"), Column("d")], width: 2)
                == "the data set has no columns \"b\", \"c\", which the preprocessing was fitted to; it was not fitted to \"d\""
        )
        #expect(
            message([Column("a"), Column("b")], width: 2)
                == "the data set has no column \"c\", which the preprocessing was fitted to")
        let kind = message([Column("a"), Column("b", .categorical(categories: ["x"])), Column("c")])
        #expect(kind.contains("\"b\" has categories"), "\(kind)")

        // A matrix will do where all columns are numbers.
        #expect(try fitted.transform(data.inputs) == fitted.transform(data))
        #expect(errorMessage { _ = try fitted.transform(Matrix<Double>(rows: 1, columns: 2)) }.contains("2 columns"))
        #expect(
            errorMessage { _ = try fitted.transform(Matrix<Double>([[1, 2, .infinity]])) }.contains("column \"c\""))
        let mixed = try Preprocessing().fitted(to: Self.dataset())
        #expect(errorMessage { _ = try mixed.transform(Self.inputs) }.contains("\"colour\" has categories"))
        let numbersOnly = try Preprocessing(columns: ["colour": .dropped, "size": .dropped]).fitted(to: Self.dataset())
        #expect(try numbersOnly.transform(Self.inputs) == numbersOnly.transform(Self.dataset()))
        let renamed = try Dataset(
            inputs: Self.inputs, columns: [Column("age"), Column("colour"), Column("income"), Self.columns[3]])
        #expect(errorMessage { _ = try mixed.transform(renamed) }.contains("\"colour\" is numeric"))
    }

    @Test func whatCanNotBeFittedTo() throws {
        let data = try Self.dataset()
        func message(_ preprocessing: Preprocessing, _ data: Dataset<Double>) -> String {
            errorMessage { _ = try preprocessing.fitted(to: data) }
        }
        #expect(message(Preprocessing(columns: ["hue": .dropped]), data).contains("\"hue\""))
        #expect(
            message(Preprocessing(missing: .error), data).contains(
                "row 1 (counted from 0) has no value in column \"income\""))
        #expect(message(Preprocessing(columns: ["age": .categorical(.codes())]), data).contains("\"age\" is numeric"))
        #expect(
            message(Preprocessing(columns: ["size": .numeric(.standard, missing: .error)]), data)
                .contains("\"size\" has categories"))
        #expect(message(Preprocessing(), data.rows([])).contains("no rows"))
        let dropped = Dictionary(uniqueKeysWithValues: Self.columns.map { ($0.name, Preprocessing.Treatment.dropped) })
        #expect(message(Preprocessing(columns: dropped), data).contains("no column is left"))
        #expect(message(Preprocessing(), data.rows([1])).contains("column \"income\" has no value in the 1 row fitted"))
        let constant = try Preprocessing(
            missing: .constant(7, indicators: false), categorical: .oneHot(unseen: .ignore)
        ).fitted(to: data.rows([1]))
        #expect(try constant.transform(data.rows([1, 0])).columns([1]) == Matrix([[0], [993]]))
        let huge = try Dataset(inputs: Matrix<Double>([[1, 2], [3, 1e200]]))
        #expect(message(Preprocessing(), huge).contains("\"x1\" has 1e+200"))
        let unscaled = try Preprocessing(numeric: .unchanged, missing: .error).fitted(to: huge)
        #expect(try unscaled.transform(huge) == huge.inputs)
        let holes = huge.inputs.mapped { $0 == 1 ? .nan : $1 }
        #expect(
            errorMessage { _ = try unscaled.transform(holes) }.contains(
                "row 0 (counted from 0) has no value in column \"x1\""))
    }

    /// What is fitted depends on the rows fitted to alone, and each scaler is the one that was asked for.
    @Test func scalersAndWhitening() throws {
        var generator = RandomGenerator(seed: 3)
        let inputs: Matrix<Double> = generator.matrix(40, 3, of: Double.self)
        let data = try Dataset(inputs: inputs)
        let training = data.rows(0..<30)
        let part = training.inputs
        let cases: [(Preprocessing.Numeric, Matrix<Double>)] = [
            (.unchanged, inputs),
            (.standard, try StandardScaler(fittedTo: part).transform(inputs)),
            (.minMax(lower: -1, upper: 1), try MinMaxScaler(fittedTo: part, lower: -1, upper: 1).transform(inputs)),
            (.robust(), try RobustScaler(fittedTo: part).transform(inputs)),
            (.robust(smoothClip: false), try RobustScaler(fittedTo: part, smoothClip: false).transform(inputs)),
            (
                .quantile(count: 7, output: .uniform),
                try QuantileScaler(fittedTo: part, count: 7, output: .uniform).transform(inputs)
            ),
            (.quantile(), try QuantileScaler(fittedTo: part).transform(inputs)),
        ]
        for (numeric, expected) in cases {
            let fitted = try Preprocessing(numeric: numeric).fitted(to: training)
            #expect(try fitted.transform(data) == expected, "\(numeric)")
            let decoded = try JSONDecoder().decode(FittedPreprocessing.self, from: JSONEncoder().encode(fitted))
            #expect(try decoded.transform(data) == expected, "\(numeric)")
        }
        let whitened = try Preprocessing(whitening: .count(2)).fitted(to: training)
        let standard = try StandardScaler(fittedTo: part)
        let pca = try PCAWhitening(fittedTo: standard.transform(part), components: .count(2))
        #expect(try whitened.transform(data) == pca.transform(standard.transform(inputs)))
        #expect(whitened.featureNames == ["component 0", "component 1"])
    }

    @Test func smoothClip() throws {
        let column = Matrix<Double>([[0], [1], [2], [3], [4]])
        let scaler = try RobustScaler(fittedTo: column)
        let result = try scaler.transform(Matrix<Double>([[2], [4], [8], [-1e9], [1e300], [-1e308], [.nan]])).elements
        let expected = [0, 1 / (10.0 / 9).squareRoot(), 3 / (2.0).squareRoot(), -3, 3, -3]
        #expect(firstDifference(Array(result.prefix(6)), expected, relative: 1e-14) == nil)
        #expect(result[6].isNaN)
    }

    @Test func equalQuartiles() throws {
        let scaler = try RobustScaler(fittedTo: Matrix<Double>([[0, 5], [0, 5], [0, 5], [0, 5], [8, 5]]))
        #expect(scaler.scales == [4, 1] && scaler.medians == [0, 5])
    }

    /// Where a naive sum of squares has no digit left.
    @Test func standardScalerFarFromZero() throws {
        let column = Matrix<Double>(rows: 4, columns: 1, elements: [1, 2, 3, 4].map { 1e9 + $0 })
        let scaler = try StandardScaler(fittedTo: column)
        #expect(scaler.means == [1e9 + 2.5] && scaler.scales == [(1.25).squareRoot()])
        #expect(try scaler.inverse(scaler.transform(column)) == column)
    }

    /// Of rows that vary in two directions there are two components, uncorrelated and of variance 1.
    @Test func whiteningOfFewDirections() throws {
        var generator = RandomGenerator(seed: 8)
        let pairs: Matrix<Double> = generator.matrix(30, 2, of: Double.self)
        let rows = Matrix((0..<30).map { [pairs[$0, 0], 3 * pairs[$0, 1], pairs[$0, 0] - pairs[$0, 1], 1] })
        let pca = try PCAWhitening(fittedTo: rows)
        #expect(pca.outputFeatures == 2)
        let result = try pca.transform(rows)
        let gram = LinearProductTests.naive(result, result, transposeA: .yes).product
        for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] { #expect(abs(gram[i, j] / 29 - (i == j ? 1 : 0)) < 1e-12) }
        #expect(throws: PerceptronError.self) { try PCAWhitening(fittedTo: rows, components: .count(3)) }
        #expect(throws: PerceptronError.self) { try PCAWhitening(fittedTo: rows, components: .count(0)) }
        #expect(throws: PerceptronError.self) { try PCAWhitening(fittedTo: rows, components: .varianceShare(1)) }
        #expect(throws: PerceptronError.self) { try PCAWhitening(fittedTo: Matrix<Double>(rows: 3, columns: 2)) }
        #expect(throws: PerceptronError.self) { try PCAWhitening(fittedTo: Matrix<Double>(rows: 1, columns: 2)) }
        #expect(throws: PerceptronError.self) { try PCAWhitening(fittedTo: Matrix<Double>([[1, 2], [.nan, 3]])) }
        #expect(throws: PerceptronError.self) { try pca.transform(Matrix<Double>([[1, 2, 3, .nan]])) }
    }

    static let fits: [@Sendable (Matrix<Double>) throws -> any FittedTransform] = [
        { try StandardScaler(fittedTo: $0) }, { try MinMaxScaler(fittedTo: $0) }, { try RobustScaler(fittedTo: $0) },
        { try QuantileScaler(fittedTo: $0) }, { try Imputer(fittedTo: $0) },
        { try Imputer(fittedTo: $0, strategy: .median) }, { try Imputer(fittedTo: $0, strategy: .mostFrequent) },
    ]

    @Test(arguments: fits.indices) func whatEachRefuses(_ index: Int) throws {
        let fit = Self.fits[index]
        #expect(errorMessage { _ = try fit(Matrix(rows: 0, columns: 2)) }.contains("no rows"))
        #expect(errorMessage { _ = try fit(Matrix([[1, .nan], [2, .nan]])) }.contains("column 1"))
        #expect(errorMessage { _ = try fit(Matrix([[1, 2], [2, -.infinity]])) }.contains("-inf in row 1, column 1"))
        if index < 4 {
            #expect(errorMessage { _ = try fit(Matrix([[1, 1.7e308], [2, -1.7e308]])) }.contains("too large"))
        }
        let fitted = try fit(Matrix([[1, 2], [2, 3]]))
        #expect(errorMessage { _ = try fitted.transform(Matrix<Double>(rows: 1, columns: 3)) }.contains("3 columns"))
        #expect(errorMessage { _ = try fitted.transform(Matrix<Double>([[.infinity, 0]])) }.contains("inf in row 0"))
        #expect(try fitted.transform(Matrix<Double>(rows: 0, columns: 2)).rows == 0)
    }

    @Test func argumentsOutOfRange() {
        let x = Matrix<Double>([[1, 2], [2, 3]])
        #expect(throws: PerceptronError.self) { try MinMaxScaler(fittedTo: x, lower: 1, upper: 1) }
        #expect(throws: PerceptronError.self) { try MinMaxScaler(fittedTo: x, lower: 0, upper: .infinity) }
        #expect(throws: PerceptronError.self) { try QuantileScaler(fittedTo: x, count: 1) }
        #expect(throws: PerceptronError.self) { try Imputer(fittedTo: x, strategy: .constant(.nan)) }
        #expect(throws: PerceptronError.self) { try StandardScaler(fittedTo: x, weights: [1]) }
        #expect(throws: PerceptronError.self) { try StandardScaler(fittedTo: x, weights: [1, -1]) }
        #expect(throws: PerceptronError.self) { try OneHotEncoder(fittedTo: x, columns: [Self.colour]) }
        #expect(throws: PerceptronError.self) { try OneHotEncoder(fittedTo: x, columns: [Self.colour, Column("n")]) }
        let half = Matrix<Double>([[0.5]])
        #expect(throws: PerceptronError.self) { try OrdinalEncoder(fittedTo: half, columns: [Self.colour]) }
    }

    /// What a file says of itself is not believed: nothing that would be out of range later is decoded.
    @Test(arguments: [
        (#""means":[1,2]"#, #""means":[1]"#), (#""scales":[1,1]"#, #""scales":[]"#),
        (#""columns":[0,1]"#, #""columns":[0,2]"#), (#""columns":[0,1]"#, #""columns":[0,-1]"#),
        (#""columns":[0,1]"#, #""columns":[0]"#), (#""indicatorColumns":[]"#, #""indicatorColumns":[2]"#),
        (#""values":[1,2]"#, #""values":[1,2,3]"#), (#""columnNames":["x0","x1"]"#, #""columnNames":[]"#),
        (#""parts":["#, #""whitening":{"means":[0],"components":[],"variances":[],"varianceShares":[]},"parts":["#),
    ]) func hostileJSON(_ find: String, _ replacement: String) throws {
        let fitted = try Preprocessing().fitted(to: Dataset(inputs: Matrix<Double>([[1, 2]])))
        let json = String(decoding: try JSONEncoder().encode(fitted), as: UTF8.self)
        let changed = json.replacing(find, with: replacement)
        #expect(changed != json, "\(json)")
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(FittedPreprocessing.self, from: Data(changed.utf8))
        }
    }

    @Test(arguments: [
        #"{"quantiles":[[1,2],[1]],"output":"normal"}"#, #"{"quantiles":[[]],"output":"normal"}"#,
        #"{"quantiles":[[2,1]],"output":"normal"}"#,
    ]) func hostileQuantiles(_ json: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(QuantileScaler.self, from: Data(json.utf8))
        }
    }
}
