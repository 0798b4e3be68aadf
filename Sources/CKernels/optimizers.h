// Updates of the parameters.

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
