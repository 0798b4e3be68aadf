import Foundation
import Testing

@testable import Perceptron

@Suite struct LineSearchTests {
    struct Function: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let value: @Sendable (Double) -> (Double, Double)
    }

    /// Moré and Thuente's functions, a parabola, and one that bends away.
    static let functions = [
        Function(testDescription: "parabola") { x in ((x - 3) * (x - 3), 2 * (x - 3)) },
        Function(testDescription: "-x/(x² + 2)") { x in
            (-x / (x * x + 2), (x * x - 2) / ((x * x + 2) * (x * x + 2)))
        },
        Function(testDescription: "(x + 0.004)⁵ − 2(x + 0.004)⁴") { x in
            let z = x + 0.004
            return (pow(z, 5) - 2 * pow(z, 4), 5 * pow(z, 4) - 8 * pow(z, 3))
        },
        Function(testDescription: "waves") { x in (-x + sin(20 * x) / 25, -1 + 0.8 * cos(20 * x)) },
        Function(testDescription: "steep") { x in (exp(x) - 5 * x, exp(x) - 5) },
        twoLines("two lines", 0.001, 0.001), twoLines("two lines, the first long", 0.01, 0.001),
        twoLines("two lines, the second long", 0.001, 0.01),
    ]

    /// Nearly two straight lines that meet.
    private static func twoLines(_ name: String, _ first: Double, _ second: Double) -> Function {
        @Sendable func gamma(_ bend: Double) -> Double { (1 + bend * bend).squareRoot() - bend }
        return Function(testDescription: name) { x in
            let near = (x * x + first * first).squareRoot()
            let far = ((1 - x) * (1 - x) + second * second).squareRoot()
            return (gamma(first) * far + gamma(second) * near, gamma(first) * (x - 1) / far + gamma(second) * x / near)
        }
    }

    /// What is found decreases enough and is flat enough, from first steps of every size.
    @Test(arguments: functions, [1e-3, 0.1, 1, 10, 1000]) func wolfeConditions(_ function: Function, _ first: Double) {
        let (value, slope) = function.value(0)
        #expect(slope < 0)
        var search = LineSearch(value: value, slope: slope, step: first, largest: 1e4)
        var evaluations = 0
        while evaluations < 60 {
            let step = search.step
            #expect(step >= 0 && step <= 1e4)
            let (found, foundSlope) = function.value(step)
            evaluations += 1
            // Beyond what can be computed with the caller must not ask.
            guard found.isFinite, foundSlope.isFinite else {
                search = LineSearch(value: value, slope: slope, step: 0.1 * step, largest: 0.5 * step)
                continue
            }
            switch search.advance(value: found, slope: foundSlope) {
            case .evaluate: continue
            case .found:
                #expect(found <= value + 1e-3 * step * slope)
                #expect(abs(foundSlope) <= 0.9 * abs(slope))
                return
            case .exhausted:
                // A line without end goes as far as it may.
                #expect(function.testDescription == "waves" || found < value, "exhausted at \(step)")
                return
            }
        }
        Issue.record("nothing found in \(evaluations) evaluations")
    }

    struct Golden: Decodable {
        let function: String
        let curvature: Double
        let steps: [Double]
        let found: Bool
    }

    /// Every step is the one that SciPy's `DCSRCH` tries, and it ends as that does (`Golden/make_line_searches_golden.py`).
    @Test func asMINPACKDoes() throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/line_searches.json")
        let searches = try JSONDecoder().decode([Golden].self, from: Data(contentsOf: url))
        #expect(searches.count == 7 * 3 * 5)
        for golden in searches {
            let function = try #require(Self.functions.first { $0.testDescription == golden.function })
            let (value, slope) = function.value(0)
            var search = LineSearch(
                value: value, slope: slope, step: golden.steps[0], largest: 1e4, curvature: golden.curvature)
            var steps: [Double] = []
            var outcome = LineSearch.Outcome.evaluate
            while case .evaluate = outcome, steps.count < 40 {
                steps.append(search.step)
                let (found, foundSlope) = function.value(search.step)
                outcome = search.advance(value: found, slope: foundSlope)
            }
            let place = "\(golden.function), \(golden.curvature), \(golden.steps[0])"
            #expect(steps.count == golden.steps.count, "\(place)")
            #expect(firstDifference(steps, golden.steps, relative: 1e-7) == nil, "\(place)")
            #expect((outcome == .found) == golden.found, "\(place)")
        }
    }

    /// A parabola's minimum is where the second step goes.
    @Test func aParabolaTakesTwoSteps() {
        var search = LineSearch(value: 9, slope: -6, step: 1e-2)
        let outcome = search.advance(value: 2.99 * 2.99, slope: 2 * -2.99)
        guard case .evaluate = outcome else {
            Issue.record("\(outcome)")
            return
        }
        // At most four times as far beyond.
        #expect(abs(search.step - 0.05) < 1e-12)
        search = LineSearch(value: 9, slope: -6, step: 10)
        _ = search.advance(value: 49, slope: 14)
        #expect(abs(search.step - 3) < 1e-12)
    }
}
