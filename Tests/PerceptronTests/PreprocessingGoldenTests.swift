import Foundation
import Testing

@testable import Perceptron

/// What scikit-learn's transformers make of small matrices (`Golden/make_preprocessing_golden.py`).
@Suite struct PreprocessingGoldenTests {
    struct File: Decodable {
        let scalers: [ScalerCase]
        let whitenings: [WhiteningCase]
        let encodings: Encodings
        let normalQuantiles: NormalQuantiles
    }
    struct Values: Decodable {
        let rows: Int
        let columns: Int
        let elements: [Double?]

        var matrix: Matrix<Double> { Matrix(rows: rows, columns: columns, elements: elements.map { $0 ?? .nan }) }
    }
    struct ScalerCase: Decodable, CustomTestStringConvertible {
        struct Options: Decodable {
            let lower: Double?
            let upper: Double?
            let count: Int?
            let output: String?
            let strategy: String?
            let indicators: Bool?
        }
        let kind: String
        let data: String
        let options: Options
        let fitted: Values
        let new: Values
        let weights: [Double]?
        let transformed: Values

        var testDescription: String { "\(kind) of \(data), \(options)\(weights == nil ? "" : ", weighted")" }

        func transform() throws -> any FittedTransform {
            let matrix = fitted.matrix
            switch kind {
            case "standard": return try StandardScaler(fittedTo: matrix, weights: weights)
            case "minMax":
                guard let lower = options.lower, let upper = options.upper else {
                    return try MinMaxScaler(fittedTo: matrix)
                }
                return try MinMaxScaler(fittedTo: matrix, lower: lower, upper: upper)
            case "robust": return try RobustScaler(fittedTo: matrix, smoothClip: false)
            case "quantile":
                return try QuantileScaler(
                    fittedTo: matrix, count: try #require(options.count),
                    output: try #require(QuantileScaler.Output(rawValue: options.output ?? "")))
            case "imputer":
                let strategies: [String: Imputer.Strategy] = [
                    "mean": .mean, "median": .median, "most_frequent": .mostFrequent, "constant": .constant(-1.5),
                ]
                return try Imputer(
                    fittedTo: matrix, strategy: try #require(strategies[options.strategy ?? ""]),
                    indicators: options.indicators ?? false)
            default: throw PerceptronError.invalidArgument("a scaler \(kind)")
            }
        }
    }
    struct WhiteningCase: Decodable {
        struct Options: Decodable {
            let count: Int?
            let varianceShare: Double?
        }
        let options: Options
        let fitted: Values
        let new: Values
        let components: Values
        let variances: [Double]
        let varianceShares: [Double]
        let transformed: Values
    }
    struct Encodings: Decodable {
        let categories: [[String]]
        let fitted: Values
        let new: Values
        let oneHot: Values
        let ordinal: Values
    }
    struct NormalQuantiles: Decodable {
        let shares: [Double]
        let quantiles: [Double]
    }

    static let golden: File? = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/preprocessing.json")
        return try? JSONDecoder().decode(File.self, from: Data(contentsOf: file))
    }()

    /// The first place where two matrices differ by more than 1e-12, relative to the larger of it and 1.
    static func difference(_ a: Matrix<Double>, _ b: Matrix<Double>, allowed: Double = 1e-12) -> String? {
        guard a.rows == b.rows, a.columns == b.columns else {
            return "\(a.rows)x\(a.columns), not \(b.rows)x\(b.columns)"
        }
        for index in a.elements.indices {
            let (x, y) = (a.elements[index], b.elements[index])
            if x.isNaN && y.isNaN { continue }
            if !(abs(x - y) <= allowed * max(1, abs(y))) {
                return "row \(index / a.columns), column \(index % a.columns): \(x), not \(y)"
            }
        }
        return nil
    }

    @Test func allCasesAreRead() {
        #expect(Self.golden?.scalers.count == 63)
        #expect(Self.golden?.whitenings.count == 7)
    }

    @Test(arguments: golden?.scalers ?? []) func scalers(_ golden: ScalerCase) throws {
        let transform = try golden.transform()
        let result = try transform.transform(golden.new.matrix)
        #expect(Self.difference(result, golden.transformed.matrix) == nil)
        #expect(transform.inputFeatures == golden.new.columns && transform.outputFeatures == result.columns)

        // The same in Float, where values are close enough to be told apart.
        let single = try Matrix<Double>(transform.transform(Matrix<Float>(golden.new.matrix)))
        if golden.kind != "quantile" {
            #expect(Self.difference(single, result, allowed: 1e-2) == nil, "Float")
        }
        try checkRoundTrip(transform, golden.new.matrix, result)
    }

    /// As JSON and back it is the same, to the last bit.
    private func checkRoundTrip(
        _ transform: some FittedTransform, _ new: Matrix<Double>, _ result: Matrix<Double>
    ) throws {
        let decoded = try JSONDecoder().decode(type(of: transform), from: JSONEncoder().encode(transform))
        #expect(decoded == transform)
        #expect(sameBits(try decoded.transform(new).elements, result.elements))
    }

    @Test(arguments: 0..<(golden?.whitenings.count ?? 0)) func whitening(_ index: Int) throws {
        let golden = try #require(Self.golden).whitenings[index]
        let asked: PCAWhitening.Components =
            golden.options.count.map { .count($0) } ?? golden.options.varianceShare.map { .varianceShare($0) } ?? .all
        let pca = try PCAWhitening(fittedTo: golden.fitted.matrix, components: asked)
        #expect(Self.difference(Matrix(pca.components), golden.components.matrix) == nil)
        #expect(firstDifference(pca.variances, golden.variances, relative: 1e-12) == nil)
        #expect(firstDifference(pca.varianceShares, golden.varianceShares, relative: 1e-12) == nil)
        let result = try pca.transform(golden.new.matrix)
        #expect(Self.difference(result, golden.transformed.matrix) == nil)
        try checkRoundTrip(pca, golden.new.matrix, result)
    }

    @Test func encoders() throws {
        let golden = try #require(Self.golden).encodings
        let columns = zip(["colour", "size"], golden.categories).map { Column($0, .categorical(categories: $1)) }
        let oneHot = try OneHotEncoder(
            fittedTo: golden.fitted.matrix, columns: columns, unseen: .ignore, missing: .ownCategory)
        #expect(try oneHot.transform(golden.new.matrix, columns: columns) == golden.oneHot.matrix)
        #expect(
            oneHot.featureNames == [
                "colour=red", "colour=green", "colour=blue", "colour=(missing)", "size=s", "size=m", "size=l",
                "size=(missing)",
            ])
        let ordinal = try OrdinalEncoder(
            fittedTo: golden.fitted.matrix, columns: columns, unseen: .ignore, missing: .ownCategory)
        #expect(try ordinal.transform(golden.new.matrix, columns: columns) == golden.ordinal.matrix)
        #expect(try JSONDecoder().decode(OneHotEncoder.self, from: JSONEncoder().encode(oneHot)) == oneHot)
        #expect(try JSONDecoder().decode(OrdinalEncoder.self, from: JSONEncoder().encode(ordinal)) == ordinal)
    }

    @Test func normalQuantiles() throws {
        let golden = try #require(Self.golden).normalQuantiles
        #expect(
            firstDifference(golden.shares.map(NormalDistribution.quantile), golden.quantiles, relative: 1e-13) == nil)
        #expect(NormalDistribution.quantile(0) == -.infinity && NormalDistribution.quantile(1) == .infinity)
        #expect(NormalDistribution.quantile(1.5).isNaN && NormalDistribution.quantile(.nan).isNaN)
    }
}
