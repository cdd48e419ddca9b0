#ifndef CPLATFORM_H
#define CPLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

// What Linux offers and neither libuv nor Swift can reach. A negative result is always an errno, negated.

// Children

/// What `platform_spawn` was doing when it failed.
enum platform_spawn_step {
    PLATFORM_SPAWN_CLONE = 1,
    PLATFORM_SPAWN_NAMESPACE,
    PLATFORM_SPAWN_SESSION,
    PLATFORM_SPAWN_DEATH_SIGNAL,
    PLATFORM_SPAWN_DESCRIPTORS,
    PLATFORM_SPAWN_FOLDER,
    PLATFORM_SPAWN_EXECUTE,
};

struct platform_spawn_request {
    /// A path; if relative, then to `folder`.
    const char *executable;
    /// Both end with NULL; `arguments` begins with the program's name.
    char *const *arguments;
    char *const *environment;
    /// NULL: the caller's.
    const char *folder;
    /// The child's descriptors 0 to count - 1, at most 64; -1 stands for /dev/null. It gets no others.
    const int *descriptors;
    size_t descriptor_count;
    bool new_session;
    /// SIGKILL when the *thread* that called ends: spawn on one that lives as long as the process.
    bool dies_with_parent;
    /// The child is process 1 of a PID namespace of its own: whatever descends from it dies with it.
    bool process_namespace;
    /// Bytes that a file may have which it writes; below 0 for no limit.
    int64_t file_size_limit;
    /// Threads that its namespace may have, as far as the kernel can be told; below 0 for no limit.
    int32_t thread_limit;
};

/// Starts a child with default signal handlers (but what the caller ignores stays ignored, except SIGPIPE) and an
/// empty signal mask. The cost does not depend on the caller's size, since no page table is copied.
///
/// Returns the child's PID once it runs its program; else the error, with the failed step in `failed`.
int platform_spawn(const struct platform_spawn_request *request, enum platform_spawn_step *failed);

/// Makes a child in a PID namespace of its own, to see whether one can be had; `through_user` tells whether it took a user
/// namespace. Returns 0 or an error: Docker's seccomp profile, for one, forbids it.
int platform_try_namespace(bool *through_user);

/// The longest `platform_spawn_request.descriptors`.
enum { PLATFORM_DESCRIPTOR_LIMIT = 64 };

/// How a child ended: by itself, with `value` its exit status, or by the signal `value`.
struct platform_exit {
    bool signaled;
    int value;
};

enum platform_reap_result { PLATFORM_NO_CHILD = -1 };

/// Takes the status of a child that has ended (-1: any child). Returns its PID; 0 when none has ended, unless told
/// to wait; PLATFORM_NO_CHILD when there is none to wait for.
int platform_reap(int pid, bool wait, struct platform_exit *out);

/// For process 1 of a PID namespace: kills every other process in it and waits until they are gone. Returns how many
/// there were, with those that had ended and not been reaped.
size_t platform_kill_everything_else(void);

// Other processes

/// When a process started, in clock ticks since boot; with its PID this names it for good. 0 when it is gone.
/// One that has ended and that its parent has not reaped counts as gone, unless `even_ended`.
uint64_t platform_process_start_time(int pid, bool even_ended);

/// Sends a signal. Returns 0 or an error.
int platform_kill(int pid, int signal);

/// Kills `pid`, not this process, and all that descend from it. They are stopped first, so that none forks on unseen.
/// What a dead process left behind has another parent, and is not found.
void platform_kill_tree(int pid);

/// This process's children, as many as there is room for. Returns how many.
size_t platform_children(int *out, size_t capacity);

/// Kills this process's children and what descends from them, but for those `spared` and theirs.
void platform_kill_strays(const int *spared, size_t spared_count);

/// For a subreaper: kills all that descend from it and waits until they are gone. For a second at most: one that changed
/// its user may not be ours to kill.
void platform_kill_all_below(void);

/// SIGSTOP for `pid` and all that descend from it; SIGCONT for the same.
void platform_freeze_tree(int pid);
void platform_thaw_tree(int pid);

/// How many processes descend from this one; when they are more than `bound`, some number above it. Where a process was
/// orphaned it is looked for below this one, which must be process 1 of its namespace or a subreaper.
size_t platform_count_descendants(size_t bound);

/// A descriptor that becomes readable when the process ends (pidfd_open), or an error.
int platform_open_process(int pid);

// This process

int platform_own_pid(void);

/// Lets this process have as many descriptors as the system allows it. Children start with the old limit: programs that
/// use `select`, or close all there could be, count on a low one.
void platform_raise_descriptor_limit(void);

/// Maps each block of a MiB or more by itself, so that it is given back when it is freed. glibc raises the bound with each
/// such block that is freed, and what is larger then stays in the heap, as a hole.
void platform_map_large_blocks(void);

/// Asks for pages of 2 MiB, where there are such, for what lies whole in this memory: a page is made when it is first touched,
/// which takes longer than to fill one of 4 KiB.
void platform_prefer_large_pages(void *start, size_t byte_count);

/// Gives back what is resident and not in use: free heap, and pages of the program that only its start has touched,
/// which come back from its file when they are wanted.
void platform_release_unused_memory(void);

/// Processes orphaned below this one become its children, not those of process 1. Returns 0 or an error.
int platform_become_subreaper(void);

/// The name a debugger or `top -H` shows for the calling thread; 15 bytes of it are kept.
void platform_name_thread(const char *name);

bool platform_is_executable(const char *path);

// This machine; a limit that is none is UINT64_MAX

/// To how many descriptors a process may raise its limit.
uint64_t platform_descriptor_limit(void);

/// How many processes and threads the user may have at once; root may have more.
uint64_t platform_process_limit(void);

/// How many cores this process may run on.
int platform_core_count(void);

// Descriptors: all are closed when this process executes another program.

int platform_pipe(int descriptors[2]);
/// Whether the other side of a stream's socket will send no more than what has arrived.
bool platform_peer_has_ended(int descriptor);
int platform_socket_pair(int descriptors[2]);
int platform_close(int descriptor);

/// Asks for a pipe buffer of `byte_count`; the system may refuse, and nothing is lost but speed.
void platform_enlarge_pipe(int descriptor, int byte_count);

/// A bound and listening TCP socket, or an error.
int platform_listen(const struct sockaddr_storage *address, int backlog);

/// Where a socket is bound. Returns 0 or an error.
int platform_socket_address(int descriptor, struct sockaddr_storage *out);

/// Reads once, waiting until there is something. Returns the number of bytes, 0 at the end, or an error.
ptrdiff_t platform_read(int descriptor, void *into, size_t byte_count);

/// Writes all, waiting as long as it takes. Returns 0 or an error.
int platform_write_all(int descriptor, const void *bytes, size_t byte_count);

// Files

/// Renames unless something is at `to`. Returns 0 or an error: -EEXIST, and -EINVAL or -ENOSYS where the file system
/// cannot promise it.
int platform_rename_new(const char *from, const char *to);

// Memory

/// Tells the processor that the place will be written soon, and waits for nothing.
static inline void platform_prefetch(const void *place) { __builtin_prefetch(place, 1, 3); }

/// A block of zeros, of large pages where it is large and there are some: a table that is read here and there then needs
/// fewer looks at page tables. NULL when there is no memory.
void *platform_map_zeroed(size_t byte_count);
void platform_unmap(void *block, size_t byte_count);

/// Where `what` first is; NULL when it is nowhere.
const void *platform_find(const void *bytes, size_t byte_count, const void *what, size_t what_count);

// Bytes

/// Takes bytes into a CRC-32C, whose state is ~0 before the first of them; the sum is the inverse of the last state.
uint32_t platform_crc32c(uint32_t state, const void *bytes, size_t count);

// Clocks, in nanoseconds

/// Since boot; goes on during suspend and is the same in all processes of the machine.
uint64_t platform_boottime_ns(void);

/// Since 1970; may be set back and forth.
uint64_t platform_realtime_ns(void);

#endif
