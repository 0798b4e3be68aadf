extension SourceFunction {
    /// The function in Swift. `Scalar` is a name that the program declares.
    func swift(_ precision: SourcePrecision) -> String {
        switch self {
        case .powerOfTwo:
            """
            /// 2ᵏ.
            private static func powerOfTwo(_ k: Int) -> Scalar { Scalar(sign: .plus, exponent: k, significand: 1) }
            """
        case .exponentialSeries:
            """
            /// (eʳ − 1 − r) / r² = 1/2! + r/3! + r²/4! + …, |r| ≤ ln 2 / 2.
            private static func exponentialSeries(_ r: Scalar) -> Scalar {
            \(Self.horner(precision.exponentialCoefficients.map(precision.literal), "r", declare: "var sum: Scalar = "))
                return sum
            }
            """
        case .exponential:
            """
            /// eˣ = 2ᵏ·eʳ, k = round(x / ln 2).
            private static func exponential(_ x: Scalar) -> Scalar {
                if x != x { return x }
                if x < \(precision.exponents.lowest) { return 0 }
                if x > \(precision.exponents.highest) { return Scalar.infinity }
                let k = Int(x * \(precision.literal(1.4426950408889634)) + (x < 0 ? -0.5 : 0.5))
                let r = (x - Scalar(k) * \(precision.logarithmOfTwo.high)) - Scalar(k) * \(precision.logarithmOfTwo.low)
                let value = 1 + (r + r * r * exponentialSeries(r))
                // In two halves, of which neither is too large or too small for a number.
                return value * powerOfTwo(k / 2) * powerOfTwo(k - k / 2)
            }
            """
        case .exponentialMinusOne:
            """
            /// eˣ − 1, to the last digits where x is small.
            private static func exponentialMinusOne(_ x: Scalar) -> Scalar {
                x > -0.34 && x < 0.34 ? x + x * x * exponentialSeries(x) : exponential(x) - 1
            }
            """
        case .logarithmOfOnePlus:
            """
            /// ln(1 + x) = 2·artanh(s), s = x / (2 + x), x from 0 to 1.
            private static func logarithmOfOnePlus(_ x: Scalar) -> Scalar {
                let s = x / (2 + x)
                let square = s * s
            \(Self.horner(precision.areaTangentCoefficients.map(precision.literal), "square", declare: "var sum: Scalar = "))
                return 2 * s * sum
            }
            """
        case .squareRoot:
            """
            /// √x by Newton's method, x brought between 1 and 4.
            private static func squareRoot(_ x: Double) -> Double {
                if !(x > 0) || x == Double.infinity { return x }
                var number = x
                var scale = 1.0
                while number >= 4 {
                    number *= 0.25
                    scale *= 2
                }
                while number < 1 {
                    number *= 4
                    scale *= 0.5
                }
                var root = (1 + number) * 0.5
                for _ in 0..<5 { root = (root + number / root) * 0.5 }
                return root * scale
            }
            """
        case .normalDistribution:
            """
            /// Φ(x): a series around 0 (Marsaglia 2004), and a continued fraction beyond (Laplace).
            private static func normalDistribution(_ x: Scalar) -> Scalar {
                let a = x < 0 ? -x : x
                let density = exponential(a * a * -0.5) * \(precision.literal(0.3989422804014327))
                var tail: Scalar
                if a < 2.5 {
                    var term = a
                    var sum = a
                    for n in 1...\(precision.seriesTerms) {
                        term *= a * a / Scalar(2 * n + 1)
                        sum += term
                    }
                    tail = 0.5 - density * sum
                } else {
                    var fraction = a
                    for n in 0..<\(precision.fractionDepth) { fraction = a + Scalar(\(precision.fractionDepth) - n) / fraction }
                    tail = density / fraction
                }
                return x < 0 ? tail : 1 - tail
            }
            """
        case .logarithm:
            """
            /// ln x = k·ln 2 + 2·artanh(s), s = (m − 1) / (m + 1), x = 2ᵏ·m above 0, m between √½ and √2.
            private static func logarithm(_ x: Double) -> Double {
                var m = x
                var k = 0.0
                while m < 0.7071067811865476 {
                    m *= 2
                    k -= 1
                }
                while m > 1.4142135623730951 {
                    m *= 0.5
                    k += 1
                }
                let s = (m - 1) / (m + 1)
                let square = s * s
            \(Self.horner(SourcePrecision.double.areaTangentCoefficients.map { "\($0)" }, "square", declare: "var sum = "))
                return k * 0.6931471805599453 + 2 * s * sum
            }
            """
        case .normalQuantile:
            """
            /// The normal number that p of all are below (Wichura 1988, AS 241), cut off at the share 10⁻⁷.
            private static func normalQuantile(_ p: Double) -> Double {
                if p < 1e-9 { return \(QuantileScaler.normalOutputs.lowerBound) }
                if p > 1 - 1e-9 { return \(QuantileScaler.normalOutputs.upperBound) }
                let q = p - 0.5
                let isNear = q >= -0.425 && q <= 0.425
                var value: Double
                if isNear {
                    let r = 0.180625 - q * q
            \(Self.ratio(NormalDistribution.center, declare: "var", indent: "        "))
                    value = q * numerator / denominator
                } else {
                    let r = squareRoot(-logarithm(p < 0.5 ? p : 1 - p)) - 1.6
            \(Self.ratio(NormalDistribution.nearTail, declare: "var", indent: "        "))
                    value = q < 0 ? -numerator / denominator : numerator / denominator
                }
                if value < \(QuantileScaler.normalOutputs.lowerBound) { value = \(QuantileScaler.normalOutputs.lowerBound) }
                if value > \(QuantileScaler.normalOutputs.upperBound) { value = \(QuantileScaler.normalOutputs.upperBound) }
                return value
            }
            """
        case .maximum:
            """
            /// The larger of two; NaN if the first is.
            private static func maximum(_ a: Scalar, _ b: Scalar) -> Scalar { a < b ? b : a }
            """
        case .minimum:
            """
            /// The smaller of two; NaN if the first is.
            private static func minimum(_ a: Scalar, _ b: Scalar) -> Scalar { a > b ? b : a }
            """
        case .absolute: "private static func absolute(_ x: Scalar) -> Scalar { x < 0 ? -x : x }"
        case .sigmoid:
            """
            /// 1 / (1 + e⁻ˣ), from powers that are at most 1.
            private static func sigmoid(_ x: Scalar) -> Scalar {
                let e = exponential(x < 0 ? x : -x)
                return x < 0 ? e / (1 + e) : 1 / (1 + e)
            }
            """
        case .tanh:
            """
            /// tanh |x| = −e / (2 + e), e = e^(−2|x|) − 1.
            private static func tanh(_ x: Scalar) -> Scalar {
                let e = exponentialMinusOne(x < 0 ? 2 * x : -2 * x)
                return x < 0 ? e / (2 + e) : -e / (2 + e)
            }
            """
        case .softplus:
            """
            /// ln(1 + eˣ) = max(x, 0) + ln(1 + e^(−|x|)).
            private static func softplus(_ x: Scalar) -> Scalar {
                (x < 0 ? 0 : x) + logarithmOfOnePlus(exponential(x < 0 ? x : -x))
            }
            """
        case .sine:
            """
            /// sin x: x less k·π/2, in three parts, and the series of sine or cosine; NaN where |x| is beyond 10⁹.
            private static func sine(_ number: Scalar) -> Scalar {
                let x = Double(number)
                if !(x >= -1e9 && x <= 1e9) { return Scalar.nan }
                let quadrant = Int(x * 0.6366197723675814 + (x < 0 ? -0.5 : 0.5))
                let k = Double(quadrant)
                let r = ((x - k * \(SourcePrecision.halfPi[0])) - k * \(SourcePrecision.halfPi[1])) - k * \(SourcePrecision.halfPi[2])
                let square = r * r
                if quadrant & 1 != 0 {
            \(Self.horner(SourcePrecision.cosineCoefficients.map { "\($0)" }, "square", declare: "    var sum = ", indent: "    "))
                    return Scalar(quadrant & 2 != 0 ? -sum : sum)
                }
            \(Self.horner(SourcePrecision.sineCoefficients.map { "\($0)" }, "square", declare: "var sum = "))
                return Scalar(quadrant & 2 != 0 ? -r * sum : r * sum)
            }
            """
        case .number: Self.swiftNumber(precision)
        case .linear:
            """
            /// y = x·W + b; W is inputs × outputs, row after row, and b behind it.
            private static func linear(
                _ x: Span<Scalar>, _ inputs: Int, _ y: inout MutableSpan<Scalar>, _ outputs: Int, _ numbers: StaticString
            ) {
                let text = numbers.utf8Start
                let count = (inputs + 1) * outputs
                for column in 0..<outputs { y[unchecked: column] = number(text, inputs * outputs + column, of: count) }
                for row in 0..<inputs where x[unchecked: row] != 0 {
                    let factor = x[unchecked: row]
                    for column in 0..<outputs {
                        y[unchecked: column] += factor * number(text, row &* outputs &+ column, of: count)
                    }
                }
            }
            """
        case .embedding:
            """
            /// A column of codes becomes that row of the numbers: zeros for the code behind the last, NaN for what is none.
            private static func embedding(
                _ x: Span<Scalar>, _ inputs: Int, _ y: inout MutableSpan<Scalar>, _ outputs: Int, _ numbers: StaticString,
                _ column: Int, _ categories: Int
            ) {
                let text = numbers.utf8Start
                let features = outputs - inputs + 1
                let code = x[unchecked: column]
                let category = code >= 0 && code <= Scalar(categories) ? Int(code) : -1
                for index in 0..<column { y[unchecked: index] = x[unchecked: index] }
                for index in 0..<features {
                    if category < 0 || Scalar(category) != code {
                        y[unchecked: column + index] = notANumber()
                    } else if category < categories {
                        y[unchecked: column + index] = number(
                            text, category * features + index, of: categories * features)
                    } else {
                        y[unchecked: column + index] = 0
                    }
                }
                var index = column + 1
                while index < inputs {
                    y[unchecked: index + features - 1] = x[unchecked: index]
                    index += 1
                }
            }
            """
        case .members:
            """
            /// ((x∘r)·W)∘s + b for each member; W is theirs together, and x may be. W, r, s and b stand behind each other.
            private static func members(
                _ x: Span<Scalar>, _ inputs: Int, _ y: inout MutableSpan<Scalar>, _ outputs: Int, _ numbers: StaticString,
                _ members: Int, _ width: Int
            ) {
                let text = numbers.utf8Start
                let columns = outputs / members
                let r = width * columns
                let s = r + members * width
                let count = s + 2 * outputs
                for member in 0..<members {
                    let start = member * columns
                    for column in 0..<columns { y[unchecked: start + column] = 0 }
                    for row in 0..<width {
                        let place = member * width + row
                        let factor = x[unchecked: inputs > width ? place : row] * number(text, r + place, of: count)
                        for column in 0..<columns {
                            y[unchecked: start + column] += factor * number(text, row * columns + column, of: count)
                        }
                    }
                    for column in start..<start + columns {
                        y[unchecked: column] =
                            y[unchecked: column] * number(text, s + column, of: count)
                            + number(text, s + outputs + column, of: count)
                    }
                }
            }
            """
        case .memberMean:
            """
            /// The mean of the members' outputs, or of their softmax.
            private static func memberMean(
                _ x: Span<Scalar>, _ inputs: Int, _ y: inout MutableSpan<Scalar>, _ outputs: Int, _ softmax: Int
            ) {
                let members = inputs / outputs
                for column in 0..<outputs { y[unchecked: column] = 0 }
                for member in 0..<members {
                    let start = member * outputs
                    var largest = x[unchecked: start]
                    for column in 0..<outputs where x[unchecked: start + column] > largest {
                        largest = x[unchecked: start + column]
                    }
                    var sum: Scalar = 0
                    if softmax == 1 {
                        for column in 0..<outputs { sum += exponential(x[unchecked: start + column] - largest) }
                    }
                    for column in 0..<outputs {
                        let value = x[unchecked: start + column]
                        y[unchecked: column] += (softmax == 1 ? exponential(value - largest) / sum : value) / Scalar(members)
                    }
                }
            }
            """
        case .waves:
            """
            /// A linear map of sines and cosines of each column, not below 0, or with phases of cosines, behind the column
            /// itself. Frequencies, phases, weights and biases stand behind each other.
            private static func waves(
                _ x: Span<Scalar>, _ inputs: Int, _ y: inout MutableSpan<Scalar>, _ outputs: Int, _ numbers: StaticString,
                _ frequencies: Int, _ phases: Int
            ) {
                let text = numbers.utf8Start
                let features = outputs / inputs - phases
                let phase = inputs * frequencies
                let first = phase * (1 + phases)
                let bias = first + inputs * (2 - phases) * frequencies * features
                let count = bias + inputs * features
                var weight = first
                for column in 0..<inputs {
                    let start = column * (features + phases) + phases
                    let value = x[unchecked: column]
                    if phases > 0 { y[unchecked: start - 1] = value }
                    for index in 0..<features {
                        y[unchecked: start + index] = number(text, bias + column * features + index, of: count)
                    }
                    for part in phases..<2 {
                        for k in 0..<frequencies {
                            let place = column * frequencies + k
                            // The whole turns of a number count for nothing; one beyond 2⁵⁰ is taken for whole.
                            let turns = number(text, place, of: count) * value
                            let hasRest = turns > -1125899906842624 && turns < 1125899906842624
                            let rest = hasRest ? turns - Scalar(Int64(turns + (turns < 0 ? -0.5 : 0.5))) : 0 * turns
                            var angle = 6.283185307179586 * rest
                            if phases > 0 { angle += number(text, phase + place, of: count) }
                            let wave = sine(part > 0 ? angle + 1.5707963267948966 : angle)
                            for index in 0..<features {
                                y[unchecked: start + index] += wave * number(text, weight, of: count)
                                weight += 1
                            }
                        }
                    }
                    if phases > 0 { continue }
                    for index in start..<start + features where y[unchecked: index] < 0 { y[unchecked: index] = 0 }
                }
            }
            """
        case .copy:
            """
            private static func copy(_ x: Span<Scalar>, _ inputs: Int, _ y: inout MutableSpan<Scalar>, _ outputs: Int) {
                for index in 0..<outputs { y[unchecked: index] = x[unchecked: index] }
            }
            """
        case .add:
            """
            private static func add(_ x: Span<Scalar>, _ inputs: Int, _ y: inout MutableSpan<Scalar>, _ outputs: Int) {
                for index in 0..<outputs { y[unchecked: index] += x[unchecked: index] }
            }
            """
        case .part:
            """
            /// `count` numbers from one place to another.
            private static func part(
                _ x: Span<Scalar>, _ inputs: Int, _ y: inout MutableSpan<Scalar>, _ outputs: Int, _ from: Int, _ to: Int,
                _ count: Int
            ) {
                for index in 0..<count { y[unchecked: to + index] = x[unchecked: from + index] }
            }
            """
        case .softmax:
            """
            /// e^(yᵢ − max y) / Σⱼ e^(yⱼ − max y).
            private static func softmax(_ y: inout MutableSpan<Scalar>, _ count: Int) {
                var largest = y[unchecked: 0]
                for index in 1..<count where y[unchecked: index] > largest { largest = y[unchecked: index] }
                var sum: Scalar = 0
                for index in 0..<count {
                    y[unchecked: index] = exponential(y[unchecked: index] - largest)
                    sum += y[unchecked: index]
                }
                for index in 0..<count { y[unchecked: index] /= sum }
            }
            """
        case .logSoftmax:
            """
            /// yᵢ − max y − ln Σⱼ e^(yⱼ − max y).
            private static func logSoftmax(_ y: inout MutableSpan<Scalar>, _ count: Int) {
                var largest = y[unchecked: 0]
                for index in 1..<count where y[unchecked: index] > largest { largest = y[unchecked: index] }
                var sum: Scalar = 0
                for index in 0..<count { sum += exponential(y[unchecked: index] - largest) }
                let shift = Scalar(logarithm(Double(sum)))
                for index in 0..<count { y[unchecked: index] = y[unchecked: index] - largest - shift }
            }
            """
        case .prelu:
            """
            /// yᵢ, or where it is not above 0 yᵢ·wᵢ.
            private static func prelu(_ y: inout MutableSpan<Scalar>, _ count: Int, _ numbers: StaticString) {
                let text = numbers.utf8Start
                for index in 0..<count where !(y[unchecked: index] > 0) {
                    y[unchecked: index] *= number(text, index, of: count)
                }
            }
            """
        case .affine:
            """
            /// yᵢ·wᵢ + bᵢ; w and b stand behind each other.
            private static func affine(_ y: inout MutableSpan<Scalar>, _ count: Int, _ numbers: StaticString) {
                let text = numbers.utf8Start
                for index in 0..<count {
                    y[unchecked: index] =
                        y[unchecked: index] * number(text, index, of: 2 * count)
                        + number(text, count + index, of: 2 * count)
                }
            }
            """
        case .layerNorm:
            """
            /// (yᵢ − mean) / √(variance + ε)·wᵢ + bᵢ; w and b stand behind each other.
            private static func layerNorm(
                _ y: inout MutableSpan<Scalar>, _ count: Int, _ numbers: StaticString, _ epsilon: Scalar
            ) {
                var sum: Scalar = 0
                for index in 0..<count { sum += y[unchecked: index] }
                let mean = sum / Scalar(count)
                var squares: Scalar = 0
                for index in 0..<count {
                    y[unchecked: index] -= mean
                    squares += y[unchecked: index] * y[unchecked: index]
                }
                let text = numbers.utf8Start
                let scale = 1 / Scalar(squareRoot(Double(squares / Scalar(count) + epsilon)))
                for index in 0..<count {
                    y[unchecked: index] =
                        y[unchecked: index] * scale * number(text, index, of: 2 * count)
                        + number(text, count + index, of: 2 * count)
                }
            }
            """
        case .rmsNorm:
            """
            /// yᵢ / √(mean of y² + ε)·wᵢ.
            private static func rmsNorm(
                _ y: inout MutableSpan<Scalar>, _ count: Int, _ numbers: StaticString, _ epsilon: Scalar
            ) {
                var squares: Scalar = 0
                for index in 0..<count { squares += y[unchecked: index] * y[unchecked: index] }
                let text = numbers.utf8Start
                let scale = 1 / Scalar(squareRoot(Double(squares / Scalar(count) + epsilon)))
                for index in 0..<count { y[unchecked: index] = y[unchecked: index] * scale * number(text, index, of: count) }
            }
            """
        case .notANumber: "private static func notANumber() -> Scalar { Scalar.nan }"
        case .filled:
            """
            /// What stands in for a missing number.
            private static func filled(_ x: Scalar, _ value: Double) -> Scalar { x != x ? Scalar(value) : x }
            """
        case .isMissing: "private static func isMissing(_ x: Scalar) -> Scalar { x != x ? 1 : 0 }"
        case .standardized:
            """
            private static func standardized(_ x: Scalar, _ center: Double, _ scale: Double) -> Scalar {
                Scalar((Double(x) - center) / scale)
            }
            """
        case .unstandardized:
            """
            private static func unstandardized(_ x: Scalar, _ center: Double, _ scale: Double) -> Scalar {
                Scalar(Double(x) * scale + center)
            }
            """
        case .rescaled:
            """
            private static func rescaled(_ x: Scalar, _ lower: Double, _ minimum: Double, _ factor: Double) -> Scalar {
                Scalar(lower + (Double(x) - minimum) * factor)
            }
            """
        case .clipped:
            """
            /// x / √(1 + (x/3)²), x = (value − center) / scale.
            private static func clipped(_ value: Scalar, _ center: Double, _ scale: Double) -> Scalar {
                let x = (Double(value) - center) / scale
                if x > 1e150 { return 3 }
                if x < -1e150 { return -3 }
                return Scalar(x / squareRoot(1 + x * x / 9))
            }
            """
        case .code:
            """
            /// The code of a category, which is its index below `count`; or of a missing one, or of an unknown one.
            private static func code(_ x: Scalar, _ count: Scalar, _ missing: Scalar, _ unseen: Scalar) -> Scalar {
                if x != x { return missing }
                return x >= 0 && x < count && Scalar(Int(x)) == x ? x : unseen
            }
            """
        case .isCode:
            "private static func isCode(_ x: Scalar, _ code: Scalar) -> Scalar { x != x ? x : x == code ? 1 : 0 }"
        case .quantile:
            """
            /// One of the quantiles\(precision.isDouble ? "" : ", each of which is the sum of two numbers").
            private static func quantile(_ numbers: StaticString, _ index: Int, of count: Int) -> Double {
                \(precision.isDouble
                    ? "number(numbers.utf8Start, index, of: count)"
                    : "Double(number(numbers.utf8Start, 2 * index, of: 2 * count))\n        "
                        + "+ Double(number(numbers.utf8Start, 2 * index + 1, of: 2 * count))")
            }
            """
        case .quantilesBefore:
            """
            /// How many of `count` quantiles from `first` on are below x, or equal to it.
            private static func quantilesBefore(
                _ x: Double, orEqual: Bool, _ numbers: StaticString, _ first: Int, _ count: Int, of all: Int
            ) -> Int {
                var lower = 0
                var upper = count
                while lower < upper {
                    let middle = (lower + upper) / 2
                    let value = quantile(numbers, first + middle, of: all)
                    if value < x || orEqual && value == x { lower = middle + 1 } else { upper = middle }
                }
                return lower
            }
            """
        case .shares, .normalShares:
            """
            /// Replaces numbers from `first` on by the share of fitted ones below each\(self == .shares ? "" : ", and that by a normal number").
            private static func \(rawValue)(
                _ y: inout MutableSpan<Scalar>, _ outputs: Int, _ numbers: StaticString, _ first: Int, _ columns: Int,
                _ count: Int
            ) {
                let all = columns * count
                let step = 1 / Double(count > 1 ? count - 1 : 1)
                for column in 0..<columns {
                    let x = Double(y[unchecked: first + column])
                    if x != x { continue }
                    let start = column * count
                    let share: Double
                    if \(self == .shares ? "x <=" : "x - \(QuantileScaler.margin) <") quantile(numbers, start, of: all) {
                        share = 0
                    } else if \(self == .shares ? "x >=" : "x + \(QuantileScaler.margin) >") quantile(numbers, start + count - 1, of: all) {
                        share = 1
                    } else {
                        let lower = quantilesBefore(x, orEqual: true, numbers, start, count, of: all) - 1
                        let upper = quantilesBefore(x, orEqual: false, numbers, start, count, of: all)
                        let from = lower == count - 1 ? 1 : Double(lower) * step
                        let to = upper == count - 1 ? 1 : Double(upper) * step
                        let before = quantile(numbers, start + lower, of: all)
                        let behind = quantile(numbers, start + upper, of: all)
                        share = before == x ? (from + to) / 2 : from + (to - from) * ((x - before) / (behind - before))
                    }
                    y[unchecked: first + column] = Scalar(\(self == .shares ? "share" : "normalQuantile(share)"))
                }
            }
            """
        }
    }

    private static func swiftNumber(_ precision: SourcePrecision) -> String {
        """
        /// One of the numbers of a text, in which each is \(SourceNumbers.characters(precision)) characters of six bits: first stand the first
        /// characters of all numbers, which have the lowest bits.
        @inline(__always)
        private static func number(_ text: UnsafePointer<UInt8>, _ index: Int, of count: Int) -> Scalar {
        \(precision.isDouble ? swiftDouble : swiftFloat)
        }
        """
    }

    private static let swiftFloat = """
            let bits = \((0..<6).map { part($0, shift: "&<< \(6 * $0)") }.joined(separator: "\n        | "))
            return Float(bitPattern: bits)
        """

    /// In halves, because making a `UInt64` from smaller integers allocates where words have 32 bits.
    private static let swiftDouble = """
            let low = \((0..<6).map { part($0, shift: "&<< \(6 * $0)") }.joined(separator: "\n        | "))
            let high = \((5..<11).map { part($0, shift: $0 == 5 ? "&>> 2" : "&<< \(6 * $0 - 32)") }.joined(separator: "\n        | "))
            #if _endian(big)
                return unsafeBitCast((high, low), to: Double.self)
            #else
                return unsafeBitCast((low, high), to: Double.self)
            #endif
        """

    private static func part(_ part: Int, shift: String) -> String {
        "UInt32(text[index &+ \(part) &* count] &- \(SourceNumbers.first)) \(shift)"
    }

    /// Lines that compute the numerator and the denominator of a rational function at r.
    static func ratio(_ ratio: NormalDistribution.Ratio, declare: String, indent: String, end: String = "") -> String {
        [("numerator", ratio.numerator), ("denominator", ratio.denominator)].flatMap { name, coefficients in
            ["\(declare) \(name) = \(coefficients[0])"]
                + coefficients.dropFirst().map { "\(name) = \(name) * r + \($0)" }
        }.map { "\(indent)\($0)\(end)" }.joined(separator: "\n")
    }

    /// Lines that compute the sum of cᵢ·xⁱ, from the last coefficient on (Horner).
    static func horner(
        _ coefficients: [String], _ variable: String, declare: String, end: String = "", indent: String = ""
    ) -> String {
        let reversed = coefficients.reversed()
        let lines =
            [declare + (reversed.first ?? "0")]
            + reversed.dropFirst().map { "\(indent)sum = sum * \(variable) + \($0)" }
        return lines.map { "    \($0)\(end)" }.joined(separator: "\n")
    }
}
