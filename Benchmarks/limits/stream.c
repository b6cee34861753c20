// stream WORK PORT: the fastest that the kernel lets a bare program move a stream.
#include "common.h"

enum { block = 256 << 10, pipe_size = 1 << 20 };
static char buffer[block];

static void write_all(int peer, ssize_t count) {
  for (ssize_t sent = 0; sent < count;) {
    ssize_t part = write(peer, buffer + sent, count - sent);
    check(part, "write");
    sent += part;
  }
}

// Standard input, a file, to a peer.
static void file_out(const char *port) {
  int peer = connected(port, SOCK_STREAM);
  ssize_t count;
  while ((count = sendfile(peer, 0, 0, 1 << 30)) > 0) {
  }
  check(count, "sendfile");
  finish(peer);
}

// Standard input, a pipe, to a peer.
static void pipe_out(const char *port) {
  int peer = connected(port, SOCK_STREAM);
  fcntl(0, F_SETPIPE_SZ, pipe_size);
  ssize_t count;
  while ((count = splice(0, 0, peer, 0, pipe_size, SPLICE_F_MOVE)) > 0) {
  }
  check(count, "splice");
  finish(peer);
}

// Standard input, a pipe written in small pieces, to a peer: splice would make the writer wait for room in the pipe.
static void pieces_out(const char *port) {
  int peer = connected(port, SOCK_STREAM);
  fcntl(0, F_SETPIPE_SZ, pipe_size);
  ssize_t count;
  while ((count = read(0, buffer, block)) > 0) write_all(peer, count);
  check(count, "read");
  finish(peer);
}

// Standard input, a device, to a peer.
static void device_out(const char *port, long long size) {
  int peer = connected(port, SOCK_STREAM);
  while (size > 0) {
    ssize_t count = read(0, buffer, size < block ? size : block);
    check(count, "read");
    write_all(peer, count);
    size -= count;
  }
  finish(peer);
}

// From a peer to standard output, a pipe.
static void pipe_in(const char *port) {
  fcntl(1, F_SETPIPE_SZ, pipe_size);
  int peer = accepted(port, -1);
  ssize_t count;
  while ((count = splice(peer, 0, 1, 0, pipe_size, SPLICE_F_MOVE)) > 0) {
  }
  check(count, "splice");
}

// From a peer to standard output, a file.
static void file_in(const char *port) {
  int ends[2];
  check(pipe(ends), "pipe");
  fcntl(ends[1], F_SETPIPE_SZ, block);
  int peer = accepted(port, -1);
  ssize_t count;
  while ((count = splice(peer, 0, ends[1], 0, block, SPLICE_F_MOVE)) > 0) {
    while (count > 0) {
      ssize_t part = splice(ends[0], 0, 1, 0, count, SPLICE_F_MOVE);
      check(part, "splice");
      count -= part;
    }
  }
  check(count, "splice");
}

// From a peer to /dev/null.
static void discard(const char *port) {
  int peer = accepted(port, -1);
  ssize_t count;
  while ((count = recv(peer, 0, 1 << 30, MSG_TRUNC)) > 0) {
  }
  check(count, "recv");
}

// One direction of a relay: the bytes in its pipe, and whether the source has ended.
struct way {
  int from, to, ends[2];
  size_t held;
  int ended, done;
};

static void advance(struct way *way) {
  while (!way->done) {
    ssize_t in = 0, out = 0;
    if (!way->ended && way->held < pipe_size) {
      in = splice(way->from, 0, way->ends[1], 0, pipe_size - way->held, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
      if (in > 0) way->held += in;
      else if (in == 0) way->ended = 1;
      else if (errno != EAGAIN) check(in, "splice");
    }
    if (way->held > 0) {
      out = splice(way->ends[0], 0, way->to, 0, way->held, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
      if (out > 0) way->held -= out;
      else if (errno != EAGAIN) check(out, "splice");
    }
    if (way->ended && way->held == 0) {
      if (shutdown(way->to, SHUT_WR) < 0) close(way->to);
      way->done = 1;
    }
    if (in <= 0 && out <= 0) return;
  }
}

// Both directions at once: standard input to the peer, the peer to standard output; sockets or pipes.
static void both(int peer) {
  fcntl(peer, F_SETFL, O_NONBLOCK);
  fcntl(0, F_SETPIPE_SZ, pipe_size);
  fcntl(1, F_SETPIPE_SZ, pipe_size);
  struct way ways[2] = {{.from = 0, .to = peer}, {.from = peer, .to = 1}};
  for (int i = 0; i < 2; i++) {
    check(pipe2(ways[i].ends, O_NONBLOCK), "pipe2");
    fcntl(ways[i].ends[1], F_SETPIPE_SZ, pipe_size);
  }
  while (!ways[0].done || !ways[1].done) {
    struct pollfd wanted[4] = {{.fd = -1}, {.fd = -1}, {.fd = -1}, {.fd = -1}};
    for (int i = 0; i < 2; i++) {
      if (!ways[i].ended && ways[i].held < pipe_size) wanted[2 * i] = (struct pollfd){ways[i].from, POLLIN, 0};
      if (ways[i].held > 0) wanted[2 * i + 1] = (struct pollfd){ways[i].to, POLLOUT, 0};
    }
    check(poll(wanted, 4, -1), "poll");
    advance(&ways[0]);
    advance(&ways[1]);
  }
}

// The smallest client: connect, one byte, close.
static void hello(const char *port) {
  int peer = connected(port, SOCK_STREAM);
  ssize_t count = read(0, buffer, sizeof buffer);
  if (count > 0) check(write(peer, buffer, count), "write");
  finish(peer);
}

int main(int count, char **words) {
  if (count < 3) return 64;
  const char *work = words[1], *port = words[2];
  if (!strcmp(work, "file-out")) file_out(port);
  else if (!strcmp(work, "pipe-out")) pipe_out(port);
  else if (!strcmp(work, "pieces-out")) pieces_out(port);
  else if (!strcmp(work, "device-out") && count > 3) device_out(port, atoll(words[3]));
  else if (!strcmp(work, "pipe-in")) pipe_in(port);
  else if (!strcmp(work, "file-in")) file_in(port);
  else if (!strcmp(work, "discard")) discard(port);
  else if (!strcmp(work, "both")) both(connected(port, SOCK_STREAM));
  else if (!strcmp(work, "hello")) hello(port);
  else return 64;
  return 0;
}
