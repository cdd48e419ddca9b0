#define _GNU_SOURCE
#include "CPlatform.h"

#include <string.h>
#include <sys/mman.h>

enum { LARGE_PAGE = 2 << 20 };

void *platform_map_zeroed(size_t byte_count) {
    void *block = mmap(NULL, byte_count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) return NULL;
    platform_prefer_large_pages(block, byte_count);
    return block;
}

void platform_prefer_large_pages(void *start, size_t byte_count) {
    uintptr_t first = ((uintptr_t)start + LARGE_PAGE - 1) & -(uintptr_t)LARGE_PAGE;
    uintptr_t end = ((uintptr_t)start + byte_count) & -(uintptr_t)LARGE_PAGE;
    // A hint: without large pages it is slower and nothing else.
    if (end > first) madvise((void *)first, end - first, MADV_HUGEPAGE);
}

#ifdef __SSE2__
#include <emmintrin.h>

/// Sixteen places at once: where four bytes of it are right, the rest is looked at. glibc's memmem calls memcmp wherever a hash
/// of two bytes is right, which takes four times as long on text.
const void *platform_find(const void *bytes, size_t byte_count, const void *what, size_t what_count) {
    const uint8_t *text = bytes, *wanted = what;
    size_t place = 0;
    if (what_count > 1) {
        size_t at[4] = {0, what_count / 3, what_count * 2 / 3, what_count - 1};
        __m128i byte[4];
        for (int i = 0; i < 4; i++) byte[i] = _mm_set1_epi8((char)wanted[at[i]]);
        for (; place + what_count + 15 <= byte_count; place += 16) {
            __m128i right = _mm_set1_epi8(-1);
            for (int i = 0; i < 4; i++) {
                __m128i here = _mm_loadu_si128((const __m128i *)(text + place + at[i]));
                right = _mm_and_si128(right, _mm_cmpeq_epi8(here, byte[i]));
            }
            for (unsigned mask = (unsigned)_mm_movemask_epi8(right); mask; mask &= mask - 1) {
                const uint8_t *found = text + place + __builtin_ctz(mask);
                if (memcmp(found, what, what_count) == 0) return found;
            }
        }
    }
    return memmem(text + place, byte_count - place, what, what_count);
}
#else
const void *platform_find(const void *bytes, size_t byte_count, const void *what, size_t what_count) {
    return memmem(bytes, byte_count, what, what_count);
}
#endif

void platform_unmap(void *block, size_t byte_count) { munmap(block, byte_count); }
