extension FoldResult {
    /// The results of all folds; if there are several processes, folds are dealt among them, and all get all results.
    static func map(
        _ folds: Int, across group: (any ProcessGroup)?, threads: Int,
        _ body: @Sendable (_ fold: Int) throws(PerceptronError) -> FoldResult
    ) throws(PerceptronError) -> [FoldResult] {
        guard let group, group.size > 1 else {
            return try WorkerPool.shared.map(folds, threads: threads) { fold, _ throws(PerceptronError) in
                try body(fold)
            }
        }
        var results: [FoldResult] = []
        let all = try group.map(folds, threads: threads) { fold, _ throws(PerceptronError) in try body(fold).numbers }
        for numbers in all { results.append(FoldResult(numbers)) }
        return results
    }

    /// The whole result as numbers that a Double holds.
    private var numbers: [Double] {
        var writer: [Double] = [Double(outputs.rows), Double(outputs.columns)] + outputs.elements.map { Double($0) }
        func write(_ values: [Double]) { writer += [Double(values.count)] + values }
        write(scores)
        guard let history else { return writer + [0] }
        let ending: Double =
            switch history.ending {
            case .completed: 0
            case .stoppedEarly: 1
            case .stoppedByCallback: 2
            }
        writer += [1, Double(history.keptEpoch ?? 0), ending, Double(history.metrics.count)]
        for series in history.metrics {
            write(series.name.utf8.map { Double($0) })
            write(series.values)
        }
        for values in [history.losses, history.validationLosses, history.learningRates, history.gradientNorms] {
            write(values)
        }
        return writer
    }

    private init(_ numbers: [Double]) {
        var rest = numbers[...]
        func read(_ count: Int) -> [Double] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        func count() -> Int { Int(read(1)[0]) }
        let (rows, columns) = (count(), count())
        let outputs = Matrix<Scalar>(rows: rows, columns: columns, elements: read(rows * columns).map { Scalar($0) })
        let scores = read(count())
        var history: History?
        if count() == 1 {
            var course = History()
            let keptEpoch = count()
            course.keptEpoch = keptEpoch > 0 ? keptEpoch : nil
            course.ending = [.completed, .stoppedEarly, .stoppedByCallback][count()]
            for _ in 0..<count() {
                let name = String(decoding: read(count()).map { UInt8($0) }, as: UTF8.self)
                course.metrics.append(History.Series(name: name, values: read(count())))
            }
            course.losses = read(count())
            course.validationLosses = read(count())
            course.learningRates = read(count())
            course.gradientNorms = read(count())
            history = course
        }
        self.init(outputs: outputs, scores: scores, history: history)
    }
}
