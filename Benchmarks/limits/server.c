// server WORK ...: what a server with one process and one epoll set can do, with nothing else in the way.
//
// echo PORT: sends back what each connection sends.
// programs PORT PROGRAM...: runs the program for each connection, with the connection as its standard input and output.
// relay PORT ONWARD: joins each connection to one of its own to ONWARD; long runs are spliced.
// datagrams PORT ONWARD: passes on datagrams, with one socket for each client.
#include "common.h"
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char **environ;

static char bytes[65536];
static int set;

static int listening(const char *port) {
  struct sockaddr_in address = loopback(port);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  check(bind(listener, (struct sockaddr *)&address, sizeof address), "bind");
  check(listen(listener, 4096), "listen");
  return listener;
}

static void watch(int descriptor, void *data, uint32_t events) {
  struct epoll_event event = {.events = events | EPOLLET, .data.ptr = data};
  check(epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
}

// One connection of `echo`: what could not be written yet.
struct client {
  int descriptor;
  char *held;
  size_t count;
};

static void end(struct client *client) {
  close(client->descriptor);
  free(client->held);
  free(client);
}

static void answer(struct client *client) {
  for (;;) {
    while (client->count) {
      ssize_t count = write(client->descriptor, client->held, client->count);
      if (count < 0 && errno == EAGAIN) return;
      if (count < 0) return end(client);
      client->count -= count;
      memmove(client->held, client->held + count, client->count);
    }
    ssize_t count = read(client->descriptor, bytes, sizeof bytes);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return end(client);
    ssize_t written = write(client->descriptor, bytes, count);
    if (written < 0 && errno != EAGAIN) return end(client);
    if (written < 0) written = 0;
    if (written == count) {
      if (count < (ssize_t)sizeof bytes) return;
      continue;
    }
    client->count = count - written;
    client->held = realloc(client->held, client->count);
    memcpy(client->held, bytes + written, client->count);
  }
}

static void echo(const char *port) {
  int listener = listening(port), client;
  struct epoll_event events[256];
  watch(listener, 0, EPOLLIN);
  for (;;) {
    int count = epoll_wait(set, events, 256, -1);
    for (int i = 0; i < count; i++) {
      if (events[i].data.ptr) {
        answer(events[i].data.ptr);
        continue;
      }
      while ((client = accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct client *new = calloc(1, sizeof *new);
        new->descriptor = client;
        watch(client, new, EPOLLIN | EPOLLOUT | EPOLLRDHUP);
        answer(new);
      }
    }
  }
}

static void programs(const char *port, char **command) {
  int listener = listening(port), client;
  signal(SIGCHLD, SIG_IGN);
  fcntl(listener, F_SETFL, 0);
  while ((client = accept4(listener, 0, 0, SOCK_CLOEXEC)) >= 0) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, client, 0);
    posix_spawn_file_actions_adddup2(&actions, client, 1);
    pid_t child;
    posix_spawn(&child, command[0], &actions, 0, command, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(client);
  }
}

// One side of a joined pair. What it sends goes through its pipe, if there is much of it.
struct side {
  struct side *other;
  int descriptor, pipe[2], isConnecting, hasEnded, isClosed;
  size_t count, held;
  char *short_message;
};

static struct side *dead[1024];
static int dead_count;

static void close_pair(struct side *side) {
  for (int i = 0; i < 2; i++, side = side->other) {
    if (side->isClosed) continue;
    side->isClosed = 1;
    close(side->descriptor);
    if (side->pipe[0]) close(side->pipe[0]), close(side->pipe[1]);
    dead[dead_count++] = side;
  }
}

// Moves what `side` has sent to its other side.
static void carry(struct side *side) {
  struct side *other = side->other;
  for (;;) {
    if (side->isClosed || other->isConnecting || (side->hasEnded && !side->held && !side->count)) break;
    while (side->held) {
      ssize_t count = write(other->descriptor, side->short_message, side->held);
      if (count < 0 && errno == EAGAIN) return;
      if (count < 0) return close_pair(side);
      side->held -= count;
      memmove(side->short_message, side->short_message + count, side->held);
    }
    while (side->count) {
      ssize_t count = splice(side->pipe[0], 0, other->descriptor, 0, side->count, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
      if (count < 0 && errno == EAGAIN) return;
      if (count < 0) return close_pair(side);
      side->count -= count;
    }
    ssize_t count;
    if (side->pipe[0]) {
      count = splice(side->descriptor, 0, side->pipe[1], 0, 1 << 20, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
      if (count > 0) side->count = count;
    } else {
      count = read(side->descriptor, bytes, 16384);
      if (count > 0) {
        ssize_t written = write(other->descriptor, bytes, count);
        if (written < 0 && errno != EAGAIN) return close_pair(side);
        if (written < 0) written = 0;
        if (written < count) {
          side->held = count - written;
          side->short_message = realloc(side->short_message, 16384);
          memcpy(side->short_message, bytes + written, side->held);
        }
        if (count == 16384 && pipe2(side->pipe, O_NONBLOCK | O_CLOEXEC) == 0) fcntl(side->pipe[0], F_SETPIPE_SZ, 1 << 20);
        else if (count < 16384 && !side->held) return;
      }
    }
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0) return close_pair(side);
    if (count == 0) {
      side->hasEnded = 1;
      shutdown(other->descriptor, SHUT_WR);
    }
  }
  if (side->hasEnded && other->hasEnded) close_pair(side);
}

static struct side *side(int descriptor) {
  struct side *new = calloc(1, sizeof *new);
  new->descriptor = descriptor;
  return new;
}

static void join(int client, const char *onward) {
  struct sockaddr_in address = loopback(onward);
  int on = 1, server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct side *left = side(client), *right = side(server);
  (left->other = right)->other = left;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  right->isConnecting = 1;
  connect(server, (struct sockaddr *)&address, sizeof address);
  watch(server, right, EPOLLIN | EPOLLOUT | EPOLLRDHUP);
  watch(client, left, EPOLLIN | EPOLLOUT | EPOLLRDHUP);
}

static void relay(const char *port, const char *onward) {
  int listener = listening(port), client;
  struct epoll_event events[256];
  watch(listener, 0, EPOLLIN);
  for (;;) {
    int count = epoll_wait(set, events, 256, -1);
    for (int i = 0; i < count; i++) {
      struct side *side = events[i].data.ptr;
      if (!side) {
        while ((client = accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) join(client, onward);
      } else if (!side->isClosed) {
        if (events[i].events & (EPOLLOUT | EPOLLERR)) {
          side->isConnecting = 0;
          carry(side->other);
        }
        if (!side->isClosed && events[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLERR)) carry(side);
      }
    }
    while (dead_count) {
      free(dead[--dead_count]->short_message);
      free(dead[dead_count]);
    }
  }
}

// datagrams: one client at a time suffices for a measurement.
enum { batch = 32 };
static char room[batch][65536];

static void pass(int from, int to, int isFirst, struct sockaddr_in *client) {
  struct mmsghdr messages[batch];
  struct iovec vectors[batch];
  char controls[batch][64];
  for (;;) {
    for (int i = 0; i < batch; i++) {
      vectors[i] = (struct iovec){room[i], sizeof room[i]};
      messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1, .msg_control = controls[i],
                                            .msg_controllen = sizeof controls[i],
                                            .msg_name = isFirst ? client : 0, .msg_namelen = isFirst ? sizeof *client : 0};
    }
    int count = recvmmsg(from, messages, batch, MSG_DONTWAIT, 0);
    if (count <= 0) return;
    for (int i = 0; i < count; i++) {
      struct cmsghdr *head = CMSG_FIRSTHDR(&messages[i].msg_hdr);
      int isRun = head && head->cmsg_level == IPPROTO_UDP && head->cmsg_type == UDP_GRO;
      uint16_t size = isRun ? *(int *)CMSG_DATA(head) : 0;
      vectors[i].iov_len = messages[i].msg_len;
      messages[i].msg_hdr.msg_controllen = 0;
      messages[i].msg_hdr.msg_control = 0;
      messages[i].msg_hdr.msg_name = isFirst ? 0 : client;
      messages[i].msg_hdr.msg_namelen = isFirst ? 0 : sizeof *client;
      if (isRun && messages[i].msg_len > size) {
        messages[i].msg_hdr.msg_control = controls[i];
        messages[i].msg_hdr.msg_controllen = CMSG_SPACE(sizeof size);
        *CMSG_FIRSTHDR(&messages[i].msg_hdr) =
            (struct cmsghdr){CMSG_LEN(sizeof size), IPPROTO_UDP, UDP_SEGMENT};
        memcpy(CMSG_DATA(CMSG_FIRSTHDR(&messages[i].msg_hdr)), &size, sizeof size);
      }
    }
    for (int sent = 0; sent < count;) {
      int done = sendmmsg(to, messages + sent, count - sent, 0);
      sent += done > 0 ? done : 1;
    }
    if (count < batch) return;
  }
}

static void datagrams(const char *port, const char *onward) {
  struct sockaddr_in address = loopback(port), client = {0};
  int on = 1, much = 4 << 20, own = socket(AF_INET, SOCK_DGRAM, 0), right = connected(onward, SOCK_DGRAM);
  for (int i = 0; i < 2; i++) {
    setsockopt(i ? own : right, SOL_SOCKET, SO_RCVBUF, &much, sizeof much);
    setsockopt(i ? own : right, IPPROTO_UDP, UDP_GRO, &on, sizeof on);
  }
  check(bind(own, (struct sockaddr *)&address, sizeof address), "bind");
  struct pollfd ends[2] = {{own, POLLIN, 0}, {right, POLLIN, 0}};
  for (;;) {
    check(poll(ends, 2, -1), "poll");
    if (ends[0].revents) pass(own, right, 1, &client);
    if (ends[1].revents) pass(right, own, 0, &client);
  }
}

int main(int count, char **words) {
  if (count < 3) return 64;
  struct rlimit most;
  getrlimit(RLIMIT_NOFILE, &most);
  most.rlim_cur = most.rlim_max;
  setrlimit(RLIMIT_NOFILE, &most);
  signal(SIGPIPE, SIG_IGN);
  set = epoll_create1(EPOLL_CLOEXEC);
  if (!strcmp(words[1], "echo")) echo(words[2]);
  else if (!strcmp(words[1], "programs") && count > 3) programs(words[2], words + 3);
  else if (!strcmp(words[1], "relay") && count > 3) relay(words[2], words[3]);
  else if (!strcmp(words[1], "datagrams") && count > 3) datagrams(words[2], words[3]);
  return 64;
}
