// The template of every kernel. Included once for each scalar type and instruction set, with these defined:
//   REAL      the scalar type         BITS, UBITS  the integers of its size
//   NAME(x)   the name of this copy   TABLE     the name of its table
//   IS_DOUBLE 1 or 0                  LOG(x)    the natural logarithm in Double, of the same instruction set
// Plain loops, written so that the compiler vectorises them; `restrict` where it could not know.

// Enough lanes for two vectors of the widest registers: a reduction in lanes is vectorised, and its order is fixed.
#define LANES (128 / (ptrdiff_t)sizeof(REAL))

static inline REAL NAME(from_bits)(BITS bits) {
    REAL value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline BITS NAME(to_bits)(REAL value) {
    BITS bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

// exp(x) = 2^k exp(r), k = round(x / ln 2), |r| <= ln 2 / 2, r in two parts (Cody and Waite); exp(r) is a polynomial
// fitted at Chebyshev nodes. 2^k is applied in two halves, so that subnormal and overflowing results come out right.
// Adding `SHIFT` rounds to an integer and leaves it in the low bits.
static inline REAL NAME(exp_one)(REAL x) {
#if IS_DOUBLE
    const REAL lowest = -746, highest = 710, shift = 0x1.8p52, log2e = 0x1.71547652b82fep0;
    const REAL ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;
    enum { bias = 1023, mantissa = 52 };
#else
    const REAL lowest = -105, highest = 89, shift = 0x1.8p23f, log2e = 0x1.715476p0f;
    const REAL ln2_high = 0x1.62e400p-1f, ln2_low = 0x1.7f7d1cp-20f;
    enum { bias = 127, mantissa = 23 };
#endif
    x = x < lowest ? lowest : x;
    x = x > highest ? highest : x;
    REAL k = (x * log2e + shift) - shift;
    REAL r = (x - k * ln2_high) - k * ln2_low;
#if IS_DOUBLE
    REAL q = 0x1.af38a9b0ec855p-26;
    q = q * r + 0x1.289185613a3d6p-22;
    q = q * r + 0x1.71de0dae63bb3p-19;
    q = q * r + 0x1.a019b90d2ae7ap-16;
    q = q * r + 0x1.a01a01a7c41d5p-13;
    q = q * r + 0x1.6c16c1788bd90p-10;
    q = q * r + 0x1.11111111109b3p-7;
    q = q * r + 0x1.5555555553d63p-5;
    q = q * r + 0x1.5555555555556p-3;
    q = q * r + 0x1.0000000000001p-1;
#else
    REAL q = 0x1.6d1109p-10f;
    q = q * r + 0x1.120b6ep-7f;
    q = q * r + 0x1.555519p-5f;
    q = q * r + 0x1.5554dcp-3f;
    q = q * r + 0x1.0p-1f;
#endif
    REAL value = 1 + (r + (r * r) * q);
    REAL half = (k * (REAL)0.5 + shift) - shift;
    BITS low = (BITS)((uint64_t)NAME(to_bits)(half + (shift + bias)) << mantissa);
    BITS high = (BITS)((uint64_t)NAME(to_bits)((k - half) + (shift + bias)) << mantissa);
    return value * NAME(from_bits)(low) * NAME(from_bits)(high);
}

// ln(x) = k ln 2 + ln(1 + f), 1 + f in [sqrt(1/2), sqrt(2)), s = f / (2 + f), ln(1 + f) = 2s + s^3 P(s^2); P fitted at
// Chebyshev nodes, and the sum arranged as in fdlibm's log, so that f, which is exact, is added last.
static inline REAL NAME(log_one)(REAL x) {
#if IS_DOUBLE
    const REAL smallest = 0x1p-1022, scale = 0x1p54, scale_exponent = 54, shift = 0x1.8p52;
    const REAL ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;
    const BITS one = 0x3ff0000000000000, root_half = 0x3fe6a09e667f3bcd, mantissa_mask = 0x000fffffffffffff;
    enum { bias = 1023, mantissa = 52 };
#else
    const REAL smallest = 0x1p-126f, scale = 0x1p25f, scale_exponent = 25, shift = 0x1.8p23f;
    const REAL ln2_high = 0x1.62e400p-1f, ln2_low = 0x1.7f7d1cp-20f;
    const BITS one = 0x3f800000, root_half = 0x3f3504f3, mantissa_mask = 0x007fffff;
    enum { bias = 127, mantissa = 23 };
#endif
    REAL normal = x < smallest ? x * scale : x;
    BITS bits = NAME(to_bits)(normal) + (one - root_half);
    BITS exponent = (BITS)((UBITS)bits >> mantissa) - bias;
    // A small integer becomes floating by being put into the low bits of `shift`.
    REAL k = NAME(from_bits)(exponent + NAME(to_bits)(shift)) - shift;
    k = x < smallest ? k - scale_exponent : k;
    REAL f = NAME(from_bits)((bits & mantissa_mask) + root_half) - 1;
    REAL s = f / (2 + f), z = s * s, half_square = (REAL)0.5 * f * f;
#if IS_DOUBLE
    REAL p = 0x1.2b5900de53b32p-3;
    p = p * z + 0x1.39fe51a7c18f9p-3;
    p = p * z + 0x1.7462b51cb66b1p-3;
    p = p * z + 0x1.c71c62e3f11e6p-3;
    p = p * z + 0x1.2492492df281ap-2;
    p = p * z + 0x1.99999999952d7p-2;
    p = p * z + 0x1.5555555555558p-1;
#else
    REAL p = 0x1.ddcf72p-3f;
    p = p * z + 0x1.245c40p-2f;
    p = p * z + 0x1.9999ecp-2f;
    p = p * z + 0x1.555556p-1f;
#endif
    REAL value = k * ln2_high - ((half_square - (s * (half_square + z * p) + k * ln2_low)) - f);
    value = x < 0 ? (REAL)NAN : value;
    value = x == 0 ? -(REAL)INFINITY : value;
    return x < (REAL)INFINITY ? value : x;
}

// Near 0 an odd polynomial, beyond 1 - 2 / (exp(2|x|) + 1), each where it keeps its last digits.
static inline REAL NAME(tanh_one)(REAL x) {
    REAL a = __builtin_elementwise_abs(x), z = a * a;
#if IS_DOUBLE
    REAL q = -0x1.59a2bc288b9cbp-16;
    q = q * z + 0x1.64fb913d089b8p-14;
    q = q * z + -0x1.ec0ff7a1de8e7p-13;
    q = q * z + 0x1.34c59bba61aa7p-11;
    q = q * z + -0x1.7d97ce8161830p-10;
    q = q * z + 0x1.d6d3391e3dd93p-9;
    q = q * z + -0x1.226e32efa6fc9p-7;
    q = q * z + 0x1.664f487711016p-6;
    q = q * z + -0x1.ba1ba1b9fec21p-5;
    q = q * z + 0x1.1111111111032p-3;
    q = q * z + -0x1.5555555555555p-2;
#else
    REAL q = 0x1.4b20c0p-9f;
    q = q * z + -0x1.176394p-7f;
    q = q * z + 0x1.657926p-6f;
    q = q * z + -0x1.ba142dp-5f;
    q = q * z + 0x1.111105p-3f;
    q = q * z + -0x1.555556p-2f;
#endif
    REAL near = a + a * z * q;
    REAL far = 1 - 2 / (NAME(exp_one)(2 * a) + 1);
    REAL value = a < (REAL)0.55 ? near : far;
    return __builtin_elementwise_copysign(value, x);
}

static void NAME(logarithm)(ptrdiff_t count, void *values) {
    REAL *x = values;
    for (ptrdiff_t i = 0; i < count; i++) x[i] = NAME(log_one)(x[i]);
}

static void NAME(exponential)(ptrdiff_t count, void *values) {
    REAL *x = values;
    for (ptrdiff_t i = 0; i < count; i++) x[i] = NAME(exp_one)(x[i]);
}

static inline REAL NAME(maximum)(ptrdiff_t count, const REAL *x) {
    REAL best = x[0];
    ptrdiff_t i = 0;
    if (count >= LANES) {
        REAL lane[LANES];
        for (ptrdiff_t j = 0; j < LANES; j++) lane[j] = x[j];
        for (i = LANES; i + LANES <= count; i += LANES)
            for (ptrdiff_t j = 0; j < LANES; j++) lane[j] = lane[j] > x[i + j] ? lane[j] : x[i + j];
        for (ptrdiff_t j = 0; j < LANES; j++) best = best > lane[j] ? best : lane[j];
    }
    for (; i < count; i++) best = best > x[i] ? best : x[i];
    return best;
}

static inline REAL NAME(sum)(ptrdiff_t count, const REAL *x) {
    REAL total = 0;
    ptrdiff_t i = 0;
    if (count >= LANES) {
        REAL lane[LANES] = {0};
        for (; i + LANES <= count; i += LANES)
            for (ptrdiff_t j = 0; j < LANES; j++) lane[j] += x[i + j];
        for (ptrdiff_t j = 0; j < LANES; j++) total += lane[j];
    }
    for (; i < count; i++) total += x[i];
    return total;
}

static inline REAL NAME(dot)(ptrdiff_t count, const REAL *x, const REAL *y) {
    REAL total = 0;
    ptrdiff_t i = 0;
    if (count >= LANES) {
        REAL lane[LANES] = {0};
        for (; i + LANES <= count; i += LANES)
            for (ptrdiff_t j = 0; j < LANES; j++) lane[j] += x[i + j] * y[i + j];
        for (ptrdiff_t j = 0; j < LANES; j++) total += lane[j];
    }
    for (; i < count; i++) total += x[i] * y[i];
    return total;
}

// A contiguous matrix is one long row to everything that treats elements alike.
#define FLATTEN(contiguous) \
    if (contiguous) { columns *= rows; rows = columns > 0; }

static void NAME(relu)(ptrdiff_t rows, ptrdiff_t columns, void *values, ptrdiff_t stride) {
    FLATTEN(stride == columns)
    for (ptrdiff_t r = 0; r < rows; r++) {
        REAL *x = (REAL *)values + r * stride;
        for (ptrdiff_t c = 0; c < columns; c++) x[c] = x[c] < 0 ? 0 : x[c];
    }
}

static void NAME(relu_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *outputs, ptrdiff_t outputs_stride,
                                void *gradient, ptrdiff_t gradient_stride) {
    FLATTEN(outputs_stride == columns && gradient_stride == columns)
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict y = (const REAL *)outputs + r * outputs_stride;
        REAL *restrict g = (REAL *)gradient + r * gradient_stride;
        for (ptrdiff_t c = 0; c < columns; c++) g[c] = y[c] > 0 ? g[c] : 0;
    }
}

// exp(-|x|) can't overflow; the two signs share it.
static void NAME(sigmoid)(ptrdiff_t rows, ptrdiff_t columns, void *values, ptrdiff_t stride) {
    FLATTEN(stride == columns)
    for (ptrdiff_t r = 0; r < rows; r++) {
        REAL *x = (REAL *)values + r * stride;
        for (ptrdiff_t c = 0; c < columns; c++) {
            REAL e = NAME(exp_one)(x[c] > 0 ? -x[c] : x[c]);
            x[c] = (x[c] > 0 ? (REAL)1 : e) / (1 + e);
        }
    }
}

static void NAME(sigmoid_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *outputs, ptrdiff_t outputs_stride,
                                   void *gradient, ptrdiff_t gradient_stride) {
    FLATTEN(outputs_stride == columns && gradient_stride == columns)
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict y = (const REAL *)outputs + r * outputs_stride;
        REAL *restrict g = (REAL *)gradient + r * gradient_stride;
        for (ptrdiff_t c = 0; c < columns; c++) g[c] *= y[c] * (1 - y[c]);
    }
}

static void NAME(tanh)(ptrdiff_t rows, ptrdiff_t columns, void *values, ptrdiff_t stride) {
    FLATTEN(stride == columns)
    for (ptrdiff_t r = 0; r < rows; r++) {
        REAL *x = (REAL *)values + r * stride;
        for (ptrdiff_t c = 0; c < columns; c++) x[c] = NAME(tanh_one)(x[c]);
    }
}

static void NAME(tanh_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *outputs, ptrdiff_t outputs_stride,
                                void *gradient, ptrdiff_t gradient_stride) {
    FLATTEN(outputs_stride == columns && gradient_stride == columns)
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict y = (const REAL *)outputs + r * outputs_stride;
        REAL *restrict g = (REAL *)gradient + r * gradient_stride;
        for (ptrdiff_t c = 0; c < columns; c++) g[c] *= 1 - y[c] * y[c];
    }
}

// exp(x - row maximum) of every element, in two passes of which the second runs over all rows at once.
static inline void NAME(shifted_exponentials)(ptrdiff_t rows, ptrdiff_t columns, const REAL *x, ptrdiff_t x_stride,
                                              REAL *y, ptrdiff_t y_stride) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        REAL top = NAME(maximum)(columns, x + r * x_stride);
        for (ptrdiff_t c = 0; c < columns; c++) y[r * y_stride + c] = x[r * x_stride + c] - top;
    }
    if (y_stride == columns)
        NAME(exponential)(rows * columns, y);
    else
        for (ptrdiff_t r = 0; r < rows; r++) NAME(exponential)(columns, y + r * y_stride);
}

static void NAME(softmax)(ptrdiff_t rows, ptrdiff_t columns, void *values, ptrdiff_t stride) {
    NAME(shifted_exponentials)(rows, columns, values, stride, values, stride);
    for (ptrdiff_t r = 0; r < rows; r++) {
        REAL *x = (REAL *)values + r * stride;
        REAL total = NAME(sum)(columns, x);
        for (ptrdiff_t c = 0; c < columns; c++) x[c] /= total;
    }
}

static void NAME(softmax_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *outputs, ptrdiff_t outputs_stride,
                                   void *gradient, ptrdiff_t gradient_stride) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict y = (const REAL *)outputs + r * outputs_stride;
        REAL *restrict g = (REAL *)gradient + r * gradient_stride;
        REAL projection = NAME(dot)(columns, g, y);
        for (ptrdiff_t c = 0; c < columns; c++) g[c] = y[c] * (g[c] - projection);
    }
}

static double NAME(mean_squared_error)(ptrdiff_t rows, ptrdiff_t columns, const void *outputs,
                                       ptrdiff_t outputs_stride, const void *targets, ptrdiff_t targets_stride,
                                       double scale, void *gradient, ptrdiff_t gradient_stride) {
    enum { lanes = 16 };
    double lane[lanes] = {0}, total = 0;
    const REAL factor = (REAL)(2 * scale);
    FLATTEN(outputs_stride == columns && targets_stride == columns && gradient_stride == columns)
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *y = (const REAL *)outputs + r * outputs_stride;
        const REAL *t = (const REAL *)targets + r * targets_stride;
        REAL *restrict g = (REAL *)gradient + r * gradient_stride;
        ptrdiff_t c = 0;
        for (; c + lanes <= columns; c += lanes)
            for (ptrdiff_t j = 0; j < lanes; j++) {
                REAL difference = y[c + j] - t[c + j];
                lane[j] += (double)difference * (double)difference;
                g[c + j] = factor * difference;
            }
        for (; c < columns; c++) {
            REAL difference = y[c] - t[c];
            total += (double)difference * (double)difference;
            g[c] = factor * difference;
        }
    }
    for (ptrdiff_t j = 0; j < lanes; j++) total += lane[j];
    return total;
}

static double NAME(mean_squared_error_classes)(ptrdiff_t rows, ptrdiff_t columns, const void *outputs,
                                               ptrdiff_t outputs_stride, const ptrdiff_t *classes, double scale,
                                               void *gradient, ptrdiff_t gradient_stride) {
    double total = 0;
    const REAL factor = (REAL)(2 * scale);
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *y = (const REAL *)outputs + r * outputs_stride;
        REAL *g = (REAL *)gradient + r * gradient_stride;
        for (ptrdiff_t c = 0; c < columns; c++) {
            REAL difference = y[c] - (REAL)(c == classes[r]);
            total += (double)difference * (double)difference;
            g[c] = factor * difference;
        }
    }
    return total;
}

// Below the clip the loss is constant, so its gradient is zero there.
static const double NAME(smallest_probability) = 1e-12;

static double NAME(cross_entropy)(ptrdiff_t rows, ptrdiff_t columns, const void *probabilities,
                                  ptrdiff_t probabilities_stride, const void *targets, ptrdiff_t targets_stride,
                                  double scale, void *gradient, ptrdiff_t gradient_stride) {
    double total = 0;
    const REAL lowest = (REAL)NAME(smallest_probability);
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *p = (const REAL *)probabilities + r * probabilities_stride;
        const REAL *t = (const REAL *)targets + r * targets_stride;
        REAL *g = (REAL *)gradient + r * gradient_stride;
        for (ptrdiff_t c = 0; c < columns; c++) {
            // Written so that a NaN fails both tests and reaches the sum.
            REAL clipped = p[c] < lowest ? lowest : p[c] > 1 ? 1 : p[c];
            if (t[c] != 0) total -= (double)t[c] * LOG((double)clipped);
            g[c] = clipped == p[c] ? -(REAL)scale * t[c] / p[c] : 0;
        }
    }
    return total;
}

static double NAME(cross_entropy_classes)(ptrdiff_t rows, ptrdiff_t columns, const void *probabilities,
                                          ptrdiff_t probabilities_stride, const ptrdiff_t *classes, double scale,
                                          void *gradient, ptrdiff_t gradient_stride) {
    double total = 0;
    const REAL lowest = (REAL)NAME(smallest_probability);
    for (ptrdiff_t r = 0; r < rows; r++) {
        REAL p = ((const REAL *)probabilities + r * probabilities_stride)[classes[r]];
        REAL *g = (REAL *)gradient + r * gradient_stride;
        REAL clipped = p < lowest ? lowest : p > 1 ? 1 : p;
        total -= LOG((double)clipped);
        for (ptrdiff_t c = 0; c < columns; c++) g[c] = 0;
        g[classes[r]] = clipped == p ? -(REAL)scale / p : 0;
    }
    return total;
}

// -sum t log softmax(z) = (sum t) log(sum e) - sum t (z - top), with e = exp(z - top); gradient (sum t) softmax - t.
// The logarithms of some rows are taken together.
enum { NAME(log_rows) = 64 };

static double NAME(softmax_cross_entropy)(ptrdiff_t rows, ptrdiff_t columns, const void *logits,
                                          ptrdiff_t logits_stride, const void *targets, ptrdiff_t targets_stride,
                                          double scale, void *gradient, ptrdiff_t gradient_stride) {
    double total = 0, sums[NAME(log_rows)], weights[NAME(log_rows)];
    REAL *gradients = gradient;
    NAME(shifted_exponentials)(rows, columns, logits, logits_stride, gradients, gradient_stride);
    for (ptrdiff_t start = 0; start < rows; start += NAME(log_rows)) {
        ptrdiff_t count = rows - start < NAME(log_rows) ? rows - start : NAME(log_rows);
        for (ptrdiff_t i = 0; i < count; i++) {
            const REAL *z = (const REAL *)logits + (start + i) * logits_stride;
            const REAL *t = (const REAL *)targets + (start + i) * targets_stride;
            REAL *g = gradients + (start + i) * gradient_stride;
            REAL sum = NAME(sum)(columns, g), weight = NAME(sum)(columns, t), top = NAME(maximum)(columns, z);
            for (ptrdiff_t c = 0; c < columns; c++)
                if (t[c] != 0) total -= (double)t[c] * (double)(z[c] - top);
            sums[i] = sum;
            weights[i] = weight;
            REAL factor = (REAL)scale * weight / sum;
            for (ptrdiff_t c = 0; c < columns; c++) g[c] = factor * g[c] - (REAL)scale * t[c];
        }
        for (ptrdiff_t i = 0; i < count; i++) sums[i] = LOG(sums[i]);
        for (ptrdiff_t i = 0; i < count; i++) total += weights[i] * sums[i];
    }
    return total;
}

static double NAME(softmax_cross_entropy_classes)(ptrdiff_t rows, ptrdiff_t columns, const void *logits,
                                                  ptrdiff_t logits_stride, const ptrdiff_t *classes, double scale,
                                                  void *gradient, ptrdiff_t gradient_stride) {
    double total = 0, sums[NAME(log_rows)];
    REAL *gradients = gradient;
    NAME(shifted_exponentials)(rows, columns, logits, logits_stride, gradients, gradient_stride);
    for (ptrdiff_t start = 0; start < rows; start += NAME(log_rows)) {
        ptrdiff_t count = rows - start < NAME(log_rows) ? rows - start : NAME(log_rows);
        for (ptrdiff_t i = 0; i < count; i++) {
            const REAL *z = (const REAL *)logits + (start + i) * logits_stride;
            REAL *g = gradients + (start + i) * gradient_stride;
            ptrdiff_t class = classes[start + i];
            REAL sum = NAME(sum)(columns, g), top = NAME(maximum)(columns, z);
            total -= (double)(z[class] - top);
            sums[i] = sum;
            REAL factor = (REAL)scale / sum;
            for (ptrdiff_t c = 0; c < columns; c++) g[c] *= factor;
            g[class] -= (REAL)scale;
        }
        for (ptrdiff_t i = 0; i < count; i++) sums[i] = LOG(sums[i]);
        for (ptrdiff_t i = 0; i < count; i++) total += sums[i];
    }
    return total;
}

static void NAME(adam)(ptrdiff_t count, void *parameters, const void *gradients, void *first_moment,
                       void *second_moment, double step, double inverse_root, double beta1, double beta2,
                       double epsilon) {
    REAL *restrict p = parameters;
    const REAL *restrict g = gradients;
    REAL *restrict m = first_moment;
    REAL *restrict v = second_moment;
    const REAL a = (REAL)step, b = (REAL)inverse_root, e = (REAL)epsilon;
    const REAL one_minus_beta1 = (REAL)(1 - beta1), decay = (REAL)beta2, one_minus_beta2 = (REAL)(1 - beta2);
    for (ptrdiff_t i = 0; i < count; i++) {
        REAL first = m[i] + one_minus_beta1 * (g[i] - m[i]);
        REAL second = decay * v[i] + one_minus_beta2 * (g[i] * g[i]);
        m[i] = first;
        v[i] = second;
        p[i] -= a * first / (__builtin_elementwise_sqrt(second) * b + e);
    }
}

static void NAME(fill_rows)(ptrdiff_t rows, ptrdiff_t columns, const void *row, void *values, ptrdiff_t stride) {
    for (ptrdiff_t r = 0; r < rows; r++)
        memcpy((REAL *)values + r * stride, row, (size_t)columns * sizeof(REAL));
}

static void NAME(column_sums)(ptrdiff_t rows, ptrdiff_t columns, const void *values, ptrdiff_t stride, void *sums) {
    REAL *restrict s = sums;
    for (ptrdiff_t c = 0; c < columns; c++) s[c] = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)values + r * stride;
        for (ptrdiff_t c = 0; c < columns; c++) s[c] += x[c];
    }
}

static void NAME(gather_rows)(ptrdiff_t rows, ptrdiff_t columns, const void *source, ptrdiff_t source_stride,
                              const ptrdiff_t *indices, void *values, ptrdiff_t stride) {
    for (ptrdiff_t r = 0; r < rows; r++)
        memcpy((REAL *)values + r * stride, (const REAL *)source + indices[r] * source_stride,
               (size_t)columns * sizeof(REAL));
}

static void NAME(copy)(ptrdiff_t rows, ptrdiff_t columns, const void *source, ptrdiff_t source_stride, void *values,
                       ptrdiff_t stride) {
    FLATTEN(source_stride == columns && stride == columns)
    for (ptrdiff_t r = 0; r < rows; r++)
        memcpy((REAL *)values + r * stride, (const REAL *)source + r * source_stride,
               (size_t)columns * sizeof(REAL));
}

// By squares whose lines all stay in the first cache, also where a stride puts them all in one of its sets.
static void NAME(transpose)(ptrdiff_t rows, ptrdiff_t columns, const void *source, ptrdiff_t source_stride,
                            void *values, ptrdiff_t stride) {
    enum { side = 8 };
    const REAL *restrict x = source;
    REAL *restrict y = values;
    for (ptrdiff_t column = 0; column < columns; column += side) {
        ptrdiff_t end = column + side < columns ? column + side : columns;
        for (ptrdiff_t row = 0; row < rows; row += side) {
            ptrdiff_t last = row + side < rows ? row + side : rows;
            for (ptrdiff_t c = column; c < end; c++)
                for (ptrdiff_t r = row; r < last; r++) y[c * stride + r] = x[r * source_stride + c];
        }
    }
}

// An exponent of all ones is NaN or infinity; whole blocks are tested without a branch.
static ptrdiff_t NAME(first_non_finite)(ptrdiff_t count, const void *values) {
    const REAL *x = values;
    enum { block = 256 };
#if IS_DOUBLE
    const BITS exponent = 0x7ff0000000000000;
#else
    const BITS exponent = 0x7f800000;
#endif
    for (ptrdiff_t start = 0; start < count; start += block) {
        ptrdiff_t end = start + block < count ? start + block : count;
        BITS found = 0;
        for (ptrdiff_t i = start; i < end; i++) found |= (NAME(to_bits)(x[i]) & exponent) == exponent;
        if (found)
            for (ptrdiff_t i = start; i < end; i++)
                if ((NAME(to_bits)(x[i]) & exponent) == exponent) return i;
    }
    return -1;
}

static const CKernelTable TABLE = {
    NAME(relu), NAME(relu_backward),
    NAME(sigmoid), NAME(sigmoid_backward),
    NAME(tanh), NAME(tanh_backward),
    NAME(softmax), NAME(softmax_backward),
    NAME(mean_squared_error), NAME(mean_squared_error_classes),
    NAME(cross_entropy), NAME(cross_entropy_classes),
    NAME(softmax_cross_entropy), NAME(softmax_cross_entropy_classes),
    NAME(adam),
    NAME(fill_rows), NAME(column_sums), NAME(gather_rows), NAME(copy), NAME(transpose),
    NAME(first_non_finite),
    NAME(exponential), NAME(logarithm),
};

#undef LANES
#undef FLATTEN
#undef REAL
#undef BITS
#undef UBITS
#undef NAME
#undef LOG
#undef TABLE
#undef IS_DOUBLE
