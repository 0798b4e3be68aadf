// Losses: the sum over some rows of weight times loss, and `scale` times the gradient of that sum.

// The target of an output. Classes are one-hot rows; in a single column, a target is 1 for class 1.
static inline REAL NAME(target)(const CLoss *loss, ptrdiff_t row, ptrdiff_t column) {
    if (loss->classes) return (REAL)(loss->classes[row] == column + (loss->columns == 1));
    return ((const REAL *)loss->targets)[row * loss->targets_stride + column];
}

static inline double NAME(row_weight)(const CLoss *loss, ptrdiff_t row) {
    return loss->weights ? loss->weights[row] : 1;
}

// MARK: Losses of single elements

// Elements are evaluated in groups. Each has an output y, a target t, their difference d (in Double D) and a parameter
// p. Its weight is w, and v is the weight of a loss's second part, for 1 - t. W and V are the same times `scale`.
// Elements of weight 0 may be infinite.
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

// The focal loss -(1 - p)^gamma ln p, given q = 1 - p and l = ln p; with gamma = 0 it is -ln p. Its derivative with
// respect to l is -(1 - p)^gamma + gamma p l (1 - p)^(gamma - 1).
static inline REAL NAME(modulation)(REAL q, REAL gamma) {
    REAL power = NAME(exp_one)(gamma * NAME(log_one)(q));
    return gamma > 0 ? power : 1;
}

static inline REAL NAME(focal_derivative)(REAL p, REAL q, REAL l, REAL power, REAL gamma) {
    // ln p / (1 - p) approaches -1 as p approaches 1.
    return power * (gamma * p * (q > 0 ? l / q : -1) - 1);
}

// Two classes: p of class 1, q = 1 - p, and their logarithms.
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

// Cross-entropy is the focal loss with gamma = 0, computed without its powers.
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

// The place of a group of elements, row after row; a single column is treated as one long row.
typedef struct {
    const CLoss *loss;
    ptrdiff_t across, first, count;
} NAME(stretch);

// For each part of a stretch that lies in one row: the index of its first element in the stretch, the row, the column,
// and the number of elements.
#define FOR_PARTS(s)                                                                                                   \
    for (ptrdiff_t i = 0, r = (s)->first / (s)->across, c = (s)->first % (s)->across, part; i < (s)->count;            \
         i += part, r++, c = 0)                                                                                        \
        if (part = (s)->across - c < (s)->count - i ? (s)->across - c : (s)->count - i, 1)

// `factor` times the elements of a matrix plus `summand`, in the stretch's order.
static inline void NAME(collect)(const NAME(stretch) *s, const REAL *x, ptrdiff_t stride, REAL factor, REAL summand,
                                 REAL *restrict y) {
    const ptrdiff_t step = s->loss->columns == 1 ? stride : 1;
    FOR_PARTS(s) {
        const REAL *restrict row = x + r * stride + c * step;
        if (step == 1)
            for (ptrdiff_t j = 0; j < part; j++) y[i + j] = factor * row[j] + summand;
        else
            for (ptrdiff_t j = 0; j < part; j++) y[i + j] = factor * row[j * step] + summand;
    }
}

static inline void NAME(distribute)(const NAME(stretch) *s, const REAL *restrict x, REAL *y, ptrdiff_t stride) {
    const ptrdiff_t step = s->loss->columns == 1 ? stride : 1;
    FOR_PARTS(s) {
        REAL *restrict row = y + r * stride + c * step;
        for (ptrdiff_t j = 0; j < part; j++) row[j * step] = x[i + j];
    }
}

// Targets other than a matrix as wide as the outputs.
static inline void NAME(collect_targets)(const NAME(stretch) *s, REAL *restrict y) {
    const CLoss *loss = s->loss;
    const ptrdiff_t columns = loss->columns, group = loss->parameter_count;
    const REAL kept = (REAL)(1 - loss->smoothing), spread = (REAL)(loss->smoothing / 2);
    if (!loss->classes && group == 1) {
        NAME(collect)(s, loss->targets, loss->targets_stride, kept, spread, y);
    } else if (!loss->classes) {
        FOR_PARTS(s)
            for (ptrdiff_t j = 0; j < part; j++)
                y[i + j] = kept * ((const REAL *)loss->targets)[r * loss->targets_stride + (c + j) / group] + spread;
    } else if (columns == 1) {
        for (ptrdiff_t i = 0; i < s->count; i++) y[i] = (loss->classes[s->first + i] == 1 ? kept : 0) + spread;
    } else {
        for (ptrdiff_t i = 0; i < s->count; i++) y[i] = spread;
        for (ptrdiff_t r = s->first / columns; r * columns < s->first + s->count; r++) {
            const ptrdiff_t place = r * columns + loss->classes[r] - s->first;
            if (place >= 0 && place < s->count) y[place] = kept + spread;
        }
    }
}

static inline void NAME(collect_weights)(const NAME(stretch) *s, double *restrict w, double *restrict v) {
    const CLoss *loss = s->loss;
    const double *rows = loss->weights, *classes = loss->class_weights;
    if (loss->columns == 1) {
        for (ptrdiff_t i = 0; i < s->count; i++) {
            const double weight = rows ? rows[s->first + i] : 1;
            w[i] = classes ? weight * classes[1] : weight;
            v[i] = classes ? weight * classes[0] : weight;
        }
    } else {
        FOR_PARTS(s) {
            const double weight = rows ? rows[r] : 1;
            for (ptrdiff_t j = 0; j < part; j++) w[i + j] = v[i + j] = classes ? weight * classes[c + j] : weight;
        }
    }
}

static const double NAME(ones)[NAME(some)] = {[0 ... NAME(some) - 1] = 1};

// Runs over all elements; a matrix of targets has one column per `parameter_count` outputs. Contiguous elements are not
// copied first.
static double NAME(element_losses)(const CLoss *call, void (*evaluate)(const NAME(elements) *)) {
    const CLoss copy = *call, *loss = &copy;
    enum { some = NAME(some), lanes = 16 };
    REAL outputs[some], targets[some], parameters[some], slopes[some];
    double w[some], v[some], losses[some], lane[lanes] = {0}, total = 0;
    const REAL *y = loss->outputs, *t = loss->targets;
    REAL *g = loss->gradient;
    const ptrdiff_t columns = loss->columns, elements = loss->rows * columns, group = loss->parameter_count;
    const int are_outputs_together = loss->outputs_stride == columns, is_gradient_together = loss->gradient_stride == columns;
    const int are_targets_together = t && loss->smoothing == 0 && group == 1 && loss->targets_stride == columns;
    const int is_weighted = loss->weights || loss->class_weights;
    for (ptrdiff_t i = 0; i < some && i < elements; i++) parameters[i] = (REAL)loss->parameters[0];
    for (ptrdiff_t start = 0; start < elements; start += some) {
        const ptrdiff_t count = elements - start < some ? elements - start : some;
        const NAME(stretch) stretch = {loss, columns == 1 ? elements : columns, start, count}, *s = &stretch;
        if (!are_outputs_together) NAME(collect)(s, y, loss->outputs_stride, 1, 0, outputs);
        if (!are_targets_together) NAME(collect_targets)(s, targets);
        if (is_weighted) NAME(collect_weights)(s, w, v);
        if (group > 1)
            FOR_PARTS(s)
                for (ptrdiff_t j = 0; j < part; j++) parameters[i + j] = (REAL)loss->parameters[(c + j) % group];
        evaluate(&(NAME(elements)){
            count, are_outputs_together ? y + start : outputs, are_targets_together ? t + start : targets, parameters,
            is_weighted ? w : NAME(ones), is_weighted ? v : NAME(ones), loss->scale, losses, is_gradient_together ? g + start : slopes});
        if (!is_gradient_together) NAME(distribute)(s, slopes, g, loss->gradient_stride);
        ptrdiff_t i = 0;
        for (; i + lanes <= count; i += lanes)
            for (ptrdiff_t j = 0; j < lanes; j++) lane[j] += losses[i + j];
        for (; i < count; i++) total += losses[i];
    }
    for (ptrdiff_t j = 0; j < lanes; j++) total += lane[j];
    return total;
}

#undef FOR_PARTS

static double NAME(binary_losses)(const CLoss *loss) {
    if (loss->form == CLossOutputsProbabilities) return NAME(element_losses)(loss, NAME(binary_probability_loss));
    return NAME(element_losses)(loss, loss->parameters[0] > 0 ? NAME(binary_focal_loss) : NAME(binary_loss));
}

// MARK: Losses of classes

// The weight of a class in a row: the row's weight times the class's weight times the smoothed target.
static inline REAL NAME(share)(const CLoss *loss, double weight, ptrdiff_t row, ptrdiff_t column) {
    const REAL kept = (REAL)(1 - loss->smoothing), spread = (REAL)(loss->smoothing / (double)loss->columns);
    if (loss->class_weights) weight *= loss->class_weights[column];
    return (REAL)weight * (kept * NAME(target)(loss, row, column) + spread);
}

// The same for some columns: in `room`, unless they are the targets themselves.
static inline const REAL *NAME(shares)(const CLoss *loss, double weight, ptrdiff_t row, ptrdiff_t first,
                                       ptrdiff_t count, REAL *room) {
    if (!loss->classes && !loss->class_weights && loss->smoothing == 0 && weight == 1)
        return (const REAL *)loss->targets + row * loss->targets_stride + first;
    for (ptrdiff_t c = 0; c < count; c++) room[c] = NAME(share)(loss, weight, row, first + c);
    return room;
}

// The sum of u (z - top). A class of weight 0 may have z = -infinity.
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

// -sum u log softmax(z) = (sum u) log(sum e) - sum u (z - top), with e = exp(z - top) and u the weights of the classes;
// gradient (sum u) softmax - u. Both forms of targets round alike: a class gives the bits of its one-hot row.
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

// The focal loss's numbers for a class: p, ln p and (1 - p)^gamma. For a softmax, e = exp(z - top).
typedef struct {
    REAL p, power;
    double l;
} NAME(focal_class);

static inline NAME(focal_class) NAME(focal_class_of)(CLossOutputs form, REAL y, REAL e, REAL top, REAL inverse,
                                                     double log_sum, REAL gamma) {
    NAME(focal_class) class;
    class.p = form == CLossOutputsLogits ? e * inverse : form == CLossOutputsProbabilities ? NAME(clipped)(y) : NAME(exp_one)(y);
    class.l = form == CLossOutputsLogits ? (double)(y - top) - log_sum
        : form == CLossOutputsProbabilities ? LOG((double)class.p) : (double)y;
    class.power = NAME(modulation)(1 - class.p, gamma);
    return class;
}

// The derivative with respect to a class's own output; for a softmax, the part of all classes is added.
static inline REAL NAME(focal_slope)(CLossOutputs form, REAL y, REAL u, NAME(focal_class) class, REAL scale, REAL gamma,
                                     REAL *slope) {
    const REAL value = u * NAME(focal_derivative)(class.p, 1 - class.p, (REAL)class.l, class.power, gamma);
    *slope = u != 0 ? value : 0;
    const REAL own = scale * *slope;
    return form == CLossOutputsProbabilities ? (class.p == y ? own / class.p : 0) : own;
}

// Several classes of a row at once.
static inline void NAME(focal_classes)(CLossOutputs form, ptrdiff_t count, const REAL *restrict y, const REAL *restrict u,
                                       REAL *restrict g, REAL *restrict slopes, double *restrict values, REAL top,
                                       REAL inverse, double log_sum, REAL scale, REAL gamma) {
    for (ptrdiff_t c = 0; c < count; c++) {
        const NAME(focal_class) class = NAME(focal_class_of)(form, y[c], g[c], top, inverse, log_sum, gamma);
        const REAL share = u[c];
        g[c] = NAME(focal_slope)(form, y[c], share, class, scale, gamma, slopes + c);
        values[c] = share != 0 ? -(double)(share * class.power) * class.l : 0;
    }
}

// The focal loss of a row, from logits, probabilities or their logarithms; for a softmax, g has exp(z - top). A single
// class rounds like its one-hot row.
static inline double NAME(focal_loss_of_row)(const CLoss *loss, ptrdiff_t row, REAL top, REAL sum, double log_sum) {
    enum { some = NAME(some), lanes = 16 };
    const REAL *y = (const REAL *)loss->outputs + row * loss->outputs_stride;
    REAL *g = (REAL *)loss->gradient + row * loss->gradient_stride;
    const double weight = NAME(row_weight)(loss, row);
    const REAL scale = (REAL)loss->scale, gamma = (REAL)loss->parameters[0];
    const CLossOutputs form = loss->form;
    const ptrdiff_t columns = loss->columns;
    const REAL inverse = form == CLossOutputsLogits ? 1 / sum : 0;
    if (weight == 0) {
        NAME(clear)(columns, g);
        return 0;
    }
    double value = 0;
    REAL all = 0;
    if (loss->classes && loss->smoothing == 0) {
        const ptrdiff_t k = loss->classes[row];
        const REAL u = NAME(share)(loss, weight, row, k);
        const NAME(focal_class) class = NAME(focal_class_of)(form, y[k], g[k], top, inverse, log_sum, gamma);
        REAL slope;
        const REAL own = NAME(focal_slope)(form, y[k], u, class, scale, gamma, &slope);
        // Added, as in the sum over the one-hot row: -0 becomes 0.
        all += slope;
        if (u != 0) value = -(double)(u * class.power) * class.l;
        NAME(clear)(columns, g);
        g[k] = own;
    } else {
        REAL room[some], slopes[some];
        double values[some], lane[lanes] = {0};
        for (ptrdiff_t start = 0; start < columns; start += some) {
            const ptrdiff_t count = columns - start < some ? columns - start : some;
            const REAL *u = NAME(shares)(loss, weight, row, start, count, room);
#define CLASSES(form)                                                                                                  \
    case form:                                                                                                         \
        NAME(focal_classes)(form, count, y + start, u, g + start, slopes, values, top, inverse, log_sum, scale, gamma); \
        break;
            switch (form) {
                CLASSES(CLossOutputsLogits)
                CLASSES(CLossOutputsProbabilities)
                CLASSES(CLossOutputsLogProbabilities)
            }
#undef CLASSES
            all += NAME(sum)(count, slopes);
            ptrdiff_t c = 0;
            for (; c + lanes <= count; c += lanes)
                for (ptrdiff_t j = 0; j < lanes; j++) lane[j] += values[c + j];
            for (; c < count; c++) value += values[c];
        }
        for (ptrdiff_t j = 0; j < lanes; j++) value += lane[j];
    }
    const REAL whole = scale * all;
    if (form == CLossOutputsLogits)
        for (ptrdiff_t c = 0; c < columns; c++) {
            const REAL p = NAME(exp_one)(y[c] - top) * inverse;
            g[c] -= whole * p;
        }
    return value;
}

// sum u log t', the constant part of the Kullback-Leibler divergence; 0 for a class without smoothing.
static inline double NAME(negative_entropy)(const CLoss *loss, ptrdiff_t row) {
    enum { some = NAME(some), lanes = 16 };
    if (loss->classes && loss->smoothing == 0) return 0;
    const double weight = NAME(row_weight)(loss, row), spread = loss->smoothing / (double)loss->columns;
    double lane[lanes] = {0}, targets[some], terms[some], value = 0;
    for (ptrdiff_t start = 0; start < loss->columns; start += some) {
        const ptrdiff_t count = loss->columns - start < some ? loss->columns - start : some;
        for (ptrdiff_t c = 0; c < count; c++)
            targets[c] = (1 - loss->smoothing) * (double)NAME(target)(loss, row, start + c) + spread;
        for (ptrdiff_t c = 0; c < count; c++) {
            const double t = targets[c], logarithm = LOG(t);
            terms[c] = t > 0 ? weight * t * logarithm : 0;
        }
        for (ptrdiff_t c = 0; loss->class_weights && c < count; c++) terms[c] *= loss->class_weights[start + c];
        ptrdiff_t c = 0;
        for (; c + lanes <= count; c += lanes)
            for (ptrdiff_t j = 0; j < lanes; j++) lane[j] += terms[c + j];
        for (; c < count; c++) value += terms[c];
    }
    for (ptrdiff_t j = 0; j < lanes; j++) value += lane[j];
    return value;
}

// Cross-entropy with few columns. Groups of rows are transposed, so that every loop runs over rows: z minus its
// maximum, then its exponential, and the weights of the classes.
enum { NAME(few) = 16, NAME(rows_of_few) = 32 };

static double NAME(softmax_losses_of_few)(const CLoss *loss) {
    enum { n = NAME(rows_of_few) };
    REAL z[NAME(few) * n], u[NAME(few) * n], room[NAME(few)];
    double lane[n] = {0}, total = 0;
    const ptrdiff_t columns = loss->columns;
    const REAL scale = (REAL)loss->scale;
    for (ptrdiff_t start = 0; start < loss->rows; start += n) {
        const ptrdiff_t count = loss->rows - start < n ? loss->rows - start : n;
        // Missing rows have weight 0.
        if (count < n) NAME(clear)(columns * n, z);
        if (count < n || loss->classes) NAME(clear)(columns * n, u);
        for (ptrdiff_t i = 0; i < count; i++) {
            const REAL *y = (const REAL *)loss->outputs + (start + i) * loss->outputs_stride;
            for (ptrdiff_t c = 0; c < columns; c++) z[c * n + i] = y[c];
        }
        for (ptrdiff_t i = 0; i < count; i++) {
            const double weight = NAME(row_weight)(loss, start + i);
            if (loss->classes && loss->smoothing == 0) {
                const ptrdiff_t class = loss->classes[start + i];
                u[class * n + i] = (REAL)(loss->class_weights ? weight * loss->class_weights[class] : weight);
            } else {
                const REAL *shares = NAME(shares)(loss, weight, start + i, 0, columns, room);
                for (ptrdiff_t c = 0; c < columns; c++) u[c * n + i] = shares[c];
            }
        }
        REAL tops[n], sums[n], all[n], factors[n];
        double shares[n], logs[n];
        for (ptrdiff_t i = 0; i < n; i++) {
            tops[i] = z[i];
            sums[i] = all[i] = 0;
            shares[i] = 0;
        }
        for (ptrdiff_t c = 1; c < columns; c++)
            for (ptrdiff_t i = 0; i < n; i++) tops[i] = tops[i] > z[c * n + i] ? tops[i] : z[c * n + i];
        for (ptrdiff_t c = 0; c < columns; c++)
            for (ptrdiff_t i = 0; i < n; i++) {
                const REAL distance = z[c * n + i] - tops[i], share = u[c * n + i], e = NAME(exp_one)(distance);
                shares[i] += share != 0 ? (double)share * (double)distance : 0;
                all[i] += share;
                sums[i] += e;
                z[c * n + i] = e;
            }
        for (ptrdiff_t i = 0; i < n; i++) {
            logs[i] = LOG((double)sums[i]);
            factors[i] = scale * all[i] / sums[i];
            lane[i] += all[i] != 0 ? NAME(softmax_loss)(all[i], logs[i], shares[i]) : 0;
        }
        for (ptrdiff_t c = 0; c < columns; c++)
            for (ptrdiff_t i = 0; i < n; i++) {
                const REAL whole = z[c * n + i] * factors[i], part = scale * u[c * n + i];
                z[c * n + i] = all[i] != 0 ? whole - part : 0;
            }
        for (ptrdiff_t i = 0; i < count; i++) {
            REAL *g = (REAL *)loss->gradient + (start + i) * loss->gradient_stride;
            for (ptrdiff_t c = 0; c < columns; c++) g[c] = z[c * n + i];
        }
    }
    for (ptrdiff_t i = 0; i < n; i++) total += lane[i];
    return total;
}

// The logarithms of several rows are computed together.
static double NAME(class_losses)(const CLoss *call) {
    // The compiler knows that writing a gradient doesn't change the copy.
    const CLoss copy = *call, *loss = &copy;
    enum { some = NAME(some) };
    double total = 0, logs[some];
    REAL sums[some], tops[some];
    const int has_logits = loss->form == CLossOutputsLogits;
    const int is_cross_entropy = has_logits && loss->parameters[0] == 0;
    const int has_one_class = is_cross_entropy && loss->classes && loss->smoothing == 0;
    if (is_cross_entropy && loss->kind == CLossClasses && loss->columns <= NAME(few))
        return NAME(softmax_losses_of_few)(loss);
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

// sum over classes k of the weight of k times sum over the others of max(0, margin - (y_k - y_c)) / columns.
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

// (s + (t - m)^2 exp(-s)) / 2 for each mean m and log-variance s, which is at least `parameters[0]`.
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
        // A length below the least is replaced by it, a constant.
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
