/// For each class how many rows have it, how many are predicted to have it, and how many of these really do; all
/// weighted.
struct ClassCounts {
    let hits: [Double]
    let predicted: [Double]
    let actual: [Double]
    /// The classes that are some row's target or prediction, a row of weight 0 included: scikit-learn's labels.
    let occurring: [Int]

    /// A number of one class; a denominator of 0 makes it 0.
    typealias Score = @Sendable (_ hits: Double, _ predicted: Double, _ actual: Double) -> Double

    static let precision: Score = { hits, predicted, _ in predicted > 0 ? hits / predicted : 0 }
    static let recall: Score = { hits, _, actual in actual > 0 ? hits / actual : 0 }
    static let f1: Score = { hits, predicted, actual in
        predicted + actual > 0 ? 2 * hits / (predicted + actual) : 0
    }

    init(_ rows: ClassifiedRows) {
        let none = [CompensatedSum](repeating: CompensatedSum(), count: rows.classes)
        var (hits, predicted, actual) = (none, none, none)
        var occurs = [Bool](repeating: false, count: rows.classes)
        for (row, target) in rows.targets.enumerated() {
            let (prediction, weight) = (rows.prediction(row), rows.weights[row])
            if prediction == target { hits[target] += weight }
            predicted[prediction] += weight
            actual[target] += weight
            occurs[prediction] = true
            occurs[target] = true
        }
        self.hits = hits.map(\.value)
        self.predicted = predicted.map(\.value)
        self.actual = actual.map(\.value)
        occurring = occurs.indices.filter { occurs[$0] }
    }

    func score(_ score: Score, of number: Int) -> Double { score(hits[number], predicted[number], actual[number]) }

    func average(_ score: Score, _ averaging: Averaging) throws(PerceptronError) -> Double {
        if let number = try averaging.checkedClass(of: hits.count) { return self.score(score, of: number) }
        let scores = occurring.map { self.score(score, of: $0) }
        let support = occurring.map { actual[$0] }
        return switch averaging {
        case .weighted: zip(scores, support).lazy.map { $0 * $1 }.compensatedSum() / support.compensatedSum()
        case .macro: scores.compensatedSum() / Double(scores.count)
        default: score(hits.compensatedSum(), predicted.compensatedSum(), actual.compensatedSum())
        }
    }
}
