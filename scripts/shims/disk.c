// A disk as it may be: slow to sync, or without power at the worst moment. For LD_PRELOAD, in tests and benches:
//
//     clang -shared -fPIC -O2 -o disk.so scripts/shims/disk.c
//     LD_PRELOAD=disk.so MARTLET_DISK=/folder MARTLET_DISK_SYNC=5 martlet coordinator --data /folder/data …
//
// It acts on what lies below the folder MARTLET_DISK only, so that processes that inherit it go on as ever.
//
//     MARTLET_DISK_SYNC=N       each sync takes N milliseconds at least
//     MARTLET_DISK_SYNC=none    syncs return at once and do nothing, as if they were free
//     MARTLET_DISK_CRASH="MOMENT OPERATION NUMBER NAME LOSS"
//                               the process kills itself then, and the disk is left as LOSS says
//
// MOMENT      before, amid (a write of which the first half is done; a sync that has taken its time) or after
// OPERATION   write, sync (of a file), rename (of a file, by its name before), settle (the sync of a folder that makes the name
//             of a file in it last that was new or renamed)
// NUMBER      1 is the first of these operations on files whose name ends with NAME
// LOSS        killed     nothing more: the system goes on, and keeps what was written
//             power      all that was not synced: bytes, new and renamed files, new folders
//             cut        the same, but half of the file's bytes that were not synced are there
//             zeros      the same, and zeros stand in the place of the rest: of the later of its sectors
//             hole       zeros stand in the place of the earlier of its sectors: the disk wrote the later ones first
//
// What was removed or shortened stays so: a disk that has forgotten it only has more than it must.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SECTOR = 512 };

// A file or folder with something that is not synced, or that was so once.
struct item {
    char path[PATH_MAX];
    // Before it was renamed; empty unless the folder has not been synced since.
    char old[PATH_MAX];
    // Bytes.
    off_t synced;
    bool is_folder;
    // The folder has not been synced since it was made.
    bool is_new;
};

static struct {
    char folder[PATH_MAX];
    bool is_free;
    long milliseconds;
    char moment[16], operation[16], name[256], loss[16];
    int number;
} options;

static struct item *items;
static size_t item_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void read_options(void) {
    const char *folder = getenv("MARTLET_DISK"), *sync = getenv("MARTLET_DISK_SYNC"), *crash = getenv("MARTLET_DISK_CRASH");
    if (folder == NULL) return;
    // It may be made later; then it must be without links.
    if (realpath(folder, options.folder) == NULL) snprintf(options.folder, sizeof options.folder, "%s", folder);
    options.is_free = sync != NULL && strcmp(sync, "none") == 0;
    options.milliseconds = sync != NULL ? atol(sync) : 0;
    if (crash == NULL) return;
    int found = sscanf(crash, "%15s %15s %d %255s %15s", options.moment, options.operation, &options.number, options.name,
                       options.loss);
    if (found != 5) {
        fprintf(stderr, "disk: '%s' is not MOMENT OPERATION NUMBER NAME LOSS\n", crash);
        _exit(2);
    }
}

static bool is_on_disk(const char *path) {
    size_t length = strlen(options.folder);
    return length > 0 && strncmp(path, options.folder, length) == 0 && (path[length] == '/' || path[length] == 0);
}

// Whether the descriptor is of something on the disk; its path if so.
static bool find_path(int descriptor, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    int code = errno;
    ssize_t length = options.folder[0] ? readlink(link, path, PATH_MAX - 1) : -1;
    errno = code;
    if (length < 0) return false;
    path[length] = 0;
    return is_on_disk(path);
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static off_t size_of(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? status.st_size : 0;
}

static struct item *find(const char *path) {
    for (size_t index = 0; index < item_count; index++)
        if (strcmp(items[index].path, path) == 0) return &items[index];
    items = realloc(items, (item_count + 1) * sizeof *items);
    if (items == NULL) abort();
    struct item *item = &items[item_count++];
    memset(item, 0, sizeof *item);
    strcpy(item->path, path);
    return item;
}

// MARK: - The end

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status, (void)kind, (void)place;
    return remove(path);
}

static void write_zeros(const char *path, off_t start, off_t end) {
    static const char zeros[SECTOR];
    int descriptor = open(path, O_WRONLY | O_CLOEXEC);
    ssize_t (*write_at)(int, const void *, size_t, off_t) = next("pwrite");
    while (descriptor >= 0 && start < end) {
        size_t count = end - start < SECTOR ? end - start : SECTOR;
        if (write_at(descriptor, zeros, count, start) < 0) break;
        start += count;
    }
}

// Loses a part of the bytes that are not synced.
static void tear(const char *path, off_t synced, off_t size, const char *loss) {
    off_t first = synced / SECTOR, sectors = (size + SECTOR - 1) / SECTOR - first;
    if (strcmp(loss, "cut") == 0) {
        if (truncate(path, synced + (size - synced) / 2) != 0) abort();
    } else if (strcmp(loss, "zeros") == 0) {
        off_t start = (first + sectors / 2) * SECTOR;
        write_zeros(path, start > synced ? start : synced, size);
    } else {
        off_t end = (first + (sectors + 1) / 2) * SECTOR;
        write_zeros(path, synced, end < size ? end : size);
    }
}

// Leaves the disk as it would be found again. The file is the one that the process was at.
static void lose_power(const char *file) {
    off_t bytes = 0;
    int names = 0;
    // The last names first: a folder is empty then, but for what was put there before it was looked at.
    for (size_t index = item_count; index-- > 0;) {
        struct item *item = &items[index];
        off_t size = size_of(item->path);
        if (item->is_new) {
            names += 1;
            nftw(item->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        } else if (item->old[0]) {
            names += 1;
            int (*rename_it)(const char *, const char *) = next("rename");
            rename_it(item->path, item->old);
            strcpy(item->path, item->old);
        }
        if (item->is_new || item->is_folder || size <= item->synced) continue;
        bytes += size - item->synced;
        if (strcmp(options.loss, "power") == 0 || strcmp(item->path, file) != 0) {
            if (truncate(item->path, item->synced) != 0 && errno != ENOENT) abort();
        } else {
            tear(item->path, item->synced, size, options.loss);
        }
    }
    fprintf(stderr, "disk: %lld bytes and %d names were not synced\n", (long long)bytes, names);
}

static void crash(const char *path) {
    fprintf(stderr, "disk: the process ends %s %s %s\n", options.moment, options.operation, path);
    if (strcmp(options.loss, "killed") != 0) lose_power(path);
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

// Whether this is the moment to crash. Only the operation's first moment counts it.
static bool is_now(const char *moment, const char *operation, const char *path) {
    static int count;
    static bool was_counted;
    if (options.number == 0 || strcmp(operation, options.operation) != 0 || !ends_with(path, options.name)) return false;
    if (strcmp(moment, "before") == 0) was_counted = ++count == options.number;
    return was_counted && strcmp(moment, options.moment) == 0;
}

static void reach(const char *moment, const char *operation, const char *path) {
    if (is_now(moment, operation, path)) crash(path);
}

// MARK: - Files

static int open_on_disk(const char *path, int flags, mode_t mode) {
    int (*open_it)(const char *, int, ...) = next("open");
    if (!(flags & O_CREAT) || !is_on_disk(path)) return open_it(path, flags, mode);
    pthread_mutex_lock(&lock);
    bool was_there = access(path, F_OK) == 0;
    int descriptor = open_it(path, flags, mode);
    int code = errno;
    if (descriptor >= 0) {
        size_t before = item_count;
        struct item *item = find(path);
        // What was there before the first look at it had been there for long.
        if (!was_there || item_count > before) item->synced = was_there ? size_of(path) : 0;
        if (!was_there) item->is_new = true;
    }
    pthread_mutex_unlock(&lock);
    errno = code;
    return descriptor;
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_on_disk(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_on_disk(path, flags, mode);
}

int mkdir(const char *path, mode_t mode) {
    int (*make)(const char *, mode_t) = next("mkdir");
    if (!is_on_disk(path)) return make(path, mode);
    pthread_mutex_lock(&lock);
    int result = make(path, mode);
    int code = errno;
    if (result == 0) {
        struct item *item = find(path);
        item->is_folder = item->is_new = true;
    }
    pthread_mutex_unlock(&lock);
    errno = code;
    return result;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t place) {
    ssize_t (*write_at)(int, const void *, size_t, off_t) = next("pwrite");
    char path[PATH_MAX];
    if (!find_path(descriptor, path)) return write_at(descriptor, bytes, count, place);
    pthread_mutex_lock(&lock);
    reach("before", "write", path);
    if (is_now("amid", "write", path)) {
        if (write_at(descriptor, bytes, count / 2, place) < 0) abort();
        crash(path);
    }
    ssize_t result = write_at(descriptor, bytes, count, place);
    int code = errno;
    reach("after", "write", path);
    pthread_mutex_unlock(&lock);
    errno = code;
    return result;
}

int ftruncate(int descriptor, off_t length) {
    int (*cut)(int, off_t) = next("ftruncate");
    char path[PATH_MAX];
    if (!find_path(descriptor, path)) return cut(descriptor, length);
    pthread_mutex_lock(&lock);
    int result = cut(descriptor, length);
    int code = errno;
    struct item *item = find(path);
    if (result == 0 && item->synced > length) item->synced = length;
    pthread_mutex_unlock(&lock);
    errno = code;
    return result;
}

int rename(const char *path, const char *other) {
    int (*rename_it)(const char *, const char *) = next("rename");
    if (!is_on_disk(path)) return rename_it(path, other);
    pthread_mutex_lock(&lock);
    reach("before", "rename", path);
    int result = rename_it(path, other);
    int code = errno;
    if (result == 0) {
        struct item *item = find(path);
        if (!item->is_new && !item->old[0]) strcpy(item->old, path);
        strcpy(item->path, other);
    }
    // By its name before, which it was counted by.
    reach("after", "rename", path);
    pthread_mutex_unlock(&lock);
    errno = code;
    return result;
}

// MARK: - Syncs

static struct timespec in_milliseconds(long count) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_nsec += count % 1000 * 1000000;
    time.tv_sec += count / 1000 + time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

static void wait_until(struct timespec time) {
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR) {}
}

static bool is_in(const char *folder, const char *path) {
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && path[length] == '/' && strchr(path + length + 1, '/') == NULL;
}

static int sync_folder(int descriptor, const char *path, int (*sync)(int)) {
    for (size_t index = 0; index < item_count; index++)
        if ((items[index].is_new || items[index].old[0]) && is_in(path, items[index].path))
            reach("before", "settle", items[index].path);
    int result = options.is_free ? 0 : sync(descriptor);
    const char *end = NULL;
    for (size_t index = 0; result == 0 && index < item_count; index++) {
        struct item *item = &items[index];
        if (!(item->is_new || item->old[0]) || !is_in(path, item->path)) continue;
        item->is_new = false;
        item->old[0] = 0;
        if (is_now("after", "settle", item->path)) end = item->path;
    }
    // All of them are settled by then.
    if (end != NULL) crash(end);
    return result;
}

static int sync_file(int descriptor, const char *path, int (*sync)(int)) {
    reach("before", "sync", path);
    if (is_now("amid", "sync", path)) {
        // Whoever does not wait for it goes on meanwhile.
        wait_until(in_milliseconds(options.milliseconds));
        crash(path);
    }
    int result = options.is_free ? 0 : sync(descriptor);
    if (result == 0) find(path)->synced = size_of(path);
    reach("after", "sync", path);
    return result;
}

static int sync_on_disk(int descriptor, int (*sync)(int)) {
    char path[PATH_MAX];
    if (!find_path(descriptor, path)) return sync(descriptor);
    struct timespec end = in_milliseconds(options.milliseconds);
    struct stat status;
    bool is_folder = fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
    pthread_mutex_lock(&lock);
    int result = (is_folder ? sync_folder : sync_file)(descriptor, path, sync);
    int code = errno;
    pthread_mutex_unlock(&lock);
    wait_until(end);
    errno = code;
    return result;
}

int fsync(int descriptor) { return sync_on_disk(descriptor, next("fsync")); }
int fdatasync(int descriptor) { return sync_on_disk(descriptor, next("fdatasync")); }
