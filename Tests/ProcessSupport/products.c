// Counts the products that go through cblas, by standing in for its functions in the test process alone.
#define _GNU_SOURCE
#include "ProcessSupport.h"

#if defined(__GLIBC__)

#include <dlfcn.h>
#include <stdatomic.h>

static atomic_long multiply_adds;

#define MATRICES(name, REAL)                                                                                           \
    void name(int order, int transpose_a, int transpose_b, int rows, int columns, int inner, REAL alpha,               \
              const REAL *a, int lda, const REAL *b, int ldb, REAL beta, REAL *c, int ldc) {                           \
        static void (*_Atomic next)(int, int, int, int, int, int, REAL, const REAL *, int, const REAL *, int, REAL,    \
                                    REAL *, int);                                                                      \
        if (!next) next = dlsym(RTLD_NEXT, #name);                                                                     \
        multiply_adds += (long)rows * columns * inner;                                                                 \
        next(order, transpose_a, transpose_b, rows, columns, inner, alpha, a, lda, b, ldb, beta, c, ldc);              \
    }

#define VECTOR(name, REAL)                                                                                             \
    void name(int order, int transpose, int rows, int columns, REAL alpha, const REAL *a, int lda, const REAL *x,      \
              int x_step, REAL beta, REAL *y, int y_step) {                                                            \
        static void (*_Atomic next)(int, int, int, int, REAL, const REAL *, int, const REAL *, int, REAL, REAL *,      \
                                    int);                                                                              \
        if (!next) next = dlsym(RTLD_NEXT, #name);                                                                     \
        multiply_adds += (long)rows * columns;                                                                         \
        next(order, transpose, rows, columns, alpha, a, lda, x, x_step, beta, y, y_step);                              \
    }

void cblas_dgemm(int, int, int, int, int, int, double, const double *, int, const double *, int, double, double *, int);
void cblas_sgemm(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
void cblas_dgemv(int, int, int, int, double, const double *, int, const double *, int, double, double *, int);
void cblas_sgemv(int, int, int, int, float, const float *, int, const float *, int, float, float *, int);

MATRICES(cblas_dgemm, double)
MATRICES(cblas_sgemm, float)
VECTOR(cblas_dgemv, double)
VECTOR(cblas_sgemv, float)

long multiply_add_count(void) { return multiply_adds; }

#else

long multiply_add_count(void) { return -1; }

#endif
