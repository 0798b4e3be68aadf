import Foundation
import Testing

@testable import Perceptron

@Suite struct LineSearchTests {
    struct Function: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let value: @Sendable (Double) -> (Double, Double)
    }

    /// Moré and Thuente's first three functions, a parabola, and one that bends away.
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
    ]

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
