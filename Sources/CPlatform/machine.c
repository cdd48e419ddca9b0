#define _GNU_SOURCE
#include "CPlatform.h"

#include <sched.h>
#include <sys/resource.h>

uint64_t platform_descriptor_limit(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) < 0 ? UINT64_MAX : limit.rlim_max;
}

uint64_t platform_process_limit(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_NPROC, &limit) < 0 ? UINT64_MAX : limit.rlim_cur;
}

int platform_core_count(void) {
    cpu_set_t cores;
    return sched_getaffinity(0, sizeof cores, &cores) < 0 ? 1 : CPU_COUNT(&cores);
}
