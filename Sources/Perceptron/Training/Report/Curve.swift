/// The values of one number, one per epoch, as a line.
package struct Curve {
    let name: String
    let values: [Double]
    let color: String

    /// Those colours of Okabe and Ito, "Color universal design", 2008, that are dark enough on white.
    package static let colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]

    /// The range of the values that can be drawn; nil if there are none.
    static func range(of series: [[Double]]) -> ClosedRange<Double>? {
        let values = series.joined().filter(isDrawable)
        guard let smallest = values.min(), let largest = values.max() else { return nil }
        return smallest...largest
    }

    static func isDrawable(_ value: Double) -> Bool { abs(value) <= Axis.largest }

    /// The indices of the values to draw, each run a line without a gap.
    ///
    /// Where several values fall on one of `columns`, the first, the smallest, the largest and the last of them give
    /// the same picture as all of them (Jugel et al., "M4: a visualization-oriented time series data aggregation", 2014).
    func runs(columns: Int) -> [[Int]] {
        let columns = min(columns, values.count)
        var runs: [[Int]] = [[]]
        for column in 0..<columns {
            let indices = column * values.count / columns..<(column + 1) * values.count / columns
            let drawable = indices.filter { Curve.isDrawable(values[$0]) }
            guard let first = drawable.first, let last = drawable.last,
                let smallest = drawable.min(by: { values[$0] < values[$1] }),
                let largest = drawable.max(by: { values[$0] < values[$1] })
            else {
                runs.append([])
                continue
            }
            for index in [first, min(smallest, largest), max(smallest, largest), last]
            where runs[runs.count - 1].last != index {
                runs[runs.count - 1].append(index)
            }
        }
        return runs.filter { !$0.isEmpty }
    }
}
