// Losses: the sum over some rows of weight times loss, and `scale` times that sum's gradient.

// The target of an output: of classes, the one-hot row; of a single column, whether it is class 1.
static inline REAL NAME(target)(const CLoss *loss, ptrdiff_t row, ptrdiff_t column) {
    if (loss->classes) return (REAL)(loss->classes[row] == column + (loss->columns == 1));
    return ((const REAL *)loss->targets)[row * loss->targets_stride + column];
}

static inline double NAME(row_weight)(const CLoss *loss, ptrdiff_t row) {
    return loss->weights ? loss->weights[row] : 1;
}

// MARK: Losses of single elements

// Elements are evaluated some at a time. For each there is its output y, its target t, their difference d (in Double
// D) and a parameter p; it counts w, and where a loss has a part for what is left of the target, that counts v. W and V
// are the same times `scale`. What counts for nothing may be infinite.
enum { NAME(some) = 128 };

typedef struct {
    ptrdiff_t count;
    const REAL *outputs, *targets, *parameters;
    const double *w, *v;
    double scale;
    double *losses;
    REAL *gradient;
} NAME(elements);

#define ELEMENT_LOSS(name, loss, slope)                                                                                \
    static void NAME(name)(const NAME(elements) *e) {                                                                  \
        const REAL *outputs = e->outputs, *targets = e->targets, *parameters = e->parameters;                          \
        const double *ws = e->w, *vs = e->v;                                                                           \
        double *restrict losses = e->losses;                                                                           \
        REAL *restrict gradient = e->gradient;                                                                         \
        for (ptrdiff_t i = 0; i < e->count; i++) {                                                                     \
            const double w = ws[i], v = vs[i];                                                                         \
            const REAL W = (REAL)(e->scale * w), V = (REAL)(e->scale * v);                                             \
            const REAL y = outputs[i], t = targets[i], p = parameters[i], d = y - t;                                   \
            const double D = d;                                                                                        \
            (void)p, (void)V, (void)D;                                                                                 \
            const double value = loss;                                                                                 \
            const REAL derivative = slope;                                                                             \
            losses[i] = w + v > 0 ? value : 0;                                                                         \
            gradient[i] = w + v > 0 ? derivative : 0;                                                                  \
        }                                                                                                              \
    }

#define ABS(x) __builtin_elementwise_abs(x)
#define CLAMP(x, least, most) ((x) < (least) ? (least) : (x) > (most) ? (most) : (x))

// ln cosh(x): near 0 ln(1 + (cosh(x) - 1)) with cosh(x) - 1 = m^2 / (2 (1 + m)), m = exp(-|x|) - 1.
static inline REAL NAME(log_cosh)(REAL x) {
    const REAL ln2 = (REAL)0x1.62e42fefa39efp-1;
    REAL a = ABS(x), m = NAME(expm1_negative)(-a), near = m * m / (2 * (1 + m));
    REAL far = a - ln2 + NAME(log1p_unit)(NAME(exp_one)(-2 * a));
    near = NAME(log1p_unit)(a < 1 ? near : 0);
    return a < 1 ? near : far;
}

// ln(1 + exp(x)).
static inline REAL NAME(log_one_plus_exp)(REAL x) {
    return (x > 0 ? x : 0) + NAME(log1p_unit)(NAME(exp_one)(-ABS(x)));
}

ELEMENT_LOSS(squared_loss, w * (D * D), W * (2 * d))
ELEMENT_LOSS(absolute_loss, w * ABS(D), W * ((REAL)(d > 0) - (REAL)(d < 0)))
ELEMENT_LOSS(huber_loss, w * (ABS(D) <= p ? 0.5 * D * D : p * (ABS(D) - 0.5 * p)), W * CLAMP(d, -p, p))
ELEMENT_LOSS(smooth_l1_loss, w * (ABS(D) < p ? 0.5 * D * D / p : ABS(D) - 0.5 * p),
             W * (ABS(d) < p ? d / p : (REAL)(d > 0) - (REAL)(d < 0)))
ELEMENT_LOSS(log_cosh_loss, w * NAME(log_cosh)(d), W * NAME(tanh_one)(d))
ELEMENT_LOSS(quantile_loss, w * (D > 0 ? (1 - p) * D : -p * D), W * (d > 0 ? 1 - p : d < 0 ? -p : 0 * d))
ELEMENT_LOSS(poisson_loss, w * ((double)NAME(exp_one)(y) - (double)t * y), W * (NAME(exp_one)(y) - t))

// Below the clip a loss of probabilities is constant, so its gradient is zero there. Written so that a NaN fails both
// tests and reaches the sum.
static const REAL NAME(least_probability) = (REAL)1e-12;

static inline REAL NAME(clipped)(REAL p) {
    return p < NAME(least_probability) ? NAME(least_probability) : p > 1 ? 1 : p;
}

// The focal loss -(1 - p)^gamma ln p, given q = 1 - p and l = ln p; with gamma = 0 it is -ln p. Its derivative with respect to
// l is -(1 - p)^gamma + gamma p l (1 - p)^(gamma - 1).
static inline REAL NAME(modulation)(REAL q, REAL gamma) {
    REAL power = NAME(exp_one)(gamma * NAME(log_one)(q));
    return gamma > 0 ? power : 1;
}

static inline REAL NAME(focal_derivative)(REAL p, REAL q, REAL l, REAL power, REAL gamma) {
    // ln p / (1 - p) goes to -1 with p to 1.
    return power * (gamma * p * (q > 0 ? l / q : -1) - 1);
}

// Of two classes: p of class 1, q = 1 - p, and their logarithms.
static inline double NAME(binary_focal)(REAL t, double w, double v, REAL p, REAL q, double lp, double lq, REAL gamma) {
    return -(w * t * NAME(modulation)(q, gamma) * lp + v * (1 - t) * NAME(modulation)(p, gamma) * lq);
}

static inline double NAME(binary_focal_of_logit)(REAL t, double w, double v, REAL y, REAL gamma) {
    REAL q, p = NAME(sigmoids)(y, &q);
    return NAME(binary_focal)(
        t, w, v, p, q, -NAME(log_one_plus_exp)(-y), -NAME(log_one_plus_exp)(y), gamma);
}

static inline REAL NAME(binary_focal_slope_of_logit)(REAL t, REAL W, REAL V, REAL y, REAL gamma) {
    REAL q, p = NAME(sigmoids)(y, &q), lp = -NAME(log_one_plus_exp)(-y), lq = -NAME(log_one_plus_exp)(y);
    return W * t * q * NAME(focal_derivative)(p, q, lp, NAME(modulation)(q, gamma), gamma)
           - V * (1 - t) * p * NAME(focal_derivative)(q, p, lq, NAME(modulation)(p, gamma), gamma);
}

static inline double NAME(binary_focal_of_probability)(REAL t, double w, double v, REAL y, REAL gamma) {
    REAL p = NAME(clipped)(y), q = NAME(clipped)(1 - y);
    return NAME(binary_focal)(t, w, v, p, q, LOG((double)p), LOG((double)q), gamma);
}

static inline REAL NAME(binary_focal_slope_of_probability)(REAL t, REAL W, REAL V, REAL y, REAL gamma) {
    REAL p = NAME(clipped)(y), q = NAME(clipped)(1 - y), lp = (REAL)LOG((double)p), lq = (REAL)LOG((double)q);
    REAL one = W * t / p * NAME(focal_derivative)(p, q, lp, NAME(modulation)(q, gamma), gamma);
    REAL other = V * (1 - t) / q * NAME(focal_derivative)(q, p, lq, NAME(modulation)(p, gamma), gamma);
    return (p == y ? one : 0) - (q == 1 - y ? other : 0);
}

// Cross-entropy is the focal loss with a gamma of 0, and does without its powers.
static inline double NAME(binary_loss_of_logit)(REAL t, double w, double v, REAL y) {
    return w * t * NAME(log_one_plus_exp)(-y) + v * (1 - t) * NAME(log_one_plus_exp)(y);
}

static inline REAL NAME(binary_slope_of_logit)(REAL t, REAL W, REAL V, REAL y) {
    REAL q, p = NAME(sigmoids)(y, &q);
    return V * (1 - t) * p - W * t * q;
}

ELEMENT_LOSS(binary_loss, NAME(binary_loss_of_logit)(t, w, v, y), NAME(binary_slope_of_logit)(t, W, V, y))
ELEMENT_LOSS(binary_focal_loss, NAME(binary_focal_of_logit)(t, w, v, y, p),
             NAME(binary_focal_slope_of_logit)(t, W, V, y, p))
ELEMENT_LOSS(binary_probability_loss, NAME(binary_focal_of_probability)(t, w, v, y, p),
             NAME(binary_focal_slope_of_probability)(t, W, V, y, p))

// Runs over all elements; a matrix of targets has a column for each `parameter_count` outputs.
static double NAME(element_losses)(const CLoss *call, void (*evaluate)(const NAME(elements) *)) {
    const CLoss copy = *call, *loss = &copy;
    enum { some = NAME(some), lanes = 16 };
    REAL outputs[some], targets[some], parameters[some], slopes[some];
    double w[some], v[some], losses[some], lane[lanes] = {0}, total = 0;
    const REAL *y = loss->outputs;
    REAL *g = loss->gradient;
    const ptrdiff_t columns = loss->columns, elements = loss->rows * columns, group = loss->parameter_count;
    const double *class_weights = loss->class_weights;
    const REAL kept = (REAL)(1 - loss->smoothing), spread = (REAL)(loss->smoothing / 2);
    // Then nothing has to be brought together first.
    const int is_plain = !loss->classes && !loss->weights && !class_weights && loss->smoothing == 0 && group == 1
                         && loss->outputs_stride == columns && loss->targets_stride == columns
                         && loss->gradient_stride == columns;
    for (ptrdiff_t i = 0; i < some && i < elements; i++) {
        w[i] = v[i] = 1;
        parameters[i] = (REAL)loss->parameters[0];
    }
    // A single column is gathered as if it were a row.
    const ptrdiff_t row_step = columns == 1, column_step = columns != 1;
    ptrdiff_t row = 0, column = 0;
    for (ptrdiff_t start = 0; start < elements; start += some) {
        const ptrdiff_t count = elements - start < some ? elements - start : some;
        if (is_plain) {
            evaluate(&(NAME(elements)){
                count, y + start, (const REAL *)loss->targets + start, parameters, w, v, loss->scale, losses, g + start});
        } else {
            const ptrdiff_t first_row = row, first_column = column;
            for (ptrdiff_t i = 0, part; i < count; i += part) {
                part = columns > 1 && columns - column < count - i ? columns - column : count - i;
                for (ptrdiff_t j = 0; j < part; j++) {
                    const ptrdiff_t r = row + j * row_step, c = column + j * column_step;
                    const double weight = NAME(row_weight)(loss, r);
                    outputs[i + j] = y[r * loss->outputs_stride + c];
                    targets[i + j] = kept * NAME(target)(loss, r, group == 1 ? c : c / group) + spread;
                    w[i + j] = class_weights ? weight * class_weights[columns == 1 ? 1 : c] : weight;
                    v[i + j] = class_weights ? weight * class_weights[columns == 1 ? 0 : c] : weight;
                }
                for (ptrdiff_t j = 0; group > 1 && j < part; j++)
                    parameters[i + j] = (REAL)loss->parameters[(column + j) % group];
                row += columns == 1 ? part : column + part == columns;
                column = columns == 1 || column + part == columns ? 0 : column + part;
            }
            evaluate(&(NAME(elements)){count, outputs, targets, parameters, w, v, loss->scale, losses, slopes});
            ptrdiff_t r = first_row, c = first_column;
            for (ptrdiff_t i = 0; i < count; i++) {
                g[r * loss->gradient_stride + c] = slopes[i];
                if (++c == columns) c = 0, r++;
            }
        }
        ptrdiff_t i = 0;
        for (; i + lanes <= count; i += lanes)
            for (ptrdiff_t j = 0; j < lanes; j++) lane[j] += losses[i + j];
        for (; i < count; i++) total += losses[i];
    }
    for (ptrdiff_t j = 0; j < lanes; j++) total += lane[j];
    return total;
}

static double NAME(binary_losses)(const CLoss *loss) {
    if (loss->form == CLossOutputsProbabilities) return NAME(element_losses)(loss, NAME(binary_probability_loss));
    return NAME(element_losses)(loss, loss->parameters[0] > 0 ? NAME(binary_focal_loss) : NAME(binary_loss));
}

// MARK: Losses of classes

// What a class counts in a row: weight of the row times weight of the class times its target, smoothed.
static inline REAL NAME(share)(const CLoss *loss, double weight, ptrdiff_t row, ptrdiff_t column) {
    const REAL kept = (REAL)(1 - loss->smoothing), spread = (REAL)(loss->smoothing / (double)loss->columns);
    if (loss->class_weights) weight *= loss->class_weights[column];
    return (REAL)weight * (kept * NAME(target)(loss, row, column) + spread);
}

// The same of some columns: in `room`, unless it is the targets themselves.
static inline const REAL *NAME(shares)(const CLoss *loss, double weight, ptrdiff_t row, ptrdiff_t first,
                                       ptrdiff_t count, REAL *room) {
    if (!loss->classes && !loss->class_weights && loss->smoothing == 0 && weight == 1)
        return (const REAL *)loss->targets + row * loss->targets_stride + first;
    for (ptrdiff_t c = 0; c < count; c++) room[c] = NAME(share)(loss, weight, row, first + c);
    return room;
}

// The sum of u (z - top). A class that counts for nothing may be infinitely unlikely.
static inline double NAME(shared_distance)(ptrdiff_t count, const REAL *u, const REAL *z, REAL top) {
    enum { lanes = 16 };
    double total = 0;
    ptrdiff_t c = 0;
    if (count >= lanes) {
        double lane[lanes] = {0};
        for (; c + lanes <= count; c += lanes)
            for (ptrdiff_t j = 0; j < lanes; j++)
                lane[j] += u[c + j] != 0 ? (double)u[c + j] * (double)(z[c + j] - top) : 0;
        for (ptrdiff_t j = 0; j < lanes; j++) total += lane[j];
    }
    for (; c < count; c++) total += u[c] != 0 ? (double)u[c] * (double)(z[c] - top) : 0;
    return total;
}

static inline void NAME(clear)(ptrdiff_t count, REAL *values) {
    for (ptrdiff_t i = 0; i < count; i++) values[i] = 0;
}

// -sum u log softmax(z) = (sum u) log(sum e) - sum u (z - top), with e = exp(z - top) and u what the classes count;
// gradient (sum u) softmax - u. Both ways to it round alike: that of a class is that of its one-hot row.
static inline double NAME(softmax_loss)(REAL all, double log_sum, double share) {
    double value = all * log_sum;
    return value - share;
}

static inline double NAME(softmax_loss_of_class)(const CLoss *loss, ptrdiff_t row, REAL top, REAL sum, double log_sum) {
    const REAL *z = (const REAL *)loss->outputs + row * loss->outputs_stride;
    REAL *g = (REAL *)loss->gradient + row * loss->gradient_stride;
    const ptrdiff_t class = loss->classes[row];
    const double weight = NAME(row_weight)(loss, row);
    const REAL u = (REAL)(loss->class_weights ? weight * loss->class_weights[class] : weight);
    const REAL scale = (REAL)loss->scale;
    if (u == 0) {
        NAME(clear)(loss->columns, g);
        return 0;
    }
    const REAL factor = scale * u / sum, part = scale * u;
    for (ptrdiff_t c = 0; c < loss->columns; c++) g[c] *= factor;
    g[class] -= part;
    return NAME(softmax_loss)(u, log_sum, (double)u * (double)(z[class] - top));
}

static inline double NAME(softmax_loss_of_row)(const CLoss *loss, ptrdiff_t row, REAL top, REAL sum, double log_sum) {
    const REAL *z = (const REAL *)loss->outputs + row * loss->outputs_stride;
    REAL *g = (REAL *)loss->gradient + row * loss->gradient_stride;
    const double weight = NAME(row_weight)(loss, row);
    const ptrdiff_t columns = loss->columns;
    const REAL scale = (REAL)loss->scale;
    REAL all = 0, room[NAME(some)];
    double share = 0;
    for (ptrdiff_t start = 0; start < columns; start += NAME(some)) {
        const ptrdiff_t count = columns - start < NAME(some) ? columns - start : NAME(some);
        const REAL *u = NAME(shares)(loss, weight, row, start, count, room);
        all += NAME(sum)(count, u);
        share += NAME(shared_distance)(count, u, z + start, top);
    }
    if (all == 0) {
        NAME(clear)(loss->columns, g);
        return 0;
    }
    const REAL factor = scale * all / sum;
    for (ptrdiff_t start = 0; start < columns; start += NAME(some)) {
        const ptrdiff_t count = columns - start < NAME(some) ? columns - start : NAME(some);
        const REAL *u = NAME(shares)(loss, weight, row, start, count, room);
        for (ptrdiff_t c = 0; c < count; c++) {
            const REAL whole = g[start + c] * factor, part = scale * u[c];
            g[start + c] = whole - part;
        }
    }
    return NAME(softmax_loss)(all, log_sum, share);
}

// The focal loss of a row, of logits, probabilities or their logarithms; of a softmax g has exp(z - top).
static inline double NAME(focal_loss_of_row)(const CLoss *loss, ptrdiff_t row, REAL top, REAL sum, double log_sum) {
    const REAL *y = (const REAL *)loss->outputs + row * loss->outputs_stride;
    REAL *g = (REAL *)loss->gradient + row * loss->gradient_stride;
    const double weight = NAME(row_weight)(loss, row);
    const REAL scale = (REAL)loss->scale, gamma = (REAL)loss->parameters[0];
    const CLossOutputs form = loss->form;
    double value = 0;
    REAL all = 0;
    if (weight == 0) {
        NAME(clear)(loss->columns, g);
        return 0;
    }
    for (ptrdiff_t c = 0; c < loss->columns; c++) {
        const REAL u = NAME(share)(loss, weight, row, c), p = form == CLossOutputsLogits ? g[c] / sum
            : form == CLossOutputsProbabilities ? NAME(clipped)(y[c]) : NAME(exp_one)(y[c]);
        const double l = form == CLossOutputsLogits ? (double)(y[c] - top) - log_sum
            : form == CLossOutputsProbabilities ? LOG((double)p) : (double)y[c];
        const REAL power = NAME(modulation)(1 - p, gamma);
        const REAL slope = u * NAME(focal_derivative)(p, 1 - p, (REAL)l, power, gamma);
        if (u != 0) value -= (double)(u * power) * l;
        all += slope;
        g[c] = form == CLossOutputsProbabilities ? (p == y[c] ? scale * slope / p : 0) : scale * slope;
    }
    if (form == CLossOutputsLogits)
        for (ptrdiff_t c = 0; c < loss->columns; c++) {
            const REAL p = NAME(exp_one)(y[c] - top) / sum;
            g[c] -= scale * all * p;
        }
    return value;
}

// sum u log t', what is constant in the Kullback-Leibler divergence.
static inline double NAME(negative_entropy)(const CLoss *loss, ptrdiff_t row) {
    double value = 0;
    const double weight = NAME(row_weight)(loss, row), spread = loss->smoothing / (double)loss->columns;
    for (ptrdiff_t c = 0; c < loss->columns; c++) {
        const double t = (1 - loss->smoothing) * (double)NAME(target)(loss, row, c) + spread;
        if (t > 0) value += (loss->class_weights ? weight * loss->class_weights[c] : weight) * t * LOG(t);
    }
    return value;
}

// The logarithms of some rows are taken together.
static double NAME(class_losses)(const CLoss *call) {
    // Of the copy it is known that writing a gradient doesn't change it.
    const CLoss copy = *call, *loss = &copy;
    enum { some = NAME(some) };
    double total = 0, logs[some];
    REAL sums[some], tops[some];
    const int has_logits = loss->form == CLossOutputsLogits;
    const int is_cross_entropy = has_logits && loss->parameters[0] == 0;
    const int has_one_class = is_cross_entropy && loss->classes && loss->smoothing == 0;
    if (has_logits)
        NAME(shifted_exponentials)(
            loss->rows, loss->columns, loss->outputs, loss->outputs_stride, loss->gradient, loss->gradient_stride);
    for (ptrdiff_t start = 0; start < loss->rows; start += some) {
        const ptrdiff_t count = loss->rows - start < some ? loss->rows - start : some;
        for (ptrdiff_t i = 0; has_logits && i < count; i++) {
            sums[i] = NAME(sum)(loss->columns, (const REAL *)loss->gradient + (start + i) * loss->gradient_stride);
            tops[i] = NAME(maximum)(loss->columns, (const REAL *)loss->outputs + (start + i) * loss->outputs_stride);
            logs[i] = sums[i];
        }
        for (ptrdiff_t i = 0; has_logits && i < count; i++) logs[i] = LOG(logs[i]);
        for (ptrdiff_t i = 0; i < count; i++) {
            if (has_one_class)
                total += NAME(softmax_loss_of_class)(loss, start + i, tops[i], sums[i], logs[i]);
            else if (is_cross_entropy)
                total += NAME(softmax_loss_of_row)(loss, start + i, tops[i], sums[i], logs[i]);
            else
                total += NAME(focal_loss_of_row)(loss, start + i, tops[i], sums[i], logs[i]);
        }
    }
    if (loss->kind == CLossDivergence)
        for (ptrdiff_t r = 0; r < loss->rows; r++) total += NAME(negative_entropy)(loss, r);
    return total;
}

// sum over classes k of what k counts times sum over the others of max(0, margin - (y_k - y_c)) / columns.
static double NAME(hinge_losses)(const CLoss *loss) {
    double total = 0;
    const ptrdiff_t columns = loss->columns;
    const REAL margin = (REAL)loss->parameters[0], scale = (REAL)(loss->scale / (double)columns);
    for (ptrdiff_t r = 0; r < loss->rows; r++) {
        const REAL *y = (const REAL *)loss->outputs + r * loss->outputs_stride;
        REAL *g = (REAL *)loss->gradient + r * loss->gradient_stride;
        const double weight = NAME(row_weight)(loss, r);
        NAME(clear)(columns, g);
        for (ptrdiff_t k = 0; k < columns; k++) {
            const REAL u = NAME(share)(loss, weight, r, k);
            double sum = 0;
            REAL count = 0;
            for (ptrdiff_t c = 0; u != 0 && c < columns; c++) {
                const REAL m = margin - (y[k] - y[c]);
                if (c == k || m <= 0) continue;
                sum += m;
                count += 1;
                g[c] += scale * u;
            }
            total += (double)u * sum / (double)columns;
            g[k] -= scale * u * count;
        }
    }
    return total;
}

// MARK: Other losses of rows

// (s + (t - m)^2 exp(-s)) / 2 for each mean m and logarithm of a variance s, of which `parameters[0]` is the least.
static double NAME(gaussian_losses)(const CLoss *loss) {
    double total = 0;
    const ptrdiff_t targets = loss->columns / 2;
    const REAL least = (REAL)loss->parameters[0];
    for (ptrdiff_t r = 0; r < loss->rows; r++) {
        const REAL *m = (const REAL *)loss->outputs + r * loss->outputs_stride, *s = m + targets;
        REAL *g = (REAL *)loss->gradient + r * loss->gradient_stride, *h = g + targets;
        const double weight = NAME(row_weight)(loss, r);
        const REAL scale = (REAL)(loss->scale * weight);
        if (weight == 0) NAME(clear)(loss->columns, g);
        for (ptrdiff_t c = 0; weight != 0 && c < targets; c++) {
            const REAL level = s[c] < least ? least : s[c], precision = NAME(exp_one)(-level);
            const REAL d = m[c] - NAME(target)(loss, r, c);
            total += weight * (0.5 * ((double)level + (double)d * (double)d * (double)precision));
            g[c] = scale * d * precision;
            h[c] = level == s[c] ? scale * (REAL)0.5 * (1 - d * d * precision) : 0;
        }
    }
    return total;
}

// 1 - y.t / (|y| |t|), each length at least `parameters[0]`.
static double NAME(cosine_losses)(const CLoss *loss) {
    double total = 0;
    const double least = loss->parameters[0];
    for (ptrdiff_t r = 0; r < loss->rows; r++) {
        const REAL *y = (const REAL *)loss->outputs + r * loss->outputs_stride;
        REAL *g = (REAL *)loss->gradient + r * loss->gradient_stride;
        const double weight = NAME(row_weight)(loss, r), scale = loss->scale * weight;
        double product = 0, yy = 0, tt = 0;
        for (ptrdiff_t c = 0; c < loss->columns; c++) {
            const double a = y[c], b = NAME(target)(loss, r, c);
            product += a * b;
            yy += a * a;
            tt += b * b;
        }
        const double length = sqrt(yy), known = sqrt(tt) > least ? sqrt(tt) : least;
        const double cosine = product / ((length > least ? length : least) * known);
        // A length below the least is taken for it, which is a constant.
        const double towards = 1 / ((length > least ? length : least) * known), along = length > least ? cosine / yy : 0;
        if (weight != 0) total += weight * (1 - cosine);
        for (ptrdiff_t c = 0; c < loss->columns; c++)
            g[c] = weight != 0 ? (REAL)(scale * (along * y[c] - towards * NAME(target)(loss, r, c))) : 0;
    }
    return total;
}

static double NAME(loss)(const CLoss *loss) {
    switch (loss->kind) {
    case CLossSquared: return NAME(element_losses)(loss, NAME(squared_loss));
    case CLossAbsolute: return NAME(element_losses)(loss, NAME(absolute_loss));
    case CLossHuber: return NAME(element_losses)(loss, NAME(huber_loss));
    case CLossSmoothL1: return NAME(element_losses)(loss, NAME(smooth_l1_loss));
    case CLossLogCosh: return NAME(element_losses)(loss, NAME(log_cosh_loss));
    case CLossQuantile: return NAME(element_losses)(loss, NAME(quantile_loss));
    case CLossPoisson: return NAME(element_losses)(loss, NAME(poisson_loss));
    case CLossBinary: return NAME(binary_losses)(loss);
    // A single output is the probability of one of two classes.
    case CLossClasses: return loss->columns == 1 ? NAME(binary_losses)(loss) : NAME(class_losses)(loss);
    case CLossDivergence: return NAME(class_losses)(loss);
    case CLossHinge: return NAME(hinge_losses)(loss);
    case CLossGaussian: return NAME(gaussian_losses)(loss);
    case CLossCosine: return NAME(cosine_losses)(loss);
    }
    return NAN;
}
