#define _GNU_SOURCE
#include "CPlatform.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct pids {
    pid_t *list;
    size_t count;
    size_t capacity;
    /// Neither these nor what descends from them is ever added.
    const int *spared;
    size_t spared_count;
};

static bool contains(const pid_t *list, size_t count, pid_t pid) {
    for (size_t i = 0; i < count; i++) {
        if (list[i] == pid) return true;
    }
    return false;
}

/// True when the process was not known; out of memory, it counts as known, and escapes.
static bool add(struct pids *pids, pid_t pid) {
    if (contains(pids->list, pids->count, pid) || contains(pids->spared, pids->spared_count, pid)) return false;
    if (pids->count == pids->capacity) {
        size_t capacity = pids->capacity ? 2 * pids->capacity : 64;
        pid_t *list = realloc(pids->list, capacity * sizeof(pid_t));
        if (!list) return false;
        pids->list = list;
        pids->capacity = capacity;
    }
    pids->list[pids->count++] = pid;
    return true;
}

/// Adds the children of one thread that are not yet known, and sends them the signal; 0 is none. Returns how many.
static size_t add_children_of_thread(pid_t pid, const char *thread, struct pids *known, int signal) {
    char path[320];
    snprintf(path, sizeof path, "/proc/%d/task/%s/children", pid, thread);
    FILE *file = fopen(path, "re");
    if (!file) return 0;
    size_t found = 0;
    int child;
    while (fscanf(file, "%d", &child) == 1) {
        if (!add(known, child)) continue;
        kill(child, signal);
        found++;
    }
    fclose(file);
    return found;
}

static size_t add_children(pid_t pid, struct pids *known, int signal) {
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *threads = opendir(path);
    if (!threads) return 0;
    size_t found = 0;
    for (struct dirent *thread; (thread = readdir(threads));) {
        if (thread->d_name[0] != '.') found += add_children_of_thread(pid, thread->d_name, known, signal);
    }
    closedir(threads);
    return found;
}

/// Stops all below `pid`: in rounds, until one finds nobody new, as a fork may have been under way.
static void stop_below(pid_t pid, struct pids *stopped) {
    size_t found;
    do {
        found = add_children(pid, stopped, SIGSTOP);
        for (size_t i = 0; i < stopped->count; i++) {
            found += add_children(stopped->list[i], stopped, SIGSTOP);
        }
    } while (found > 0);
}

void platform_kill_tree(int pid) {
    struct pids stopped = {0};
    kill(pid, SIGSTOP);
    stop_below(pid, &stopped);
    for (size_t i = 0; i < stopped.count; i++) {
        kill(stopped.list[i], SIGKILL);
    }
    free(stopped.list);
    kill(pid, SIGKILL);
}

size_t platform_children(int *out, size_t capacity) {
    struct pids children = {0};
    add_children(getpid(), &children, 0);
    size_t count = children.count < capacity ? children.count : capacity;
    if (count > 0) memcpy(out, children.list, count * sizeof(int));
    free(children.list);
    return count;
}

void platform_kill_strays(const int *spared, size_t spared_count) {
    struct pids stopped = {.spared = spared, .spared_count = spared_count};
    stop_below(getpid(), &stopped);
    for (size_t i = 0; i < stopped.count; i++) kill(stopped.list[i], SIGKILL);
    free(stopped.list);
}

void platform_kill_all_below(void) {
    enum { PATIENCE = 2000, INTERVAL_US = 500 };
    struct platform_exit ignored;
    // Again and again: what one of them leaves behind is this process's to kill only when that one is dead.
    for (int round = 0; round < PATIENCE; round++) {
        int ended;
        while ((ended = platform_reap(-1, false, &ignored)) > 0) continue;
        if (ended == PLATFORM_NO_CHILD) return;
        platform_kill_strays(NULL, 0);
        usleep(INTERVAL_US);
    }
}

void platform_freeze_tree(int pid) {
    struct pids stopped = {0};
    kill(pid, SIGSTOP);
    stop_below(pid, &stopped);
    free(stopped.list);
}

void platform_thaw_tree(int pid) {
    struct pids stopped = {0};
    stop_below(pid, &stopped);
    for (size_t i = stopped.count; i > 0; i--) kill(stopped.list[i - 1], SIGCONT);
    free(stopped.list);
    kill(pid, SIGCONT);
}
