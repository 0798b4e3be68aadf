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
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

static atomic_long count;
static atomic_bool is_counting;

/// Where OpenBLAS's code lies. Some of its kernels for small products (Cooperlake's) allocate their scratch anew in every
/// call: that is not this package's doing.
static uintptr_t openblas_start, openblas_end;

static int find_openblas(struct dl_phdr_info *info, size_t size, void *function) {
    (void)size;
    for (int index = 0; index < info->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[index];
        uintptr_t start = info->dlpi_addr + segment->p_vaddr;
        if (segment->p_type != PT_LOAD || (uintptr_t)function - start >= segment->p_memsz) continue;
        openblas_start = start;
        openblas_end = start + segment->p_memsz;
        return 1;
    }
    return 0;
}

static void note(void *caller) {
    if (!atomic_load_explicit(&is_counting, memory_order_acquire)) return;
    if ((uintptr_t)caller >= openblas_start && (uintptr_t)caller < openblas_end) return;
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
    if (!atomic_load(&is_counting)) {
        // The kernels are chosen behind functions like this one.
        dl_iterate_phdr(find_openblas, dlsym(RTLD_DEFAULT, "openblas_get_config"));
        atomic_store_explicit(&is_counting, true, memory_order_release);
    }
    return atomic_load(&count);
}

#else

long allocation_count(void) { return -1; }

#endif
