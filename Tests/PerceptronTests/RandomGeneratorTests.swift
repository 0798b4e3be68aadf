import Foundation
import Testing

@testable import Perceptron

@Suite struct RandomGeneratorTests {
    /// Computed in Python's integers by `Golden/make_golden.py`.
    @Test func xoshiroSequence() throws {
        struct File: Decodable {
            struct Sequence: Decodable {
                let seed: String
                let values: [String]
            }
            let sequences: [Sequence]
        }
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/random.json")
        let sequences = try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).sequences
        #expect(sequences.count == 4)
        for sequence in sequences {
            var generator = RandomGenerator(seed: try #require(UInt64(sequence.seed)))
            for value in sequence.values { #expect(String(generator.next()) == value) }
        }
    }

    @Test func uniformMoments() {
        var generator = RandomGenerator(seed: 3)
        let count = 50_000
        let values = (0..<count).map { _ in generator.nextUniform() }
        #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
        let mean = values.reduce(0, +) / Double(count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
        // Five standard errors of each: σ² = 1/12, the variance of (x − ½)² is 1/180.
        #expect(abs(mean - 0.5) < 5 * (1 / 12 / Double(count)).squareRoot())
        #expect(abs(variance - 1 / 12) < 5 * (1 / 180 / Double(count)).squareRoot())
    }

    @Test func normalMoments() {
        var generator = RandomGenerator(seed: 4)
        var values: [Double] = []
        var product = 0.0
        for _ in 0..<25_000 {
            let (first, second) = generator.nextNormalPair()
            values += [first, second]
            product += first * second
        }
        let count = Double(values.count)
        func moment(_ power: Int) -> Double {
            values.reduce(0) { sum, value in sum + (0..<power).reduce(1.0) { result, _ in result * value } } / count
        }
        #expect(abs(moment(1)) < 5 * (1 / count).squareRoot())
        #expect(abs(moment(2) - 1) < 5 * (2 / count).squareRoot())
        #expect(abs(moment(3)) < 5 * (15 / count).squareRoot())
        #expect(abs(moment(4) - 3) < 5 * (96 / count).squareRoot())
        #expect(abs(product / (count / 2)) < 5 * (2 / count).squareRoot())
    }

    @Test(arguments: [1, 2, 3, 5, 7, 10, 64, 100]) func integersAreUniform(bound: Int) {
        var generator = RandomGenerator(seed: 5)
        let count = 20_000
        var counts = [Int](repeating: 0, count: bound)
        for _ in 0..<count { counts[generator.nextInteger(below: bound)] += 1 }
        let expected = Double(count) / Double(bound)
        // χ² with bound − 1 degrees of freedom, five standard deviations above its mean.
        let square = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        let freedom = Double(bound - 1)
        #expect(square <= freedom + 5 * (2 * freedom).squareRoot())
    }

    /// A bound of ¾ of all: without rejection, every third value of the lower part would come twice as often.
    @Test func largeBoundsAreUnbiased() {
        var generator = RandomGenerator(seed: 6)
        let bound = 3 << 61
        var thirds = [0, 0, 0]
        let count = 6000
        for _ in 0..<count {
            let value = generator.nextInteger(below: bound)
            #expect(value >= 0 && value < bound)
            thirds[value % 3] += 1
        }
        for third in thirds {
            #expect(abs(Double(third) - Double(count) / 3) < 5 * (Double(count) * 2 / 9).squareRoot())
        }
    }

    @Test(arguments: [0, 1, 2, 3, 10, 257]) func shuffleIsAPermutation(count: Int) {
        var generator = RandomGenerator(seed: 7)
        var values = Array(0..<count)
        generator.shuffle(&values)
        #expect(values.sorted() == Array(0..<count))
        if count > 9 { #expect(values != Array(0..<count)) }
    }

    /// All 24 orders of four come equally often.
    @Test func shuffleIsUniform() {
        var generator = RandomGenerator(seed: 8)
        var counts: [[Int]: Int] = [:]
        let count = 12_000
        for _ in 0..<count {
            var values = [0, 1, 2, 3]
            generator.shuffle(&values)
            counts[values, default: 0] += 1
        }
        #expect(counts.count == 24)
        let expected = Double(count) / 24
        let square = counts.values.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        #expect(square <= 23 + 5 * (2.0 * 23).squareRoot())
    }

    @Test func equalGeneratorsGoOnAlike() {
        var first = RandomGenerator(seed: 1)
        _ = first.next()
        var second = first
        #expect(first == second && first.hashValue == second.hashValue)
        #expect(first.next() == second.next())
        _ = first.next()
        #expect(first != second)
    }
}
