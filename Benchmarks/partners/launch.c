// launch FD [-c CPU] PROGRAM [ARGUMENT...]: runs a program, and writes what it used to descriptor FD, as one line:
// started, ended (CLOCK_MONOTONIC, ns), user and system time (us), peak RSS (KiB), status.
//
// Small on purpose: a child inherits the peak RSS of the process it was forked from.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int count, char **words) {
  if (count < 3) return 64;
  int report = atoi(words[1]);
  int isPinned = !strcmp(words[2], "-c") && count > 4;
  char **const command = words + (isPinned ? 4 : 2);
  if (isPinned) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(atoi(words[3]), &set);
    sched_setaffinity(0, sizeof set, &set);
  }
  long long start = now();
  pid_t child = vfork();
  if (child == 0) {
    close(report);
    execvp(command[0], command);
    _exit(127);
  }
  int status = 0;
  struct rusage usage;
  while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  dprintf(report, "%lld %lld %lld %lld %ld %d\n", start, now(),
          usage.ru_utime.tv_sec * 1000000LL + usage.ru_utime.tv_usec,
          usage.ru_stime.tv_sec * 1000000LL + usage.ru_stime.tv_usec, usage.ru_maxrss,
          WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return 0;
}
