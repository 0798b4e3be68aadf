import Perceptron

/// An elementwise layer, and what its tests must know of it. A new one is a line in `all`.
package struct ElementwiseCase: Sendable, CustomStringConvertible {
    package let name: String
    package let layer: any ElementwiseLayer & Codable
    /// How many units in its last place an output may be off.
    package let ulps: Double
    /// How many in exported source code; nil where it keeps fewer digits.
    package let sourceUlps: Double?
    /// How many more where an argument x that is rounded costs digits.
    package let conditioning: @Sendable (Double) -> Double
    /// The size of derivatives, whose digits are counted from there; nil if small ones have all their digits too.
    package let slope: Double?
    /// Where the derivative jumps, or one formula takes over from another.
    package let borders: [Double]
    /// Layers of the kind that no model can have.
    package let invalid: [any Layer]

    package var description: String { name }

    private init(
        _ layer: any ElementwiseLayer & Codable, name: String? = nil, ulps: Double, sourceUlps: Double? = nil,
        conditioning: @escaping @Sendable (Double) -> Double = { _ in 0 }, slope: Double? = 1, borders: [Double] = [],
        invalid: [any Layer] = []
    ) {
        self.name = name ?? "\(type(of: layer))"
        self.layer = layer
        self.ulps = ulps
        self.sourceUlps = sourceUlps
        self.conditioning = conditioning
        self.slope = slope
        self.borders = borders
        self.invalid = invalid
    }

    package static let all = [
        ElementwiseCase(Identity(), ulps: 0, sourceUlps: 0, slope: nil),
        ElementwiseCase(
            Multiply(by: -0.375), ulps: 0, sourceUlps: 0, slope: nil,
            invalid: [Multiply(by: .nan), Multiply(by: .infinity)]),
        ElementwiseCase(ReLU(), ulps: 0, sourceUlps: 0, slope: nil, borders: [0]),
        ElementwiseCase(
            LeakyReLU(negativeSlope: 0.25), ulps: 0, sourceUlps: 0, slope: nil, borders: [0],
            invalid: [LeakyReLU(negativeSlope: -1), LeakyReLU(negativeSlope: .infinity)]),
        ElementwiseCase(
            ELU(alpha: 1.5), ulps: 2, sourceUlps: 2, slope: 2, borders: [0, 50],
            invalid: [ELU(alpha: -1), ELU(alpha: .nan)]),
        ElementwiseCase(SELU(), ulps: 3, sourceUlps: 4, slope: 2, borders: [0, 50]),
        ElementwiseCase(
            CELU(alpha: 0.7), ulps: 4, sourceUlps: 5, borders: [0, 35],
            invalid: [CELU(alpha: 0), CELU(alpha: -1), CELU(alpha: .nan)]),
        ElementwiseCase(Exponential(), ulps: 1, sourceUlps: 1, slope: nil),
        ElementwiseCase(Sigmoid(), ulps: 3, sourceUlps: 3),
        ElementwiseCase(HardSigmoid(), ulps: 1, conditioning: { 6 / abs($0 + 3) }, slope: nil, borders: [3]),
        ElementwiseCase(Tanh(), ulps: 2, sourceUlps: 2, borders: [0.55]),
        ElementwiseCase(
            HardTanh(minimum: -0.7, maximum: 2), ulps: 0, sourceUlps: 0, slope: nil, borders: [0.7, 2],
            invalid: [HardTanh(minimum: 1, maximum: 1), HardTanh(minimum: .nan), HardTanh(maximum: .infinity)]),
        ElementwiseCase(Softplus(), ulps: 3, sourceUlps: 4, slope: nil, borders: [log1pBorder, 20]),
        ElementwiseCase(Softsign(), ulps: 2, sourceUlps: 2),
        ElementwiseCase(SiLU(), ulps: 5),
        ElementwiseCase(HardSwish(), ulps: 2, conditioning: { 6 / abs($0 + 3) }, slope: 2, borders: [3]),
        ElementwiseCase(Mish(), ulps: 6, slope: 2),
        ElementwiseCase(GELU(), ulps: 5, borders: [15, 39]),
        ElementwiseCase(
            GELU(approximation: .tanh), name: "GELUTanh", ulps: 5,
            conditioning: { 6 * min(abs(1.6 * ($0 + 0.044715 * $0 * $0 * $0)), 750) }, borders: [30]),
        // A factor that rounds nothing: what rounding costs is the golden values' to say.
        ElementwiseCase(
            Sine(frequency: 0.5), ulps: 2, borders: [2e6],
            invalid: [Sine(frequency: 0), Sine(frequency: .nan)]),
    ]

    /// Where ln(1 + e^x) takes another power of two: at e^x = √2 − 1.
    private static let log1pBorder = -0.881373587019543
}
