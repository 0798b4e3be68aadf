// Elementary functions of one number, and reductions of a row, which the kernels are built from.

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
// is the rounding error of x.
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

// Adding -0 changes no number.
static inline REAL NAME(exp_one)(REAL x) { return NAME(exp_sum)(x, -(REAL)0.0); }

// exp(x) - 1 for x <= 0, accurate for small x: 2^k (exp(r) - 1) + (2^k - 1). Below -50 it is -1; of -0 it is -0.
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
    return __builtin_elementwise_copysign(value * power + (power - 1), x);
}

// k ln 2 + ln(1 + f), 1 + f in [sqrt(1/2), sqrt(2)): s = f / (2 + f), ln(1 + f) = 2s + s^3 P(s^2); P fitted at
// Chebyshev nodes; the sum is arranged as in fdlibm's log, so that f, which is exact, is added last.
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
    // A small integer becomes floating-point through the low bits of `shift`.
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

// An odd polynomial near 0, and 1 - 2 / (exp(2|x|) + 1) elsewhere, each where it is accurate.
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

// The range of sine_one: up to this |x|, the quarter turns that it subtracts are exact.
static const double NAME(most_sine) = 1e6;

// sin(x + quarters pi / 2): subtracts k pi / 2, k = round(x / (pi / 2)), in three parts (Cody and Waite; in Double also
// for Float), then uses polynomials for sine and cosine fitted at Chebyshev nodes.
static inline REAL NAME(sine_one)(REAL x, int64_t quarters) {
    const double shift = 0x1.8p52, two_over_pi = 0x1.45f306dc9c883p-1;
    const double high = 0x1.921fb544p0, middle = 0x1.0b4611a6p-34, low = 0x1.3198a2e037073p-69;
    double shifted = (double)x * two_over_pi + shift, k = shifted - shift;
    int64_t quadrant;
    memcpy(&quadrant, &shifted, sizeof quadrant);
    quadrant += quarters;
    REAL r = (REAL)((((double)x - k * high) - k * middle) - k * low), z = r * r;
#if IS_DOUBLE
    REAL s = 0x1.5e0af186af739p-33;
    s = s * z + -0x1.ae600a926c89ap-26;
    s = s * z + 0x1.71de37961e4c6p-19;
    s = s * z + -0x1.a01a019e8357dp-13;
    s = s * z + 0x1.1111111110bb1p-7;
    s = s * z + -0x1.5555555555555p-3;
    REAL c = -0x1.907d7aebd5e3dp-37;
    c = c * z + 0x1.1eeb68b109173p-29;
    c = c * z + -0x1.27e4fa17a41b4p-22;
    c = c * z + 0x1.a01a019f4e867p-16;
    c = c * z + -0x1.6c16c16c16966p-10;
    c = c * z + 0x1.5555555555555p-5;
#else
    REAL s = -0x1.9ac96cp-13f;
    s = s * z + 0x1.110c28p-7f;
    s = s * z + -0x1.555552p-3f;
    REAL c = 0x1.9bd864p-16f;
    c = c * z + -0x1.6c12d2p-10f;
    c = c * z + 0x1.555554p-5f;
#endif
    REAL sine = r + r * (z * s), cosine = 1 - (REAL)0.5 * z + (z * z) * c;
    REAL value = quadrant & 1 ? cosine : sine;
    // For -0 the sum above is 0, but the sine is -0.
    return x == 0 && quarters == 0 ? x : quadrant & 2 ? -value : value;
}

static inline REAL NAME(square)(REAL x) { return x * x; }

// x limited to lowest ... highest.
static inline REAL NAME(clamped)(REAL x, REAL lowest, REAL highest) {
    x = x < lowest ? lowest : x;
    return x > highest ? highest : x;
}

static void NAME(logarithms)(ptrdiff_t count, void *values) {
    REAL *x = values;
    for (ptrdiff_t i = 0; i < count; i++) x[i] = NAME(log_one)(x[i]);
}

static void NAME(exponentials)(ptrdiff_t count, void *values) {
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
