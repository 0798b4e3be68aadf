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

// Normalisation of columns. Some columns of all rows at a time, with sums in Double that stay in registers and the first
// cache; rows are added in their order.
enum { NAME(column_block) = 64 };

#define FOR_COLUMN_BLOCKS                                                                    \
    for (ptrdiff_t start = 0; start < columns; start += NAME(column_block))                  \
        for (ptrdiff_t width = columns - start < NAME(column_block) ? columns - start : NAME(column_block), once = 1; once; once = 0)

static void NAME(column_moments)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t stride, void *means,
                                 void *variances) {
    REAL *mean = means, *variance = variances;
    FOR_COLUMN_BLOCKS {
        double sum[NAME(column_block)] = {0}, square[NAME(column_block)] = {0};
        for (ptrdiff_t r = 0; r < rows; r++) {
            const REAL *restrict x = (const REAL *)inputs + r * stride + start;
            for (ptrdiff_t c = 0; c < width; c++) sum[c] += (double)x[c];
        }
        for (ptrdiff_t c = 0; c < width; c++) sum[c] /= (double)rows;
        for (ptrdiff_t r = 0; r < rows; r++) {
            const REAL *restrict x = (const REAL *)inputs + r * stride + start;
            for (ptrdiff_t c = 0; c < width; c++) {
                double difference = (double)x[c] - sum[c];
                square[c] += difference * difference;
            }
        }
        for (ptrdiff_t c = 0; c < width; c++) {
            mean[start + c] = (REAL)sum[c];
            variance[start + c] = (REAL)(square[c] / (double)rows);
        }
    }
}

// What the deviations of some columns are multiplied by.
static inline void NAME(inverse_deviations)(ptrdiff_t width, const REAL *variance, double epsilon, double *scales) {
    for (ptrdiff_t c = 0; c < width; c++) scales[c] = 1 / __builtin_elementwise_sqrt((double)variance[c] + epsilon);
}

static void NAME(normalize_columns)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                    const void *means, const void *variances, double epsilon, const void *weight,
                                    const void *bias, void *outputs, ptrdiff_t outputs_stride) {
    const REAL *mean = means, *variance = variances, *w = weight, *b = bias;
    FOR_COLUMN_BLOCKS {
        double scale[NAME(column_block)];
        REAL m[NAME(column_block)], factor[NAME(column_block)], summand[NAME(column_block)];
        NAME(inverse_deviations)(width, variance + start, epsilon, scale);
        for (ptrdiff_t c = 0; c < width; c++) {
            m[c] = mean[start + c];
            factor[c] = (REAL)(scale[c] * (w ? (double)w[start + c] : 1));
            summand[c] = b ? b[start + c] : 0;
        }
        for (ptrdiff_t r = 0; r < rows; r++) {
            const REAL *restrict x = (const REAL *)inputs + r * inputs_stride + start;
            REAL *restrict y = (REAL *)outputs + r * outputs_stride + start;
            for (ptrdiff_t c = 0; c < width; c++) y[c] = (x[c] - m[c]) * factor[c] + summand[c];
        }
    }
}

// With z the normalised column: scale * w * (g - mean(g) - z mean(g z)).
static void NAME(normalize_columns_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs,
                                             ptrdiff_t inputs_stride, const void *output_gradient,
                                             ptrdiff_t output_stride, const void *means, const void *variances,
                                             double epsilon, const void *weight, void *gradient,
                                             ptrdiff_t gradient_stride) {
    const REAL *mean = means, *variance = variances, *w = weight;
    FOR_COLUMN_BLOCKS {
        double scale[NAME(column_block)], sum[NAME(column_block)] = {0}, dot[NAME(column_block)] = {0};
        REAL m[NAME(column_block)], factor[NAME(column_block)], shift[NAME(column_block)], slope[NAME(column_block)];
        NAME(inverse_deviations)(width, variance + start, epsilon, scale);
        for (ptrdiff_t c = 0; c < width; c++) m[c] = mean[start + c];
        for (ptrdiff_t r = 0; r < rows; r++) {
            const REAL *restrict x = (const REAL *)inputs + r * inputs_stride + start;
            const REAL *restrict g = (const REAL *)output_gradient + r * output_stride + start;
            for (ptrdiff_t c = 0; c < width; c++) {
                sum[c] += (double)g[c];
                dot[c] += (double)g[c] * (double)(x[c] - m[c]);
            }
        }
        for (ptrdiff_t c = 0; c < width; c++) {
            factor[c] = (REAL)(scale[c] * (w ? (double)w[start + c] : 1));
            shift[c] = (REAL)(sum[c] / (double)rows);
            slope[c] = (REAL)(dot[c] * scale[c] * scale[c] / (double)rows);
        }
        for (ptrdiff_t r = 0; r < rows; r++) {
            const REAL *restrict x = (const REAL *)inputs + r * inputs_stride + start;
            const REAL *restrict g = (const REAL *)output_gradient + r * output_stride + start;
            REAL *restrict d = (REAL *)gradient + r * gradient_stride + start;
            for (ptrdiff_t c = 0; c < width; c++) d[c] = factor[c] * (g[c] - shift[c] - (x[c] - m[c]) * slope[c]);
        }
    }
}

static void NAME(normalized_column_dots)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                         const void *gradient, ptrdiff_t gradient_stride, const void *means,
                                         const void *variances, double epsilon, void *sums) {
    const REAL *mean = means, *variance = variances;
    REAL *s = sums;
    FOR_COLUMN_BLOCKS {
        double scale[NAME(column_block)], dot[NAME(column_block)] = {0};
        NAME(inverse_deviations)(width, variance + start, epsilon, scale);
        for (ptrdiff_t r = 0; r < rows; r++) {
            const REAL *restrict x = (const REAL *)inputs + r * inputs_stride + start;
            const REAL *restrict g = (const REAL *)gradient + r * gradient_stride + start;
            for (ptrdiff_t c = 0; c < width; c++) dot[c] += (double)g[c] * (double)(x[c] - mean[start + c]);
        }
        for (ptrdiff_t c = 0; c < width; c++) s[start + c] = (REAL)(dot[c] * scale[c]);
    }
}

#undef FOR_COLUMN_BLOCKS

// The root mean square of rows. The factor of each row, 1 / sqrt(mean(x^2) + epsilon), is kept for the way back.
static void NAME(rms_norm)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                           const void *weight, double epsilon, void *outputs, ptrdiff_t outputs_stride, void *factors) {
    const REAL *w = weight;
    REAL *kept = factors;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)inputs + r * inputs_stride;
        REAL *restrict y = (REAL *)outputs + r * outputs_stride;
        const REAL factor = (REAL)NAME(inverse_deviation)(columns, x, 0, epsilon);
        if (kept) kept[r] = factor;
        if (w)
            for (ptrdiff_t c = 0; c < columns; c++) y[c] = x[c] * factor * w[c];
        else
            for (ptrdiff_t c = 0; c < columns; c++) y[c] = x[c] * factor;
    }
}

// With z the normalised row and h = w g: factor * (h - z mean(h z)).
static void NAME(rms_norm_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                    const void *output_gradient, ptrdiff_t output_stride, const void *weight,
                                    const void *factors, void *gradient, ptrdiff_t gradient_stride) {
    enum { lanes = NAME(moment_lanes) };
    const REAL *w = weight, *kept = factors;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)inputs + r * inputs_stride;
        const REAL *restrict g = (const REAL *)output_gradient + r * output_stride;
        REAL *restrict d = (REAL *)gradient + r * gradient_stride;
        if (w)
            for (ptrdiff_t c = 0; c < columns; c++) d[c] = g[c] * w[c];
        else
            for (ptrdiff_t c = 0; c < columns; c++) d[c] = g[c];
        double lane[lanes] = {0}, projection = 0;
        ptrdiff_t i = 0;
        for (; i + lanes <= columns; i += lanes)
            for (ptrdiff_t j = 0; j < lanes; j++) lane[j] += (double)d[i + j] * (double)x[i + j];
        for (; i < columns; i++) projection += (double)d[i] * (double)x[i];
        for (ptrdiff_t j = 0; j < lanes; j++) projection += lane[j];
        const REAL factor = kept[r];
        const REAL slope = (REAL)(projection * (double)factor * (double)factor / (double)columns);
        for (ptrdiff_t c = 0; c < columns; c++) d[c] = factor * (d[c] - x[c] * slope);
    }
}

static void NAME(rms_norm_weight_gradient)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs,
                                           ptrdiff_t inputs_stride, const void *gradient, ptrdiff_t gradient_stride,
                                           const void *factors, void *sums) {
    const REAL *kept = factors;
    REAL *restrict s = sums;
    for (ptrdiff_t c = 0; c < columns; c++) s[c] = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)inputs + r * inputs_stride;
        const REAL *restrict g = (const REAL *)gradient + r * gradient_stride;
        for (ptrdiff_t c = 0; c < columns; c++) s[c] += g[c] * (x[c] * kept[r]);
    }
}
