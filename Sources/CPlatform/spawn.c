#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

// The child runs in its parent's memory until it executes its program, while the calling thread stands still (as with
// vfork). So it may touch nothing but its own stack and `struct start`, and must not call what keeps state in memory:
// some calls are bare system calls because a sanitizer's versions of them do.
#if defined(__clang__)
#define IN_CHILD __attribute__((no_sanitize("address", "thread", "undefined")))
#else
#define IN_CHILD
#endif

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
// ThreadSanitizer takes any clone for a fork and then finds its own state used twice: call past it.
extern int __clone(int (*)(void *), void *, int, void *, ...);
#define clone __clone
#endif
#endif

enum {
    STACK_SIZE = 64 * 1024,
    SIGNAL_COUNT = 64,
    CLOSE_ON_EXEC = 1 << 2, // CLOSE_RANGE_CLOEXEC, which older headers lack
};

struct start {
    const struct platform_spawn_request *request; // NULL: end at once, only the namespace was to be tried
    pid_t parent;
    bool user_namespace;
    char uid_map[48];
    char gid_map[48];
    char pid_limit[16]; // empty: none
    bool limits_threads_of_user;
    volatile enum platform_spawn_step failed; // 0 while nothing has
    volatile int error;
};

/// The kernel's `struct sigaction`, all zero for the default handler; no machine's is longer.
struct kernel_sigaction {
    void *handler;
    unsigned long rest[7];
};

IN_CHILD static _Noreturn void end(int status) {
    for (;;) syscall(SYS_exit_group, status);
}

IN_CHILD static int write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t count = write(file, text, strlen(text));
    int error = errno;
    close(file);
    errno = error;
    return count < 0 ? -1 : 0;
}

/// In a user namespace one is nobody until one's own ID is mapped to itself.
IN_CHILD static int map_user(const struct start *start) {
    if (write_file("/proc/self/setgroups", "deny") < 0) return -1;
    if (write_file("/proc/self/uid_map", start->uid_map) < 0) return -1;
    return write_file("/proc/self/gid_map", start->gid_map);
}

IN_CHILD static int set_death_signal(const struct start *start) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) return -1;
    // The parent may have died just before. Seen from a namespace of its own a child's parent is always 0.
    if (!start->request->process_namespace && getppid() != start->parent) end(127);
    return 0;
}

IN_CHILD static void reset_handlers(void) {
    for (int signal = 1; signal <= SIGNAL_COUNT; signal++) {
        struct kernel_sigaction action = {0};
        if (syscall(SYS_rt_sigaction, signal, NULL, &action, SIGNAL_COUNT / 8) < 0) continue;
        if (action.handler == (void *)SIG_IGN && signal != SIGPIPE) continue;
        action = (struct kernel_sigaction){0};
        syscall(SYS_rt_sigaction, signal, &action, NULL, SIGNAL_COUNT / 8);
    }
}

IN_CHILD static void lower_limit(int resource, uint64_t value) {
    struct rlimit limit;
    if (syscall(SYS_prlimit64, 0, resource, NULL, &limit) < 0 || limit.rlim_max < value) return;
    limit = (struct rlimit){.rlim_cur = value, .rlim_max = value};
    syscall(SYS_prlimit64, 0, resource, &limit, NULL);
}

/// Where the kernel does not take one of them, there is one hindrance less to a fork bomb, and nothing else is lost.
IN_CHILD static void limit_threads(const struct start *start) {
    if (start->pid_limit[0]) write_file("/proc/sys/kernel/pid_max", start->pid_limit);
    if (start->user_namespace && start->limits_threads_of_user) lower_limit(RLIMIT_NPROC, (uint64_t)start->request->thread_limit);
}

/// First all out of the way of the numbers to come, then down to them.
IN_CHILD static int place_descriptors(const int *descriptors, size_t count) {
    int moved[PLATFORM_DESCRIPTOR_LIMIT];
    for (size_t i = 0; i < count; i++) {
        int source = descriptors[i] >= 0 ? descriptors[i] : open("/dev/null", O_RDWR | O_CLOEXEC);
        moved[i] = fcntl(source, F_DUPFD_CLOEXEC, PLATFORM_DESCRIPTOR_LIMIT);
        if (moved[i] < 0) return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (dup2(moved[i], (int)i) < 0) return -1;
    }
    return (int)syscall(SYS_close_range, (unsigned)count, ~0U, CLOSE_ON_EXEC);
}

/// What this process was given, once it has raised its own.
static struct rlimit descriptor_limit;
static bool has_raised_limit;

void platform_raise_descriptor_limit(void) {
    if (has_raised_limit || getrlimit(RLIMIT_NOFILE, &descriptor_limit) < 0) return;
    struct rlimit raised = {.rlim_cur = descriptor_limit.rlim_max, .rlim_max = descriptor_limit.rlim_max};
    has_raised_limit = setrlimit(RLIMIT_NOFILE, &raised) == 0;
}

IN_CHILD static enum platform_spawn_step prepare(const struct start *start) {
    const struct platform_spawn_request *request = start->request;
    if (start->user_namespace && map_user(start) < 0) return PLATFORM_SPAWN_NAMESPACE;
    if (!request) return 0;
    if (request->new_session && setsid() < 0) return PLATFORM_SPAWN_SESSION;
    if (request->dies_with_parent && set_death_signal(start) < 0) return PLATFORM_SPAWN_DEATH_SIGNAL;
    if (place_descriptors(request->descriptors, request->descriptor_count) < 0) return PLATFORM_SPAWN_DESCRIPTORS;
    if (request->folder && chdir(request->folder) < 0) return PLATFORM_SPAWN_FOLDER;
    reset_handlers();
    limit_threads(start);
    if (request->file_size_limit >= 0) lower_limit(RLIMIT_FSIZE, (uint64_t)request->file_size_limit);
    if (has_raised_limit) syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &descriptor_limit, NULL);
    return 0;
}

IN_CHILD static int started(void *argument) {
    struct start *start = argument;
    start->failed = prepare(start);
    if (!start->failed && start->request) {
        unsigned long none = 0;
        syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof none);
        execve(start->request->executable, start->request->arguments, start->request->environment);
        start->failed = PLATFORM_SPAWN_EXECUTE;
    }
    start->error = errno;
    end(start->failed ? 127 : 0);
}

/// Clones with all signals blocked, lest one of the parent's handlers run in the child.
static pid_t clone_blocked(struct start *start, void *stack, int flags) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t pid = clone(started, (char *)stack + STACK_SIZE, flags, start);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return pid;
}

static bool kernel_is_at_least(int major, int minor) {
    struct utsname name;
    int has_major = 0, has_minor = 0;
    if (uname(&name) < 0 || sscanf(name.release, "%d.%d", &has_major, &has_minor) != 2) return false;
    return has_major > major || (has_major == major && has_minor >= minor);
}

/// A PID namespace has a limit of its own since Linux 6.14: before, this would set the host's. It is one of numbers, of
/// which the first 300 are not given out again. Users are counted by user namespace since 5.14; root never is.
static void choose_thread_limits(struct start *start) {
    enum { RESERVED_PIDS = 300, PID_LIMIT = 4 * 1024 * 1024 };
    int limit = start->request ? start->request->thread_limit : -1;
    if (limit < 0 || limit > PID_LIMIT - RESERVED_PIDS) return;
    if (kernel_is_at_least(6, 14)) snprintf(start->pid_limit, sizeof start->pid_limit, "%d", limit + RESERVED_PIDS);
    start->limits_threads_of_user = kernel_is_at_least(5, 14);
}

/// Root needs no user namespace for a PID namespace, unless it is a container's root.
static pid_t clone_isolated(struct start *start, void *stack, int flags) {
    pid_t pid = -1;
    if (geteuid() == 0) pid = clone_blocked(start, stack, flags | CLONE_NEWPID);
    if (pid >= 0 || (geteuid() == 0 && errno != EPERM)) return pid;
    start->user_namespace = true;
    return clone_blocked(start, stack, flags | CLONE_NEWPID | CLONE_NEWUSER);
}

static pid_t run(struct start *start, bool process_namespace) {
    start->parent = getpid();
    if (process_namespace) choose_thread_limits(start);
    snprintf(start->uid_map, sizeof start->uid_map, "%u %u 1", geteuid(), geteuid());
    snprintf(start->gid_map, sizeof start->gid_map, "%u %u 1", getegid(), getegid());
    void *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) return -errno;
    int flags = CLONE_VM | CLONE_VFORK | SIGCHLD;
    pid_t pid = process_namespace ? clone_isolated(start, stack, flags) : clone_blocked(start, stack, flags);
    int error = errno;
    munmap(stack, STACK_SIZE);
    return pid < 0 ? -error : pid;
}

static void reap_failed(pid_t pid) {
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
}

int platform_spawn(const struct platform_spawn_request *request, enum platform_spawn_step *failed) {
    struct start start = {.request = request};
    *failed = PLATFORM_SPAWN_DESCRIPTORS;
    if (request->descriptor_count > PLATFORM_DESCRIPTOR_LIMIT) return -EINVAL;
    pid_t pid = run(&start, request->process_namespace);
    *failed = pid < 0 ? PLATFORM_SPAWN_CLONE : start.failed;
    if (pid < 0 || !start.failed) return pid;
    reap_failed(pid);
    return -start.error;
}

int platform_try_namespace(bool *through_user) {
    struct start start = {.request = NULL};
    pid_t pid = run(&start, true);
    *through_user = start.user_namespace;
    if (pid < 0) return pid;
    reap_failed(pid);
    return start.failed ? -start.error : 0;
}
