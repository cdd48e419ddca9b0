#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int platform_reap(int pid, bool wait, struct platform_exit *out) {
    int status = 0;
    pid_t ended;
    do {
        ended = waitpid(pid, &status, wait ? 0 : WNOHANG);
    } while (ended < 0 && errno == EINTR);
    if (ended < 0) return PLATFORM_NO_CHILD; // ECHILD: waitpid has no other reason left
    out->signaled = WIFSIGNALED(status);
    out->value = out->signaled ? WTERMSIG(status) : WEXITSTATUS(status);
    return ended;
}

size_t platform_kill_everything_else(void) {
    struct platform_exit ignored;
    size_t count = 0;
    // Again after each, as one may just have been forked when the signal went out; not for those that have ended
    // meanwhile, or clearing away a fork bomb takes the square of its size.
    for (;;) {
        while (platform_reap(-1, false, &ignored) > 0) count++;
        kill(-1, SIGKILL);
        if (platform_reap(-1, true, &ignored) < 0) return count;
        count++;
    }
}

uint64_t platform_process_start_time(int pid, bool even_ended) {
    char path[32];
    char text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    if (!file) return 0;
    size_t count = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[count] = 0;
    // Field 2 is the program's name, which may hold spaces and parentheses; the last one ends it.
    const char *field = strrchr(text, ')');
    if (!even_ended && field && (strncmp(field, ") Z", 3) == 0 || strncmp(field, ") X", 3) == 0)) return 0;
    for (int number = 2; field && number < 22; number++) {
        field = strchr(field + 1, ' ');
    }
    return field ? strtoull(field + 1, NULL, 10) : 0;
}

int platform_kill(int pid, int signal) { return kill(pid, signal) < 0 ? -errno : 0; }

int platform_own_pid(void) { return getpid(); }

int platform_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 ? -errno : 0; }

void platform_name_thread(const char *name) { prctl(PR_SET_NAME, name); }

bool platform_is_executable(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

static uint64_t nanoseconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

uint64_t platform_boottime_ns(void) { return nanoseconds(CLOCK_BOOTTIME); }

uint64_t platform_realtime_ns(void) { return nanoseconds(CLOCK_REALTIME); }

int platform_open_process(int pid) {
    long descriptor = syscall(SYS_pidfd_open, pid, 0);
    return descriptor < 0 ? -errno : (int)descriptor;
}

void platform_map_large_blocks(void) { mallopt(M_MMAP_THRESHOLD, 1 << 20); }

void platform_release_unused_memory(void) {
    // The linker's names for where the program's read-only part begins and its code ends.
    extern const char __executable_start, etext;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = (uintptr_t)&__executable_start & ~(page - 1);
    uintptr_t end = (uintptr_t)&etext & ~(page - 1);
    malloc_trim(0);
    if (end > start) madvise((void *)start, end - start, MADV_DONTNEED);
}
