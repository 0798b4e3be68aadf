// Counts allocations by standing in for malloc and its kin, in the test process alone.
#define _GNU_SOURCE
#include "ProcessSupport.h"

#include <errno.h>
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>

static atomic_long count;
static atomic_bool is_counting;

/// Some of OpenBLAS's kernels for small products (Cooperlake's) allocate their scratch anew in every call: that is not
/// this package's doing.
static bool is_openblas(void *caller) {
    static void *_Atomic base;
    Dl_info info;
    if (!atomic_load_explicit(&base, memory_order_relaxed)) {
        void *function = dlsym(RTLD_DEFAULT, "openblas_get_config");
        if (!function || !dladdr(function, &info)) return false;
        atomic_store_explicit(&base, info.dli_fbase, memory_order_relaxed);
    }
    return dladdr(caller, &info) && info.dli_fbase == atomic_load_explicit(&base, memory_order_relaxed);
}

static void note(void *caller) {
    if (!atomic_load_explicit(&is_counting, memory_order_relaxed) || is_openblas(caller)) return;
    atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
}

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t items, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
    note(__builtin_return_address(0));
    return __libc_malloc(size);
}

void *calloc(size_t items, size_t size) {
    note(__builtin_return_address(0));
    return __libc_calloc(items, size);
}

void *realloc(void *block, size_t size) {
    note(__builtin_return_address(0));
    return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
    note(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    note(__builtin_return_address(0));
    *block = __libc_memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}

long allocation_count(void) {
    atomic_store(&is_counting, true);
    return atomic_load(&count);
}

#else

long allocation_count(void) { return -1; }

#endif
