#include "CPlatform.h"

#include <string.h>

// CRC-32C (Castagnoli), bit-reversed: 0x82f63b78. Processors have an instruction for it; without, a byte a step.

static uint32_t by_bytes(uint32_t state, const uint8_t *bytes, size_t count) {
    for (size_t place = 0; place < count; place++) {
        state ^= bytes[place];
        for (int bit = 0; bit < 8; bit++) state = state >> 1 ^ (0x82f63b78 & -(state & 1));
    }
    return state;
}

#if defined(__x86_64__)

#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t by_words(uint32_t state, const uint8_t *bytes, size_t count) {
    uint64_t wide = state;
    for (; count >= 8; bytes += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        wide = _mm_crc32_u64(wide, word);
    }
    return by_bytes((uint32_t)wide, bytes, count);
}

static bool has_instruction(void) { return __builtin_cpu_supports("sse4.2"); }

#elif defined(__aarch64__)

#include <sys/auxv.h>

__attribute__((target("+crc"))) static uint32_t by_words(uint32_t state, const uint8_t *bytes, size_t count) {
    for (; count >= 8; bytes += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        state = __builtin_arm_crc32cd(state, word);
    }
    return by_bytes(state, bytes, count);
}

// HWCAP_CRC32
static bool has_instruction(void) { return getauxval(AT_HWCAP) & 1 << 7; }

#else

static uint32_t by_words(uint32_t state, const uint8_t *bytes, size_t count) { return by_bytes(state, bytes, count); }
static bool has_instruction(void) { return false; }

#endif

uint32_t platform_crc32c(uint32_t state, const void *bytes, size_t count) {
    return has_instruction() ? by_words(state, bytes, count) : by_bytes(state, bytes, count);
}
