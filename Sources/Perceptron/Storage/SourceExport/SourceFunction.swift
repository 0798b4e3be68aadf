/// A function that an exported program may need. Each is written once in Swift and once in C, by the same formula.
enum SourceFunction: String, CaseIterable, Sendable {
    // Mathematics, so that no C library is needed.
    case powerOfTwo, exponentialSeries, exponential, exponentialMinusOne, logarithmOfOnePlus, squareRoot
    case normalDistribution, logarithm, normalQuantile
    // Activations of one number.
    case reluOf, leakyReLUOf, eluOf, sigmoidOf, siluOf, tanhOf, softplusOf, geluOf, geluTanhOf
    // Layers: each works on a row.
    case number, linear, copy, relu, leakyReLU, elu, sigmoid, silu, tanh, softplus, gelu, geluTanh, softmax, affine
    case layerNorm
    // Preprocessing of one number; in double precision, as `Preprocessing` computes.
    case notANumber, filled, isMissing, standardized, unstandardized, rescaled, clipped, code, isCode
    // Quantile scalers: each works on some numbers of a row.
    case quantile, quantilesBefore, shares, normalShares

    /// The functions that it calls.
    var needs: [SourceFunction] {
        switch self {
        case .exponential: [.exponentialSeries, .powerOfTwo]
        case .exponentialMinusOne: [.exponential, .exponentialSeries]
        case .normalDistribution, .softmax: [.exponential]
        case .eluOf, .tanhOf: [.exponentialMinusOne]
        case .sigmoidOf: [.exponential]
        case .siluOf: [.sigmoidOf]
        case .softplusOf: [.exponential, .logarithmOfOnePlus]
        case .geluOf: [.normalDistribution]
        case .geluTanhOf: [.tanhOf]
        case .relu: [.reluOf]
        case .leakyReLU: [.leakyReLUOf]
        case .elu: [.eluOf]
        case .sigmoid: [.sigmoidOf]
        case .silu: [.siluOf]
        case .tanh: [.tanhOf]
        case .softplus: [.softplusOf]
        case .gelu: [.geluOf]
        case .geluTanh: [.geluTanhOf]
        case .linear, .affine: [.number]
        case .layerNorm: [.number, .squareRoot]
        case .clipped: [.squareRoot]
        case .normalQuantile: [.logarithm, .squareRoot]
        case .quantile: [.number]
        case .quantilesBefore: [.quantile]
        case .shares: [.quantilesBefore]
        case .normalShares: [.quantilesBefore, .normalQuantile]
        case .powerOfTwo, .exponentialSeries, .logarithm, .logarithmOfOnePlus, .squareRoot, .reluOf, .leakyReLUOf,
            .number, .copy, .notANumber, .filled, .isMissing, .standardized, .unstandardized, .rescaled, .code, .isCode:
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
