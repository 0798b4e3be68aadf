extension Metric {
    /// A metric of checked rows with classes.
    /// - Parameter needsClasses: whether rows may lack classes that it needs; if so, it takes outputs of 0.
    init(
        _ name: String, largerIsBetter: Bool, needsClasses: Bool = false,
        ofClasses body: @escaping @Sendable (ClassifiedRows) throws(PerceptronError) -> Double
    ) {
        let check: RowsCheck = { targets, weights, labelNames throws(PerceptronError) in
            let columns =
                switch targets {
                case .classes: max(labelNames.count, 2)
                case .matrix(let matrix): matrix.columns
                }
            var rows = try ClassifiedRows(Matrix(rows: targets.rows, columns: columns), targets, weights)
            rows.labelNames = labelNames
            _ = try body(rows)
        }
        self.init(
            name, largerIsBetter: largerIsBetter, checkingRows: needsClasses ? check : nil
        ) { outputs, targets, weights throws(PerceptronError) in
            try body(ClassifiedRows(outputs, targets, weights))
        }
    }

    /// The fraction of rows whose most probable class is correct (`sklearn.metrics.accuracy_score`).
    public static let accuracy = Metric(
        "accuracy", largerIsBetter: true,
        ofClasses: { rows in
            rows.mean { rows.prediction($0) == rows.targets[$0] ? 1 : 0 }
        })

    /// The mean recall of the classes that have rows (`sklearn.metrics.balanced_accuracy_score`).
    public static let balancedAccuracy = Metric(
        "balanced accuracy", largerIsBetter: true,
        ofClasses: { rows in
            let counts = ClassCounts(rows)
            let recalls = counts.actual.indices.filter { counts.actual[$0] > 0 }.map {
                counts.score(ClassCounts.recall, of: $0)
            }
            return recalls.compensatedSum() / Double(recalls.count)
        })

    /// The fraction of rows whose class is among the `k` most probable (`sklearn.metrics.top_k_accuracy_score`).
    ///
    /// Among equal outputs, the last class comes first, as in scikit-learn. `k` is at least 1.
    public static func topK(_ k: Int) -> Metric {
        Metric(
            "top-\(k) accuracy", largerIsBetter: true,
            ofClasses: { rows throws(PerceptronError) in
                guard k > 0 else { throw .invalidArgument("top-\(k) accuracy: k must be at least 1") }
                if rows.outputs.columns == 1 {
                    return k > 1 ? 1 : rows.mean { rows.prediction($0) == rows.targets[$0] ? 1 : 0 }
                }
                return rows.mean { row in
                    let target = rows.targets[row]
                    let score = rows.outputs[row, target]
                    var before = 0
                    for number in 0..<rows.classes {
                        let other = rows.outputs[row, number]
                        if other > score || other == score && number > target { before += 1 }
                    }
                    return before < k ? 1 : 0
                }
            })
    }

    /// The fraction of rows predicted to be of a class that are of this class (`sklearn.metrics.precision_score`).
    ///
    /// 0 for a class that is never predicted. Averages are over the classes that occur in targets or predictions.
    public static func precision(_ averaging: Averaging) -> Metric {
        Metric(
            averaging.name("precision"), largerIsBetter: true,
            ofClasses: { rows throws(PerceptronError) in
                try ClassCounts(rows).average(ClassCounts.precision, averaging)
            })
    }

    /// The fraction of rows of a class that are predicted to be of this class (`sklearn.metrics.recall_score`).
    ///
    /// 0 for a class without rows. Averages are over the classes that occur in targets or predictions.
    public static func recall(_ averaging: Averaging) -> Metric {
        Metric(
            averaging.name("recall"), largerIsBetter: true,
            ofClasses: { rows throws(PerceptronError) in
                try ClassCounts(rows).average(ClassCounts.recall, averaging)
            })
    }

    /// The harmonic mean of precision and recall (`sklearn.metrics.f1_score`).
    ///
    /// 0 if both are 0. Averages are over the classes that occur in targets or predictions.
    public static func f1(_ averaging: Averaging) -> Metric {
        Metric(
            averaging.name("F1"), largerIsBetter: true,
            ofClasses: { rows throws(PerceptronError) in
                try ClassCounts(rows).average(ClassCounts.f1, averaging)
            })
    }
}
