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

typedef void visit(pid_t child);

static void stop(pid_t child) { kill(child, SIGSTOP); }

static void pass(pid_t child) { (void)child; }

/// Adds the children of one thread that are not yet known, and visits them. Returns how many.
static size_t add_children_of_thread(const char *process, const char *thread, struct pids *found, visit *visit) {
    char path[320];
    snprintf(path, sizeof path, "/proc/%s/task/%s/children", process, thread);
    FILE *file = fopen(path, "re");
    if (!file) return 0;
    size_t count = 0;
    int child;
    while (fscanf(file, "%d", &child) == 1) {
        if (!add(found, child)) continue;
        visit(child);
        count++;
    }
    fclose(file);
    return count;
}

/// - process: A PID, or "self".
static size_t add_children(const char *process, struct pids *found, visit *visit) {
    char path[32];
    snprintf(path, sizeof path, "/proc/%s/task", process);
    DIR *threads = opendir(path);
    if (!threads) return 0;
    size_t count = 0;
    for (struct dirent *thread; (thread = readdir(threads));) {
        if (thread->d_name[0] != '.') count += add_children_of_thread(process, thread->d_name, found, visit);
    }
    closedir(threads);
    return count;
}

static size_t add_children_of_pid(pid_t pid, struct pids *found, visit *visit) {
    char process[16];
    snprintf(process, sizeof process, "%d", pid);
    return add_children(process, found, visit);
}

size_t platform_count_descendants(size_t bound) {
    struct pids found = {0};
    size_t looked_at = 0;
    // Not its PID: in a namespace of one's own /proc has another number for it, and others for all below. Again until there
    // is nobody new, as those whose parent ends meanwhile become its own; and they stay until it reaps them.
    while (found.count <= bound && add_children("self", &found, pass) > 0) {
        for (; looked_at < found.count && found.count <= bound; looked_at++) {
            add_children_of_pid(found.list[looked_at], &found, pass);
        }
    }
    free(found.list);
    return found.count;
}

/// Stops all below `pid`: in rounds, until one finds nobody new, as a fork may have been under way.
static void stop_below(pid_t pid, struct pids *stopped) {
    size_t found;
    do {
        found = add_children_of_pid(pid, stopped, stop);
        for (size_t i = 0; i < stopped->count; i++) {
            found += add_children_of_pid(stopped->list[i], stopped, stop);
        }
    } while (found > 0);
}

/// Kills the process groups of sessions that were begun below `pid`: all in them descends from it. One call takes a whole
/// group, whatever it forks meanwhile, where stopping one after another never catches up with a fork bomb.
static void kill_groups_below(pid_t pid, const int *spared, size_t spared_count) {
    struct pids found = {.spared = spared, .spared_count = spared_count};
    add_children_of_pid(pid, &found, pass);
    pid_t last = 0;
    for (size_t i = 0; i < found.count; i++) {
        pid_t group = getpgid(found.list[i]);
        pid_t session = getsid(found.list[i]);
        if (group <= 1 || group == last || session < 0 || session == getsid(pid) || session == getsid(0)) continue;
        kill(-group, SIGKILL);
        last = group;
    }
    free(found.list);
}

static void kill_below(pid_t pid, const int *spared, size_t spared_count) {
    struct pids stopped = {.spared = spared, .spared_count = spared_count};
    kill_groups_below(pid, spared, spared_count);
    stop_below(pid, &stopped);
    for (size_t i = 0; i < stopped.count; i++) kill(stopped.list[i], SIGKILL);
    free(stopped.list);
}

void platform_kill_tree(int pid) {
    kill(pid, SIGSTOP);
    kill_below(pid, NULL, 0);
    kill(pid, SIGKILL);
}

size_t platform_children(int *out, size_t capacity) {
    struct pids children = {0};
    add_children_of_pid(getpid(), &children, pass);
    size_t count = children.count < capacity ? children.count : capacity;
    if (count > 0) memcpy(out, children.list, count * sizeof(int));
    free(children.list);
    return count;
}

void platform_kill_strays(const int *spared, size_t spared_count) { kill_below(getpid(), spared, spared_count); }

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
