/* What Swift does not get from `import Glibc`: headers outside its module map, GNU-only calls, macros.
 *
 * This header never defines _GNU_SOURCE: with it, glibc declares bind, connect and accept with transparent unions, which
 * Swift cannot call. The .c file defines it, and asserts that the mirror structs below match the real ones.
 * There is no logic here: each function is one libc call or one macro. */
#ifndef CSOCKETSHIMS_H
#define CSOCKETSHIMS_H

// Swift must find glibc's declarations in Glibc and nowhere else. Without this, a constant belongs to whichever of the two
// modules a compiler job loads first, and files that import the other one cannot see it.
#if defined(__swift__)
#pragma clang module import SwiftGlibc
#endif

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/select.h>
#include <sys/time.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <time.h>
#include <linux/sockios.h>
#include <linux/errqueue.h>

#pragma clang assume_nonnull begin

/* Calls that need _GNU_SOURCE. */
int sockshim_accept4(int fd, struct sockaddr *_Nullable address, socklen_t *_Nullable length, int flags);
int sockshim_pipe2(int *descriptors, int flags);
ssize_t sockshim_getdents64(int fd, void *_Nullable entries, size_t size);
ssize_t sockshim_splice(int from, int to, size_t count, unsigned flags);
ssize_t sockshim_splice_at(int from, int to, int64_t offset, size_t count, unsigned flags);
ssize_t sockshim_read_nowait(int fd, void *bytes, size_t count);
ssize_t sockshim_write_nowait(int fd, const void *bytes, size_t count);
ssize_t sockshim_writev_nowait(int fd, const struct iovec *vectors, int count);
/* The module of timespec and timeval depends on the order of imports, so these calls take numbers instead. */
int64_t sockshim_monotonic_nanoseconds(void);
int sockshim_ppoll(
    struct pollfd *_Nullable descriptors, nfds_t count, int64_t seconds, int64_t nanoseconds,
    const sigset_t *_Nullable mask);
int sockshim_pselect(
    int limit, fd_set *reading, fd_set *writing, fd_set *exceptions, int64_t seconds, int64_t nanoseconds,
    const sigset_t *_Nullable mask);
int sockshim_select(
    int limit, fd_set *reading, fd_set *writing, fd_set *exceptions, int64_t seconds, int64_t microseconds);

extern const unsigned sockshim_SPLICE_F_NONBLOCK;
extern const unsigned sockshim_SPLICE_F_MOVE;
extern const unsigned sockshim_SPLICE_F_MORE;
extern const int sockshim_F_SETPIPE_SZ;
extern const int sockshim_F_GETPIPE_SZ;
extern const int sockshim_O_DIRECT;
extern const int sockshim_O_PATH;
extern const short sockshim_POLLRDHUP;

/* sendmmsg(2) and recvmmsg(2). */
struct sockshim_mmsghdr {
  struct msghdr header;
  unsigned length;
};
int sockshim_sendmmsg(int fd, struct sockshim_mmsghdr *messages, unsigned count, int flags);
int sockshim_recvmmsg(int fd, struct sockshim_mmsghdr *messages, unsigned count, int flags);
extern const int sockshim_MSG_WAITFORONE;

/* Control messages: the CMSG_ macros. */
size_t sockshim_cmsg_space(size_t length);
size_t sockshim_cmsg_length(size_t length);
struct cmsghdr *_Nullable sockshim_cmsg_first(struct msghdr *message);
struct cmsghdr *_Nullable sockshim_cmsg_next(struct msghdr *message, struct cmsghdr *current);
unsigned char *sockshim_cmsg_data(struct cmsghdr *message);

/* SO_PEERCRED and SCM_CREDENTIALS. */
struct sockshim_ucred {
  pid_t process;
  uid_t user;
  gid_t group;
};
extern const int sockshim_SCM_CREDENTIALS;

/* Processes: pidfd_open(2); a GNU-only file action of posix_spawn(3); the environment, which Swift treats as shared
 * mutable state. */
int sockshim_pidfd_open(pid_t process);
int sockshim_end_with_parent(int signal);
int sockshim_spawn_close_from(posix_spawn_file_actions_t *actions, int first);
char *_Nullable *_Nullable sockshim_environment(void);
// Returns free memory to the kernel.
int sockshim_malloc_trim(void);
extern const int sockshim_POSIX_SPAWN_SETSID;

/* Namespaces. */
int sockshim_setns(int fd, int type);
extern const int sockshim_CLONE_NEWNET;

/* Pseudo-terminals. */
int sockshim_posix_openpt(int flags);
int sockshim_unlockpt(int fd);
int sockshim_ptsname(int fd, char *name, size_t size);

/* argc and argv as execve(2) passed them: glibc gives them to constructors. Swift's CommandLine reads
 * /proc/self/cmdline instead, which a sandbox may lack. */
int sockshim_argument_count(void);
const char *_Nullable sockshim_argument(int index);

/* IPV6_PKTINFO. */
struct sockshim_in6_pktinfo {
  struct in6_addr address;
  unsigned interface;
};

/* Extension headers of IPv6: RFC 3542. */
int sockshim_inet6_opt_init(void *_Nullable header, socklen_t length);
int sockshim_inet6_opt_append(
    void *_Nullable header, socklen_t length, int offset, uint8_t type, socklen_t count, uint8_t alignment,
    void *_Nullable *_Nullable data);
int sockshim_inet6_opt_finish(void *_Nullable header, socklen_t length, int offset);
int sockshim_inet6_opt_set_val(void *data, int offset, const void *value, socklen_t count);
int sockshim_inet6_opt_next(
    const void *header, socklen_t length, int offset, uint8_t *type, socklen_t *count, void *_Nullable *_Nonnull data);
int sockshim_inet6_opt_find(
    const void *header, socklen_t length, int offset, uint8_t type, socklen_t *count, void *_Nullable *_Nonnull data);
int sockshim_inet6_opt_get_val(const void *data, int offset, void *value, socklen_t count);
socklen_t sockshim_inet6_rth_space(int type, int segments);
void *_Nullable sockshim_inet6_rth_init(void *header, socklen_t length, int type, int segments);
int sockshim_inet6_rth_add(void *header, const struct in6_addr *address);
int sockshim_inet6_rth_reverse(const void *header, void *reversed);
int sockshim_inet6_rth_segments(const void *header);
struct in6_addr *_Nullable sockshim_inet6_rth_getaddr(const void *header, int index);

/* The sources of multicast groups: RFC 3678. */
int sockshim_getsourcefilter(
    int fd, uint32_t interface, const struct sockaddr *group, socklen_t length, uint32_t *mode, uint32_t *count,
    struct sockaddr_storage *_Nullable sources);
int sockshim_setsourcefilter(
    int fd, uint32_t interface, const struct sockaddr *group, socklen_t length, uint32_t mode, uint32_t count,
    const struct sockaddr_storage *_Nullable sources);
int sockshim_getipv4sourcefilter(
    int fd, struct in_addr interface, struct in_addr group, uint32_t *mode, uint32_t *count,
    struct in_addr *_Nullable sources);
int sockshim_setipv4sourcefilter(
    int fd, struct in_addr interface, struct in_addr group, uint32_t mode, uint32_t count,
    const struct in_addr *_Nullable sources);

/* fd_set for select(2): FD_ZERO, FD_SET, FD_ISSET. */
void sockshim_fd_zero(fd_set *set);
void sockshim_fd_set(int fd, fd_set *set);
int sockshim_fd_isset(int fd, const fd_set *set);

/* Names. */
const char *_Nullable sockshim_error_name(int number);
extern const int sockshim_EAI_NODATA;
extern const int sockshim_EAI_ADDRFAMILY;
extern const int sockshim_AI_IDN;

/* gethostbyname2_r(3) and gethostbyaddr_r(3): the reentrant forms, h_errno returned through a pointer. */
int sockshim_gethostbyname2(
    const char *name, int family, struct hostent *result, char *buffer, size_t length,
    struct hostent *_Nullable *_Nonnull found, int *h_error);
int sockshim_gethostbyaddr(
    const void *address, socklen_t address_length, int family, struct hostent *result, char *buffer, size_t length,
    struct hostent *_Nullable *_Nonnull found, int *h_error);
const char *sockshim_hstrerror(int h_error);

/* The observer of this thread's system calls (see SystemCallObserver): opaque to C. */
extern _Thread_local void *_Nullable sockshim_observer_slot;
static inline void *_Nullable sockshim_observer(void) { return sockshim_observer_slot; }
static inline void sockshim_set_observer(void *_Nullable observer) { sockshim_observer_slot = observer; }

/* errno as glibc keeps it: Swift's `errno` is a computed property of the overlay, this is the same thing inline. */
int sockshim_errno(void);

#pragma clang assume_nonnull end
#endif
