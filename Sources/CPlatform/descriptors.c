#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

int platform_pipe(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC) < 0 ? -errno : 0; }

int platform_socket_pair(int descriptors[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, descriptors) < 0 ? -errno : 0;
}

bool platform_peer_has_ended(int descriptor) {
    struct pollfd poll_descriptor = {.fd = descriptor, .events = POLLRDHUP};
    return poll(&poll_descriptor, 1, 0) > 0;
}

int platform_close(int descriptor) { return close(descriptor) < 0 ? -errno : 0; }

void platform_enlarge_pipe(int descriptor, int byte_count) { fcntl(descriptor, F_SETPIPE_SZ, byte_count); }

int platform_listen(const struct sockaddr_storage *address, int backlog) {
    int descriptor = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    socklen_t length = address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    int on = 1;
    if (setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0
        && bind(descriptor, (const struct sockaddr *)address, length) == 0 && listen(descriptor, backlog) == 0) {
        return descriptor;
    }
    int error = errno;
    close(descriptor);
    return -error;
}

ptrdiff_t platform_read(int descriptor, void *into, size_t byte_count) {
    ssize_t count;
    do {
        count = read(descriptor, into, byte_count);
    } while (count < 0 && errno == EINTR);
    return count < 0 ? -errno : count;
}

int platform_write_all(int descriptor, const void *bytes, size_t byte_count) {
    while (byte_count > 0) {
        ssize_t count = write(descriptor, bytes, byte_count);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -errno;
        bytes = (const char *)bytes + count;
        byte_count -= (size_t)count;
    }
    return 0;
}

int platform_socket_address(int descriptor, struct sockaddr_storage *out) {
    socklen_t length = sizeof *out;
    return getsockname(descriptor, (struct sockaddr *)out, &length) < 0 ? -errno : 0;
}
