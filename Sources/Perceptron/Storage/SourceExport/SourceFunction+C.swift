extension SourceFunction {
    /// The function in C. `REAL` and `PREFIX_` stand for the scalar type and for the prefix of all names.
    func c(_ precision: SourcePrecision) -> String {
        switch self {
        case .powerOfTwo:
            """
            // 2 to the power k.
            static inline REAL PREFIX_powerOfTwo(int k) {
                REAL power = 1, factor = k < 0 ? (REAL)0.5 : (REAL)2;
                for (k = k < 0 ? -k : k; k > 0; k /= 2) {
                    if (k % 2) power *= factor;
                    factor *= factor;
                }
                return power;
            }
            """
        case .exponentialSeries:
            """
            // (exp(r) - 1 - r) / r^2 = 1/2! + r/3! + r^2/4! + ..., |r| <= ln(2) / 2.
            static inline REAL PREFIX_exponentialSeries(REAL r) {
            \(horner(precision.exponentialCoefficients, "r", precision))
                return sum;
            }
            """
        case .exponential:
            """
            // exp(x) = 2^k exp(r), k = round(x / ln(2)).
            static inline REAL PREFIX_exponential(REAL x) {
                if (x != x) return x;
                x = x < \(precision.exponents.lowest) ? \(precision.exponents.lowest) : x;
                x = x > \(precision.exponents.highest) ? \(precision.exponents.highest) : x;
                int k = (int)(x * (REAL)\(precision.literal(1.4426950408889634)) + (x < 0 ? (REAL)-0.5 : (REAL)0.5));
                REAL r = (x - (REAL)k * (REAL)\(precision.logarithmOfTwo.high)) - (REAL)k * (REAL)\(precision.logarithmOfTwo.low);
                REAL value = 1 + (r + r * r * PREFIX_exponentialSeries(r));
                // In two halves, of which neither is too large or too small for a number.
                return value * PREFIX_powerOfTwo(k / 2) * PREFIX_powerOfTwo(k - k / 2);
            }
            """
        case .exponentialMinusOne:
            """
            // exp(x) - 1, to the last digits where x is small.
            static inline REAL PREFIX_exponentialMinusOne(REAL x) {
                if (x > (REAL)-0.34 && x < (REAL)0.34) return x + x * x * PREFIX_exponentialSeries(x);
                return PREFIX_exponential(x) - 1;
            }
            """
        case .logarithmOfOnePlus:
            """
            // ln(1 + x) = 2 artanh(s), s = x / (2 + x), x from 0 to 1.
            static inline REAL PREFIX_logarithmOfOnePlus(REAL x) {
                REAL s = x / (2 + x), square = s * s;
            \(horner(precision.areaTangentCoefficients, "square", precision))
                return 2 * s * sum;
            }
            """
        case .squareRoot:
            """
            // The square root of x by Newton's method, x brought between 1 and 4.
            static inline double PREFIX_squareRoot(double x) {
                double scale = 1, root;
                int step;
                if (!(x > 0) || x > 1.7976931348623157e308) return x;
                for (; x >= 4; x *= 0.25) scale *= 2;
                for (; x < 1; x *= 4) scale *= 0.5;
                root = (1 + x) * 0.5;
                for (step = 0; step < 5; step++) root = (root + x / root) * 0.5;
                return root * scale;
            }
            """
        case .normalDistribution:
            """
            // The normal distribution: a series around 0 (Marsaglia 2004), and a continued fraction beyond (Laplace).
            static inline REAL PREFIX_normalDistribution(REAL x) {
                REAL a = x < 0 ? -x : x;
                REAL density = PREFIX_exponential(a * a * (REAL)-0.5) * (REAL)\(precision.literal(0.3989422804014327));
                REAL tail, term = a, sum = a, fraction = a;
                int n;
                if (a < (REAL)2.5) {
                    for (n = 1; n <= \(precision.seriesTerms); n++) {
                        term *= a * a / (REAL)(2 * n + 1);
                        sum += term;
                    }
                    tail = (REAL)0.5 - density * sum;
                } else {
                    for (n = \(precision.fractionDepth); n > 0; n--) fraction = a + (REAL)n / fraction;
                    tail = density / fraction;
                }
                return x < 0 ? tail : 1 - tail;
            }
            """
        case .logarithm:
            """
            // ln(x) = k ln(2) + 2 artanh(s), s = (m - 1) / (m + 1), x = 2^k m above 0, m between the roots of 1/2 and 2.
            static inline double PREFIX_logarithm(double x) {
                double m = x, k = 0;
                for (; m < 0.7071067811865476; m *= 2) k -= 1;
                for (; m > 1.4142135623730951; m *= 0.5) k += 1;
                double s = (m - 1) / (m + 1), square = s * s;
            \(Self.horner(SourcePrecision.double.areaTangentCoefficients.map { "\($0)" }, "square", declare: "double sum = ", end: ";"))
                return k * 0.6931471805599453 + 2 * s * sum;
            }
            """
        case .normalQuantile:
            """
            // The normal number that p of all are below (Wichura 1988, AS 241), cut off at the share 10^-7.
            static inline double PREFIX_normalQuantile(double p) {
                double q = p - 0.5, value;
                if (p < 1e-9) return \(QuantileScaler.normalOutputs.lowerBound);
                if (p > 1 - 1e-9) return \(QuantileScaler.normalOutputs.upperBound);
                if (q >= -0.425 && q <= 0.425) {
                    double r = 0.180625 - q * q;
            \(Self.ratio(NormalDistribution.center, declare: "double", indent: "        ", end: ";"))
                    value = q * numerator / denominator;
                } else {
                    double r = PREFIX_squareRoot(-PREFIX_logarithm(p < 0.5 ? p : 1 - p)) - 1.6;
            \(Self.ratio(NormalDistribution.nearTail, declare: "double", indent: "        ", end: ";"))
                    value = q < 0 ? -numerator / denominator : numerator / denominator;
                }
                if (value < \(QuantileScaler.normalOutputs.lowerBound)) value = \(QuantileScaler.normalOutputs.lowerBound);
                if (value > \(QuantileScaler.normalOutputs.upperBound)) value = \(QuantileScaler.normalOutputs.upperBound);
                return value;
            }
            """
        case .maximum:
            """
            // The larger of two; NaN if the first is.
            static inline REAL PREFIX_maximum(REAL a, REAL b) { return a < b ? b : a; }
            """
        case .minimum:
            """
            // The smaller of two; NaN if the first is.
            static inline REAL PREFIX_minimum(REAL a, REAL b) { return a > b ? b : a; }
            """
        case .absolute: "static inline REAL PREFIX_absolute(REAL x) { return x < 0 ? -x : x; }"
        case .sigmoid:
            """
            // 1 / (1 + exp(-x)), from powers that are at most 1.
            static inline REAL PREFIX_sigmoid(REAL x) {
                REAL e = PREFIX_exponential(x < 0 ? x : -x);
                return x < 0 ? e / (1 + e) : 1 / (1 + e);
            }
            """
        case .tanh:
            """
            // tanh(|x|) = -e / (2 + e), e = exp(-2 |x|) - 1.
            static inline REAL PREFIX_tanh(REAL x) {
                REAL e = PREFIX_exponentialMinusOne(x < 0 ? 2 * x : -2 * x);
                return x < 0 ? e / (2 + e) : -e / (2 + e);
            }
            """
        case .softplus:
            """
            // ln(1 + exp(x)) = max(x, 0) + ln(1 + exp(-|x|)).
            static inline REAL PREFIX_softplus(REAL x) {
                return (x < 0 ? 0 : x) + PREFIX_logarithmOfOnePlus(PREFIX_exponential(x < 0 ? x : -x));
            }
            """
        case .sine:
            """
            // sin(x): x less k pi / 2, in three parts, and the series of sine or cosine; NaN where |x| is beyond 10^9.
            static inline REAL PREFIX_sine(REAL number) {
                double x = number, r, square, k;
                long quadrant;
                if (!(x >= -1e9 && x <= 1e9)) return (REAL)(0 * x / (0 * x));
                quadrant = (long)(x * 0.6366197723675814 + (x < 0 ? -0.5 : 0.5));
                k = (double)quadrant;
                r = ((x - k * \(SourcePrecision.halfPi[0])) - k * \(SourcePrecision.halfPi[1])) - k * \(SourcePrecision.halfPi[2]);
                square = r * r;
                if (quadrant & 1) {
            \(Self.horner(SourcePrecision.cosineCoefficients.map { "\($0)" }, "square", declare: "    double sum = ", end: ";", indent: "    "))
                    return (REAL)(quadrant & 2 ? -sum : sum);
                } else {
            \(Self.horner(SourcePrecision.sineCoefficients.map { "\($0)" }, "square", declare: "    double sum = ", end: ";", indent: "    "))
                    return (REAL)(quadrant & 2 ? -r * sum : r * sum);
                }
            }
            """
        // In C, the numbers are in an array.
        case .number: ""
        case .linear:
            """
            // y = x W + b; W is inputs by outputs, row after row, and b behind it.
            static inline void PREFIX_linear(const REAL *x, int inputs, REAL *y, int outputs, const REAL *numbers) {
                const REAL *bias = numbers + (long)inputs * outputs;
                int row, column;
                for (column = 0; column < outputs; column++) y[column] = bias[column];
                for (row = 0; row < inputs; row++) {
                    const REAL *weights = numbers + (long)row * outputs;
                    REAL factor = x[row];
                    if (factor == 0) continue;
                    for (column = 0; column < outputs; column++) y[column] += factor * weights[column];
                }
            }
            """
        case .embedding:
            """
            // A column of codes becomes that row of the numbers: zeros for the code behind the last, NaN for what is none.
            static inline void PREFIX_embedding(
                const REAL *x, int inputs, REAL *y, int outputs, const REAL *numbers, int column, int categories) {
                int features = outputs - inputs + 1, index;
                REAL code = x[column];
                long category = code >= 0 && code <= (REAL)categories ? (long)code : -1;
                if ((REAL)category != code) category = -1;
                for (index = 0; index < column; index++) y[index] = x[index];
                for (index = 0; index < features; index++)
                    y[column + index] = category < 0 ? PREFIX_notANumber()
                        : category < categories ? numbers[category * features + index] : 0;
                for (index = column + 1; index < inputs; index++) y[index + features - 1] = x[index];
            }
            """
        case .members:
            """
            // ((x r) W) s + b for each member; W is theirs together, and x may be. W, r, s and b stand behind each other.
            static inline void PREFIX_members(
                const REAL *x, int inputs, REAL *y, int outputs, const REAL *numbers, int members, int width) {
                int columns = outputs / members, member, row, column;
                const REAL *r = numbers + (long)width * columns, *s = r + (long)members * width, *b = s + outputs;
                for (member = 0; member < members; member++) {
                    for (column = 0; column < columns; column++) y[column] = 0;
                    for (row = 0; row < width; row++) {
                        REAL factor = x[row] * r[row];
                        const REAL *weights = numbers + (long)row * columns;
                        for (column = 0; column < columns; column++) y[column] += factor * weights[column];
                    }
                    for (column = 0; column < columns; column++) y[column] = y[column] * s[column] + b[column];
                    if (inputs > width) x += width;
                    r += width;
                    s += columns;
                    b += columns;
                    y += columns;
                }
            }
            """
        case .memberMean:
            """
            // The mean of the members' outputs, or of their softmax.
            static inline void PREFIX_memberMean(const REAL *x, int inputs, REAL *y, int outputs, int softmax) {
                int members = inputs / outputs, member, column;
                for (column = 0; column < outputs; column++) y[column] = 0;
                for (member = 0; member < members; member++) {
                    REAL largest = x[0], sum = 0;
                    for (column = 1; column < outputs; column++) largest = x[column] > largest ? x[column] : largest;
                    for (column = 0; softmax && column < outputs; column++)
                        sum += PREFIX_exponential(x[column] - largest);
                    for (column = 0; column < outputs; column++)
                        y[column] += (softmax ? PREFIX_exponential(x[column] - largest) / sum : x[column]) / members;
                    x += outputs;
                }
            }
            """
        case .waves:
            """
            // A linear map of sines and cosines of each column, not below 0, or with phases of cosines, behind the column itself.
            // Frequencies, phases, weights and biases stand behind each other.
            static inline void PREFIX_waves(
                const REAL *x, int inputs, REAL *y, int outputs, const REAL *numbers, int frequencies, int phases) {
                int features = outputs / inputs - phases, column, k, part, index;
                const REAL *phase = numbers + (long)inputs * frequencies;
                const REAL *w = phase + (long)phases * inputs * frequencies;
                const REAL *b = w + (long)inputs * (2 - phases) * frequencies * features;
                for (column = 0; column < inputs; column++) {
                    if (phases) *y++ = x[column];
                    for (index = 0; index < features; index++) y[index] = *b++;
                    for (part = phases; part < 2; part++)
                        for (k = 0; k < frequencies; k++) {
                            REAL turns = numbers[(long)column * frequencies + k] * x[column];
                            // The whole turns of a number count for nothing; one beyond 2^50 is taken for whole.
                            int has_rest = turns > -1125899906842624 && turns < 1125899906842624;
                            REAL rest = has_rest ? turns - (REAL)(long long)(turns + (turns < 0 ? (REAL)-0.5 : (REAL)0.5)) : 0 * turns;
                            REAL angle = (REAL)6.283185307179586 * rest;
                            if (phases) angle += phase[(long)column * frequencies + k];
                            angle = PREFIX_sine(part ? angle + (REAL)1.5707963267948966 : angle);
                            for (index = 0; index < features; index++) y[index] += angle * *w++;
                        }
                    if (!phases)
                        for (index = 0; index < features; index++) y[index] = y[index] < 0 ? 0 : y[index];
                    y += features;
                }
            }
            """
        case .copy:
            """
            static inline void PREFIX_copy(const REAL *x, int inputs, REAL *y, int outputs) {
                int index;
                (void)inputs;
                for (index = 0; index < outputs; index++) y[index] = x[index];
            }
            """
        case .add:
            """
            static inline void PREFIX_add(const REAL *x, int inputs, REAL *y, int outputs) {
                int index;
                (void)inputs;
                for (index = 0; index < outputs; index++) y[index] += x[index];
            }
            """
        case .part:
            """
            // `count` numbers from one place to another.
            static inline void PREFIX_part(
                const REAL *x, int inputs, REAL *y, int outputs, int from, int to, int count) {
                int index;
                (void)inputs, (void)outputs;
                for (index = 0; index < count; index++) y[to + index] = x[from + index];
            }
            """
        case .softmax:
            """
            // exp(y_i - max y) / sum over j of exp(y_j - max y).
            static inline void PREFIX_softmax(REAL *y, int count) {
                REAL largest = y[0], sum = 0;
                int index;
                for (index = 1; index < count; index++) largest = y[index] > largest ? y[index] : largest;
                for (index = 0; index < count; index++) sum += y[index] = PREFIX_exponential(y[index] - largest);
                for (index = 0; index < count; index++) y[index] /= sum;
            }
            """
        case .logSoftmax:
            """
            // y_i - max y - ln(sum over j of exp(y_j - max y)).
            static inline void PREFIX_logSoftmax(REAL *y, int count) {
                REAL largest = y[0], sum = 0;
                int index;
                for (index = 1; index < count; index++) largest = y[index] > largest ? y[index] : largest;
                for (index = 0; index < count; index++) sum += PREFIX_exponential(y[index] - largest);
                sum = (REAL)PREFIX_logarithm(sum);
                for (index = 0; index < count; index++) y[index] = y[index] - largest - sum;
            }
            """
        case .prelu:
            """
            // y_i, or where it is not above 0 y_i w_i.
            static inline void PREFIX_prelu(REAL *y, int count, const REAL *numbers) {
                int index;
                for (index = 0; index < count; index++) y[index] = y[index] > 0 ? y[index] : y[index] * numbers[index];
            }
            """
        case .affine:
            """
            // y_i w_i + b_i; w and b stand behind each other.
            static inline void PREFIX_affine(REAL *y, int count, const REAL *numbers) {
                int index;
                for (index = 0; index < count; index++) y[index] = y[index] * numbers[index] + numbers[count + index];
            }
            """
        case .layerNorm:
            """
            // (y_i - mean) / sqrt(variance + epsilon) w_i + b_i; w and b stand behind each other.
            static inline void PREFIX_layerNorm(REAL *y, int count, const REAL *numbers, REAL epsilon) {
                REAL sum = 0, squares = 0, mean, scale;
                int index;
                for (index = 0; index < count; index++) sum += y[index];
                mean = sum / (REAL)count;
                for (index = 0; index < count; index++) {
                    y[index] -= mean;
                    squares += y[index] * y[index];
                }
                scale = 1 / (REAL)PREFIX_squareRoot(squares / (REAL)count + epsilon);
                for (index = 0; index < count; index++)
                    y[index] = y[index] * scale * numbers[index] + numbers[count + index];
            }
            """
        case .rmsNorm:
            """
            // y_i / sqrt(mean of y^2 + epsilon) w_i.
            static inline void PREFIX_rmsNorm(REAL *y, int count, const REAL *numbers, REAL epsilon) {
                REAL squares = 0, scale;
                int index;
                for (index = 0; index < count; index++) squares += y[index] * y[index];
                scale = 1 / (REAL)PREFIX_squareRoot(squares / (REAL)count + epsilon);
                for (index = 0; index < count; index++) y[index] = y[index] * scale * numbers[index];
            }
            """
        case .notANumber:
            """
            static inline REAL PREFIX_notANumber(void) {
                REAL zero = 0;
                return zero / zero;
            }
            """
        case .filled:
            """
            // What stands in for a missing number.
            static inline REAL PREFIX_filled(REAL x, double value) { return x != x ? (REAL)value : x; }
            """
        case .isMissing: "static inline REAL PREFIX_isMissing(REAL x) { return x != x ? 1 : 0; }"
        case .standardized:
            """
            static inline REAL PREFIX_standardized(REAL x, double center, double scale) {
                return (REAL)(((double)x - center) / scale);
            }
            """
        case .unstandardized:
            """
            static inline REAL PREFIX_unstandardized(REAL x, double center, double scale) {
                return (REAL)((double)x * scale + center);
            }
            """
        case .rescaled:
            """
            static inline REAL PREFIX_rescaled(REAL x, double lower, double minimum, double factor) {
                return (REAL)(lower + ((double)x - minimum) * factor);
            }
            """
        case .clipped:
            """
            // x / sqrt(1 + (x/3)^2), x = (value - center) / scale.
            static inline REAL PREFIX_clipped(REAL value, double center, double scale) {
                double x = ((double)value - center) / scale;
                if (x > 1e150) return 3;
                if (x < -1e150) return -3;
                return (REAL)(x / PREFIX_squareRoot(1 + x * x / 9));
            }
            """
        case .code:
            """
            // The code of a category, which is its index below `count`; or of a missing one, or of an unknown one.
            static inline REAL PREFIX_code(REAL x, REAL count, REAL missing, REAL unseen) {
                if (x != x) return missing;
                return x >= 0 && x < count && (REAL)(long)x == x ? x : unseen;
            }
            """
        case .isCode:
            "static inline REAL PREFIX_isCode(REAL x, REAL code) { return x != x ? x : x == code ? 1 : 0; }"
        case .quantile:
            """
            // One of the quantiles\(precision.isDouble ? "" : ", each of which is the sum of two numbers").
            static inline double PREFIX_quantile(const REAL *numbers, long index) {
                return \(precision.isDouble
                    ? "numbers[index]" : "(double)numbers[2 * index] + (double)numbers[2 * index + 1]");
            }
            """
        case .quantilesBefore:
            """
            // How many of `count` quantiles from `first` on are below x, or equal to it.
            static inline int PREFIX_quantilesBefore(
                double x, int orEqual, const REAL *numbers, long first, int count) {
                int lower = 0, upper = count;
                while (lower < upper) {
                    int middle = (lower + upper) / 2;
                    double value = PREFIX_quantile(numbers, first + middle);
                    if (value < x || (orEqual && value == x)) lower = middle + 1;
                    else upper = middle;
                }
                return lower;
            }
            """
        case .shares, .normalShares:
            """
            // Replaces numbers from `first` on by the share of fitted ones below each\(self == .shares ? "" : ", and that by a normal number").
            static inline void PREFIX_\(rawValue)(
                REAL *y, int outputs, const REAL *numbers, int first, int columns, int count) {
                double step = 1 / (double)(count > 1 ? count - 1 : 1);
                int column;
                (void)outputs;
                for (column = 0; column < columns; column++) {
                    double x = y[first + column], share;
                    long start = (long)column * count;
                    if (x != x) continue;
                    if (\(self == .shares ? "x <=" : "x - \(QuantileScaler.margin) <") PREFIX_quantile(numbers, start)) {
                        share = 0;
                    } else if (\(self == .shares ? "x >=" : "x + \(QuantileScaler.margin) >") PREFIX_quantile(numbers, start + count - 1)) {
                        share = 1;
                    } else {
                        int lower = PREFIX_quantilesBefore(x, 1, numbers, start, count) - 1;
                        int upper = PREFIX_quantilesBefore(x, 0, numbers, start, count);
                        double from = lower == count - 1 ? 1 : lower * step, to = upper == count - 1 ? 1 : upper * step;
                        double before = PREFIX_quantile(numbers, start + lower);
                        double behind = PREFIX_quantile(numbers, start + upper);
                        share = before == x ? (from + to) / 2 : from + (to - from) * ((x - before) / (behind - before));
                    }
                    y[first + column] = (REAL)\(self == .shares ? "share" : "PREFIX_normalQuantile(share)");
                }
            }
            """
        }
    }

    private func horner(_ coefficients: [Double], _ variable: String, _ precision: SourcePrecision) -> String {
        Self.horner(
            coefficients.map { "(REAL)\(precision.literal($0))" }, variable, declare: "REAL sum = ", end: ";")
    }
}
