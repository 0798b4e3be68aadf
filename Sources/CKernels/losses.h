// Losses: the sum over some rows, and its gradient.

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
