// Normalisation of rows.

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
