// Operations on whole rows and columns.

static void NAME(fill_rows)(ptrdiff_t rows, ptrdiff_t columns, const void *row, void *values, ptrdiff_t stride) {
    for (ptrdiff_t r = 0; r < rows; r++)
        memcpy((REAL *)values + r * stride, row, (size_t)columns * sizeof(REAL));
}

// The sums of a range of columns, which stay in registers from the first row to the last.
#define SUM_STRETCH(width)                                                   \
    for (; start + (width) <= columns; start += (width)) {                   \
        REAL sum[width] = {0};                                               \
        for (ptrdiff_t r = 0; r < rows; r++)                                 \
            for (ptrdiff_t c = 0; c < (width); c++) sum[c] += x[r * stride + start + c]; \
        memcpy(s + start, sum, sizeof sum);                                  \
    }

// Few columns are summed range by range, many row by row as they lie in memory. The order of each sum is the same.
static void NAME(column_sums)(ptrdiff_t rows, ptrdiff_t columns, const void *values, ptrdiff_t stride, void *sums) {
    enum { lanes = 64 / (ptrdiff_t)sizeof(REAL) };
    const REAL *restrict x = values;
    REAL *restrict s = sums;
    if (columns * (ptrdiff_t)sizeof(REAL) <= 512) {
        ptrdiff_t start = 0;
        SUM_STRETCH(4 * lanes)
        SUM_STRETCH(lanes)
        SUM_STRETCH(1)
    } else {
        for (ptrdiff_t c = 0; c < columns; c++) s[c] = 0;
        for (ptrdiff_t r = 0; r < rows; r++)
            for (ptrdiff_t c = 0; c < columns; c++) s[c] += x[r * stride + c];
    }
}
#undef SUM_STRETCH

static void NAME(column_dots)(ptrdiff_t rows, ptrdiff_t columns, const void *a, ptrdiff_t a_stride, const void *b,
                              ptrdiff_t b_stride, void *sums) {
    REAL *restrict s = sums;
    for (ptrdiff_t c = 0; c < columns; c++) s[c] = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)a + r * a_stride;
        const REAL *restrict y = (const REAL *)b + r * b_stride;
        for (ptrdiff_t c = 0; c < columns; c++) s[c] += x[c] * y[c];
    }
}

static void NAME(scale_columns)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                const void *weight, const void *bias, void *outputs, ptrdiff_t outputs_stride) {
    const REAL *restrict w = weight, *restrict b = bias;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)inputs + r * inputs_stride;
        REAL *restrict y = (REAL *)outputs + r * outputs_stride;
        if (b)
            for (ptrdiff_t c = 0; c < columns; c++) y[c] = x[c] * w[c] + b[c];
        else
            for (ptrdiff_t c = 0; c < columns; c++) y[c] = x[c] * w[c];
    }
}

static void NAME(scale)(ptrdiff_t rows, ptrdiff_t columns, void *values, ptrdiff_t stride, double factor,
                        const void *row) {
    const REAL f = (REAL)factor, *restrict b = row;
    for (ptrdiff_t r = 0; r < rows; r++) {
        REAL *restrict y = (REAL *)values + r * stride;
        if (b)
            for (ptrdiff_t c = 0; c < columns; c++) y[c] = y[c] * f + b[c];
        else
            for (ptrdiff_t c = 0; c < columns; c++) y[c] *= f;
    }
}

static void NAME(gather_rows)(ptrdiff_t rows, ptrdiff_t columns, const void *source, ptrdiff_t source_stride,
                              const ptrdiff_t *indices, void *values, ptrdiff_t stride) {
    for (ptrdiff_t r = 0; r < rows; r++)
        memcpy((REAL *)values + r * stride, (const REAL *)source + indices[r] * source_stride,
               (size_t)columns * sizeof(REAL));
}

static void NAME(copy)(ptrdiff_t rows, ptrdiff_t columns, const void *source, ptrdiff_t source_stride, void *values,
                       ptrdiff_t stride) {
    FLATTEN(source_stride == columns && stride == columns)
    for (ptrdiff_t r = 0; r < rows; r++)
        memcpy((REAL *)values + r * stride, (const REAL *)source + r * source_stride,
               (size_t)columns * sizeof(REAL));
}

static void NAME(add)(ptrdiff_t rows, ptrdiff_t columns, const void *a, ptrdiff_t a_stride, const void *b,
                      ptrdiff_t b_stride, void *values, ptrdiff_t stride) {
    FLATTEN(a_stride == columns && b_stride == columns && stride == columns)
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *x = (const REAL *)a + r * a_stride, *y = (const REAL *)b + r * b_stride;
        REAL *restrict z = (REAL *)values + r * stride;
        for (ptrdiff_t c = 0; c < columns; c++) z[c] = x[c] + y[c];
    }
}

// A vector of one cache line, loaded from and stored to any element's address.
enum { NAME(lanes) = 64 / (ptrdiff_t)sizeof(REAL) };
typedef REAL NAME(vector) __attribute__((vector_size(64), aligned(sizeof(REAL))));

#if IS_DOUBLE
#define ZIP_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#else
#define ZIP_LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#endif

// A square with as many rows as a vector has lanes: zipping rows i and i + lanes / 2, log2(lanes) times, transposes it.
static inline void NAME(transpose_square)(const REAL *source, ptrdiff_t source_stride, REAL *values, ptrdiff_t stride) {
    enum { lanes = NAME(lanes) };
    NAME(vector) rows[lanes], zipped[lanes];
    for (int i = 0; i < lanes; i++) rows[i] = *(const NAME(vector) *)(source + i * source_stride);
    for (int step = 1; step < lanes; step *= 2) {
        for (int i = 0; i < lanes / 2; i++) {
            zipped[2 * i] = ZIP_LOW(rows[i], rows[i + lanes / 2]);
            zipped[2 * i + 1] = ZIP_HIGH(rows[i], rows[i + lanes / 2]);
        }
        for (int i = 0; i < lanes; i++) rows[i] = zipped[i];
    }
    for (int i = 0; i < lanes; i++) *(NAME(vector) *)(values + i * stride) = rows[i];
}
#undef ZIP_LOW
#undef ZIP_HIGH

static void NAME(transpose)(ptrdiff_t rows, ptrdiff_t columns, const void *source, ptrdiff_t source_stride,
                            void *values, ptrdiff_t stride) {
    enum { lanes = NAME(lanes) };
    const REAL *x = source;
    REAL *y = values;
    ptrdiff_t even_rows = rows / lanes * lanes, even_columns = columns / lanes * lanes;
    for (ptrdiff_t r = 0; r < even_rows; r += lanes)
        for (ptrdiff_t c = 0; c < even_columns; c += lanes)
            NAME(transpose_square)(x + r * source_stride + c, source_stride, y + c * stride + r, stride);
    // The rest at the right and at the bottom.
    for (ptrdiff_t r = 0; r < rows; r++)
        for (ptrdiff_t c = r < even_rows ? even_columns : 0; c < columns; c++) y[c * stride + r] = x[r * source_stride + c];
}

// Magnitudes have the order of their bits: infinity above all numbers, and NaN above infinity.
static double NAME(largest_magnitude)(ptrdiff_t count, const void *values) {
    const REAL *x = values;
    BITS largest = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        BITS magnitude = NAME(to_bits)(x[i]) & (BITS)(~(UBITS)0 >> 1);
        largest = magnitude > largest ? magnitude : largest;
    }
    return NAME(from_bits)(largest);
}

// An exponent of all ones means NaN or infinity; whole blocks are tested without a branch.
static ptrdiff_t NAME(first_non_finite)(ptrdiff_t count, const void *values) {
    const REAL *x = values;
    enum { block = 256 };
#if IS_DOUBLE
    const BITS exponent = 0x7ff0000000000000;
#else
    const BITS exponent = 0x7f800000;
#endif
    for (ptrdiff_t start = 0; start < count; start += block) {
        ptrdiff_t end = start + block < count ? start + block : count;
        BITS found = 0;
        for (ptrdiff_t i = start; i < end; i++) found |= (NAME(to_bits)(x[i]) & exponent) == exponent;
        if (found)
            for (ptrdiff_t i = start; i < end; i++)
                if ((NAME(to_bits)(x[i]) & exponent) == exponent) return i;
    }
    return -1;
}
