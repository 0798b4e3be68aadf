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

// x + tail = k ln 2 + r, |r| <= ln 2 / 2; returns exp(r) - 1. k = round(x / ln 2), r in two parts (Cody and Waite), and
// a polynomial fitted at Chebyshev nodes. Adding `shift` rounds to an integer and leaves it in the low bits. The tail
// is what the rounding of x left over.
static inline REAL NAME(exp_reduced)(REAL x, REAL tail, REAL *k) {
#if IS_DOUBLE
    const REAL shift = 0x1.8p52, log2e = 0x1.71547652b82fep0;
    const REAL ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;
#else
    const REAL shift = 0x1.8p23f, log2e = 0x1.715476p0f;
    const REAL ln2_high = 0x1.62e400p-1f, ln2_low = 0x1.7f7d1cp-20f;
#endif
    *k = (x * log2e + shift) - shift;
    REAL r = (x - *k * ln2_high) - *k * ln2_low;
    r += tail;
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
    return r + (r * r) * q;
}

// exp(x + tail). 2^k is applied in two halves, so that subnormal and overflowing results come out right.
static inline REAL NAME(exp_sum)(REAL x, REAL tail) {
#if IS_DOUBLE
    const REAL lowest = -746, highest = 710, shift = 0x1.8p52;
    enum { bias = 1023, mantissa = 52 };
#else
    const REAL lowest = -105, highest = 89, shift = 0x1.8p23f;
    enum { bias = 127, mantissa = 23 };
#endif
    x = x < lowest ? lowest : x;
    x = x > highest ? highest : x;
    REAL k, value = 1 + NAME(exp_reduced)(x, tail, &k);
    REAL half = (k * (REAL)0.5 + shift) - shift;
    BITS low = (BITS)((uint64_t)NAME(to_bits)(half + (shift + bias)) << mantissa);
    BITS high = (BITS)((uint64_t)NAME(to_bits)((k - half) + (shift + bias)) << mantissa);
    return value * NAME(from_bits)(low) * NAME(from_bits)(high);
}

// What is added to a number and leaves it: -0.
static inline REAL NAME(exp_one)(REAL x) { return NAME(exp_sum)(x, -(REAL)0.0); }

// exp(x) - 1 for x <= 0, to the last digits where x is small: 2^k (exp(r) - 1) + (2^k - 1). Below -50 it is -1.
static inline REAL NAME(expm1_negative)(REAL x) {
#if IS_DOUBLE
    const REAL shift = 0x1.8p52;
    enum { bias = 1023, mantissa = 52 };
#else
    const REAL shift = 0x1.8p23f;
    enum { bias = 127, mantissa = 23 };
#endif
    x = x < -50 ? -50 : x;
    REAL k, value = NAME(exp_reduced)(x, -(REAL)0.0, &k);
    REAL power = NAME(from_bits)((BITS)((uint64_t)NAME(to_bits)(k + (shift + bias)) << mantissa));
    return value * power + (power - 1);
}

// k ln 2 + ln(1 + f), 1 + f in [sqrt(1/2), sqrt(2)): s = f / (2 + f), ln(1 + f) = 2s + s^3 P(s^2); P fitted at
// Chebyshev nodes, and the sum arranged as in fdlibm's log, so that f, which is exact, is added last.
static inline REAL NAME(log_reduced)(REAL k, REAL f) {
#if IS_DOUBLE
    const REAL ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;
#else
    const REAL ln2_high = 0x1.62e400p-1f, ln2_low = 0x1.7f7d1cp-20f;
#endif
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
    return k * ln2_high - ((half_square - (s * (half_square + z * p) + k * ln2_low)) - f);
}

// ln(x) = k ln 2 + ln(1 + f).
static inline REAL NAME(log_one)(REAL x) {
#if IS_DOUBLE
    const REAL smallest = 0x1p-1022, scale = 0x1p54, scale_exponent = 54, shift = 0x1.8p52;
    const BITS one = 0x3ff0000000000000, root_half = 0x3fe6a09e667f3bcd, mantissa_mask = 0x000fffffffffffff;
    enum { bias = 1023, mantissa = 52 };
#else
    const REAL smallest = 0x1p-126f, scale = 0x1p25f, scale_exponent = 25, shift = 0x1.8p23f;
    const BITS one = 0x3f800000, root_half = 0x3f3504f3, mantissa_mask = 0x007fffff;
    enum { bias = 127, mantissa = 23 };
#endif
    REAL normal = x < smallest ? x * scale : x;
    BITS bits = NAME(to_bits)(normal) + (one - root_half);
    BITS exponent = (BITS)((UBITS)bits >> mantissa) - bias;
    // A small integer becomes floating by being put into the low bits of `shift`.
    REAL k = NAME(from_bits)(exponent + NAME(to_bits)(shift)) - shift;
    k = x < smallest ? k - scale_exponent : k;
    REAL value = NAME(log_reduced)(k, NAME(from_bits)((bits & mantissa_mask) + root_half) - 1);
    value = x < 0 ? (REAL)NAN : value;
    value = x == 0 ? -(REAL)INFINITY : value;
    return x < (REAL)INFINITY ? value : x;
}

// ln(1 + x) for 0 <= x <= 1: 1 + x itself is never rounded.
static inline REAL NAME(log1p_unit)(REAL x) {
    const REAL root_two = (REAL)0x1.6a09e667f3bcdp0;
    REAL k = x < root_two - 1 ? 0 : 1, f = x < root_two - 1 ? x : (x - 1) * (REAL)0.5;
    return NAME(log_reduced)(k, f);
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

static void NAME(leaky_relu)(ptrdiff_t rows, ptrdiff_t columns, void *values, ptrdiff_t stride, double slope) {
    const REAL factor = (REAL)slope;
    FLATTEN(stride == columns)
    for (ptrdiff_t r = 0; r < rows; r++) {
        REAL *x = (REAL *)values + r * stride;
        for (ptrdiff_t c = 0; c < columns; c++) x[c] = x[c] > 0 ? x[c] : factor * x[c];
    }
}

static void NAME(leaky_relu_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *outputs, ptrdiff_t outputs_stride,
                                      void *gradient, ptrdiff_t gradient_stride, double slope) {
    const REAL factor = (REAL)slope;
    FLATTEN(outputs_stride == columns && gradient_stride == columns)
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict y = (const REAL *)outputs + r * outputs_stride;
        REAL *restrict g = (REAL *)gradient + r * gradient_stride;
        for (ptrdiff_t c = 0; c < columns; c++) g[c] = y[c] > 0 ? g[c] : factor * g[c];
    }
}

static void NAME(elu)(ptrdiff_t rows, ptrdiff_t columns, void *values, ptrdiff_t stride, double alpha) {
    const REAL factor = (REAL)alpha;
    FLATTEN(stride == columns)
    for (ptrdiff_t r = 0; r < rows; r++) {
        REAL *x = (REAL *)values + r * stride;
        for (ptrdiff_t c = 0; c < columns; c++) {
            REAL negative = factor * NAME(expm1_negative)(x[c] > 0 ? 0 : x[c]);
            x[c] = x[c] > 0 ? x[c] : negative;
        }
    }
}

static void NAME(elu_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *outputs, ptrdiff_t outputs_stride,
                               void *gradient, ptrdiff_t gradient_stride, double alpha) {
    const REAL factor = (REAL)alpha;
    FLATTEN(outputs_stride == columns && gradient_stride == columns)
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict y = (const REAL *)outputs + r * outputs_stride;
        REAL *restrict g = (REAL *)gradient + r * gradient_stride;
        for (ptrdiff_t c = 0; c < columns; c++) g[c] *= y[c] > 0 ? 1 : y[c] + factor;
    }
}

// x becomes f(x), and a gradient its product with f' of what the activation keeps: its inputs or its outputs.
#define ACTIVATION(name, function, derivative)                                                                         \
    static void NAME(name)(ptrdiff_t rows, ptrdiff_t columns, void *values, ptrdiff_t stride) {                        \
        FLATTEN(stride == columns)                                                                                     \
        for (ptrdiff_t r = 0; r < rows; r++) {                                                                         \
            REAL *x = (REAL *)values + r * stride;                                                                     \
            for (ptrdiff_t c = 0; c < columns; c++) x[c] = NAME(function)(x[c]);                                       \
        }                                                                                                              \
    }                                                                                                                  \
    static void NAME(name##_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *kept, ptrdiff_t kept_stride,      \
                                      void *gradient, ptrdiff_t gradient_stride) {                                     \
        FLATTEN(kept_stride == columns && gradient_stride == columns)                                                  \
        for (ptrdiff_t r = 0; r < rows; r++) {                                                                         \
            const REAL *restrict k = (const REAL *)kept + r * kept_stride;                                             \
            REAL *restrict g = (REAL *)gradient + r * gradient_stride;                                                 \
            for (ptrdiff_t c = 0; c < columns; c++) g[c] *= NAME(derivative)(k[c]);                                    \
        }                                                                                                              \
    }

// exp(-|x|) can't overflow; the two signs share it.
static inline REAL NAME(sigmoid_one)(REAL x) {
    REAL e = NAME(exp_one)(x > 0 ? -x : x);
    return (x > 0 ? (REAL)1 : e) / (1 + e);
}

static inline REAL NAME(sigmoid_derivative)(REAL y) { return y * (1 - y); }

ACTIVATION(sigmoid, sigmoid_one, sigmoid_derivative)

static inline REAL NAME(tanh_derivative)(REAL y) { return 1 - y * y; }

ACTIVATION(tanh, tanh_one, tanh_derivative)

// max(x, 0) + ln(1 + exp(-|x|)), and from the threshold on x, as PyTorch has it.
static inline REAL NAME(softplus_one)(REAL x) {
    REAL value = (x > 0 ? x : 0) + NAME(log1p_unit)(NAME(exp_one)(x > 0 ? -x : x));
    return x > 20 ? x : value;
}

static inline REAL NAME(softplus_derivative)(REAL y) { return y > 20 ? 1 : -NAME(expm1_negative)(-y); }

ACTIVATION(softplus, softplus_one, softplus_derivative)

// s = sigmoid(x) and 1 - s, each to its last digits.
static inline REAL NAME(sigmoids)(REAL x, REAL *rest) {
    REAL e = NAME(exp_one)(x > 0 ? -x : x), large = 1 / (1 + e), small = e * large;
    *rest = x > 0 ? small : large;
    return x > 0 ? large : small;
}

static inline REAL NAME(silu_one)(REAL x) {
    REAL rest;
    return x * NAME(sigmoids)(x, &rest);
}

static inline REAL NAME(silu_derivative)(REAL x) {
    REAL rest, s = NAME(sigmoids)(x, &rest);
    return s + x * s * rest;
}

ACTIVATION(silu, silu_one, silu_derivative)

// The normal distribution Phi(x), and e = exp(-x^2 / 2). With a = |x|, Phi(-a) = e R(a), where (1 + a) R(a) is a
// polynomial in (a - k) / (a + k), fitted at Chebyshev nodes up to where e is 0 (after Schonfelder 1978); a^2 is taken
// in two parts, of which the first is exact, so that the tail keeps its digits.
static inline REAL NAME(normal_distribution)(REAL x, REAL *e) {
#if IS_DOUBLE
    const REAL highest = 39, k = 6;
    const BITS mask = ~(BITS)0x7ffffff;
#else
    const REAL highest = 15, k = 4;
    const BITS mask = ~(BITS)0xfff;
#endif
    REAL a = __builtin_elementwise_abs(x);
    a = a > highest ? highest : a;
    REAL high = NAME(from_bits)(NAME(to_bits)(a) & mask);
    *e = NAME(exp_sum)((REAL)-0.5 * high * high, (REAL)-0.5 * (a - high) * (a + high));
    REAL t = (a - k) / (a + k);
#if IS_DOUBLE
    REAL p = -0x1.d08ff88d145cbp-30;
    p = p * t + -0x1.0d43bff8c4371p-26;
    p = p * t + -0x1.21ee6c966b52fp-27;
    p = p * t + 0x1.2b1305191839ap-23;
    p = p * t + -0x1.a8d37813a61cdp-27;
    p = p * t + -0x1.0f362fddac7f5p-20;
    p = p * t + 0x1.e090f328450d8p-20;
    p = p * t + 0x1.28a42456f40d8p-18;
    p = p * t + -0x1.ba2b05b550a12p-16;
    p = p * t + 0x1.3d04bea364096p-15;
    p = p * t + 0x1.f52d4ed506d07p-14;
    p = p * t + -0x1.c79a5f978a1efp-11;
    p = p * t + 0x1.80c840ee2fc29p-9;
    p = p * t + -0x1.ceac1e1d3f6cdp-8;
    p = p * t + 0x1.b212c02545a4ep-7;
    p = p * t + -0x1.43da9f703cef4p-6;
    p = p * t + 0x1.7227accb17e35p-6;
    p = p * t + -0x1.08766e4355324p-6;
    p = p * t + -0x1.1e9d4130f38f7p-8;
    p = p * t + 0x1.46229bd0175d8p-5;
    p = p * t + -0x1.5c438de6f0fd6p-4;
    p = p * t + 0x1.d0568f5d76665p-2;
#else
    REAL p = -0x1.37f310p-14f;
    p = p * t + -0x1.17ea82p-14f;
    p = p * t + 0x1.6a33a0p-11f;
    p = p * t + -0x1.3a7cd4p-12f;
    p = p * t + -0x1.47d200p-8f;
    p = p * t + 0x1.25eb82p-6f;
    p = p * t + -0x1.07c3b6p-5f;
    p = p * t + 0x1.d4953cp-6f;
    p = p * t + 0x1.cabd76p-7f;
    p = p * t + -0x1.8c18f0p-4f;
    p = p * t + 0x1.e361eap-2f;
#endif
    REAL tail = *e * (p / (1 + a));
    return x > 0 ? 1 - tail : tail;
}

static inline REAL NAME(gelu_one)(REAL x) {
    REAL e;
    return x * NAME(normal_distribution)(x, &e);
}

static inline REAL NAME(gelu_derivative)(REAL x) {
    const REAL inverse_root_two_pi = (REAL)0x1.9884533d43651p-2;
    REAL e, phi = NAME(normal_distribution)(x, &e);
    return phi + x * (e * inverse_root_two_pi);
}

ACTIVATION(gelu, gelu_one, gelu_derivative)

// (1 + tanh(u)) / 2 = sigmoid(2u), 2u = x (a + b x^2). Beyond 30 the sigmoid is 0 or 1, and x^2 may overflow.
static inline REAL NAME(gelu_tanh_sigmoids)(REAL x, REAL *rest, REAL *slope) {
    const REAL a = (REAL)0x1.9884533d43651p0, b = (REAL)0x1.2444f2a4d8b4bp-4;
    x = x < -30 ? -30 : x;
    x = x > 30 ? 30 : x;
    *slope = a + 3 * b * x * x;
    return NAME(sigmoids)(x * (a + b * x * x), rest);
}

static inline REAL NAME(gelu_tanh_one)(REAL x) {
    REAL rest, slope;
    return x * NAME(gelu_tanh_sigmoids)(x, &rest, &slope);
}

static inline REAL NAME(gelu_tanh_derivative)(REAL x) {
    REAL rest, slope, s = NAME(gelu_tanh_sigmoids)(x, &rest, &slope);
    return s + x * (s * rest) * slope;
}

ACTIVATION(gelu_tanh, gelu_tanh_one, gelu_tanh_derivative)

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

// In Double, so that neither a large mean nor the squares of a Float cost digits; lanes give a fixed order.
enum { NAME(moment_lanes) = 16 };

static inline double NAME(mean)(ptrdiff_t count, const REAL *x) {
    double lane[NAME(moment_lanes)] = {0}, total = 0;
    ptrdiff_t i = 0;
    for (; i + NAME(moment_lanes) <= count; i += NAME(moment_lanes))
        for (ptrdiff_t j = 0; j < NAME(moment_lanes); j++) lane[j] += (double)x[i + j];
    for (; i < count; i++) total += (double)x[i];
    for (ptrdiff_t j = 0; j < NAME(moment_lanes); j++) total += lane[j];
    return total / (double)count;
}

static inline double NAME(variance)(ptrdiff_t count, const REAL *x, double mean) {
    double lane[NAME(moment_lanes)] = {0}, total = 0;
    ptrdiff_t i = 0;
    for (; i + NAME(moment_lanes) <= count; i += NAME(moment_lanes))
        for (ptrdiff_t j = 0; j < NAME(moment_lanes); j++) {
            double difference = (double)x[i + j] - mean;
            lane[j] += difference * difference;
        }
    for (; i < count; i++) total += ((double)x[i] - mean) * ((double)x[i] - mean);
    for (ptrdiff_t j = 0; j < NAME(moment_lanes); j++) total += lane[j];
    return total / (double)count;
}

// What a row is multiplied by once its mean is gone.
static inline double NAME(inverse_deviation)(ptrdiff_t count, const REAL *x, double mean, double epsilon) {
    return 1 / __builtin_elementwise_sqrt(NAME(variance)(count, x, mean) + epsilon);
}

static void NAME(layer_norm)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                             const void *weight, const void *bias, double epsilon, void *outputs,
                             ptrdiff_t outputs_stride) {
    const REAL *w = weight, *b = bias;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)inputs + r * inputs_stride;
        REAL *restrict y = (REAL *)outputs + r * outputs_stride;
        double mean = NAME(mean)(columns, x), scale = NAME(inverse_deviation)(columns, x, mean, epsilon);
        for (ptrdiff_t c = 0; c < columns; c++) y[c] = (REAL)(((double)x[c] - mean) * scale);
        if (w)
            for (ptrdiff_t c = 0; c < columns; c++) y[c] = y[c] * w[c] + b[c];
    }
}

// With z the normalised row and h = w g: scale * (h - mean(h) - z mean(h z)).
static void NAME(layer_norm_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                      const void *weight, double epsilon, void *gradient, ptrdiff_t gradient_stride) {
    const REAL *w = weight;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)inputs + r * inputs_stride;
        REAL *restrict g = (REAL *)gradient + r * gradient_stride;
        double mean = NAME(mean)(columns, x), scale = NAME(inverse_deviation)(columns, x, mean, epsilon);
        if (w)
            for (ptrdiff_t c = 0; c < columns; c++) g[c] *= w[c];
        double gradient_mean = NAME(mean)(columns, g), lane[NAME(moment_lanes)] = {0}, projection = 0;
        ptrdiff_t i = 0;
        for (; i + NAME(moment_lanes) <= columns; i += NAME(moment_lanes))
            for (ptrdiff_t j = 0; j < NAME(moment_lanes); j++)
                lane[j] += (double)g[i + j] * ((double)x[i + j] - mean);
        for (; i < columns; i++) projection += (double)g[i] * ((double)x[i] - mean);
        for (ptrdiff_t j = 0; j < NAME(moment_lanes); j++) projection += lane[j];
        projection *= scale * scale / (double)columns;
        for (ptrdiff_t c = 0; c < columns; c++)
            g[c] = (REAL)(scale * ((double)g[c] - gradient_mean - ((double)x[c] - mean) * projection));
    }
}

static void NAME(layer_norm_weight_gradient)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs,
                                             ptrdiff_t inputs_stride, const void *gradient, ptrdiff_t gradient_stride,
                                             double epsilon, void *sums) {
    REAL *restrict s = sums;
    for (ptrdiff_t c = 0; c < columns; c++) s[c] = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)inputs + r * inputs_stride;
        const REAL *restrict g = (const REAL *)gradient + r * gradient_stride;
        double mean = NAME(mean)(columns, x), scale = NAME(inverse_deviation)(columns, x, mean, epsilon);
        for (ptrdiff_t c = 0; c < columns; c++) s[c] += g[c] * (REAL)(((double)x[c] - mean) * scale);
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

static void NAME(column_dots)(ptrdiff_t rows, ptrdiff_t columns, const void *a, ptrdiff_t a_stride, const void *b,
                              ptrdiff_t b_stride, void *sums) {
    REAL *restrict s = sums;
    for (ptrdiff_t c = 0; c < columns; c++) s[c] = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)a + r * a_stride;
        const REAL *restrict y = (const REAL *)b + r * b_stride;
        for (ptrdiff_t c = 0; c < columns; c++) s[c] += x[c] * y[c];
    }
}

static void NAME(scale_columns)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                const void *weight, const void *bias, void *outputs, ptrdiff_t outputs_stride) {
    const REAL *restrict w = weight, *restrict b = bias;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)inputs + r * inputs_stride;
        REAL *restrict y = (REAL *)outputs + r * outputs_stride;
        if (b)
            for (ptrdiff_t c = 0; c < columns; c++) y[c] = x[c] * w[c] + b[c];
        else
            for (ptrdiff_t c = 0; c < columns; c++) y[c] = x[c] * w[c];
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
    NAME(leaky_relu), NAME(leaky_relu_backward),
    NAME(elu), NAME(elu_backward),
    NAME(softplus), NAME(softplus_backward),
    NAME(silu), NAME(silu_backward),
    NAME(gelu), NAME(gelu_backward),
    NAME(gelu_tanh), NAME(gelu_tanh_backward),
    NAME(layer_norm), NAME(layer_norm_backward), NAME(layer_norm_weight_gradient),
    NAME(mean_squared_error), NAME(mean_squared_error_classes),
    NAME(cross_entropy), NAME(cross_entropy_classes),
    NAME(softmax_cross_entropy), NAME(softmax_cross_entropy_classes),
    NAME(adam),
    NAME(fill_rows), NAME(column_sums), NAME(column_dots), NAME(scale_columns), NAME(gather_rows), NAME(copy),
    NAME(transpose),
    NAME(first_non_finite),
    NAME(exponential), NAME(logarithm),
};

#undef LANES
#undef FLATTEN
#undef ACTIVATION
#undef REAL
#undef BITS
#undef UBITS
#undef NAME
#undef LOG
#undef TABLE
#undef IS_DOUBLE
