// Runs every kernel of CKernels and compares what it returns between two processors; see Scripts/arm64.
//
//     kernels write FILE    writes all results
//     kernels check FILE    computes them again, and compares them with those in the file
//
// Results of integers and of moved numbers must be equal. The rest may differ by rounding, because one compiler fuses a
// product and a sum and the other doesn't: an element by so many units in the last place of itself, or of the largest
// element of its result, of which much may have cancelled.
#include "CKernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The most units in the last place by which an element may differ: of itself, and of the largest of its result.
static const double own_ulps = 8, largest_ulps = 4;

static FILE *file;
static int checks, is_double;
static const CKernelTable *table;
static long results_seen, elements_seen, elements_off;
static double worst_ulps;
static char worst_name[256];

// MARK: Numbers

static uint64_t state;

static double uniform(double low, double high) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return low + (high - low) * (double)(state >> 11) * 0x1p-53;
}

enum { most = 1 << 14 };

typedef union {
    double f64[most];
    float f32[most];
} Numbers;

static double get(const Numbers *numbers, ptrdiff_t i) { return is_double ? numbers->f64[i] : (double)numbers->f32[i]; }

static void set(Numbers *numbers, ptrdiff_t i, double value) {
    if (is_double) numbers->f64[i] = value;
    else numbers->f32[i] = (float)value;
}

static void fill(Numbers *numbers, double low, double high) {
    for (ptrdiff_t i = 0; i < most; i++) set(numbers, i, uniform(low, high));
}

static void *at(Numbers *numbers, ptrdiff_t i) { return is_double ? (void *)(numbers->f64 + i) : (numbers->f32 + i); }

// MARK: Results

static void fail(const char *name, ptrdiff_t i, double found, double expected) {
    if (elements_off++ < 20) fprintf(stderr, "%s, element %td: %.17g, not %.17g\n", name, i, found, expected);
}

static void record(const char *name, ptrdiff_t count, const double *values, int is_exact) {
    char line[256];
    results_seen++;
    elements_seen += count;
    snprintf(line, sizeof line, "%s %s %td", is_double ? "double" : "float", name, count);
    if (!checks) {
        fprintf(file, "%s\n", line);
        fwrite(values, sizeof(double), (size_t)count, file);
        return;
    }
    static double expected[most];
    char found[256];
    if (!fgets(found, sizeof found, file)) found[0] = 0;
    found[strcspn(found, "\n")] = 0;
    if (strcmp(line, found) != 0 || fread(expected, sizeof(double), (size_t)count, file) != (size_t)count) {
        fprintf(stderr, "the file has '%s' where '%s' is expected\n", found, line);
        exit(2);
    }
    const double unit = is_double ? 0x1p-52 : 0x1p-23, least = is_double ? 0x1p-1022 : 0x1p-126;
    double largest = 0;
    for (ptrdiff_t i = 0; i < count; i++)
        if (isfinite(expected[i]) && fabs(expected[i]) > largest) largest = fabs(expected[i]);
    for (ptrdiff_t i = 0; i < count; i++) {
        const double a = values[i], b = expected[i];
        if (a == b || (isnan(a) && isnan(b))) continue;
        const double difference = fabs(a - b), own = unit * fmax(fabs(b), least);
        const int is_near = difference <= own_ulps * own || difference <= largest_ulps * unit * largest;
        if (is_exact || !is_near) fail(line, i, a, b);
        const double ulps = fmin(difference / own, difference / (unit * largest) * own_ulps / largest_ulps);
        if (ulps > worst_ulps) {
            worst_ulps = ulps;
            strcpy(worst_name, line);
        }
    }
}

static void numbers(const char *name, ptrdiff_t rows, ptrdiff_t columns, const Numbers *values, ptrdiff_t stride,
                    int is_exact) {
    static double plain[most];
    for (ptrdiff_t r = 0; r < rows; r++)
        for (ptrdiff_t c = 0; c < columns; c++) plain[r * columns + c] = get(values, r * stride + c);
    record(name, rows * columns, plain, is_exact);
}

static void number(const char *name, double value, int is_exact) { record(name, 1, &value, is_exact); }

// MARK: Kernels

// Large matrices are static; each kernel's arguments are drawn anew.
static Numbers x, y, z, g, w, b, v, s, t, u;
static uint8_t flags[most];
static uint32_t words[most];

static const char *const activations[] = {
#define ACTIVATION(name, value, gradient) #name,
#include "../../Sources/CKernels/activation_list.h"
#undef ACTIVATION
};

static void draw(uint64_t seed) {
    state = seed * 977 + 12345;
    Numbers *all[] = {&x, &y, &z, &g, &w, &b, &v, &s, &t, &u};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) fill(all[i], -3, 3);
}

static const char *label(const char *name, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride) {
    static char text[200];
    snprintf(text, sizeof text, "%s %tdx%td/%td", name, rows, columns, stride);
    return text;
}

static void elementwise(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride) {
    const double values[] = {0.0, -0.0, 1e-30, -1e-30, 0.5, -0.5, 20, -20, 90, -90, 700, -700, NAN, INFINITY, -INFINITY};
    const int specials = sizeof values / sizeof *values;
    for (int i = 0; i < (int)(sizeof activations / sizeof *activations); i++) {
        char name[64];
        draw(100 + (uint64_t)i);
        for (int j = 0; j < specials && j < columns; j++) set(&x, j, values[j]);
        const double a = i == CActivation_hardTanh ? -1.5 : 0.75, second = 1.25;
        table->activate((CActivation)i, a, second, rows, columns, at(&x, 0), stride, at(&y, 0), stride);
        numbers(label(activations[i], rows, columns, stride), rows, columns, &y, stride, 0);
        // Kept inputs or outputs: whichever an activation takes, these are numbers.
        for (int keeps_outputs = 0; keeps_outputs < 2; keeps_outputs++) {
            snprintf(name, sizeof name, "%s backward %d", activations[i], keeps_outputs);
            table->activate_backward((CActivation)i, a, second, rows, columns, at(keeps_outputs ? &y : &x, 0), stride,
                                     at(&g, 0), stride, at(&z, 0), stride);
            numbers(label(name, rows, columns, stride), rows, columns, &z, stride, 0);
        }
    }
}

static void rowwise(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride) {
#define SHAPE rows, columns
#define OUT(name, matrix) numbers(label(name, rows, columns, stride), rows, columns, &matrix, stride, 0)
#define SUMS(name, matrix, count) numbers(label(name, rows, columns, stride), 1, count, &matrix, count, 0)
    draw(1);
    table->softmax(SHAPE, at(&x, 0), stride, at(&y, 0), stride);
    OUT("softmax", y);
    table->softmax_backward(SHAPE, at(&y, 0), stride, at(&g, 0), stride, at(&z, 0), stride);
    OUT("softmax backward", z);
    table->log_softmax(SHAPE, at(&x, 0), stride, at(&y, 0), stride);
    OUT("log_softmax", y);
    table->log_softmax_backward(SHAPE, at(&y, 0), stride, at(&g, 0), stride, at(&z, 0), stride);
    OUT("log_softmax backward", z);
    for (ptrdiff_t count = 1; count <= columns; count += columns > 1 ? columns - 1 : 1) {
        table->scale_negatives(SHAPE, at(&x, 0), stride, at(&g, 0), stride, at(&w, 0), count, at(&y, 0), stride);
        OUT("scale_negatives", y);
        table->negative_dots(SHAPE, at(&x, 0), stride, at(&g, 0), stride, at(&z, 0), count);
        SUMS("negative_dots", z, count);
    }
    table->layer_norm(SHAPE, at(&x, 0), stride, at(&w, 0), at(&b, 0), 1e-5, at(&y, 0), stride, at(&s, 0));
    OUT("layer_norm", y);
    SUMS("layer_norm statistics", s, 3 * rows);
    table->layer_norm_backward(SHAPE, at(&x, 0), stride, at(&g, 0), stride, at(&w, 0), at(&s, 0), at(&z, 0), stride);
    OUT("layer_norm backward", z);
    table->layer_norm_parameter_gradients(SHAPE, at(&x, 0), stride, at(&g, 0), stride, at(&s, 0), at(&t, 0));
    SUMS("layer_norm parameters", t, 2 * columns);
    table->column_moments(SHAPE, at(&x, 0), stride, at(&s, 0), at(&t, 0));
    SUMS("means", s, columns);
    SUMS("variances", t, columns);
    table->normalize_columns(SHAPE, at(&x, 0), stride, at(&s, 0), at(&t, 0), 1e-5, at(&w, 0), at(&b, 0), at(&y, 0), stride);
    OUT("normalize_columns", y);
    table->normalize_columns_backward(SHAPE, at(&x, 0), stride, at(&g, 0), stride, at(&s, 0), at(&t, 0), 1e-5, at(&w, 0),
                                      at(&z, 0), stride);
    // With one row, all is rounding.
    if (rows > 2) OUT("normalize_columns backward", z);
    table->normalized_column_dots(SHAPE, at(&x, 0), stride, at(&g, 0), stride, at(&s, 0), at(&t, 0), 1e-5, at(&u, 0));
    SUMS("normalized_column_dots", u, columns);
    table->rms_norm(SHAPE, at(&x, 0), stride, at(&w, 0), 1e-5, at(&y, 0), stride, at(&s, 0));
    OUT("rms_norm", y);
    SUMS("rms_norm factors", s, rows);
    table->rms_norm_backward(SHAPE, at(&x, 0), stride, at(&g, 0), stride, at(&w, 0), at(&s, 0), at(&z, 0), stride);
    // Of a single number only the sign is left, which has no derivative.
    if (columns > 1) OUT("rms_norm backward", z);
    table->rms_norm_weight_gradient(SHAPE, at(&x, 0), stride, at(&g, 0), stride, at(&s, 0), at(&t, 0));
    SUMS("rms_norm weight", t, columns);
    table->column_sums(SHAPE, at(&x, 0), stride, at(&s, 0));
    SUMS("column_sums", s, columns);
    table->column_dots(SHAPE, at(&x, 0), stride, at(&g, 0), stride, at(&s, 0));
    SUMS("column_dots", s, columns);
    table->scale_columns(SHAPE, at(&x, 0), stride, at(&w, 0), at(&b, 0), at(&y, 0), stride);
    OUT("scale_columns", y);
    table->add(SHAPE, at(&x, 0), stride, at(&g, 0), stride, at(&y, 0), stride);
    numbers(label("add", rows, columns, stride), SHAPE, &y, stride, 1);
    table->scale(SHAPE, at(&y, 0), stride, 0.3, at(&b, 0));
    OUT("scale", y);
    table->fill_rows(SHAPE, at(&w, 0), at(&y, 0), stride);
    numbers(label("fill_rows", rows, columns, stride), SHAPE, &y, stride, 1);
    table->copy(SHAPE, at(&x, 0), stride, at(&y, 0), stride);
    numbers(label("copy", rows, columns, stride), SHAPE, &y, stride, 1);
    table->transpose(SHAPE, at(&x, 0), stride, at(&y, 0), rows + 3);
    numbers(label("transpose", rows, columns, stride), columns, rows, &y, rows + 3, 1);
    ptrdiff_t indices[64];
    for (ptrdiff_t r = 0; r < rows; r++) indices[r] = (r * 5 + 2) % rows;
    table->gather_rows(SHAPE, at(&x, 0), stride, indices, at(&y, 0), stride);
    numbers(label("gather_rows", rows, columns, stride), SHAPE, &y, stride, 1);
}

static void random_numbers(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride) {
    const CRandomField field = {.seed = 0x123456789abcdef, .update = 77, .layer = 3, .first_row = 5};
    static double plain[most];
    draw(2);
    table->random_bits(rows, columns, 13, &field, words);
    for (ptrdiff_t i = 0; i < rows * columns; i++) plain[i] = words[i];
    record(label("random_bits", rows, columns, 0), rows * columns, plain, 1);
    table->dropout(rows, columns, 13, &field, 1u << 30, 1.25, 0.5, -1, at(&x, 0), stride, at(&y, 0), stride, flags, columns);
    OUT("dropout", y);
    for (ptrdiff_t i = 0; i < rows * columns; i++) plain[i] = flags[i];
    record(label("dropout flags", rows, columns, 0), rows * columns, plain, 1);
    table->dropout_backward(rows, columns, flags, columns, 1.25, at(&g, 0), stride, at(&z, 0), stride);
    OUT("dropout backward", z);
    table->add_noise(rows, columns, 13, &field, 0.5, at(&x, 0), stride, at(&y, 0), stride);
    OUT("add_noise", y);
}

static void losses(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride) {
    static const struct {
        const char *name;
        CLossKind kind;
        CLossOutputs form;
        double parameter;
        // 0 any numbers, 1 above 0, 2 a distribution per row, 3 from 0 to 1, 4 classes
        int targets, outputs;
    } all[] = {
        {"squared", CLossSquared, 0, 1, 0, 0}, {"absolute", CLossAbsolute, 0, 1, 0, 0},
        {"huber", CLossHuber, 0, 0.7, 0, 0}, {"smooth_l1", CLossSmoothL1, 0, 0.7, 0, 0},
        {"log_cosh", CLossLogCosh, 0, 1, 0, 0}, {"quantile", CLossQuantile, 0, 0.3, 0, 0},
        {"poisson", CLossPoisson, 0, 1, 1, 0}, {"cosine", CLossCosine, 0, 1e-8, 0, 0},
        {"binary logits", CLossBinary, CLossOutputsLogits, 0, 3, 0},
        {"binary probabilities", CLossBinary, CLossOutputsProbabilities, 0, 3, 3},
        {"binary focal", CLossBinary, CLossOutputsLogits, 2, 3, 0},
        {"classes logits", CLossClasses, CLossOutputsLogits, 0, 4, 0},
        {"classes of distributions", CLossClasses, CLossOutputsLogits, 0, 2, 0},
        {"classes probabilities", CLossClasses, CLossOutputsProbabilities, 0, 4, 2},
        {"classes logarithms", CLossClasses, CLossOutputsLogProbabilities, 0, 4, 5},
        {"focal logits", CLossClasses, CLossOutputsLogits, 2, 4, 0},
        {"focal probabilities", CLossClasses, CLossOutputsProbabilities, 2, 4, 2},
        {"divergence", CLossDivergence, CLossOutputsLogits, 0, 2, 0}, {"hinge", CLossHinge, 0, 1, 4, 0},
        {"gaussian", CLossGaussian, 0, -20, 6, 0},
    };
    double row_weights[64], class_weights[most];
    ptrdiff_t classes[64];
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const int has_classes = all[i].targets == 4 || all[i].targets == 2;
        if (columns < 2 && (has_classes || all[i].targets == 6)) continue;
        if (all[i].targets == 6 && columns % 2) continue;
        // The angle between two numbers has no derivative.
        if (all[i].kind == CLossCosine && columns < 2) continue;
        draw(3);
        for (ptrdiff_t r = 0; r < rows; r++) {
            row_weights[r] = uniform(0.5, 2);
            classes[r] = (r * 7 + 1) % columns;
            double sum = 0, mass = 0;
            for (ptrdiff_t c = 0; c < columns; c++) {
                sum += exp(get(&x, r * stride + c));
                mass += exp(get(&t, r * stride + c));
            }
            for (ptrdiff_t c = 0; c < columns; c++) {
                const ptrdiff_t place = r * stride + c;
                const double output = get(&x, place), target = get(&t, place);
                if (all[i].outputs == 2) set(&x, place, exp(output) / sum);
                if (all[i].outputs == 3) set(&x, place, 0.5 + output / 7);
                if (all[i].outputs == 5) set(&x, place, output - log(sum));
                if (all[i].targets == 1) set(&t, place, target + 3);
                if (all[i].targets == 2) set(&t, place, exp(target) / mass);
                if (all[i].targets == 3) set(&t, place, 0.5 + target / 7);
            }
        }
        for (ptrdiff_t c = 0; c < columns; c++) class_weights[c] = uniform(0.5, 2);
        CLoss loss = {
            .kind = all[i].kind, .form = all[i].form, .parameters = &all[i].parameter, .parameter_count = 1,
            .smoothing = has_classes ? 0.1 : 0, .rows = rows, .columns = columns, .outputs = at(&x, 0),
            .outputs_stride = stride, .targets = all[i].targets == 4 ? NULL : at(&t, 0), .targets_stride = stride,
            .classes = all[i].targets == 4 ? classes : NULL, .weights = row_weights,
            .class_weights = has_classes && all[i].kind != CLossDivergence ? class_weights : NULL, .scale = 0.37,
            .gradient = at(&y, 0), .gradient_stride = stride,
        };
        number(label(all[i].name, rows, columns, stride), table->loss(&loss), 0);
        OUT(all[i].name, y);
    }
}

static void vectors(ptrdiff_t count) {
    static const struct {
        const char *name;
        CLossKind kind;
        int states[3];
    } all[] = {
        {"sgd", (CLossKind)COptimizerSGD, {1, 0, 0}}, {"sgd without momentum", (CLossKind)COptimizerSGD, {0, 0, 0}},
        {"adam", (CLossKind)COptimizerAdam, {1, 1, 0}}, {"amsgrad", (CLossKind)COptimizerAdam, {1, 1, 1}},
        {"nadam", (CLossKind)COptimizerNAdam, {1, 1, 0}}, {"radam", (CLossKind)COptimizerRAdam, {1, 1, 0}},
        {"rmsprop", (CLossKind)COptimizerRMSprop, {1, 0, 0}}, {"rmsprop in full", (CLossKind)COptimizerRMSprop, {1, 1, 1}},
        {"adagrad", (CLossKind)COptimizerAdagrad, {1, 0, 0}}, {"adadelta", (CLossKind)COptimizerAdadelta, {1, 1, 0}},
        {"lion", (CLossKind)COptimizerLion, {1, 0, 0}}, {"schedule_free", (CLossKind)COptimizerScheduleFree, {1, 1, 0}},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        draw(4);
        // Means of squares are not negative, and larger than the square of the mean.
        for (ptrdiff_t j = 0; j < count; j++) {
            if (strcmp(all[i].name, "rmsprop in full") == 0) set(&z, j, get(&z, j) / 10);
            set(&s, j, all[i].states[0] && !all[i].states[1] ? fabs(get(&s, j)) : get(&s, j) / 10);
            set(&z, j, strcmp(all[i].name, "rmsprop in full") == 0 ? get(&z, j) : fabs(get(&z, j)));
            set(&u, j, strcmp(all[i].name, "amsgrad") == 0 ? fabs(get(&u, j)) : get(&u, j));
            if (strncmp(all[i].name, "rmsprop", 7) == 0 || strcmp(all[i].name, "schedule_free") == 0
                || strcmp(all[i].name, "adadelta") == 0) set(&s, j, fabs(get(&s, j)) + 1);
        }
        for (int nesterov = 0; nesterov <= (strcmp(all[i].name, "sgd") == 0); nesterov++) {
            const COptimizerUpdate update = {
                .kind = (COptimizerKind)all[i].kind, .count = count, .parameters = at(&x, 0), .gradients = at(&g, 0),
                .states = {all[i].states[0] ? at(&s, 0) : NULL, all[i].states[1] ? at(&z, 0) : NULL,
                           all[i].states[2] ? at(&u, 0) : NULL},
                .numbers = {.rate = 0.01, .shrink = 0.999, .decay = 0.02, .beta1 = 0.9, .beta2 = 0.99, .epsilon = 1e-3,
                            .inverse_root = 1.1, .weight = 0.5, .nesterov = nesterov},
            };
            table->update(&update);
            numbers(label(all[i].name, 1, count, nesterov), 1, count, &x, count, 0);
            if (all[i].states[0]) numbers(label("its first state", 1, count, 0), 1, count, &s, count, 0);
            if (all[i].states[1]) numbers(label("its second state", 1, count, 0), 1, count, &z, count, 0);
            if (all[i].states[2]) numbers(label("its third state", 1, count, 0), 1, count, &u, count, 0);
        }
    }
    draw(5);
    table->combine(count, 0.3, at(&x, 0), -0.7, at(&g, 0), at(&y, 0));
    numbers(label("combine", 1, count, 0), 1, count, &y, count, 0);
    table->penalise(count, 0.1, 0.2, at(&x, 0), at(&g, 0));
    numbers(label("penalise", 1, count, 0), 1, count, &g, count, 0);
    table->clamp(count, 1.5, at(&x, 0));
    numbers(label("clamp", 1, count, 0), 1, count, &x, count, 1);
    number(label("sum_of_squares", 1, count, 0), table->sum_of_squares(count, at(&z, 0)), 0);
    number(label("largest_magnitude", 1, count, 0), table->largest_magnitude(count, at(&z, 0)), 1);
    for (ptrdiff_t place = 0; place < count; place += 37) {
        const double before = get(&z, place);
        set(&z, place, place % 2 ? INFINITY : NAN);
        number(label("first_non_finite", 1, count, place), (double)table->first_non_finite(count, at(&z, 0)), 1);
        set(&z, place, before);
    }
    number(label("all are finite", 1, count, 0), (double)table->first_non_finite(count, at(&z, 0)), 1);
    for (ptrdiff_t j = 0; j < count; j++) set(&x, j, uniform(is_double ? -700 : -85, is_double ? 700 : 85));
    table->exponential(count, at(&x, 0));
    numbers(label("exponential", 1, count, 0), 1, count, &x, count, 0);
    table->logarithm(count, at(&x, 0));
    numbers(label("logarithm", 1, count, 0), 1, count, &x, count, 0);
}

static void tables(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride) {
    enum { categories = 5, features = 3, frequencies = 4, bins = 3, members = 2 };
    draw(6);
    const ptrdiff_t wide = columns - 1 + features, far = wide + 2;
    for (ptrdiff_t r = 0; r < rows; r++) set(&x, r * stride, r == 3 ? 9 : (double)(r % (categories + 1)));
    table->embed(rows, columns, at(&x, 0), stride, 0, categories, features, at(&w, 0), at(&y, 0), far);
    numbers(label("embed", rows, columns, stride), rows, wide, &y, far, 1);
    table->embed_backward(rows, columns, at(&g, 0), far, 0, features, at(&z, 0), stride);
    numbers(label("embed backward", rows, columns, stride), rows, columns, &z, stride, 1);
    table->embed_weight_gradient(rows, features, at(&x, 0), stride, at(&g, 0), far, 0, categories, at(&s, 0));
    numbers(label("embed weight", rows, columns, stride), categories, features, &s, features, 0);

    draw(7);
    static ptrdiff_t starts[most];
    static double lower[most], slope[most], least[most], highest[most];
    for (ptrdiff_t c = 0; c <= columns; c++) starts[c] = c * bins;
    for (ptrdiff_t i = 0; i < columns * bins; i++) {
        lower[i] = -2 + (double)(i % bins);
        slope[i] = uniform(0.5, 2);
        least[i] = i % bins == 0 ? -INFINITY : 0;
        highest[i] = i % bins == bins - 1 ? INFINITY : 1;
    }
    table->encode_bins(rows, columns, at(&x, 0), stride, starts, lower, slope, least, highest, at(&y, 0), bins * columns);
    numbers(label("encode_bins", rows, columns, stride), rows, bins * columns, &y, bins * columns, 0);
    table->encode_bins_backward(rows, columns, at(&x, 0), stride, at(&g, 0), bins * columns, starts, lower, slope, least,
                                highest, at(&z, 0), stride);
    numbers(label("encode_bins backward", rows, columns, stride), rows, columns, &z, stride, 0);

    for (int has_phases = 0; has_phases < 2; has_phases++) {
        draw(8);
        // Products without rounding: that of an angle is as large as the angle, however small its sine is.
        for (ptrdiff_t i = 0; i < most; i++) {
            set(&x, i, round(get(&x, i) * 64) / 64);
            set(&w, i, round(get(&w, i) * 16) / 16);
        }
        const ptrdiff_t made = columns * (has_phases ? frequencies + 1 : 2 * frequencies);
        void *phase = has_phases ? at(&b, 0) : NULL;
        table->periodic(rows, columns, at(&x, 0), stride, frequencies, at(&w, 0), phase, at(&y, 0), made);
        numbers(label("periodic", rows, columns, has_phases), rows, made, &y, made, 0);
        table->periodic_backward(rows, columns, at(&x, 0), stride, at(&g, 0), made, frequencies, at(&w, 0), phase,
                                 at(&z, 0), stride, at(&s, 0), has_phases ? at(&t, 0) : NULL);
        numbers(label("periodic backward", rows, columns, has_phases), rows, columns, &z, stride, 0);
        numbers(label("its frequencies", rows, columns, has_phases), columns, frequencies, &s, frequencies, 0);
        if (has_phases) numbers(label("its phases", rows, columns, 1), columns, frequencies, &t, frequencies, 0);
    }

    draw(9);
    table->fold_columns(rows, columns, members, at(&g, 0), members * columns, at(&w, 0), at(&z, 0), stride);
    numbers(label("fold_columns", rows, columns, stride), rows, columns, &z, stride, 0);
    for (int adds = 0; adds < 2; adds++) {
        table->member_gradient(rows, columns, at(&x, 0), at(&w, 0), at(&b, 0), at(&v, 0), adds, at(&y, 0), at(&s, 0),
                               at(&t, 0));
        numbers(label("member_gradient", rows, columns, adds), rows, columns, &y, columns, 0);
        numbers(label("its input factors", rows, columns, adds), 1, rows, &s, rows, 0);
        numbers(label("its output factors", rows, columns, adds), 1, columns, &t, columns, 0);
    }
}

int main(int count, char **arguments) {
    checks = count == 3 && strcmp(arguments[1], "check") == 0;
    if (count != 3 || (!checks && strcmp(arguments[1], "write") != 0)) {
        fprintf(stderr, "usage: kernels write|check FILE\n");
        return 2;
    }
    file = fopen(arguments[2], checks ? "rb" : "wb");
    if (!file) {
        perror(arguments[2]);
        return 2;
    }
    static const ptrdiff_t shapes[][3] = {{7, 37, 41}, {64, 16, 16}, {64, 10, 10}, {33, 1, 1}, {1, 300, 300}, {5, 130, 131}};
    for (is_double = 0; is_double < 2; is_double++) {
        // The reference is the plainest variant, without fused products where the machine has none in its baseline.
        table = is_double ? ckernels_double(CKernelBaseline) : ckernels_float(CKernelBaseline);
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
            const ptrdiff_t *shape = shapes[i];
            elementwise(shape[0], shape[1], shape[2]);
            rowwise(shape[0], shape[1], shape[2]);
            random_numbers(shape[0], shape[1], shape[2]);
            losses(shape[0], shape[1], shape[2]);
            tables(shape[0], shape[1], shape[2]);
        }
        vectors(1);
        vectors(999);
        vectors(4096);
    }
    if (checks && fgetc(file) != EOF) {
        fprintf(stderr, "the file has more results\n");
        return 2;
    }
    fclose(file);
    fprintf(stderr, "%ld results, %ld numbers", results_seen, elements_seen);
    if (checks) fprintf(stderr, ", %ld of them off; the greatest difference is %.3g ulps, in %s", elements_off, worst_ulps, worst_name);
    fprintf(stderr, "\n");
    return elements_off > 0;
}
