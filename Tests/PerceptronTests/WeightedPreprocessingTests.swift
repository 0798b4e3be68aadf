import Foundation
import Testing

@testable import Perceptron

/// A row of weight 2 is the row twice, one of weight 0 is not there.
@Suite struct WeightedPreprocessingTests {
    /// Rows with holes, ties and a constant, and how often each occurs.
    static func rows(_ count: Int, seed: UInt64) -> (Matrix<Double>, [Double]) {
        var generator = RandomGenerator(seed: seed)
        let rows = (0..<count).map { row -> [Double] in
            let normal = generator.nextNormalPair()
            return [
                100 + normal.0, row > 1 && generator.nextUniform() < 0.2 ? .nan : normal.1 * normal.1,
                Double(generator.nextInteger(below: 4)), 0.1,
            ]
        }
        return (Matrix(rows), (0..<count).map { $0 == 0 ? 2 : Double(generator.nextInteger(below: 4)) })
    }

    static func repeated(_ matrix: Matrix<Double>, _ weights: [Double]) -> Matrix<Double> {
        matrix.rows(weights.indices.flatMap { [Int](repeating: $0, count: Int(weights[$0])) })
    }

    typealias Fit = @Sendable (Matrix<Double>, [Double]?) throws -> any FittedTransform
    static let fits: [Fit] = [
        { try StandardScaler(fittedTo: $0, weights: $1) }, { try MinMaxScaler(fittedTo: $0, weights: $1) },
        { try RobustScaler(fittedTo: $0, weights: $1, smoothClip: false) },
        { try QuantileScaler(fittedTo: $0, weights: $1, output: .uniform) },
        { try QuantileScaler(fittedTo: $0, weights: $1, count: 7) },
        { try Imputer(fittedTo: $0, weights: $1, indicators: true) },
        { try Imputer(fittedTo: $0, weights: $1, strategy: .median) },
        { try Imputer(fittedTo: $0, weights: $1, strategy: .mostFrequent) },
        { try PCAWhitening(fittedTo: $0.columns([0, 2, 3]), weights: $1) },
        { try PCAWhitening(fittedTo: $0.columns([0, 2, 3]), weights: $1, components: .varianceShare(0.5)) },
    ]

    static func transformed(_ fit: any FittedTransform, _ matrix: Matrix<Double>) throws -> Matrix<Double> {
        try fit.transform(fit.inputFeatures == 3 ? matrix.columns([0, 2, 3]) : matrix)
    }

    @Test(arguments: fits.indices, [3, 20, 101]) func asOftenAsItWeighs(_ index: Int, count: Int) throws {
        let (matrix, weights) = Self.rows(count, seed: UInt64(count))
        let fit = Self.fits[index]
        let weighted = try fit(matrix, weights)
        let expected = try Self.transformed(fit(Self.repeated(matrix, weights), nil), matrix)
        #expect(
            PreprocessingGoldenTests.difference(try Self.transformed(weighted, matrix), expected, allowed: 1e-9) == nil)
        // All weights alike are none, whole numbers of rows or shares.
        let plain = try Self.transformed(fit(matrix, nil), matrix)
        for share in [1, 0.5, 0.25] {
            let alike = try fit(matrix, [Double](repeating: share, count: count))
            #expect(
                PreprocessingGoldenTests.difference(try Self.transformed(alike, matrix), plain, allowed: 1e-9) == nil)
        }
        if count > 3 {
            #expect(
                PreprocessingGoldenTests.difference(expected, plain, allowed: 1e-9) != nil || [1, 7].contains(index),
                "weights make a difference")
        }
    }

    @Test(arguments: fits.indices) func weightsThatDoNotFit(_ index: Int) {
        let (matrix, _) = Self.rows(5, seed: 1)
        for weights in [[1], [1, 1, 1, 1, -1], [1, 1, 1, 1, .nan], [0, 0, 0, 0, 0]] {
            #expect(throws: PerceptronError.self) { try Self.fits[index](matrix, weights) }
        }
    }

    /// Quantiles of numbers that weigh parts of rows: steady, in order, and the same whichever comes first.
    @Test func partsOfRows() throws {
        func quantiles(_ numbers: [Double], _ weights: [Double]) throws -> [Double] {
            let sorted = try #require(SortedValues(numbers, weights: weights))
            return (0...20).map { sorted.quantile(Double($0) / 20) }
        }
        let (numbers, weights) = ([3.0, 1, 2, 2, 5, 9], [0.25, 2.5, 0.5, 1.5, 0.125, 3])
        let all = try quantiles(numbers, weights)
        #expect(all == all.sorted() && all.first == 1 && all.last == 9)
        #expect(try quantiles(numbers.reversed(), weights.reversed()) == all)
        for index in weights.indices {
            var other = weights
            other[index] += 1e-7
            for (a, b) in zip(try quantiles(numbers, other), all) { #expect(abs(a - b) < 1e-5) }
        }
        // Places 0 to 1, 1.75, and 2.5 to 4: 2 is a third of the way from the second to the third.
        let median = try #require(SortedValues([1, 2, 3], weights: [2, 0.5, 2.5])).median
        #expect(abs(median - (2 + 1 / 3.0)) < 1e-15)
        #expect(SortedValues([1, .nan], weights: [0, 3]) == nil)
    }

    /// All of it together, as a data set brings its weights, for a part of one as well.
    @Test func preprocessing() throws {
        let (matrix, weights) = Self.rows(60, seed: 5)
        let targets = Matrix(rows: 60, columns: 1, elements: (0..<60).map { Double($0 * $0) })
        let all = try Dataset(inputs: matrix, targets: targets, weights: weights)
        let part = all.rows(0..<40)
        let places = (0..<40).flatMap { [Int](repeating: $0, count: Int(weights[$0])) }
        let repeated = try Dataset(inputs: matrix.rows(places), targets: targets.rows(places))
        for numeric in [Preprocessing.Numeric.standard, .minMax(), .robust(), .quantile(count: 12)] {
            for missing in [Preprocessing.Missing.mean(), .median(), .mostFrequent()] {
                let preprocessing = Preprocessing(
                    numeric: numeric, missing: missing, whitening: .count(3), standardizesTargets: true)
                let fitted = try preprocessing.fitted(to: part)
                let expected = try preprocessing.fitted(to: repeated)
                let (a, b) = (try fitted.transform(all), try expected.transform(all))
                #expect(PreprocessingGoldenTests.difference(a, b, allowed: 1e-9) == nil, "\(numeric), \(missing)")
                #expect(
                    firstDifference(
                        fitted.targetScaler?.means ?? [], expected.targetScaler?.means ?? [0], relative: 1e-12) == nil)
                #expect(fitted.featureNames == expected.featureNames)
            }
        }
    }

    /// Weight 0 hides a value that is far out, and a hole.
    @Test func whatWeighsNothing() throws {
        let data = try Dataset(
            inputs: Matrix<Double>([[1, 1], [2, 2], [4, 3], [1e9, .nan]]), targets: [0, 1, 0, 1],
            weights: [1, 1, 1, 0], columns: [Column("a"), Column("b")])
        let fitted = try Preprocessing(numeric: .minMax(), missing: .median()).fitted(to: data)
        #expect(fitted.featureNames == ["a", "b"])
        #expect(try fitted.transform(data.rows(0..<3)) == Matrix([[0, 0], [1 / 3.0, 0.5], [1, 1]]))
        // Its category is known all the same: the row must become something.
        let colours = try Dataset(
            inputs: Matrix<Double>([[0], [1]]), weights: [1, 0],
            columns: [Column("c", .categorical(categories: ["x", "y"]))])
        #expect(try Preprocessing().fitted(to: colours).featureNames == ["c=x", "c=y"])
        let empty = try Dataset(inputs: Matrix<Double>([[1], [.nan]]), weights: [0, 1])
        #expect(
            throws: PerceptronError.invalidValue(
                "column \"x0\" has no value in the 2 rows fitted to; drop the column, or fill in a constant")
        ) {
            try Preprocessing().fitted(to: empty)
        }
    }
}
