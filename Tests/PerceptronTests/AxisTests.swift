import Testing

@testable import Perceptron

@Suite struct AxisTests {
    private func labels(_ axis: Axis) -> [String] { axis.ticks.compactMap(\.label) }

    @Test(
        arguments: [
            (0.0...1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
            (0.1...0.3, ["0.10", "0.15", "0.20", "0.25", "0.30"]),
            (0.83...0.981, ["0.80", "0.85", "0.90", "0.95", "1.00"]),
            (0.3...0.8, ["0.3", "0.4", "0.5", "0.6", "0.7", "0.8"]),
            (-3...7, ["-4", "-2", "0", "2", "4", "6", "8"]),
            (0.31...2.27, ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5"]),
            (1200...4100, ["1000", "1500", "2000", "2500", "3000", "3500", "4000", "4500"]),
            (0...12e6, ["0", "2×10⁶", "4×10⁶", "6×10⁶", "8×10⁶", "10×10⁶", "12×10⁶"]),
            (-2e-7...3e-7, ["-2×10⁻⁷", "-10⁻⁷", "0", "10⁻⁷", "2×10⁻⁷", "3×10⁻⁷"]),
            (0...0, ["0"]),
        ] as [(ClosedRange<Double>, [String])])
    func linearAxesEndAtRoundNumbers(_ range: ClosedRange<Double>, _ expected: [String]) {
        let axis = Axis.linear(range, ticks: 6)
        let found = labels(axis)
        if range.lowerBound < range.upperBound { #expect(found == expected) } else { #expect(found.contains("0")) }
        #expect(axis.ticks.first?.place == 0 && axis.ticks.last?.place == 1)
    }

    /// The places of ticks are in order and apart, and all values are between the ends, whatever they are.
    @Test func everyRangeHasAnAxis() {
        let magnitudes: [Double] = [
            0, .leastNonzeroMagnitude, .leastNormalMagnitude / 4, 1e-300, 1e-9, 0.6931471805599453, 1, 3, 1e6, 1e15,
            1e200, 1e300,
        ]
        let values = magnitudes.map { -$0 } + magnitudes + magnitudes.map { $0 * (1 + 1e-15) }
        for lowest in values {
            for highest in values where lowest <= highest {
                let axis = Axis.linear(lowest...highest, ticks: 5)
                let places = axis.ticks.map(\.place)
                #expect((2...14).contains(places.count), "\(lowest)...\(highest): \(labels(axis))")
                #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 }, "\(lowest)...\(highest)")
                for value in [lowest, highest] {
                    #expect((-1e-5...1.00001).contains(axis.place(of: value)), "\(lowest)...\(highest)")
                }
            }
        }
    }

    @Test func aConstantIsInTheMiddle() {
        for value in [0.6931471805599453, -3, 1e9] {
            #expect(abs(Axis.linear(value...value, ticks: 6).place(of: value) - 0.5) < 0.2)
        }
    }

    @Test(
        arguments: [
            (0.11...3.0, ["0.1", "0.2", "0.5", "1", "2", "5"], 0),
            (0.1...5.0, ["0.1", "0.2", "0.5", "1", "2", "5"], 0),
            (0.0021...3.0, ["0.01", "0.1", "1"], 8),
            (0.002...1.0, ["0.01", "0.1", "1"], 6),
            (1e-8...1e3, ["10⁻⁸", "10⁻⁶", "10⁻⁴", "10⁻²", "10⁰", "10²"], 6),
        ] as [(ClosedRange<Double>, [String], Int)])
    func logarithmicAxes(_ range: ClosedRange<Double>, _ expected: [String], _ unlabelled: Int) {
        let axis = Axis.logarithmic(range, ticks: 7)
        #expect(labels(axis) == expected)
        #expect(axis.ticks.count - expected.count == unlabelled)
        #expect(axis.place(of: range.lowerBound) >= -1e-9 && axis.place(of: range.upperBound) <= 1 + 1e-9)
        let middle = (range.lowerBound * range.upperBound).squareRoot()
        let ends = [range.lowerBound, range.upperBound].map(axis.place)
        #expect(abs(axis.place(of: middle) - (ends[0] + ends[1]) / 2) < 1e-12)
    }

    @Test(
        arguments: [
            (1, ["1"]), (2, ["1", "2"]), (10, (1...10).map(String.init)),
            (20, (1...10).map { String(2 * $0) }),
            (50, ["1", "5", "10", "15", "20", "25", "30", "35", "40", "45", "50"]),
            (199, ["1", "20", "40", "60", "80", "100", "120", "140", "160", "180"]),
            (10_000, ["1"] + (1...10).map { String(1000 * $0) }),
        ] as [(Int, [String])])
    func epochsAreWholeNumbers(_ count: Int, _ expected: [String]) {
        let axis = Axis.epochs(count)
        #expect(labels(axis) == expected)
        #expect(axis.place(of: 1) == (count == 1 ? 0.5 : 0))
        #expect(axis.place(of: Double(count)) == (count == 1 ? 0.5 : 1))
    }

    @Test func decimalNumbers() {
        func number(_ digits: Int, _ exponent: Int) -> DecimalNumber {
            DecimalNumber(digits: digits, exponent: exponent)
        }
        #expect(
            [(12, 2), (0, 3), (5, -2), (-5, -2), (120, -1), (1234, -2), (-1234, -4), (7, 0)].map { number($0, $1).text }
                == ["1200", "0", "0.05", "-0.05", "12.0", "12.34", "-0.1234", "7"])
        #expect(number(-1250, -3).shortened == number(-125, -2))
        #expect(number(1200, 0).shortened == number(1200, 0))
        #expect(number(0, -2).shortened == number(0, 0))
        #expect(number(-25, -19).scientificText == "-25×10⁻¹⁹")
        #expect(number(1, 12).scientificText == "10¹²")
        #expect(number(3, -1).value == 0.3)
    }
}
