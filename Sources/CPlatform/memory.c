#define _GNU_SOURCE
#include "CPlatform.h"

#include <string.h>
#include <sys/mman.h>

enum { LARGE_PAGE = 2 << 20 };

void *platform_map_zeroed(size_t byte_count) {
    void *block = mmap(NULL, byte_count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) return NULL;
    // A hint: without large pages it is slower and nothing else.
    if (byte_count >= LARGE_PAGE) madvise(block, byte_count, MADV_HUGEPAGE);
    return block;
}

const void *platform_find(const void *bytes, size_t byte_count, const void *what, size_t what_count) {
    return memmem(bytes, byte_count, what, what_count);
}

void platform_unmap(void *block, size_t byte_count) { munmap(block, byte_count); }
