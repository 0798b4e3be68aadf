// sin and cos of 2 pi t, which need only the fraction of t, however large t is.

// t minus the nearest multiple of 1/2; if the multiple is odd, both functions change their signs.
static inline REAL NAME(half_turn)(REAL t, UBITS *sign) {
#if IS_DOUBLE
    const REAL magic = 0x1.8p52, largest = 0x1p51;
    enum { top = 63 };
#else
    const REAL magic = 0x1.8p23f, largest = 0x1p22f;
    enum { top = 31 };
#endif
    REAL twice = t + t, rounded = twice + magic;
    // A number this large has hardly a fraction and is taken as whole. NaN stays NaN.
    const int is_whole = twice > largest || twice < -largest;
    *sign = is_whole ? 0 : (UBITS)NAME(to_bits)(rounded) << top;
    REAL rest = (twice - (rounded - magic)) * (REAL)0.5;
    return is_whole ? 0 * t : rest;
}

static inline REAL NAME(with_sign)(REAL x, UBITS sign) {
    return NAME(from_bits)((BITS)((UBITS)NAME(to_bits)(x) ^ sign));
}

// The Taylor series, accurate up to a quarter of a turn.
static inline REAL NAME(sin_turn)(REAL r, UBITS sign) {
    REAL z = r * (REAL)6.283185307179586476925286766559, s = z * z, y;
#if IS_DOUBLE
    y = 1 / 51090942171709440000.0;
    y = y * s - 1 / 121645100408832000.0;
    y = y * s + 1 / 355687428096000.0;
    y = y * s - 1 / 1307674368000.0;
    y = y * s + 1 / 6227020800.0;
    y = y * s - 1 / 39916800.0;
#else
    y = (REAL)(1 / 6227020800.0);
    y = y * s - (REAL)(1 / 39916800.0);
#endif
    y = y * s + (REAL)(1 / 362880.0);
    y = y * s - (REAL)(1 / 5040.0);
    y = y * s + (REAL)(1 / 120.0);
    y = y * s - (REAL)(1 / 6.0);
    return NAME(with_sign)(z + z * s * y, sign);
}

static inline REAL NAME(cos_turn)(REAL r, UBITS sign) {
    REAL z = r * (REAL)6.283185307179586476925286766559, s = z * z, y;
#if IS_DOUBLE
    y = 1 / 1124000727777607680000.0;
    y = 1 / 2432902008176640000.0 - y * s;
    y = y * s - 1 / 6402373705728000.0;
    y = y * s + 1 / 20922789888000.0;
    y = y * s - 1 / 87178291200.0;
    y = y * s + 1 / 479001600.0;
#else
    y = (REAL)(1 / 479001600.0) - s * (REAL)(1 / 87178291200.0);
#endif
    y = y * s - (REAL)(1 / 3628800.0);
    y = y * s + (REAL)(1 / 40320.0);
    y = y * s - (REAL)(1 / 720.0);
    y = y * s + (REAL)(1 / 24.0);
    y = y * s - (REAL)0.5;
    return NAME(with_sign)(1 + s * y, sign);
}

// The sines and cosines of each number x at each of its frequencies; with phases, the cosines and x itself.
static void NAME(periodic)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                           ptrdiff_t frequencies, const void *frequency, const void *phase, void *outputs,
                           ptrdiff_t outputs_stride) {
    const REAL *w = frequency, *p = phase;
    const REAL turn = (REAL)0.15915494309189533576888376337251;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict row = (const REAL *)inputs + r * inputs_stride;
        REAL *restrict y = (REAL *)outputs + r * outputs_stride;
        for (ptrdiff_t c = 0; c < columns; c++) {
            REAL x = row[c];
            const REAL *restrict f = w + c * frequencies;
            if (p) {
                const REAL *restrict b = p + c * frequencies;
                for (ptrdiff_t k = 0; k < frequencies; k++) {
                    UBITS sign;
                    REAL rest = NAME(half_turn)(f[k] * x + b[k] * turn, &sign);
                    y[k] = NAME(cos_turn)(rest, sign);
                }
                y[frequencies] = x;
                y += frequencies + 1;
            } else {
                for (ptrdiff_t k = 0; k < frequencies; k++) {
                    UBITS sign;
                    REAL rest = NAME(half_turn)(f[k] * x, &sign);
                    y[k] = NAME(sin_turn)(rest, sign);
                    y[frequencies + k] = NAME(cos_turn)(rest, sign);
                }
                y += 2 * frequencies;
            }
        }
    }
}

// The gradient with respect to the angle for some frequencies: the sine's gradient * cos - the cosine's * sin.
static inline void NAME(periodic_slopes)(ptrdiff_t count, REAL x, const REAL *restrict f, const REAL *restrict b,
                                         const REAL *restrict sine, const REAL *restrict cosine,
                                         REAL *restrict slopes) {
    const REAL turn = (REAL)0.15915494309189533576888376337251;
    if (b) {
        for (ptrdiff_t k = 0; k < count; k++) {
            UBITS sign;
            REAL rest = NAME(half_turn)(f[k] * x + b[k] * turn, &sign);
            slopes[k] = -cosine[k] * NAME(sin_turn)(rest, sign);
        }
    } else {
        for (ptrdiff_t k = 0; k < count; k++) {
            UBITS sign;
            REAL rest = NAME(half_turn)(f[k] * x, &sign);
            slopes[k] = sine[k] * NAME(cos_turn)(rest, sign) - cosine[k] * NAME(sin_turn)(rest, sign);
        }
    }
}

// Writes the gradients of the numbers, and adds those of frequencies and phases, rows in order; each unless it is null.
static void NAME(periodic_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                    const void *gradient, ptrdiff_t gradient_stride, ptrdiff_t frequencies,
                                    const void *frequency, const void *phase, void *input_gradient,
                                    ptrdiff_t input_gradient_stride, void *frequency_sums, void *phase_sums) {
    enum { block = 256 };
    const REAL circle = (REAL)6.283185307179586476925286766559;
    REAL slopes[block];
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *row = (const REAL *)inputs + r * inputs_stride;
        const REAL *g = (const REAL *)gradient + r * gradient_stride;
        for (ptrdiff_t c = 0; c < columns; c++) {
            REAL x = row[c], sum = 0;
            for (ptrdiff_t start = 0; start < frequencies; start += block) {
                ptrdiff_t place = c * frequencies + start;
                ptrdiff_t count = frequencies - start < block ? frequencies - start : block;
                const REAL *f = (const REAL *)frequency + place;
                const REAL *b = phase ? (const REAL *)phase + place : 0;
                NAME(periodic_slopes)(count, x, f, b, g + start, phase ? g + start : g + frequencies + start, slopes);
                if (input_gradient) sum += NAME(dot)(count, f, slopes);
                if (frequency_sums) {
                    REAL *restrict s = (REAL *)frequency_sums + place;
                    for (ptrdiff_t k = 0; k < count; k++) s[k] += circle * x * slopes[k];
                }
                if (phase_sums) {
                    REAL *restrict q = (REAL *)phase_sums + place;
                    for (ptrdiff_t k = 0; k < count; k++) q[k] += slopes[k];
                }
            }
            if (input_gradient)
                ((REAL *)input_gradient)[r * input_gradient_stride + c] = sum * circle + (phase ? g[frequencies] : 0);
            g += phase ? frequencies + 1 : 2 * frequencies;
        }
    }
}
