/// A function that an exported program may need. Each is written once in Swift and once in C, by the same formula.
enum SourceFunction: String, CaseIterable, Sendable {
    // Mathematics, so that no C library is needed.
    case powerOfTwo, exponentialSeries, exponential, exponentialMinusOne, logarithmOfOnePlus, squareRoot
    case normalDistribution, logarithm, normalQuantile
    // Functions that formulas have, each of one number or two.
    case notANumber, maximum, minimum, absolute, sigmoid, tanh, softplus, sine
    // Layers: each works on a row.
    case number, linear, copy, add, part, softmax, logSoftmax, prelu, affine, layerNorm, rmsNorm, embedding, members,
        memberMean, waves
    // Preprocessing of one number; in double precision, as `Preprocessing` computes.
    case filled, isMissing, standardized, unstandardized, rescaled, clipped, code, isCode
    // Quantile scalers: each works on some numbers of a row.
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

    /// All that some functions need, and they: in an order in which each comes after what it calls.
    static func closure(of functions: some Sequence<SourceFunction>) -> [SourceFunction] {
        var needed: Set<SourceFunction> = []
        var pending = Array(functions)
        while let function = pending.popLast() {
            if needed.insert(function).inserted { pending += function.needs }
        }
        return allCases.filter(needed.contains)
    }
}
