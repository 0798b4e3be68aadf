extension Metric {
    /// `rocAUC(.macro)`
    public static let rocAUC = rocAUC(.macro)

    /// The area under the ROC curve: the probability that a row of the class has a higher output than a row of another,
    /// where a tie counts half (`sklearn.metrics.roc_auc_score`, `multi_class="ovr"`).
    ///
    /// Outputs may be any scores. With two classes the averages are all that of class 1, as in scikit-learn; with more,
    /// each class is held against the rest. `.weighted` leaves out classes without rows.
    ///
    /// Throws `.invalidValue` if a class has no rows, or all of them, because the area is then undefined.
    public static func rocAUC(_ averaging: Averaging) -> Metric {
        ranking("ROC-AUC", averaging, needsClasses: true) { curve, name throws(PerceptronError) in
            guard curve.positives > 0, curve.negatives > 0 else {
                throw .invalidValue(
                    "ROC-AUC needs rows of \(name) and rows that are not, with weights above 0; "
                        + "\(curve.positives > 0 ? "all are" : "none is")")
            }
            return curve.area
        }
    }

    /// `averagePrecision(.macro)`
    public static let averagePrecision = averagePrecision(.macro)

    /// Σ (recall − recall before) · precision, from the highest output down, equal outputs together
    /// (`sklearn.metrics.average_precision_score`).
    ///
    /// Outputs may be any scores. With two classes the averages are all that of class 1, as in scikit-learn; with more,
    /// each class is held against the rest. That of a class without rows is 0.
    public static func averagePrecision(_ averaging: Averaging) -> Metric {
        ranking("average precision", averaging) { curve, _ in curve.averagePrecision }
    }

    private static func ranking(
        _ name: String, _ averaging: Averaging, needsClasses: Bool = false,
        _ score: @escaping @Sendable (RankingCurve, _ name: String) throws(PerceptronError) -> Double
    ) -> Metric {
        Metric(
            averaging == .macro ? name : averaging.name(name), largerIsBetter: true, needsClasses: needsClasses,
            ofClasses: { rows throws(PerceptronError) in
                let one = try averaging.checkedClass(of: rows.classes) ?? (rows.classes == 2 ? 1 : nil)
                if let one { return try score(RankingCurve(rows, of: one), rows.name(one)) }
                if averaging == .micro { return try score(RankingCurve(ofAll: rows), "a class") }
                var (sum, total) = (CompensatedSum(), CompensatedSum())
                for number in 0..<rows.classes {
                    let curve = RankingCurve(rows, of: number)
                    let weight = averaging == .weighted ? curve.positives : 1
                    guard weight > 0 else { continue }
                    sum += weight * (try score(curve, rows.name(number)))
                    total += weight
                }
                return sum.value / total.value
            })
    }
}

/// How much weight of a class and of the others lies at or above each output, from the highest down.
private struct RankingCurve {
    /// One for each different output.
    private let points: [(positives: Double, negatives: Double)]

    var positives: Double { points.last?.positives ?? 0 }
    var negatives: Double { points.last?.negatives ?? 0 }

    /// One class against the rest.
    init(_ rows: ClassifiedRows, of number: Int) {
        let outputs = rows.outputs
        let scores = (0..<outputs.rows).map { row in
            // 1 − p could make equal what is not.
            outputs.columns > 1 ? outputs[row, number] : number == 1 ? outputs[row, 0] : -outputs[row, 0]
        }
        self.init(scores, isPositive: { rows.targets[$0] == number }, weight: { rows.weights[$0] })
    }

    /// All classes' questions together.
    init(ofAll rows: ClassifiedRows) {
        let columns = rows.outputs.columns
        self.init(
            rows.outputs.elements, isPositive: { rows.targets[$0 / columns] == $0 % columns },
            weight: { rows.weights[$0 / columns] })
    }

    private init(_ scores: [Double], isPositive: (Int) -> Bool, weight: (Int) -> Double) {
        let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
        var (positives, negatives) = (CompensatedSum(), CompensatedSum())
        var points: [(positives: Double, negatives: Double)] = []
        for (place, index) in order.enumerated() {
            if isPositive(index) { positives += weight(index) } else { negatives += weight(index) }
            if place + 1 == order.count || scores[order[place + 1]] != scores[index] {
                points.append((positives.value, negatives.value))
            }
        }
        self.points = points
    }

    /// Under the curve of positives over negatives, by trapezoids: rows of equal outputs count half.
    var area: Double {
        var sum = CompensatedSum()
        var before = (positives: 0.0, negatives: 0.0)
        for point in points {
            sum += (point.negatives - before.negatives) * (point.positives + before.positives) / 2
            before = point
        }
        return sum.value / (positives * negatives)
    }

    var averagePrecision: Double {
        guard positives > 0 else { return 0 }
        var sum = CompensatedSum()
        var before = 0.0
        for point in points where point.positives > before {
            sum += (point.positives - before) * (point.positives / (point.positives + point.negatives))
            before = point.positives
        }
        return sum.value / positives
    }
}
