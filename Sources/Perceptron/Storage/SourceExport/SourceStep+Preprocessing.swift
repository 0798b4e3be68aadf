extension SourceStep {
    /// The steps for preprocessing a row of raw columns.
    ///
    /// A categorical column contains the index of a category among the fitted ones. A value that the preprocessing
    /// would reject becomes NaN, and so does everything computed from it.
    static func steps(_ preprocessing: FittedPreprocessing, _ precision: SourcePrecision) -> [SourceStep] {
        var columns: [SourceColumn] = []
        var lookups: [(scaler: QuantileScaler, first: Int)] = []
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
                if case .quantile(let scaler) = scaler { lookups.append((scaler, columns.count)) }
                for (place, index) in indices.enumerated() {
                    let value = SourceColumn.input(index)
                    let filled = imputer.map { SourceColumn.call(.filled, value, [$0.values[place]]) } ?? value
                    columns.append(scaler.flatMap { SourceColumn($0, place, of: filled) } ?? filled)
                }
                columns += (imputer?.indicatorColumns ?? []).map { .call(.isMissing, .input(indices[$0]), []) }
            }
        }
        let features = SourceStep(
            .columns(columns), from: preprocessing.columnNames.count, to: columns.count, "Preprocessing")
        let shares = lookups.map { SourceStep($0.scaler, first: $0.first, of: columns.count, precision) }
        return [features] + shares + (preprocessing.whitening.map(steps) ?? [])
    }

    /// Replaces columns by their quantile levels or normal scores.
    private init(_ scaler: QuantileScaler, first: Int, of columns: Int, _ precision: SourcePrecision) {
        let quantiles = scaler.quantiles.joined()
        let work = Work.call(
            scaler.output == .uniform ? .shares : .normalShares,
            numbers: quantiles.flatMap { precision.parts(ofDouble: $0) },
            counts: [first, scaler.quantiles.count, scaler.quantiles.first?.count ?? 0])
        let last = first + scaler.quantiles.count - 1
        self.init(inPlace: work, columns, "Quantiles, column \(first)\(last > first ? " to \(last)" : "")")
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

    /// Converts targets back to their own units.
    init(unscaling scaler: StandardScaler) {
        let columns = zip(scaler.means, scaler.scales).enumerated().map { index, numbers in
            SourceColumn.call(.unstandardized, .input(index), [numbers.0, numbers.1])
        }
        self.init(inPlace: .columns(columns), columns.count, "In the targets' units")
    }
}

extension SourceColumn {
    /// Scales a number; nil if that takes a step of its own.
    fileprivate init?(_ scaler: FittedScaler, _ column: Int, of value: SourceColumn) {
        switch scaler {
        case .standard(let scaler):
            self = .call(.standardized, value, [scaler.means[column], scaler.scales[column]])
        case .minMax(let scaler):
            self = .call(.rescaled, value, [scaler.lower, scaler.minimums[column], scaler.factors[column]])
        case .robust(let scaler):
            let function: SourceFunction = scaler.smoothClip ? .clipped : .standardized
            self = .call(function, value, [scaler.medians[column], scaler.scales[column]])
        case .quantile: return nil
        }
    }

    /// The code of a category.
    /// - Parameter none: the code of an ignored category.
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
