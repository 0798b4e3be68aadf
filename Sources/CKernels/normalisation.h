// Normalisation of rows.

// In Double, so that a large mean and the squares of a Float lose no digits; lanes give a fixed order.
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

// The factor of a row after its mean was subtracted.
static inline double NAME(inverse_deviation)(ptrdiff_t count, const REAL *x, double mean, double epsilon) {
    return 1 / __builtin_elementwise_sqrt(NAME(variance)(count, x, mean) + epsilon);
}

// The statistics of a row: its mean, in two parts so that a large mean costs a Float no digits, and the factor above.
enum { NAME(row_statistics) = 3 };

static inline void NAME(describe_row)(ptrdiff_t count, const REAL *x, double epsilon, REAL *statistics) {
    const double mean = NAME(mean)(count, x);
    statistics[0] = (REAL)mean;
    statistics[1] = (REAL)(mean - (double)statistics[0]);
    statistics[2] = (REAL)NAME(inverse_deviation)(count, x, mean, epsilon);
}

static inline REAL NAME(deviation)(REAL x, REAL mean, REAL rest) {
    // A Double mean has no second part.
    return IS_DOUBLE ? x - mean : (x - mean) - rest;
}

static void NAME(layer_norm)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                             const void *weight, const void *bias, double epsilon, void *outputs,
                             ptrdiff_t outputs_stride, void *statistics) {
    const REAL *restrict w = weight, *restrict b = bias;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)inputs + r * inputs_stride;
        REAL *restrict y = (REAL *)outputs + r * outputs_stride;
        REAL own[NAME(row_statistics)];
        REAL *row = statistics ? (REAL *)statistics + r * NAME(row_statistics) : own;
        NAME(describe_row)(columns, x, epsilon, row);
        const REAL mean = row[0], rest = row[1], factor = row[2];
        if (w)
            for (ptrdiff_t c = 0; c < columns; c++) y[c] = NAME(deviation)(x[c], mean, rest) * factor * w[c] + b[c];
        else
            for (ptrdiff_t c = 0; c < columns; c++) y[c] = NAME(deviation)(x[c], mean, rest) * factor;
    }
}

// With d the deviations, z = factor d and h = w g: factor * (h - mean(h) - z mean(h z)).
static void NAME(layer_norm_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                      const void *output_gradient, ptrdiff_t output_stride, const void *weight,
                                      const void *statistics, void *gradient, ptrdiff_t gradient_stride) {
    enum { lanes = NAME(moment_lanes) };
    const REAL *restrict w = weight;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)inputs + r * inputs_stride;
        const REAL *restrict g = (const REAL *)output_gradient + r * output_stride;
        REAL *restrict h = (REAL *)gradient + r * gradient_stride;
        const REAL *row = (const REAL *)statistics + r * NAME(row_statistics);
        const REAL mean = row[0], rest = row[1], factor = row[2];
        double sums[lanes] = {0}, dots[lanes] = {0}, sum = 0, dot = 0;
        ptrdiff_t i = 0;
        for (; i + lanes <= columns; i += lanes)
            for (ptrdiff_t j = 0; j < lanes; j++) {
                h[i + j] = w ? g[i + j] * w[i + j] : g[i + j];
                sums[j] += (double)h[i + j];
                dots[j] += (double)h[i + j] * (double)NAME(deviation)(x[i + j], mean, rest);
            }
        for (; i < columns; i++) {
            h[i] = w ? g[i] * w[i] : g[i];
            sum += (double)h[i];
            dot += (double)h[i] * (double)NAME(deviation)(x[i], mean, rest);
        }
        for (ptrdiff_t j = 0; j < lanes; j++) {
            sum += sums[j];
            dot += dots[j];
        }
        const REAL shift = (REAL)(sum / (double)columns);
        const REAL slope = (REAL)(dot * (double)factor * (double)factor / (double)columns);
        for (ptrdiff_t c = 0; c < columns; c++)
            h[c] = factor * (h[c] - shift - NAME(deviation)(x[c], mean, rest) * slope);
    }
}

static void NAME(layer_norm_parameter_gradients)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs,
                                                 ptrdiff_t inputs_stride, const void *gradient,
                                                 ptrdiff_t gradient_stride, const void *statistics, void *sums) {
    REAL *restrict weight = sums, *restrict bias = weight + columns;
    for (ptrdiff_t c = 0; c < 2 * columns; c++) weight[c] = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)inputs + r * inputs_stride;
        const REAL *restrict g = (const REAL *)gradient + r * gradient_stride;
        const REAL *row = (const REAL *)statistics + r * NAME(row_statistics);
        const REAL mean = row[0], rest = row[1], factor = row[2];
        for (ptrdiff_t c = 0; c < columns; c++) {
            weight[c] += g[c] * (NAME(deviation)(x[c], mean, rest) * factor);
            bias[c] += g[c];
        }
    }
}

// Normalisation of columns: blocks of columns over all rows, with sums in Double that stay in registers and the
// first-level cache. Rows are added in their order.
enum { NAME(column_block) = 512 };

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

// The factors of the deviations of some columns.
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

// The root mean square of rows. The factor of each row, 1 / sqrt(mean(x^2) + epsilon), is kept for the backward pass.
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
