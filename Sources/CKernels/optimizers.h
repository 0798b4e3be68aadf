// Updates of the parameters: one loop for each optimizer, over vectors that don't overlap.

#define ROOT(x) __builtin_elementwise_sqrt(x)

// The head of every optimizer's function: its vectors and numbers by short names.
#define OPTIMIZER(name) \
    static void NAME(name)(ptrdiff_t count, REAL *restrict p, const REAL *restrict g, REAL *restrict s, \
                           REAL *restrict t, REAL *restrict u, const COptimizerNumbers *n)

// v <- momentum * v + weight * (g + decay * p); p moves by v, or by g + momentum * v.
OPTIMIZER(sgd) {
    const REAL rate = (REAL)n->rate, decay = (REAL)n->decay, momentum = (REAL)n->beta1, weight = (REAL)n->weight;
    (void)t, (void)u;
    if (!s) {
        for (ptrdiff_t i = 0; i < count; i++) p[i] -= rate * (g[i] + decay * p[i]);
    } else if (n->nesterov) {
        for (ptrdiff_t i = 0; i < count; i++) {
            REAL gradient = g[i] + decay * p[i];
            s[i] = momentum * s[i] + weight * gradient;
            p[i] -= rate * (gradient + momentum * s[i]);
        }
    } else {
        for (ptrdiff_t i = 0; i < count; i++) {
            s[i] = momentum * s[i] + weight * (g[i] + decay * p[i]);
            p[i] -= rate * s[i];
        }
    }
}

// Adam and AdamW; with a third state, AMSGrad's, the largest mean of squares so far.
OPTIMIZER(adam) {
    const REAL rate = (REAL)n->rate, shrink = (REAL)n->shrink, decay = (REAL)n->decay, e = (REAL)n->epsilon;
    const REAL one_minus_beta1 = (REAL)(1 - n->beta1), beta2 = (REAL)n->beta2, one_minus_beta2 = (REAL)(1 - n->beta2);
    const REAL inverse_root = (REAL)n->inverse_root;
    if (u) {
        for (ptrdiff_t i = 0; i < count; i++) {
            REAL gradient = g[i] + decay * p[i];
            s[i] += one_minus_beta1 * (gradient - s[i]);
            t[i] = beta2 * t[i] + one_minus_beta2 * (gradient * gradient);
            u[i] = t[i] > u[i] ? t[i] : u[i];
            p[i] = p[i] * shrink - rate * s[i] / (ROOT(u[i]) * inverse_root + e);
        }
    } else {
        for (ptrdiff_t i = 0; i < count; i++) {
            REAL gradient = g[i] + decay * p[i];
            REAL first = s[i] + one_minus_beta1 * (gradient - s[i]);
            REAL second = beta2 * t[i] + one_minus_beta2 * (gradient * gradient);
            s[i] = first;
            t[i] = second;
            p[i] = p[i] * shrink - rate * first / (ROOT(second) * inverse_root + e);
        }
    }
}

// As Adam, but p moves by weight * g + rate * m.
OPTIMIZER(nadam) {
    const REAL rate = (REAL)n->rate, shrink = (REAL)n->shrink, decay = (REAL)n->decay, e = (REAL)n->epsilon;
    const REAL one_minus_beta1 = (REAL)(1 - n->beta1), beta2 = (REAL)n->beta2, one_minus_beta2 = (REAL)(1 - n->beta2);
    const REAL inverse_root = (REAL)n->inverse_root, weight = (REAL)n->weight;
    (void)u;
    for (ptrdiff_t i = 0; i < count; i++) {
        REAL gradient = g[i] + decay * p[i];
        REAL first = s[i] + one_minus_beta1 * (gradient - s[i]);
        REAL second = beta2 * t[i] + one_minus_beta2 * (gradient * gradient);
        s[i] = first;
        t[i] = second;
        p[i] = p[i] * shrink - (weight * gradient + rate * first) / (ROOT(second) * inverse_root + e);
    }
}

// With weight 0, the mean of squares has too few terms to be used.
OPTIMIZER(radam) {
    const REAL rate = (REAL)n->rate, shrink = (REAL)n->shrink, decay = (REAL)n->decay, e = (REAL)n->epsilon;
    const REAL one_minus_beta1 = (REAL)(1 - n->beta1), beta2 = (REAL)n->beta2, one_minus_beta2 = (REAL)(1 - n->beta2);
    const REAL weight = (REAL)n->weight;
    const int is_adaptive = n->weight > 0;
    (void)u;
    for (ptrdiff_t i = 0; i < count; i++) {
        REAL gradient = g[i] + decay * p[i];
        REAL first = s[i] + one_minus_beta1 * (gradient - s[i]);
        REAL second = beta2 * t[i] + one_minus_beta2 * (gradient * gradient);
        s[i] = first;
        t[i] = second;
        REAL size = is_adaptive ? weight / (ROOT(second) + e) : 1;
        p[i] = p[i] * shrink - rate * first * size;
    }
}

// Not centered without a second state; no momentum without a third.
// One loop for each form: with the conditions inside, it would not be vectorised.
#define RMSPROP_LOOP(IS_CENTERED, HAS_MOMENTUM)                        \
    for (ptrdiff_t i = 0; i < count; i++) {                            \
        REAL gradient = g[i] + decay * p[i];                           \
        REAL square = beta2 * s[i] + one_minus_beta2 * (gradient * gradient); \
        s[i] = square;                                                 \
        if (IS_CENTERED) {                                             \
            REAL mean = t[i] + one_minus_beta2 * (gradient - t[i]);    \
            t[i] = mean;                                               \
            square -= mean * mean;                                     \
        }                                                              \
        REAL move = gradient / (ROOT(square) + e);                     \
        if (HAS_MOMENTUM) {                                            \
            move += momentum * u[i];                                   \
            u[i] = move;                                               \
        }                                                              \
        p[i] -= rate * move;                                           \
    }

OPTIMIZER(rmsprop) {
    const REAL rate = (REAL)n->rate, decay = (REAL)n->decay, momentum = (REAL)n->beta1, e = (REAL)n->epsilon;
    const REAL beta2 = (REAL)n->beta2, one_minus_beta2 = (REAL)(1 - n->beta2);
    if (t && u) {
        RMSPROP_LOOP(1, 1)
    } else if (t) {
        RMSPROP_LOOP(1, 0)
    } else if (u) {
        RMSPROP_LOOP(0, 1)
    } else {
        RMSPROP_LOOP(0, 0)
    }
}
#undef RMSPROP_LOOP

// weight is the initial sum of squares.
OPTIMIZER(adagrad) {
    const REAL rate = (REAL)n->rate, decay = (REAL)n->decay, e = (REAL)n->epsilon, weight = (REAL)n->weight;
    (void)t, (void)u;
    for (ptrdiff_t i = 0; i < count; i++) {
        REAL gradient = g[i] + decay * p[i];
        REAL sum = s[i] + gradient * gradient;
        s[i] = sum;
        p[i] -= rate * gradient / (ROOT(sum + weight) + e);
    }
}

OPTIMIZER(adadelta) {
    const REAL rate = (REAL)n->rate, decay = (REAL)n->decay, e = (REAL)n->epsilon;
    const REAL beta2 = (REAL)n->beta2, one_minus_beta2 = (REAL)(1 - n->beta2);
    (void)u;
    for (ptrdiff_t i = 0; i < count; i++) {
        REAL gradient = g[i] + decay * p[i];
        REAL square = beta2 * s[i] + one_minus_beta2 * (gradient * gradient);
        REAL move = gradient * (ROOT(t[i] + e) / ROOT(square + e));
        s[i] = square;
        t[i] = beta2 * t[i] + one_minus_beta2 * (move * move);
        p[i] -= rate * move;
    }
}

OPTIMIZER(lion) {
    const REAL rate = (REAL)n->rate, shrink = (REAL)n->shrink;
    const REAL beta1 = (REAL)n->beta1, one_minus_beta1 = (REAL)(1 - n->beta1);
    const REAL beta2 = (REAL)n->beta2, one_minus_beta2 = (REAL)(1 - n->beta2);
    (void)t, (void)u;
    for (ptrdiff_t i = 0; i < count; i++) {
        REAL direction = beta1 * s[i] + one_minus_beta1 * g[i];
        s[i] = beta2 * s[i] + one_minus_beta2 * g[i];
        REAL sign = (REAL)((direction > 0) - (direction < 0));
        p[i] = p[i] * shrink - rate * sign;
    }
}

// p is y, t is z; weight is the weight of z in the average.
OPTIMIZER(schedule_free) {
    const REAL rate = (REAL)n->rate, decay = (REAL)n->decay, e = (REAL)n->epsilon, weight = (REAL)n->weight;
    const REAL beta2 = (REAL)n->beta2, one_minus_beta2 = (REAL)(1 - n->beta2), inverse_root = (REAL)n->inverse_root;
    const REAL back = (REAL)(n->rate * (n->beta1 * (1 - n->weight) - 1));
    (void)u;
    for (ptrdiff_t i = 0; i < count; i++) {
        REAL second = beta2 * s[i] + one_minus_beta2 * (g[i] * g[i]);
        s[i] = second;
        REAL move = g[i] / (ROOT(second) * inverse_root + e) + decay * p[i];
        p[i] = p[i] + weight * (t[i] - p[i]) + back * move;
        t[i] -= rate * move;
    }
}

static void NAME(update)(const COptimizerUpdate *update) {
    void (*function)(ptrdiff_t, REAL *restrict, const REAL *restrict, REAL *restrict, REAL *restrict, REAL *restrict,
                     const COptimizerNumbers *) = 0;
    switch (update->kind) {
        case COptimizerSGD: function = NAME(sgd); break;
        case COptimizerAdam: function = NAME(adam); break;
        case COptimizerNAdam: function = NAME(nadam); break;
        case COptimizerRAdam: function = NAME(radam); break;
        case COptimizerRMSprop: function = NAME(rmsprop); break;
        case COptimizerAdagrad: function = NAME(adagrad); break;
        case COptimizerAdadelta: function = NAME(adadelta); break;
        case COptimizerLion: function = NAME(lion); break;
        case COptimizerScheduleFree: function = NAME(schedule_free); break;
    }
    function(update->count, update->parameters, update->gradients, update->states[0], update->states[1],
             update->states[2], &update->numbers);
}

static void NAME(combine)(ptrdiff_t count, double a, const void *x, double b, const void *y, void *results) {
    const REAL *first = x, *second = y;
    REAL *result = results;
    const REAL p = (REAL)a, q = (REAL)b;
#pragma clang loop vectorize(assume_safety)
    for (ptrdiff_t i = 0; i < count; i++) result[i] = p * first[i] + q * second[i];
}

static void NAME(penalise)(ptrdiff_t count, double l1, double l2, const void *parameters, void *gradients) {
    const REAL *restrict p = parameters;
    REAL *restrict g = gradients;
    const REAL first = (REAL)l1, second = (REAL)l2;
    for (ptrdiff_t i = 0; i < count; i++) {
        REAL sign = (REAL)((p[i] > 0) - (p[i] < 0));
        g[i] += first * sign + second * p[i];
    }
}

static void NAME(clamp)(ptrdiff_t count, double most, void *values) {
    REAL *restrict v = values;
    const REAL high = (REAL)most, low = -high;
    for (ptrdiff_t i = 0; i < count; i++) v[i] = v[i] < low ? low : v[i] > high ? high : v[i];
}

static double NAME(sum_of_squares)(ptrdiff_t count, const void *values) {
    const REAL *v = values;
    double sums[16] = {0};
    ptrdiff_t i = 0;
    for (; i + 16 <= count; i += 16) {
        for (int lane = 0; lane < 16; lane++) sums[lane] += (double)v[i + lane] * (double)v[i + lane];
    }
    for (int lane = 0; i < count; i++, lane++) sums[lane] += (double)v[i] * (double)v[i];
    for (int width = 8; width > 0; width /= 2) {
        for (int lane = 0; lane < width; lane++) sums[lane] += sums[lane + width];
    }
    return sums[0];
}
