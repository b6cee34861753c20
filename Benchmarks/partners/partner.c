// partner WORK ...: the other end of a measurement, the same for every contestant.
//
// The results go to standard error as one line of numbers.
#include "../limits/common.h"

static char bytes[1 << 20];

// send PORT SIZE: connects, and sends SIZE bytes from memory.
static void send_all(const char *port, long long size) {
  int peer = connected(port, SOCK_STREAM);
  for (long long rest = size; rest > 0;) {
    ssize_t count = write(peer, bytes, rest < (long long)sizeof bytes ? rest : (long long)sizeof bytes);
    check(count, "write");
    rest -= count;
  }
  finish(peer);
  dprintf(2, "%lld\n", size);
}

// take PORT [MOST]: counts what one peer sends, up to MOST bytes, without copying it out of the kernel.
static void take(const char *port, long long most) {
  int peer = accepted(port, 1);
  long long total = 0;
  ssize_t count = 0;
  while (total < most && (count = recv(peer, 0, 1 << 30, MSG_TRUNC)) > 0) total += count;
  check(count, "recv");
  dprintf(2, "%lld\n", total);
}

// both PORT SIZE: sends SIZE bytes to one peer, and counts what arrives meanwhile.
static void both(const char *port, long long size) {
  int peer = accepted(port, 1);
  fcntl(peer, F_SETFL, O_NONBLOCK);
  long long rest = size, total = 0;
  for (int ended = 0; rest > 0 || !ended;) {
    struct pollfd wanted = {peer, (rest > 0 ? POLLOUT : 0) | (ended ? 0 : POLLIN), 0};
    check(poll(&wanted, 1, -1), "poll");
    ssize_t count;
    while (rest > 0 &&
           (count = write(peer, bytes, rest < (long long)sizeof bytes ? rest : (long long)sizeof bytes)) > 0) {
      rest -= count;
      if (rest == 0) shutdown(peer, SHUT_WR);
      break;
    }
    if (ended) continue;
    count = recv(peer, 0, 1 << 30, MSG_TRUNC);
    if (count > 0) total += count;
    else if (count == 0) ended = 1;
    else if (errno != EAGAIN) check(count, "recv");
  }
  dprintf(2, "%lld\n", total);
}

// feed SIZE: writes SIZE bytes to standard output, 1 MiB at a time.
static void feed(long long size) {
  for (long long rest = size; rest > 0;) {
    ssize_t count = write(1, bytes, rest < (long long)sizeof bytes ? rest : (long long)sizeof bytes);
    check(count, "write");
    rest -= count;
  }
}

// count: counts the bytes on standard input, and takes the time (ns) from the first to the last.
static void count_input(void) {
  long long total = 0, first = 0, last = 0;
  ssize_t count;
  fcntl(0, F_SETPIPE_SZ, 1 << 20);
  while ((count = read(0, bytes, sizeof bytes)) > 0) {
    last = now();
    if (!first) first = last;
    total += count;
  }
  dprintf(2, "%lld %lld\n", total, last - first);
}

// datagrams-out PORT SIZE TIME: sends datagrams of SIZE bytes with UDP_SEGMENT for TIME milliseconds, and counts them.
static void datagrams_out(const char *port, int size, long long time) {
  int peer = connected(port, SOCK_DGRAM);
  int segments = 65507 / size < 64 ? 65507 / size : 64;
  check(setsockopt(peer, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size), "setsockopt UDP_SEGMENT");
  long long sent = 0;
  for (long long end = now() + time * 1000000; now() < end;) {
    if (send(peer, bytes, (size_t)segments * size, 0) > 0) sent += segments;
  }
  dprintf(2, "%lld\n", sent);
}

// datagrams-in PORT: counts bytes until none has arrived for 200 ms, and takes the time (ns) from the first to the last.
static void datagrams_in(const char *port) {
  struct sockaddr_in address = loopback(port);
  int own = socket(AF_INET, SOCK_DGRAM, 0), on = 1, room = 4 << 20;
  setsockopt(own, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  setsockopt(own, IPPROTO_UDP, UDP_GRO, &on, sizeof on);
  check(bind(own, (struct sockaddr *)&address, sizeof address), "bind");
  dprintf(1, "ready\n");
  long long total = 0, first = 0, last = 0;
  struct pollfd wanted = {own, POLLIN, 0};
  while (poll(&wanted, 1, first ? 200 : 5000) > 0) {
    ssize_t count = recv(own, 0, 0, MSG_TRUNC | MSG_DONTWAIT);
    if (count < 0) continue;
    last = now();
    if (!first) first = last;
    total += count;
  }
  dprintf(2, "%lld %lld\n", total, last - first);
}

static int compare(const void *left, const void *right) {
  long long difference = *(const long long *)left - *(const long long *)right;
  return difference < 0 ? -1 : difference > 0;
}

// One byte there and back, over and over; the median and the 99th percentile (ns).
static void rounds(int out, int in, int count) {
  long long *times = calloc(count, sizeof *times);
  for (int i = -count / 10; i < count; i++) {
    long long start = now();
    char byte = 'x';
    check(write(out, &byte, 1), "write");
    if (read(in, &byte, 1) != 1) {
      dprintf(2, "0 0\n");
      exit(74);
    }
    if (i >= 0) times[i] = now() - start;
  }
  qsort(times, count, sizeof *times, compare);
  dprintf(2, "%lld %lld\n", times[count / 2], times[count * 99 / 100]);
}

// sink PORT: reads from one peer after the other until it closes, for ever.
static void sink(const char *port) {
  struct sockaddr_in address = loopback(port);
  int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  check(bind(listener, (struct sockaddr *)&address, sizeof address), "bind");
  check(listen(listener, 64), "listen");
  dprintf(1, "ready\n");
  for (int peer; (peer = accept(listener, 0, 0)) >= 0; close(peer)) {
    while (read(peer, bytes, sizeof bytes) > 0) {
    }
  }
}

// accept PORT PROGRAM...: runs the program with the connection as its standard input and output.
static void serve(const char *port, char **command) {
  int peer = accepted(port, -1);
  dup2(peer, 0);
  dup2(peer, 1);
  close(peer);
  execvp(command[0], command);
  exit(127);
}

int main(int count, char **words) {
  if (count < 2) return 64;
  const char *work = words[1], *port = count > 2 ? words[2] : "";
  if (!strcmp(work, "send") && count > 3) send_all(port, atoll(words[3]));
  else if (!strcmp(work, "take") && count > 2) take(port, count > 3 ? atoll(words[3]) : 1LL << 62);
  else if (!strcmp(work, "both") && count > 3) both(port, atoll(words[3]));
  else if (!strcmp(work, "feed") && count > 2) feed(atoll(words[2]));
  else if (!strcmp(work, "count")) count_input();
  else if (!strcmp(work, "datagrams-out") && count > 4) datagrams_out(port, atoi(words[3]), atoll(words[4]));
  else if (!strcmp(work, "datagrams-in") && count > 2) datagrams_in(port);
  else if (!strcmp(work, "rounds") && count > 3) {
    int peer = connected(port, SOCK_STREAM);
    rounds(peer, peer, atoi(words[3]));
  } else if (!strcmp(work, "rounds-through-pipes") && count > 2) rounds(1, 0, atoi(words[2]));
  else if (!strcmp(work, "sink") && count > 2) sink(port);
  else if (!strcmp(work, "accept") && count > 3) serve(port, words + 3);
  else return 64;
  return 0;
}
