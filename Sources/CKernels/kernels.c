// Every kernel for every instruction set and scalar type, and the choice among them.
#include "CKernels.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)

#define REAL double
#define BITS int64_t
#define UBITS uint64_t
#define IS_DOUBLE 1
#define NAME(x) x##_f64_v1
#define LOG(x) log_one_f64_v1(x)
#define TABLE table_f64_v1
#include "kernels.h"

#define REAL float
#define BITS int32_t
#define UBITS uint32_t
#define IS_DOUBLE 0
#define NAME(x) x##_f32_v1
#define LOG(x) log_one_f64_v1(x)
#define TABLE table_f32_v1
#include "kernels.h"

#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define REAL double
#define BITS int64_t
#define UBITS uint64_t
#define IS_DOUBLE 1
#define NAME(x) x##_f64_v3
#define LOG(x) log_one_f64_v3(x)
#define TABLE table_f64_v3
#include "kernels.h"

#define REAL float
#define BITS int32_t
#define UBITS uint32_t
#define IS_DOUBLE 0
#define NAME(x) x##_f32_v3
#define LOG(x) log_one_f64_v3(x)
#define TABLE table_f32_v3
#include "kernels.h"
#pragma clang attribute pop

// Whole registers: by default the compiler uses halves, because the first processors with AVX-512 then ran at higher
// clock rates.
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4,no-prefer-256-bit"))), apply_to = function)
#define REAL double
#define BITS int64_t
#define UBITS uint64_t
#define IS_DOUBLE 1
#define NAME(x) x##_f64_v4
#define LOG(x) log_one_f64_v4(x)
#define TABLE table_f64_v4
#include "kernels.h"

#define REAL float
#define BITS int32_t
#define UBITS uint32_t
#define IS_DOUBLE 0
#define NAME(x) x##_f32_v4
#define LOG(x) log_one_f64_v4(x)
#define TABLE table_f32_v4
#include "kernels.h"
#pragma clang attribute pop

CKernelVariant ckernels_best_variant(void) {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("x86-64-v4")) return CKernelAVX512;
    if (__builtin_cpu_supports("x86-64-v3")) return CKernelAVX2;
    return CKernelBaseline;
}

static const CKernelTable *choose(CKernelVariant variant, const CKernelTable *baseline, const CKernelTable *avx2,
                                  const CKernelTable *avx512) {
    CKernelVariant best = ckernels_best_variant();
    if (variant > best) variant = best;
    return variant == CKernelAVX512 ? avx512 : variant == CKernelAVX2 ? avx2 : baseline;
}

const CKernelTable *ckernels_double(CKernelVariant variant) {
    return choose(variant, &table_f64_v1, &table_f64_v3, &table_f64_v4);
}

const CKernelTable *ckernels_float(CKernelVariant variant) {
    return choose(variant, &table_f32_v1, &table_f32_v3, &table_f32_v4);
}

#else  // other machines: the compiler's own vectors, one variant

#define REAL double
#define BITS int64_t
#define UBITS uint64_t
#define IS_DOUBLE 1
#define NAME(x) x##_f64
#define LOG(x) log_one_f64(x)
#define TABLE table_f64
#include "kernels.h"

#define REAL float
#define BITS int32_t
#define UBITS uint32_t
#define IS_DOUBLE 0
#define NAME(x) x##_f32
#define LOG(x) log_one_f64(x)
#define TABLE table_f32
#include "kernels.h"

CKernelVariant ckernels_best_variant(void) { return CKernelBaseline; }
const CKernelTable *ckernels_double(CKernelVariant variant) { return (void)variant, &table_f64; }
const CKernelTable *ckernels_float(CKernelVariant variant) { return (void)variant, &table_f32; }

#endif
