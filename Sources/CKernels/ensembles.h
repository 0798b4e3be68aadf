// Members of an ensemble, whose columns follow each other in a row.

// Each input column gets the sum of its columns in all members, times their factors.
static void NAME(fold_columns)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t members, const void *gradient,
                               ptrdiff_t gradient_stride, const void *factors, void *input_gradient,
                               ptrdiff_t input_gradient_stride) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict g = (const REAL *)gradient + r * gradient_stride;
        REAL *restrict d = (REAL *)input_gradient + r * input_gradient_stride;
        for (ptrdiff_t c = 0; c < columns; c++) d[c] = 0;
        for (ptrdiff_t member = 0; member < members; member++) {
            const REAL *restrict f = (const REAL *)factors + member * columns;
            for (ptrdiff_t c = 0; c < columns; c++) d[c] += g[member * columns + c] * f[c];
        }
    }
}

// A member's part of the gradient of the shared weight, and the gradient of its factors, from the product of its inputs
// and its outputs' gradients, both without their factors.
static void NAME(member_gradient)(ptrdiff_t inputs, ptrdiff_t outputs, const void *product, const void *weight,
                                  const void *input_factors, const void *output_factors, int adds, void *weight_sums,
                                  void *input_factor_gradient, void *output_factor_gradient) {
    const REAL *restrict r = input_factors, *restrict s = output_factors;
    REAL *restrict dr = input_factor_gradient, *restrict ds = output_factor_gradient;
    for (ptrdiff_t o = 0; o < outputs; o++) ds[o] = 0;
    for (ptrdiff_t i = 0; i < inputs; i++) {
        const REAL *restrict p = (const REAL *)product + i * outputs;
        const REAL *restrict w = (const REAL *)weight + i * outputs;
        REAL *restrict dw = (REAL *)weight_sums + i * outputs;
        REAL factor = r[i], total = 0, lane[LANES] = {0};
        for (ptrdiff_t o = 0; o < outputs; o++) {
            dw[o] = (adds ? dw[o] : 0) + factor * s[o] * p[o];
            ds[o] += factor * w[o] * p[o];
        }
        ptrdiff_t o = 0;
        for (; o + LANES <= outputs; o += LANES)
            for (ptrdiff_t j = 0; j < LANES; j++) lane[j] += w[o + j] * p[o + j] * s[o + j];
        for (ptrdiff_t j = 0; j < LANES; j++) total += lane[j];
        for (; o < outputs; o++) total += w[o] * p[o] * s[o];
        dr[i] = total;
    }
}
