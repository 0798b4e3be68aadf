// Columns that become several columns: category codes, and numbers in bins.

// The category whose code a number is, counted from 0; -1 if it isn't a code.
static inline ptrdiff_t NAME(category)(REAL code, ptrdiff_t categories) {
    if (!(code >= 0 && code <= (REAL)categories)) return -1;
    ptrdiff_t category = (ptrdiff_t)code;
    return (REAL)category == code && category <= categories ? category : -1;
}

static void NAME(embed)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                        ptrdiff_t column, ptrdiff_t categories, ptrdiff_t features, const void *weight, void *outputs,
                        ptrdiff_t outputs_stride) {
    const REAL *w = weight;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)inputs + r * inputs_stride;
        REAL *restrict y = (REAL *)outputs + r * outputs_stride;
        memcpy(y, x, (size_t)column * sizeof(REAL));
        ptrdiff_t category = NAME(category)(x[column], categories);
        if (category >= 0 && category < categories)
            memcpy(y + column, w + category * features, (size_t)features * sizeof(REAL));
        else
            for (ptrdiff_t c = 0; c < features; c++) y[column + c] = category < 0 ? (REAL)NAN : 0;
        memcpy(y + column + features, x + column + 1, (size_t)(columns - column - 1) * sizeof(REAL));
    }
}

static void NAME(embed_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *gradient, ptrdiff_t gradient_stride,
                                 ptrdiff_t column, ptrdiff_t features, void *input_gradient,
                                 ptrdiff_t input_gradient_stride) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict g = (const REAL *)gradient + r * gradient_stride;
        REAL *restrict d = (REAL *)input_gradient + r * input_gradient_stride;
        memcpy(d, g, (size_t)column * sizeof(REAL));
        d[column] = 0;
        memcpy(d + column + 1, g + column + features, (size_t)(columns - column - 1) * sizeof(REAL));
    }
}

static void NAME(embed_weight_gradient)(ptrdiff_t rows, ptrdiff_t features, const void *codes, ptrdiff_t codes_stride,
                                        const void *gradient, ptrdiff_t gradient_stride, ptrdiff_t first,
                                        ptrdiff_t categories, void *sums) {
    REAL *s = sums;
    for (ptrdiff_t i = 0; i < categories * features; i++) s[i] = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
        ptrdiff_t category = NAME(category)(((const REAL *)codes)[r * codes_stride], first + categories) - first;
        if (category < 0 || category >= categories) continue;
        const REAL *restrict g = (const REAL *)gradient + r * gradient_stride;
        REAL *restrict sum = s + category * features;
        for (ptrdiff_t c = 0; c < features; c++) sum[c] += g[c];
    }
}

// Computed in double, because an edge may not be representable as a float.
static void NAME(encode_bins)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                              const ptrdiff_t *starts, const double *restrict lower, const double *restrict slope,
                              const double *restrict least, const double *restrict most, void *outputs,
                              ptrdiff_t outputs_stride) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict inputs_row = (const REAL *)inputs + r * inputs_stride;
        REAL *restrict y = (REAL *)outputs + r * outputs_stride;
        for (ptrdiff_t c = 0; c < columns; c++) {
            double x = inputs_row[c];
            for (ptrdiff_t bin = starts[c]; bin < starts[c + 1]; bin++) {
                double value = (x - lower[bin]) * slope[bin];
                value = value < least[bin] ? least[bin] : value;
                y[bin] = (REAL)(value > most[bin] ? most[bin] : value);
            }
        }
    }
}

static void NAME(encode_bins_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                       const void *gradient, ptrdiff_t gradient_stride, const ptrdiff_t *starts,
                                       const double *restrict lower, const double *restrict slope,
                                       const double *restrict least, const double *restrict most, void *input_gradient,
                                       ptrdiff_t input_gradient_stride) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict inputs_row = (const REAL *)inputs + r * inputs_stride;
        const REAL *restrict g = (const REAL *)gradient + r * gradient_stride;
        REAL *restrict d = (REAL *)input_gradient + r * input_gradient_stride;
        for (ptrdiff_t c = 0; c < columns; c++) {
            double x = inputs_row[c], sum = 0;
            for (ptrdiff_t bin = starts[c]; bin < starts[c + 1]; bin++) {
                double value = (x - lower[bin]) * slope[bin];
                sum += value > least[bin] && value < most[bin] ? g[bin] * slope[bin] : 0;
            }
            d[c] = (REAL)sum;
        }
    }
}
