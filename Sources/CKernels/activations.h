// Activations of elements and of rows.

// exp(-|x|) can't overflow; the two signs share it.
static inline REAL NAME(sigmoid_one)(REAL x) {
    REAL e = NAME(exp_one)(x > 0 ? -x : x);
    return (x > 0 ? (REAL)1 : e) / (1 + e);
}

// max(x, 0) + ln(1 + exp(-|x|)); above the threshold x, as in PyTorch.
static inline REAL NAME(softplus_one)(REAL x) {
    REAL value = (x > 0 ? x : 0) + NAME(log1p_unit)(NAME(exp_one)(x > 0 ? -x : x));
    return x > 20 ? x : value;
}

// s = sigmoid(x) and 1 - s, each to its last digits.
static inline REAL NAME(sigmoids)(REAL x, REAL *rest) {
    REAL e = NAME(exp_one)(x > 0 ? -x : x), large = 1 / (1 + e), small = e * large;
    *rest = x > 0 ? small : large;
    return x > 0 ? large : small;
}

static inline REAL NAME(silu_derivative)(REAL x) {
    REAL rest, s = NAME(sigmoids)(x, &rest);
    return s + x * s * rest;
}

// The normal distribution Phi(x), and e = exp(-x^2 / 2). With a = |x|, Phi(-a) = e R(a), where (1 + a) R(a) is a
// polynomial in (a - k) / (a + k), fitted at Chebyshev nodes up to where e is 0 (after Schonfelder 1978). a^2 is split
// into two parts, the first of which is exact, so that the tail keeps its digits.
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

// tanh(ln(1 + e^x)) = n / d with n = (1 + e^x)^2 - 1 and d = n + 2, both times e^-2x where x > 0: nothing cancels.
static inline REAL NAME(mish_tanh)(REAL x, REAL *e, REAL *rest) {
    *e = NAME(exp_one)(x > 0 ? -x : x);
    REAL n = x > 0 ? 1 + 2 * *e : *e * (*e + 2), difference = x > 0 ? 2 * *e * *e : 2, d = n + difference;
    *rest = difference / d;
    return n / d;
}

static inline REAL NAME(mish_one)(REAL x) {
    REAL e, rest;
    return x * NAME(mish_tanh)(x, &e, &rest);
}

// t + x (1 - t)(1 + t) sigmoid(x), 1 - t = rest.
static inline REAL NAME(mish_derivative)(REAL x) {
    REAL e, rest, t = NAME(mish_tanh)(x, &e, &rest), sigmoid = (x > 0 ? (REAL)1 : e) / (1 + e);
    return t + x * (rest * (1 + t)) * sigmoid;
}

// The loops of one activation. Outputs may overwrite inputs: `assume_safety` says that no element depends on another.
#define ACTIVATION(name, value, gradient)                                                                              \
    static void NAME(name)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,             \
                           void *outputs, ptrdiff_t outputs_stride, double first, double second) {                     \
        const REAL a = (REAL)first, b = (REAL)second;                                                                  \
        (void)a, (void)b;                                                                                              \
        FLATTEN(inputs_stride == columns && outputs_stride == columns)                                                 \
        for (ptrdiff_t r = 0; r < rows; r++) {                                                                         \
            const REAL *from = (const REAL *)inputs + r * inputs_stride;                                               \
            REAL *to = (REAL *)outputs + r * outputs_stride;                                                           \
            _Pragma("clang loop vectorize(assume_safety)")                                                             \
            for (ptrdiff_t c = 0; c < columns; c++) {                                                                  \
                const REAL x = from[c];                                                                                \
                to[c] = value;                                                                                         \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void NAME(name##_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *kept, ptrdiff_t kept_stride,      \
                                      const void *gradients, ptrdiff_t gradients_stride, void *results,                \
                                      ptrdiff_t results_stride, double first, double second) {                         \
        const REAL a = (REAL)first, b = (REAL)second;                                                                  \
        (void)a, (void)b;                                                                                              \
        FLATTEN(kept_stride == columns && gradients_stride == columns && results_stride == columns)                    \
        for (ptrdiff_t r = 0; r < rows; r++) {                                                                         \
            const REAL *from = (const REAL *)kept + r * kept_stride;                                                   \
            const REAL *before = (const REAL *)gradients + r * gradients_stride;                                       \
            REAL *to = (REAL *)results + r * results_stride;                                                           \
            _Pragma("clang loop vectorize(assume_safety)")                                                             \
            for (ptrdiff_t c = 0; c < columns; c++) {                                                                  \
                const REAL x = from[c], y = x, g = before[c];                                                          \
                (void)y;                                                                                               \
                to[c] = gradient;                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }
#include "activation_list.h"
#undef ACTIVATION

// The C library's sine, where some |a x| is too large for ours, or NaN.
static int NAME(sines_far)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t stride, double a) {
    const double most = NAME(most_sine) / (a < 0 ? -a : a);
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *x = (const REAL *)inputs + r * stride;
        BITS far = 0;
        for (ptrdiff_t c = 0; c < columns; c++) far |= !(__builtin_elementwise_abs(x[c]) <= (REAL)most);
        if (far) return 1;
    }
    return 0;
}

static REAL NAME(any_sine)(REAL x, int64_t quarters) {
    if (__builtin_elementwise_abs(x) <= (REAL)NAME(most_sine)) return NAME(sine_one)(x, quarters);
    return (REAL)(quarters ? cos((double)x) : sin((double)x));
}

static void NAME(far_sine)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                           void *outputs, ptrdiff_t outputs_stride, double a) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *x = (const REAL *)inputs + r * inputs_stride;
        REAL *y = (REAL *)outputs + r * outputs_stride;
        for (ptrdiff_t c = 0; c < columns; c++) y[c] = NAME(any_sine)((REAL)a * x[c], 0);
    }
}

static void NAME(far_sine_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                    const void *gradients, ptrdiff_t gradients_stride, void *results,
                                    ptrdiff_t results_stride, double a) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *x = (const REAL *)inputs + r * inputs_stride;
        const REAL *g = (const REAL *)gradients + r * gradients_stride;
        REAL *y = (REAL *)results + r * results_stride;
        for (ptrdiff_t c = 0; c < columns; c++) y[c] = g[c] * ((REAL)a * NAME(any_sine)((REAL)a * x[c], 1));
    }
}

static void NAME(activate)(CActivation activation, double a, double b, ptrdiff_t rows, ptrdiff_t columns,
                           const void *inputs, ptrdiff_t inputs_stride, void *outputs, ptrdiff_t outputs_stride) {
    if (activation == CActivation_sine && NAME(sines_far)(rows, columns, inputs, inputs_stride, a))
        return NAME(far_sine)(rows, columns, inputs, inputs_stride, outputs, outputs_stride, a);
    switch (activation) {
#define ACTIVATION(name, value, gradient)                                                                              \
    case CActivation_##name:                                                                                           \
        return NAME(name)(rows, columns, inputs, inputs_stride, outputs, outputs_stride, a, b);
#include "activation_list.h"
#undef ACTIVATION
    }
}

static void NAME(activate_backward)(CActivation activation, double a, double b, ptrdiff_t rows, ptrdiff_t columns,
                                    const void *kept, ptrdiff_t kept_stride, const void *gradients,
                                    ptrdiff_t gradients_stride, void *results, ptrdiff_t results_stride) {
    if (activation == CActivation_sine && NAME(sines_far)(rows, columns, kept, kept_stride, a))
        return NAME(far_sine_backward)(rows, columns, kept, kept_stride, gradients, gradients_stride, results,
                                       results_stride, a);
    switch (activation) {
#define ACTIVATION(name, value, gradient)                                                                              \
    case CActivation_##name:                                                                                           \
        return NAME(name##_backward)(rows, columns, kept, kept_stride, gradients, gradients_stride, results,           \
                                     results_stride, a, b);
#include "activation_list.h"
#undef ACTIVATION
    }
}

// exp(x - row maximum) of every element, in two passes; the second runs over all rows at once.
static inline void NAME(shifted_exponentials)(ptrdiff_t rows, ptrdiff_t columns, const REAL *x, ptrdiff_t x_stride,
                                              REAL *y, ptrdiff_t y_stride) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        REAL top = NAME(maximum)(columns, x + r * x_stride);
        for (ptrdiff_t c = 0; c < columns; c++) y[r * y_stride + c] = x[r * x_stride + c] - top;
    }
    if (y_stride == columns)
        NAME(exponentials)(rows * columns, y);
    else
        for (ptrdiff_t r = 0; r < rows; r++) NAME(exponentials)(columns, y + r * y_stride);
}

static void NAME(softmax)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                          void *outputs, ptrdiff_t outputs_stride) {
    NAME(shifted_exponentials)(rows, columns, inputs, inputs_stride, outputs, outputs_stride);
    for (ptrdiff_t r = 0; r < rows; r++) {
        REAL *y = (REAL *)outputs + r * outputs_stride;
        const REAL inverse = 1 / NAME(sum)(columns, y);
        for (ptrdiff_t c = 0; c < columns; c++) y[c] *= inverse;
    }
}

static void NAME(softmax_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *outputs, ptrdiff_t outputs_stride,
                                   const void *gradients, ptrdiff_t gradients_stride, void *results,
                                   ptrdiff_t results_stride) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *y = (const REAL *)outputs + r * outputs_stride;
        const REAL *g = (const REAL *)gradients + r * gradients_stride;
        REAL *d = (REAL *)results + r * results_stride;
        const REAL projection = NAME(dot)(columns, g, y);
        _Pragma("clang loop vectorize(assume_safety)")
        for (ptrdiff_t c = 0; c < columns; c++) d[c] = y[c] * (g[c] - projection);
    }
}

static void NAME(log_softmax)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                              void *outputs, ptrdiff_t outputs_stride) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *x = (const REAL *)inputs + r * inputs_stride;
        REAL *y = (REAL *)outputs + r * outputs_stride;
        REAL top = NAME(maximum)(columns, x), lane[LANES] = {0}, total = 0;
        ptrdiff_t i = 0;
        for (; i + LANES <= columns; i += LANES)
            for (ptrdiff_t j = 0; j < LANES; j++) lane[j] += NAME(exp_one)(x[i + j] - top);
        for (; i < columns; i++) total += NAME(exp_one)(x[i] - top);
        for (ptrdiff_t j = 0; j < LANES; j++) total += lane[j];
        REAL logarithm = (REAL)LOG((double)total);
        _Pragma("clang loop vectorize(assume_safety)")
        for (ptrdiff_t c = 0; c < columns; c++) y[c] = (x[c] - top) - logarithm;
    }
}

static void NAME(log_softmax_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *outputs,
                                       ptrdiff_t outputs_stride, const void *gradients, ptrdiff_t gradients_stride,
                                       void *results, ptrdiff_t results_stride) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *y = (const REAL *)outputs + r * outputs_stride;
        const REAL *g = (const REAL *)gradients + r * gradients_stride;
        REAL *d = (REAL *)results + r * results_stride;
        const REAL total = NAME(sum)(columns, g);
        _Pragma("clang loop vectorize(assume_safety)")
        for (ptrdiff_t c = 0; c < columns; c++) d[c] = g[c] - NAME(exp_one)(y[c]) * total;
    }
}

// values where inputs > 0, otherwise weight times values: PReLU of the inputs, or its gradient.
static void NAME(scale_negatives)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                  const void *values, ptrdiff_t values_stride, const void *weight,
                                  ptrdiff_t weight_count, void *outputs, ptrdiff_t outputs_stride) {
    const REAL *restrict w = weight;
    const REAL first = w[0];
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *x = (const REAL *)inputs + r * inputs_stride;
        const REAL *v = (const REAL *)values + r * values_stride;
        REAL *restrict y = (REAL *)outputs + r * outputs_stride;
        if (weight_count == 1)
            for (ptrdiff_t c = 0; c < columns; c++) y[c] = x[c] > 0 ? v[c] : first * v[c];
        else
            for (ptrdiff_t c = 0; c < columns; c++) y[c] = x[c] > 0 ? v[c] : w[c] * v[c];
    }
}

// The sums of min(x, 0) times g, for each column or for all together; rows in order.
static void NAME(negative_dots)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                const void *gradient, ptrdiff_t gradient_stride, void *sums, ptrdiff_t count) {
    REAL *restrict s = sums;
    double total = 0;
    for (ptrdiff_t c = 0; c < count; c++) s[c] = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)inputs + r * inputs_stride;
        const REAL *restrict g = (const REAL *)gradient + r * gradient_stride;
        if (count == columns) {
            for (ptrdiff_t c = 0; c < columns; c++) s[c] += x[c] > 0 ? 0 : x[c] * g[c];
            continue;
        }
        REAL lane[LANES] = {0};
        ptrdiff_t i = 0;
        for (; i + LANES <= columns; i += LANES)
            for (ptrdiff_t j = 0; j < LANES; j++) lane[j] += x[i + j] > 0 ? 0 : x[i + j] * g[i + j];
        for (; i < columns; i++) total += x[i] > 0 ? 0 : (double)(x[i] * g[i]);
        for (ptrdiff_t j = 0; j < LANES; j++) total += (double)lane[j];
    }
    if (count != columns) s[0] = (REAL)total;
}
