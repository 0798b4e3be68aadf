extension SourceStep {
    /// What a preprocessing does to a row of raw columns.
    ///
    /// A categorical column has the index of its category among those fitted to. What the preprocessing would refuse
    /// becomes NaN, and so does all that is computed from it.
    /// - Throws: `PerceptronError.invalidArgument` for a column that can't be written as source code.
    static func steps(_ preprocessing: FittedPreprocessing) throws(PerceptronError) -> [SourceStep] {
        var columns: [SourceColumn] = []
        for part in preprocessing.parts {
            switch part {
            case .oneHot(let indices, let encoder):
                for (place, index) in indices.enumerated() {
                    let code = SourceColumn(code: encoder.codes, place, of: .input(index), none: -1)
                    columns += encoder.codes.names(place).indices.map { .call(.isCode, code, [Double($0)]) }
                }
            case .codes(let indices, let encoder):
                columns += indices.enumerated().map { place, index in
                    let none = encoder.codes.names(place).count
                    return SourceColumn(code: encoder.codes, place, of: .input(index), none: Double(none))
                }
            case .numeric(let indices, let imputer, let scaler):
                for (place, index) in indices.enumerated() {
                    let value = SourceColumn.input(index)
                    let filled = imputer.map { SourceColumn.call(.filled, value, [$0.values[place]]) } ?? value
                    guard let scaler else {
                        columns.append(filled)
                        continue
                    }
                    guard let scaled = SourceColumn(scaler, place, of: filled) else {
                        throw .invalidArgument(
                            "column \"\(preprocessing.columnNames[index])\": a QuantileScaler can't be written as source code"
                        )
                    }
                    columns.append(scaled)
                }
                columns += (imputer?.indicatorColumns ?? []).map { .call(.isMissing, .input(indices[$0]), []) }
            }
        }
        let features = SourceStep(
            .columns(columns), from: preprocessing.columnNames.count, to: columns.count, "Preprocessing")
        return [features] + (preprocessing.whitening.map(steps) ?? [])
    }

    /// (x − mean)·V / √λ.
    private static func steps(_ whitening: PCAWhitening) -> [SourceStep] {
        let (inputs, outputs) = (whitening.inputFeatures, whitening.outputFeatures)
        var matrix = [Double](repeating: 0, count: (inputs + 1) * outputs)
        for (column, (component, variance)) in zip(whitening.components, whitening.variances).enumerated() {
            for row in 0..<inputs { matrix[row * outputs + column] = component[row] / variance.squareRoot() }
        }
        let centered = whitening.means.enumerated().map { index, mean in
            SourceColumn.call(.standardized, .input(index), [mean, 1])
        }
        return [
            SourceStep(inPlace: .columns(centered), inputs, "Whitening: less the means"),
            SourceStep(
                .call(.linear, numbers: matrix), from: inputs, to: outputs, "Whitening: \(outputs) components"),
        ]
    }

    /// Targets in their own units.
    init(unscaling scaler: StandardScaler) {
        let columns = zip(scaler.means, scaler.scales).enumerated().map { index, numbers in
            SourceColumn.call(.unstandardized, .input(index), [numbers.0, numbers.1])
        }
        self.init(inPlace: .columns(columns), columns.count, "In the targets' units")
    }
}

extension SourceColumn {
    /// A number scaled; nil if that can't be written as source code.
    fileprivate init?(_ scaler: FittedScaler, _ column: Int, of value: SourceColumn) {
        switch scaler {
        case .standard(let scaler):
            self = .call(.standardized, value, [scaler.means[column], scaler.scales[column]])
        case .minMax(let scaler):
            let (minimum, maximum) = (scaler.minimums[column], scaler.maximums[column])
            let factor = (scaler.upper - scaler.lower) / unlessTiny(maximum - minimum)
            self = .call(.rescaled, value, [scaler.lower, minimum, factor])
        case .robust(let scaler):
            let function: SourceFunction = scaler.smoothClip ? .clipped : .standardized
            self = .call(function, value, [scaler.medians[column], scaler.scales[column]])
        case .quantile: return nil
        }
    }

    /// The code of a category.
    /// - Parameter none: that of one that is ignored.
    fileprivate init(code codes: CategoryCodes, _ column: Int, of value: SourceColumn, none: Double) {
        guard case .categorical(let known) = codes.columns[column].kind else {
            self = value
            return
        }
        let all = codes.names(column).count
        let missing: Double =
            switch codes.missing {
            case .error: .nan
            case .ignore: none
            case .ownCategory: Double(known.count)
            }
        let unseen: Double =
            switch codes.unseen {
            case .error: .nan
            case .ignore: none
            case .ownCategory: Double(all - 1)
            }
        self = .call(.code, value, [Double(known.count), missing, unseen])
    }
}
