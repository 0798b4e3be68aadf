/// A function that an exported program may need. Each is implemented in Swift and in C, with the same formula.
enum SourceFunction: String, CaseIterable, Sendable {
    // Mathematics, so that no C library is needed.
    case powerOfTwo, exponentialSeries, exponential, exponentialMinusOne, logarithmOfOnePlus, squareRoot
    case normalDistribution, logarithm, normalQuantile
    // Functions in formulas, each of one number or two.
    case notANumber, maximum, minimum, absolute, sigmoid, tanh, softplus, sine
    // Layers; each processes a row.
    case number, linear, copy, add, part, softmax, logSoftmax, prelu, affine, layerNorm, rmsNorm, embedding, members,
        memberMean, waves
    // Preprocessing of one number, in double precision like `Preprocessing`.
    case filled, isMissing, standardized, unstandardized, rescaled, clipped, code, isCode
    // Quantile scalers; each processes some numbers of a row.
    case quantile, quantilesBefore, shares, normalShares

    /// The functions that it calls.
    var needs: [SourceFunction] {
        switch self {
        case .exponential: [.exponentialSeries, .powerOfTwo]
        case .exponentialMinusOne: [.exponential, .exponentialSeries]
        case .normalDistribution, .softmax, .memberMean: [.exponential]
        case .tanh: [.exponentialMinusOne]
        case .sigmoid: [.exponential]
        case .softplus: [.exponential, .logarithmOfOnePlus]
        case .logSoftmax: [.exponential, .logarithm]
        case .linear, .prelu, .affine, .members: [.number]
        case .embedding: [.number, .notANumber]
        case .waves: [.number, .sine]
        case .layerNorm, .rmsNorm: [.number, .squareRoot]
        case .clipped: [.squareRoot]
        case .normalQuantile: [.logarithm, .squareRoot]
        case .quantile: [.number]
        case .quantilesBefore: [.quantile]
        case .shares: [.quantilesBefore]
        case .normalShares: [.quantilesBefore, .normalQuantile]
        case .powerOfTwo, .exponentialSeries, .logarithm, .logarithmOfOnePlus, .squareRoot, .maximum, .minimum,
            .absolute, .sine, .number, .copy, .add, .part, .notANumber, .filled, .isMissing, .standardized,
            .unstandardized,
            .rescaled, .code, .isCode:
            []
        }
    }

    /// The given functions and all that they need, each after those that it calls.
    static func closure(of functions: some Sequence<SourceFunction>) -> [SourceFunction] {
        var needed: Set<SourceFunction> = []
        var pending = Array(functions)
        while let function = pending.popLast() {
            if needed.insert(function).inserted { pending += function.needs }
        }
        return allCases.filter(needed.contains)
    }
}
