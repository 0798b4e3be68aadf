// What is done to rows and columns as a whole.

static void NAME(fill_rows)(ptrdiff_t rows, ptrdiff_t columns, const void *row, void *values, ptrdiff_t stride) {
    for (ptrdiff_t r = 0; r < rows; r++)
        memcpy((REAL *)values + r * stride, row, (size_t)columns * sizeof(REAL));
}

static void NAME(column_sums)(ptrdiff_t rows, ptrdiff_t columns, const void *values, ptrdiff_t stride, void *sums) {
    REAL *restrict s = sums;
    for (ptrdiff_t c = 0; c < columns; c++) s[c] = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const REAL *restrict x = (const REAL *)values + r * stride;
        for (ptrdiff_t c = 0; c < columns; c++) s[c] += x[c];
    }
}

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

// By squares whose lines all stay in the first cache, also where a stride puts them all in one of its sets.
static void NAME(transpose)(ptrdiff_t rows, ptrdiff_t columns, const void *source, ptrdiff_t source_stride,
                            void *values, ptrdiff_t stride) {
    enum { side = 8 };
    const REAL *restrict x = source;
    REAL *restrict y = values;
    for (ptrdiff_t column = 0; column < columns; column += side) {
        ptrdiff_t end = column + side < columns ? column + side : columns;
        for (ptrdiff_t row = 0; row < rows; row += side) {
            ptrdiff_t last = row + side < rows ? row + side : rows;
            for (ptrdiff_t c = column; c < end; c++)
                for (ptrdiff_t r = row; r < last; r++) y[c * stride + r] = x[r * source_stride + c];
        }
    }
}

// An exponent of all ones is NaN or infinity; whole blocks are tested without a branch.
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
