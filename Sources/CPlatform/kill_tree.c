#define _GNU_SOURCE
#include "CPlatform.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct pids {
    pid_t *list;
    size_t count;
    size_t capacity;
};

static bool contains(const struct pids *pids, pid_t pid) {
    for (size_t i = 0; i < pids->count; i++) {
        if (pids->list[i] == pid) return true;
    }
    return false;
}

/// True when the process was not known; out of memory, it counts as known, and escapes.
static bool add(struct pids *pids, pid_t pid) {
    if (contains(pids, pid)) return false;
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

/// Stops the children of one thread that are not yet known. Returns how many.
static size_t stop_children_of_thread(pid_t pid, const char *thread, struct pids *stopped) {
    char path[320];
    snprintf(path, sizeof path, "/proc/%d/task/%s/children", pid, thread);
    FILE *file = fopen(path, "re");
    if (!file) return 0;
    size_t found = 0;
    int child;
    while (fscanf(file, "%d", &child) == 1) {
        if (!add(stopped, child)) continue;
        kill(child, SIGSTOP);
        found++;
    }
    fclose(file);
    return found;
}

static size_t stop_children(pid_t pid, struct pids *stopped) {
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *threads = opendir(path);
    if (!threads) return 0;
    size_t found = 0;
    for (struct dirent *thread; (thread = readdir(threads));) {
        if (thread->d_name[0] != '.') found += stop_children_of_thread(pid, thread->d_name, stopped);
    }
    closedir(threads);
    return found;
}

/// Stops all below `pid`: in rounds, until one finds nobody new, as a fork may have been under way.
static void stop_below(pid_t pid, struct pids *stopped) {
    size_t found;
    do {
        found = stop_children(pid, stopped);
        for (size_t i = 0; i < stopped->count; i++) {
            found += stop_children(stopped->list[i], stopped);
        }
    } while (found > 0);
}

void platform_kill_tree(int pid, bool itself) {
    struct pids stopped = {0};
    if (itself && pid != getpid()) kill(pid, SIGSTOP);
    stop_below(pid, &stopped);
    for (size_t i = 0; i < stopped.count; i++) {
        kill(stopped.list[i], SIGKILL);
    }
    free(stopped.list);
    if (itself) kill(pid, SIGKILL);
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
