// Random numbers that depend only on where they are used: Philox 4x32-10 (Salmon et al., "Parallel random numbers: as
// easy as 1, 2, 3", 2011).

enum { NAME(random_lanes) = 16, NAME(random_block) = 64 };

// The words of 64 columns of a row, beginning at column 64 * block: the four words of a counter go to every 16th
// column.
static inline void NAME(random_words)(const CRandomField *field, uint32_t row, uint32_t block, uint32_t *restrict words) {
    enum { lanes = NAME(random_lanes) };
    uint32_t *restrict a = words, *restrict b = words + lanes, *restrict c = words + 2 * lanes, *restrict d = words + 3 * lanes;
    for (uint32_t i = 0; i < lanes; i++) {
        a[i] = block * lanes + i;
        b[i] = row;
        c[i] = (uint32_t)field->update;
        d[i] = field->layer;
    }
    uint32_t first_key = (uint32_t)field->seed, second_key = (uint32_t)(field->seed >> 32) ^ (uint32_t)(field->update >> 32);
    for (int round = 0; round < 10; round++) {
        for (uint32_t i = 0; i < lanes; i++) {
            uint64_t p = (uint64_t)a[i] * 0xd2511f53u, q = (uint64_t)c[i] * 0xcd9e8d57u;
            a[i] = (uint32_t)(q >> 32) ^ b[i] ^ first_key;
            c[i] = (uint32_t)(p >> 32) ^ d[i] ^ second_key;
            b[i] = (uint32_t)q;
            d[i] = (uint32_t)p;
        }
        first_key += 0x9e3779b9u;
        second_key += 0xbb67ae85u;
    }
}

// Calls `work` for every block of columns of every row, with the block's words, the index of its first column in the
// row, and the range of its columns to use.
#define FOR_RANDOM_BLOCKS(work)                                                                            \
    for (ptrdiff_t r = 0; r < rows; r++)                                                                   \
        for (ptrdiff_t block = first_column / NAME(random_block); block * NAME(random_block) < first_column + columns; \
             block++) {                                                                                    \
            uint32_t words[NAME(random_block)];                                                            \
            NAME(random_words)(field, (uint32_t)(field->first_row + (uint64_t)r), (uint32_t)block, words); \
            ptrdiff_t start = block * NAME(random_block) - first_column;                                   \
            ptrdiff_t from = start < 0 ? -start : 0;                                                       \
            ptrdiff_t to = start + NAME(random_block) > columns ? columns - start : NAME(random_block);    \
            work                                                                                           \
        }

static void NAME(random_bits)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t first_column, const CRandomField *field,
                              uint32_t *bits) {
    FOR_RANDOM_BLOCKS(for (ptrdiff_t i = from; i < to; i++) bits[r * columns + start + i] = words[i];)
}

// Outputs may overwrite inputs.
static void NAME(dropout)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t first_column, const CRandomField *field,
                          uint32_t threshold, double scale, double shift, double dropped, const void *inputs,
                          ptrdiff_t inputs_stride, void *outputs, ptrdiff_t outputs_stride, uint8_t *kept,
                          ptrdiff_t kept_stride) {
    const REAL factor = (REAL)scale, summand = (REAL)shift, replacement = (REAL)dropped;
    FOR_RANDOM_BLOCKS(
        const REAL *x = (const REAL *)inputs + r * inputs_stride + start;
        REAL *y = (REAL *)outputs + r * outputs_stride + start;
        uint8_t *k = kept + r * kept_stride + start;
        _Pragma("clang loop vectorize(assume_safety)")
        for (ptrdiff_t i = from; i < to; i++) {
            k[i] = words[i] >= threshold;
            y[i] = words[i] < threshold ? replacement : x[i] * factor + summand;
        })
}

static void NAME(dropout_backward)(ptrdiff_t rows, ptrdiff_t columns, const uint8_t *kept, ptrdiff_t kept_stride,
                                   double scale, const void *output_gradient, ptrdiff_t output_stride, void *gradient,
                                   ptrdiff_t gradient_stride) {
    const REAL factor = (REAL)scale;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const uint8_t *k = kept + r * kept_stride;
        const REAL *y = (const REAL *)output_gradient + r * output_stride;
        REAL *x = (REAL *)gradient + r * gradient_stride;
        _Pragma("clang loop vectorize(assume_safety)")
        for (ptrdiff_t i = 0; i < columns; i++) x[i] = k[i] ? y[i] * factor : 0;
    }
}

// Two independent normal numbers from 64 random bits (Box and Muller 1958). The angle is split into a quarter of the
// circle and a rest of less than pi / 4 from the middle of the quarter.
static inline void NAME(normal_pair)(uint32_t radius_bits, uint32_t angle_bits, double *first, double *second) {
    double radius = __builtin_elementwise_sqrt(-2 * LOG(((double)radius_bits + 0.5) * 0x1p-32));
    double x = ((double)(angle_bits & 0x3fffffff) + 0.5 - 0x1p29) * (0x1.921fb54442d18p0 * 0x1p-30), z = x * x;
    double sine = x * (1 + z * (-1.0 / 6 + z * (1.0 / 120 + z * (-1.0 / 5040 + z * (1.0 / 362880 + z * (-1.0 / 39916800 +
                  z * (1.0 / 6227020800 - z * (1.0 / 1307674368000))))))));
    double cosine = 1 + z * (-0.5 + z * (1.0 / 24 + z * (-1.0 / 720 + z * (1.0 / 40320 + z * (-1.0 / 3628800 +
                    z * (1.0 / 479001600 + z * (-1.0 / 87178291200 + z * (1.0 / 20922789888000))))))));
    const double root_half = 0x1.6a09e667f3bcdp-1;
    double u = radius * root_half * (cosine - sine), v = radius * root_half * (cosine + sine);
    uint32_t quarter = angle_bits >> 30;
    double swapped_u = quarter & 1 ? -v : u, swapped_v = quarter & 1 ? u : v;
    *first = quarter & 2 ? -swapped_u : swapped_u;
    *second = quarter & 2 ? -swapped_v : swapped_v;
}

static void NAME(add_noise)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t first_column, const CRandomField *field,
                            double deviation, const void *inputs, ptrdiff_t inputs_stride, void *outputs,
                            ptrdiff_t outputs_stride) {
    enum { lanes = NAME(random_lanes) };
    FOR_RANDOM_BLOCKS(
        double noise[NAME(random_block)];
        for (ptrdiff_t half = 0; half < 4 * lanes; half += 2 * lanes)
            for (ptrdiff_t i = half; i < half + lanes; i++)
                NAME(normal_pair)(words[i], words[i + lanes], noise + i, noise + i + lanes);
        const REAL *x = (const REAL *)inputs + r * inputs_stride + start;
        REAL *y = (REAL *)outputs + r * outputs_stride + start;
        _Pragma("clang loop vectorize(assume_safety)")
        for (ptrdiff_t i = from; i < to; i++) y[i] = (REAL)((double)x[i] + deviation * noise[i]);)
}

#undef FOR_RANDOM_BLOCKS
