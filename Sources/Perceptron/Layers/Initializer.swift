/// The distribution of a tensor's initial values. `in` and `out` are its rows and columns.
///
/// All values are drawn in Double, so that the same seed gives `MLP<Float>` and `MLP<Double>` the same values, rounded.
public enum Initializer: Equatable, Hashable, Sendable {
    /// N(0, 2/in), which keeps the variance through ReLU (He et al. 2015; `kaiming_normal_`).
    case heNormal
    /// U(−a, a), a = √(6/in) (`kaiming_uniform_`).
    case heUniform
    /// N(0, 2/(in + out)) (Glorot and Bengio 2010; `xavier_normal_`).
    case glorotNormal
    /// U(−a, a), a = √(6/(in + out)) (`xavier_uniform_`).
    case glorotUniform
    /// N(0, 1/in) (LeCun et al. 1998).
    case lecunNormal
    /// U(−a, a), a = √(3/in).
    case lecunUniform
    /// `gain` times a matrix with orthonormal columns (or rows, if those are fewer), uniformly distributed
    /// (Saxe et al. 2014; `orthogonal_`).
    case orthogonal(gain: Double = 1)
    /// N(mean, standardDeviation²).
    case normal(_ standardDeviation: Double, mean: Double = 0)
    /// U(lower, upper).
    case uniform(_ lower: Double, _ upper: Double)
    /// U(lower, upper), the same for all rows.
    case uniformRow(_ lower: Double, _ upper: Double)
    /// The same number everywhere.
    case constant(Double)
    /// 1 or −1, with equal probability.
    case randomSigns
    /// Zeros.
    case zeros

    /// Throws where the numbers of the initialiser make no distribution.
    func validate() throws(PerceptronError) {
        switch self {
        case .orthogonal(let gain) where !gain.isFinite:
            throw .invalidArgument("the orthogonal initializer's gain is \(gain); it must be finite")
        case .normal(let deviation, _) where !(deviation.isFinite && deviation >= 0):
            throw .invalidArgument(
                "the normal initializer's standard deviation is \(deviation); it must be finite and not negative")
        case .normal(_, let mean) where !mean.isFinite:
            throw .invalidArgument("the normal initializer's mean is \(mean); it must be finite")
        case .uniform(let lower, let upper) where !(lower <= upper && (upper - lower).isFinite),
            .uniformRow(let lower, let upper) where !(lower <= upper && (upper - lower).isFinite):
            throw .invalidArgument(
                "the uniform initializer goes from \(lower) to \(upper); "
                    + "both must be finite and the first not above the second")
        case .constant(let value) where !value.isFinite:
            throw .invalidArgument("the constant initializer's value is \(value); it must be finite")
        default: break
        }
    }

    /// rows × columns numbers, row after row.
    func values(
        rows: Int, columns: Int, using generator: inout RandomGenerator
    ) throws(PerceptronError) -> [Double] {
        let count = rows * columns
        let fanIn = Double(rows)
        let fanOut = Double(columns)
        return switch self {
        case .heNormal: Self.normal(count, deviation: (2 / fanIn).squareRoot(), &generator)
        case .heUniform: Self.uniform(count, bound: (6 / fanIn).squareRoot(), &generator)
        case .glorotNormal: Self.normal(count, deviation: (2 / (fanIn + fanOut)).squareRoot(), &generator)
        case .glorotUniform: Self.uniform(count, bound: (6 / (fanIn + fanOut)).squareRoot(), &generator)
        case .lecunNormal: Self.normal(count, deviation: (1 / fanIn).squareRoot(), &generator)
        case .lecunUniform: Self.uniform(count, bound: (3 / fanIn).squareRoot(), &generator)
        case .orthogonal(let gain): try Self.orthogonal(rows, columns, gain: gain, &generator)
        case .normal(let deviation, let mean):
            Self.normal(count, deviation: deviation, &generator).map { $0 + mean }
        case .uniform(let lower, let upper):
            (0..<count).map { _ in lower + (upper - lower) * generator.nextUniform() }
        case .uniformRow(let lower, let upper):
            try Array(
                repeatElement(
                    Self.uniform(lower, upper).values(rows: 1, columns: columns, using: &generator), count: rows
                )
                .joined())
        case .constant(let value): [Double](repeating: value, count: count)
        case .randomSigns: (0..<count).map { _ in generator.nextUniform() < 0.5 ? 1 : -1 }
        case .zeros: [Double](repeating: 0, count: count)
        }
    }

    private static func normal(_ count: Int, deviation: Double, _ generator: inout RandomGenerator) -> [Double] {
        var values: [Double] = []
        values.reserveCapacity(count + 1)
        while values.count < count {
            let (first, second) = generator.nextNormalPair()
            values.append(first * deviation)
            values.append(second * deviation)
        }
        if values.count > count { values.removeLast() }
        return values
    }

    private static func uniform(_ count: Int, bound: Double, _ generator: inout RandomGenerator) -> [Double] {
        (0..<count).map { _ in bound * (2 * generator.nextUniform() - 1) }
    }

    /// Q of a normal matrix, its columns turned so that R has a positive diagonal: only then is Q uniform
    /// (Mezzadri 2007).
    private static func orthogonal(
        _ rows: Int, _ columns: Int, gain: Double, _ generator: inout RandomGenerator
    ) throws(PerceptronError) -> [Double] {
        let high = max(rows, columns)
        let wide = min(rows, columns)
        let normal = Matrix(
            rows: high, columns: wide, elements: Self.normal(high * wide, deviation: 1, &generator))
        let (q, diagonal) = try LAPACK.qr(normal)
        var values = [Double](repeating: 0, count: rows * columns)
        for row in 0..<high {
            for column in 0..<wide {
                let value = gain * (diagonal[column] < 0 ? -q[row, column] : q[row, column])
                values[rows >= columns ? row * columns + column : column * columns + row] = value
            }
        }
        return values
    }
}
