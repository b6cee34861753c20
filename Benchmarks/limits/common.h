// Shared by the small programs of the benchmark: sockets on 127.0.0.1, and exiting with a message.
#ifndef COMMON_H
#define COMMON_H
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static inline void check(long result, const char *call) {
  if (result >= 0) return;
  perror(call);
  exit(71);
}

static inline struct sockaddr_in loopback(const char *port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = htons(atoi(port)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static inline int connected(const char *port, int type) {
  struct sockaddr_in address = loopback(port);
  int descriptor = socket(AF_INET, type, 0), on = 1;
  check(connect(descriptor, (struct sockaddr *)&address, sizeof address), "connect");
  if (type == SOCK_STREAM) setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return descriptor;
}

// Listens, announces it on the descriptor `announce` (-1: not at all), and accepts one connection.
static inline int accepted(const char *port, int announce) {
  struct sockaddr_in address = loopback(port);
  int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  check(bind(listener, (struct sockaddr *)&address, sizeof address), "bind");
  check(listen(listener, 16), "listen");
  if (announce >= 0) dprintf(announce, "ready\n");
  int descriptor = accept(listener, 0, 0);
  check(descriptor, "accept");
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  close(listener);
  return descriptor;
}

static inline long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

// An orderly close: FIN, then read until the peer closes.
static inline void finish(int descriptor) {
  char bytes[4096];
  shutdown(descriptor, SHUT_WR);
  while (read(descriptor, bytes, sizeof bytes) > 0) {
  }
}
#endif
