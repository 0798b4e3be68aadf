import Testing

@testable import Perceptron

@Suite struct CurveTests {
    private func curve(_ values: [Double]) -> Curve { Curve(name: "loss", values: values, color: "#000000") }

    @Test(
        arguments: [
            ([], []),
            ([.nan], []),
            ([1], [[0]]),
            ([3, 3, 3], [[0, 1, 2]]),
            ([.nan, 1, 2, .infinity, 3, .nan, .nan, 4, 5], [[1, 2], [4], [7, 8]]),
            ([1, -.infinity, 1e301], [[0]]),
        ] as [([Double], [[Int]])])
    func whatIsNotFiniteIsAGap(_ values: [Double], _ runs: [[Int]]) {
        #expect(curve(values).runs(columns: 100) == runs)
    }

    /// Each column has its first, smallest, largest and last value; nothing is out of order, and no spike is lost.
    @Test(arguments: [100, 101, 150, 4_999, 10_000])
    func thinningKeepsTheExtremesOfEachColumn(_ count: Int) {
        var generator = RandomGenerator(seed: UInt64(count))
        let columns = 100
        for trial in 0..<8 {
            var values = (0..<count).map { _ in Double.random(in: 1...2, using: &generator) }
            let (up, down) = (
                Int.random(in: 0..<count, using: &generator), Int.random(in: 0..<count, using: &generator)
            )
            values[up] = 9
            values[down] = -9
            if trial.isMultiple(of: 2) { values[Int.random(in: 0..<count, using: &generator)] = .nan }
            let runs = curve(values).runs(columns: columns)
            let indices = runs.flatMap(\.self)
            #expect(zip(indices, indices.dropFirst()).allSatisfy { $0 < $1 })
            #expect(indices.count <= 4 * columns)
            let isRight = (0..<columns).allSatisfy { column in
                let places = column * count / columns..<(column + 1) * count / columns
                let all = places.filter { values[$0].isFinite }
                let kept = indices.filter(places.contains)
                return kept.first == all.first && kept.last == all.last
                    && kept.map { values[$0] }.min() == all.map { values[$0] }.min()
                    && kept.map { values[$0] }.max() == all.map { values[$0] }.max()
            }
            #expect(isRight, "trial \(trial)")
        }
    }

    @Test func aColumnWithoutValuesIsAGap() {
        var values = [Double](repeating: 1, count: 1000)
        for index in 420..<440 { values[index] = .nan }
        let runs = curve(values).runs(columns: 100)
        #expect(runs.count == 2)
        #expect(runs.first?.last == 419 && runs.last?.first == 440)
    }
}
