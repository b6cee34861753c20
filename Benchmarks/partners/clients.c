// clients WORK PORT ...: many clients of a server at once, in one process with one epoll set.
//
// connections PORT TIME AT-ONCE: connects, sends a byte, reads it back, and closes, over and over for TIME milliseconds.
// answers PORT TIME AT-ONCE [MESSAGE]: connects, sends the message and the end, and reads to the end, over and over.
// messages PORT TIME AT-ONCE SIZE: sends messages on connections that stay, each as soon as the last has come back.
// room PORT TIME AT-ONCE STALLED: of so many peers, one sends messages of 1 KiB as fast as it can, the others read what comes,
//   except STALLED of them, which never read. What is counted is the messages that an average reader got.
// idle PORT COUNT: opens connections, prints "ready", and keeps them until standard input ends.
//
// They print how many there were and how long that took (ns).
#include "../limits/common.h"
#include <signal.h>
#include <sys/resource.h>

enum work { connections, answers, messages };

struct client {
  int descriptor;
  long got;
};

static int set, failed;
static struct sockaddr_in address;
static char bytes[65536];
static const char *message = "";

static void begin(struct client *client, enum work work, int isFirst) {
  int on = 1;
  client->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  check(client->descriptor, "socket");
  client->got = 0;
  if (work == messages) setsockopt(client->descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(client->descriptor, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS)
    check(-1, "connect");
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = client};
  check(epoll_ctl(set, EPOLL_CTL_ADD, client->descriptor, &event), "epoll_ctl");
  (void)isFirst;
}

// What an event means for a client; 1 once its work, or one message of it, is done.
static int go_on(struct client *client, enum work work, uint32_t events, size_t size) {
  if (client->got == 0 && events & EPOLLOUT) {
    client->got = 1;
    const char *first = work == answers ? message : bytes;
    size_t count = work == answers ? strlen(message) : size;
    if (count && send(client->descriptor, first, count, MSG_NOSIGNAL) < 0) failed++;
    if (work == answers) shutdown(client->descriptor, SHUT_WR);
  }
  if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) return 0;
  for (;;) {
    ssize_t count = recv(client->descriptor, bytes, sizeof bytes, 0);
    if (count < 0 && errno == EAGAIN) return 0;
    if (count < 0 || (count == 0 && work != answers)) failed++;
    if (count <= 0) return 1;
    client->got += count;
    if (work != answers && client->got - 1 >= (long)size) return 1;
  }
}

static void run(enum work work, long long time, int at_once, size_t size) {
  struct client *clients = calloc(at_once, sizeof *clients);
  struct epoll_event events[256];
  long long done = 0, start = now(), stop = start + time * 1000000;
  for (int i = 0; i < at_once; i++) begin(&clients[i], work, 1);
  int open = at_once;
  while (open) {
    int count = epoll_wait(set, events, 256, 3000);
    if (count == 0) {
      failed += open;
      break;
    }
    for (int i = 0; i < count; i++) {
      struct client *client = events[i].data.ptr;
      if (client->descriptor < 0 || !go_on(client, work, events[i].events, size)) continue;
      done++;
      if (now() < stop && work == messages) {
        client->got = 1;
        if (send(client->descriptor, bytes, size, MSG_NOSIGNAL) < 0) failed++;
        continue;
      }
      close(client->descriptor);
      client->descriptor = -1;
      if (now() < stop) begin(client, work, 0);
      else open--;
    }
  }
  dprintf(2, "%lld %lld %d\n", done, now() - start, failed);
}

static void room(long long time, int at_once, int stalled) {
  enum { size = 1024 };
  struct epoll_event events[256];
  int *peers = calloc(at_once, sizeof *peers);
  long long total = 0;
  for (int i = 0; i < at_once; i++) {
    peers[i] = socket(AF_INET, SOCK_STREAM, 0);
    check(connect(peers[i], (struct sockaddr *)&address, sizeof address), "connect");
    fcntl(peers[i], F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = i == 0 ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.fd = peers[i]};
    if (i < at_once - stalled) check(epoll_ctl(set, EPOLL_CTL_ADD, peers[i], &event), "epoll_ctl");
  }
  usleep(300000);
  long long start = now(), stop = start + time * 1000000;
  while (now() < stop) {
    int count = epoll_wait(set, events, 256, 100);
    for (int i = 0; i < count; i++) {
      int peer = events[i].data.fd;
      if (peer == peers[0] && events[i].events & EPOLLOUT && send(peer, bytes, size, MSG_NOSIGNAL) < 0 && errno != EAGAIN)
        failed++;
      if (!(events[i].events & EPOLLIN)) continue;
      ssize_t got = recv(peer, bytes, sizeof bytes, 0);
      if (got == 0) failed++, close(peer);
      if (got > 0 && peer != peers[0]) total += got;
    }
  }
  dprintf(2, "%lld %lld %d\n", total / size / (at_once - 1 - stalled), now() - start, failed);
}

static void idle(int count) {
  for (int i = 0; i < count; i++) {
    int client = socket(AF_INET, SOCK_STREAM, 0);
    check(client, "socket");
    // A source address for each 20,000, since each has only so many ports.
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + i / 20000)};
    check(bind(client, (struct sockaddr *)&own, sizeof own), "bind");
    check(connect(client, (struct sockaddr *)&address, sizeof address), "connect");
  }
  dprintf(1, "ready\n");
  while (read(0, bytes, sizeof bytes) > 0) {
  }
}

int main(int count, char **words) {
  if (count < 4) return 64;
  struct rlimit most;
  getrlimit(RLIMIT_NOFILE, &most);
  most.rlim_cur = most.rlim_max;
  setrlimit(RLIMIT_NOFILE, &most);
  signal(SIGPIPE, SIG_IGN);
  set = epoll_create1(0);
  address = loopback(words[2]);
  const char *work = words[1];
  if (!strcmp(work, "idle")) idle(atoi(words[3]));
  else if (count < 5) return 64;
  else if (!strcmp(work, "connections")) run(connections, atoll(words[3]), atoi(words[4]), 1);
  else if (!strcmp(work, "answers")) {
    if (count > 5) message = words[5];
    run(answers, atoll(words[3]), atoi(words[4]), 0);
  } else if (!strcmp(work, "messages") && count > 5) run(messages, atoll(words[3]), atoi(words[4]), atoi(words[5]));
  else if (!strcmp(work, "room") && count > 5) room(atoll(words[3]), atoi(words[4]), atoi(words[5]));
  else return 64;
  return 0;
}
