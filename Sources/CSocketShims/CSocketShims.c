#define _GNU_SOURCE
#include "CSocketShims.h"

#include <dirent.h>
#include <sched.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

_Static_assert(sizeof(struct sockshim_mmsghdr) == sizeof(struct mmsghdr), "mmsghdr differs");
_Static_assert(sizeof(struct sockshim_ucred) == sizeof(struct ucred), "ucred differs");
_Static_assert(sizeof(struct sockshim_in6_pktinfo) == sizeof(struct in6_pktinfo), "in6_pktinfo differs");

int sockshim_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) {
  return accept4(fd, address, length, flags);
}

int sockshim_pipe2(int *descriptors, int flags) { return pipe2(descriptors, flags); }

ssize_t sockshim_getdents64(int fd, void *entries, size_t size) { return getdents64(fd, entries, size); }

ssize_t sockshim_splice(int from, int to, size_t count, unsigned flags) {
  return splice(from, NULL, to, NULL, count, flags);
}

ssize_t sockshim_splice_at(int from, int to, int64_t offset, size_t count, unsigned flags) {
  return splice(from, NULL, to, &offset, count, flags);
}

ssize_t sockshim_read_nowait(int fd, void *bytes, size_t count) {
  struct iovec vector = {bytes, count};
  return preadv2(fd, &vector, 1, -1, RWF_NOWAIT);
}

ssize_t sockshim_write_nowait(int fd, const void *bytes, size_t count) {
  struct iovec vector = {(void *)bytes, count};
  return pwritev2(fd, &vector, 1, -1, RWF_NOWAIT);
}

ssize_t sockshim_writev_nowait(int fd, const struct iovec *vectors, int count) {
  return pwritev2(fd, vectors, count, -1, RWF_NOWAIT);
}

int64_t sockshim_monotonic_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int sockshim_ppoll(
    struct pollfd *descriptors, nfds_t count, int64_t seconds, int64_t nanoseconds, const sigset_t *mask) {
  struct timespec timeout = {seconds, nanoseconds};
  return ppoll(descriptors, count, seconds < 0 ? NULL : &timeout, mask);
}

int sockshim_pselect(
    int limit, fd_set *reading, fd_set *writing, fd_set *exceptions, int64_t seconds, int64_t nanoseconds,
    const sigset_t *mask) {
  struct timespec timeout = {seconds, nanoseconds};
  return pselect(limit, reading, writing, exceptions, seconds < 0 ? NULL : &timeout, mask);
}

int sockshim_select(
    int limit, fd_set *reading, fd_set *writing, fd_set *exceptions, int64_t seconds, int64_t microseconds) {
  struct timeval timeout = {seconds, microseconds};
  return select(limit, reading, writing, exceptions, seconds < 0 ? NULL : &timeout);
}

const unsigned sockshim_SPLICE_F_NONBLOCK = SPLICE_F_NONBLOCK;
const unsigned sockshim_SPLICE_F_MOVE = SPLICE_F_MOVE;
const unsigned sockshim_SPLICE_F_MORE = SPLICE_F_MORE;
const int sockshim_F_SETPIPE_SZ = F_SETPIPE_SZ;
const int sockshim_F_GETPIPE_SZ = F_GETPIPE_SZ;
const int sockshim_O_DIRECT = O_DIRECT;
const int sockshim_O_PATH = O_PATH;
const short sockshim_POLLRDHUP = POLLRDHUP;

int sockshim_sendmmsg(int fd, struct sockshim_mmsghdr *messages, unsigned count, int flags) {
  return sendmmsg(fd, (struct mmsghdr *)messages, count, flags);
}

int sockshim_recvmmsg(int fd, struct sockshim_mmsghdr *messages, unsigned count, int flags) {
  return recvmmsg(fd, (struct mmsghdr *)messages, count, flags, NULL);
}

const int sockshim_MSG_WAITFORONE = MSG_WAITFORONE;

size_t sockshim_cmsg_space(size_t length) { return CMSG_SPACE(length); }
size_t sockshim_cmsg_length(size_t length) { return CMSG_LEN(length); }
struct cmsghdr *sockshim_cmsg_first(struct msghdr *message) { return CMSG_FIRSTHDR(message); }
struct cmsghdr *sockshim_cmsg_next(struct msghdr *message, struct cmsghdr *current) {
  return CMSG_NXTHDR(message, current);
}
unsigned char *sockshim_cmsg_data(struct cmsghdr *message) { return CMSG_DATA(message); }

const int sockshim_SCM_CREDENTIALS = SCM_CREDENTIALS;

int sockshim_pidfd_open(pid_t process) { return syscall(SYS_pidfd_open, process, 0); }
int sockshim_end_with_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal); }
int sockshim_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
char **sockshim_environment(void) { return environ; }
int sockshim_malloc_trim(void) { return malloc_trim(0); }
const int sockshim_POSIX_SPAWN_SETSID = POSIX_SPAWN_SETSID;

int sockshim_setns(int fd, int type) { return setns(fd, type); }
const int sockshim_CLONE_NEWNET = CLONE_NEWNET;

int sockshim_posix_openpt(int flags) { return posix_openpt(flags); }
int sockshim_unlockpt(int fd) { return unlockpt(fd); }
/* Unlike other calls, it returns the error. */
int sockshim_ptsname(int fd, char *name, size_t size) {
  int error = ptsname_r(fd, name, size);
  if (error == 0) return 0;
  errno = error;
  return -1;
}

int sockshim_inet6_opt_init(void *header, socklen_t length) { return inet6_opt_init(header, length); }
int sockshim_inet6_opt_append(
    void *header, socklen_t length, int offset, uint8_t type, socklen_t count, uint8_t alignment, void **data) {
  return inet6_opt_append(header, length, offset, type, count, alignment, data);
}
int sockshim_inet6_opt_finish(void *header, socklen_t length, int offset) {
  return inet6_opt_finish(header, length, offset);
}
int sockshim_inet6_opt_set_val(void *data, int offset, const void *value, socklen_t count) {
  return inet6_opt_set_val(data, offset, (void *)value, count);
}
int sockshim_inet6_opt_next(
    const void *header, socklen_t length, int offset, uint8_t *type, socklen_t *count, void **data) {
  return inet6_opt_next((void *)header, length, offset, type, count, data);
}
int sockshim_inet6_opt_find(
    const void *header, socklen_t length, int offset, uint8_t type, socklen_t *count, void **data) {
  return inet6_opt_find((void *)header, length, offset, type, count, data);
}
int sockshim_inet6_opt_get_val(const void *data, int offset, void *value, socklen_t count) {
  return inet6_opt_get_val((void *)data, offset, value, count);
}
socklen_t sockshim_inet6_rth_space(int type, int segments) { return inet6_rth_space(type, segments); }
void *sockshim_inet6_rth_init(void *header, socklen_t length, int type, int segments) {
  return inet6_rth_init(header, length, type, segments);
}
int sockshim_inet6_rth_add(void *header, const struct in6_addr *address) { return inet6_rth_add(header, address); }
int sockshim_inet6_rth_reverse(const void *header, void *reversed) { return inet6_rth_reverse(header, reversed); }
int sockshim_inet6_rth_segments(const void *header) { return inet6_rth_segments(header); }
struct in6_addr *sockshim_inet6_rth_getaddr(const void *header, int index) {
  return inet6_rth_getaddr(header, index);
}

int sockshim_getsourcefilter(
    int fd, uint32_t interface, const struct sockaddr *group, socklen_t length, uint32_t *mode, uint32_t *count,
    struct sockaddr_storage *sources) {
  return getsourcefilter(fd, interface, group, length, mode, count, sources);
}
int sockshim_setsourcefilter(
    int fd, uint32_t interface, const struct sockaddr *group, socklen_t length, uint32_t mode, uint32_t count,
    const struct sockaddr_storage *sources) {
  return setsourcefilter(fd, interface, group, length, mode, count, sources);
}
int sockshim_getipv4sourcefilter(
    int fd, struct in_addr interface, struct in_addr group, uint32_t *mode, uint32_t *count, struct in_addr *sources) {
  return getipv4sourcefilter(fd, interface, group, mode, count, sources);
}
int sockshim_setipv4sourcefilter(
    int fd, struct in_addr interface, struct in_addr group, uint32_t mode, uint32_t count,
    const struct in_addr *sources) {
  return setipv4sourcefilter(fd, interface, group, mode, count, sources);
}

static int argument_count;
static char **arguments;
__attribute__((constructor)) static void keep_arguments(int count, char **vector) {
  argument_count = count;
  arguments = vector;
}
int sockshim_argument_count(void) { return argument_count; }
const char *sockshim_argument(int index) { return arguments[index]; }

void sockshim_fd_zero(fd_set *set) { FD_ZERO(set); }
void sockshim_fd_set(int fd, fd_set *set) { FD_SET(fd, set); }
int sockshim_fd_isset(int fd, const fd_set *set) { return FD_ISSET(fd, set); }

const char *sockshim_error_name(int number) { return strerrorname_np(number); }
const int sockshim_EAI_NODATA = EAI_NODATA;
const int sockshim_EAI_ADDRFAMILY = EAI_ADDRFAMILY;
const int sockshim_AI_IDN = AI_IDN;

int sockshim_gethostbyname2(
    const char *name, int family, struct hostent *result, char *buffer, size_t length, struct hostent **found,
    int *h_error) {
  return gethostbyname2_r(name, family, result, buffer, length, found, h_error);
}

int sockshim_gethostbyaddr(
    const void *address, socklen_t address_length, int family, struct hostent *result, char *buffer, size_t length,
    struct hostent **found, int *h_error) {
  return gethostbyaddr_r(address, address_length, family, result, buffer, length, found, h_error);
}

const char *sockshim_hstrerror(int h_error) { return hstrerror(h_error); }

_Thread_local void *sockshim_observer_slot = NULL;

int sockshim_errno(void) { return errno; }
