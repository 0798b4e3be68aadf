#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Pipeline {
    /// Writes preprocessing and model as a Swift file that imports nothing; see `MLP.writeSwiftSource`.
    ///
    /// Its `predict` takes a row of raw columns, in the order of training: NaN for a missing value, and for a category
    /// its index, which is listed in a comment at the top of the file. It returns what the pipeline's `predict`
    /// returns; a missing value or unknown category for which that would throw makes the outputs NaN.
    /// - Throws: `PerceptronError.invalidState` before training; and as `MLP.writeSwiftSource` does.
    public func writeSwiftSource(to url: URL, named name: String = "Model") throws(PerceptronError) {
        try SwiftProgram(program(name)).write(to: url)
    }

    /// Writes preprocessing and model as a C99 header that includes nothing; see `MLP.writeCSource`.
    public func writeCSource(to url: URL, named name: String = "model") throws(PerceptronError) {
        try CProgram(program(name)).write(to: url)
    }

    private func program(_ name: String) throws(PerceptronError) -> SourceProgram {
        let trained = try checkedTrained()
        let precision = SourcePrecision(Scalar.self)
        var flow = SourceFlow(inputs: trained.preprocessing.columnNames.count)
        for step in SourceStep.steps(trained.preprocessing, precision) { flow.append(step) }
        try trained.predictingModel().appendSteps(to: &flow)
        if let scaler = trained.preprocessing.targetScaler { flow.append(SourceStep(unscaling: scaler)) }
        return try SourceProgram(
            name: name, precision: precision, flow: flow, labels: trained.labelNames,
            inputNotes: trained.preprocessing.sourceNotes)
    }
}

extension FittedPreprocessing {
    /// A description of each raw column.
    fileprivate var sourceNotes: [String] {
        var notes = columnNames.map { "\(SourceProgram.quoted($0)), not used" }
        for part in parts {
            for (place, index) in part.columns.enumerated() {
                let name = SourceProgram.quoted(columnNames[index])
                switch part {
                case .numeric: notes[index] = name
                case .oneHot(_, let encoder): notes[index] = "\(name): \(encoder.codes.sourceNote(place))"
                case .codes(_, let encoder): notes[index] = "\(name): \(encoder.codes.sourceNote(place))"
                }
            }
        }
        return notes.enumerated().map { "\($0) \($1)" }
    }
}

extension CategoryCodes {
    /// The index of each category.
    fileprivate func sourceNote(_ column: Int) -> String {
        guard case .categorical(let categories) = columns[column].kind else { return "" }
        return categories.enumerated().map { "\($0) \(SourceProgram.quoted($1))" }.joined(separator: ", ")
    }
}
