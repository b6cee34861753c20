// latency echo PORT: sends back what arrives, with epoll. latency client PORT: passes standard input to the peer and the peer's
// answers to standard output, with poll.
#include "common.h"

static char bytes[65536];

static void echo(const char *port) {
  int peer = accepted(port, -1), set = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  fcntl(peer, F_SETFL, O_NONBLOCK);
  check(epoll_ctl(set, EPOLL_CTL_ADD, peer, &event), "epoll_ctl");
  for (;;) {
    ssize_t count = read(peer, bytes, sizeof bytes);
    if (count > 0) check(write(peer, bytes, count), "write");
    else if (count == 0) return;
    else check(epoll_wait(set, &event, 1, -1), "epoll_wait");
  }
}

static void client(const char *port) {
  int peer = connected(port, SOCK_STREAM);
  struct pollfd ends[2] = {{0, POLLIN, 0}, {peer, POLLIN, 0}};
  for (;;) {
    check(poll(ends, 2, -1), "poll");
    for (int i = 0; i < 2; i++) {
      if (!ends[i].revents) continue;
      ssize_t count = read(ends[i].fd, bytes, sizeof bytes);
      if (count <= 0) return finish(peer);
      check(write(i == 0 ? peer : 1, bytes, count), "write");
    }
  }
}

int main(int count, char **words) {
  if (count < 3) return 64;
  if (!strcmp(words[1], "echo")) echo(words[2]);
  else if (!strcmp(words[1], "client")) client(words[2]);
  else return 64;
  return 0;
}
