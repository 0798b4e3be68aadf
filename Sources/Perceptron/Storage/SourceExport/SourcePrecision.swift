/// What the mathematical functions of an exported program depend on: its scalar type.
struct SourcePrecision: Sendable {
    let isDouble: Bool

    static let double = SourcePrecision(Double.self)

    init<Scalar: BLASScalar>(_: Scalar.Type) { isDouble = Scalar.self == Double.self }

    /// The name of the type in Swift and in C.
    var swiftType: String { isDouble ? "Double" : "Float" }
    var cType: String { isDouble ? "double" : "float" }

    /// Below the lowest, eˣ is 0; above the highest, it is infinite.
    var exponents: (lowest: Int, highest: Int) { isDouble ? (-746, 710) : (-105, 89) }

    /// ln 2 in two parts: products of the first and small integers are exact (Cody and Waite 1980).
    var logarithmOfTwo: (high: String, low: String) {
        isDouble
            ? ("\(0x1.62e42feep-1)", "\(0x1.a39ef35793c76p-33)")
            : ("\(0x1.62e4p-1 as Float)", "\(0x1.7f7d1cp-20 as Float)")
    }

    /// 1/2!, 1/3!, …: for |r| ≤ ln 2 / 2, the truncation error of eʳ is below half a unit in the last place.
    var exponentialCoefficients: [Double] {
        var factorial = 1.0
        return (2...(isDouble ? 13 : 8)).map { index in
            factorial *= Double(index)
            return 1 / factorial
        }
    }

    /// 1, 1/3, 1/5, …: the same for artanh(s), s ≤ 1/3.
    var areaTangentCoefficients: [Double] { (0..<(isDouble ? 17 : 8)).map { 1 / Double(2 * $0 + 1) } }

    /// π/2 in three parts: products of the first two and whole numbers below 2²⁰ are exact (Cody and Waite 1980).
    static let halfPi: [Double] = [0x1.921fb544p0, 0x1.0b4611a6p-34, 0x1.3198a2e037073p-69]

    /// 1, −1/3!, 1/5!, …: the coefficients of sin(r) / r in r², |r| ≤ π/4; and 1, −1/2!, 1/4!, … those of cos(r).
    static let sineCoefficients = alternatingFactorials(from: 1)
    static let cosineCoefficients = alternatingFactorials(from: 0)

    private static func alternatingFactorials(from first: Int) -> [Double] {
        (0..<9).map { index in
            (1...max(1, first + 2 * index)).reduce(index % 2 == 0 ? 1 : -1) { $0 / Double($1) }
        }
    }

    /// The depth of the continued fraction for the normal distribution, from 2.5 on.
    var fractionDepth: Int { isDouble ? 90 : 20 }

    /// The number of terms of the series for the normal distribution, up to 2.5.
    var seriesTerms: Int { isDouble ? 40 : 22 }

    /// The numbers that represent a Double in the program: in a program of Floats, it is the sum of two, to 48 bits.
    func parts(ofDouble value: Double) -> [Double] {
        isDouble ? [value] : [Double(Float(value)), value - Double(Float(value))]
    }

    func literal(_ value: Double) -> String { isDouble ? "\(value)" : "\(Float(value))" }
}
