// datagram out PORT SIZE: sends standard input in datagrams of SIZE, with UDP_SEGMENT. datagram in PORT: writes the datagrams
// that arrive to standard output, with UDP_GRO and recvmmsg.
#include "common.h"

enum { most = 65507, batch = 32 };

static void fill(char *bytes, size_t wanted, size_t *held, int *ended) {
  while (*held < wanted) {
    ssize_t count = read(0, bytes + *held, wanted - *held);
    check(count, "read");
    if (count == 0) {
      *ended = 1;
      return;
    }
    *held += count;
  }
}

static void out(const char *port, int size) {
  static char bytes[most];
  int peer = connected(port, SOCK_DGRAM), ended = 0;
  fcntl(0, F_SETPIPE_SZ, 1 << 20);
  check(setsockopt(peer, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size), "setsockopt UDP_SEGMENT");
  int segments = most / size < 64 ? most / size : 64;
  while (!ended) {
    size_t held = 0;
    fill(bytes, (size_t)segments * size, &held, &ended);
    if (held > 0 && send(peer, bytes, held, 0) < 0 && errno != ECONNREFUSED) check(-1, "send");
  }
}

static void in(const char *port) {
  static char bytes[batch][65536];
  struct sockaddr_in address = loopback(port);
  int own = socket(AF_INET, SOCK_DGRAM, 0), on = 1, room = 4 << 20;
  setsockopt(own, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  setsockopt(own, IPPROTO_UDP, UDP_GRO, &on, sizeof on);
  check(bind(own, (struct sockaddr *)&address, sizeof address), "bind");
  fcntl(1, F_SETPIPE_SZ, 1 << 20);
  struct iovec parts[batch], whole[batch];
  struct mmsghdr messages[batch];
  for (int i = 0; i < batch; i++) {
    parts[i] = (struct iovec){bytes[i], sizeof bytes[i]};
    messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &parts[i], .msg_iovlen = 1}};
  }
  for (;;) {
    int count = recvmmsg(own, messages, batch, MSG_WAITFORONE, 0);
    check(count, "recvmmsg");
    for (int i = 0; i < count; i++) whole[i] = (struct iovec){bytes[i], messages[i].msg_len};
    for (int first = 0; first < count;) {
      ssize_t written = writev(1, whole + first, count - first);
      check(written, "writev");
      while (first < count && (size_t)written >= whole[first].iov_len) written -= whole[first++].iov_len;
      if (first < count && written > 0) {
        whole[first].iov_base = (char *)whole[first].iov_base + written;
        whole[first].iov_len -= written;
      }
    }
  }
}

int main(int count, char **words) {
  if (count > 3 && !strcmp(words[1], "out")) out(words[2], atoi(words[3]));
  else if (count > 2 && !strcmp(words[1], "in")) in(words[2]);
  else return 64;
  return 0;
}
