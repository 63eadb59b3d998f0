// A wall clock that stands still until somebody moves it.
//
// Loaded with LD_PRELOAD into a redis-server whose files we keep as fixtures. The environment variable
// FIXTURE_CLOCK names a file of eight bytes: microseconds since 1970, in the byte order of the machine. The file is
// mapped, so that a script that writes to it moves the clock of the running server at once, and of its children.
//
// Only the wall clock is replaced. CLOCK_MONOTONIC and all others go to the kernel as ever: Redis drives its event
// loop by them. Nothing here allocates memory or looks up symbols, because jemalloc asks for the time while it is
// being set up; whoever asks before the file is mapped gets the real time.

#define _GNU_SOURCE
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const int64_t *shared_microseconds;

__attribute__((constructor)) static void map_clock(void) {
  const char *path = getenv("FIXTURE_CLOCK");
  if (path == NULL) return;
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) _exit(97);
  void *mapping = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (mapping == MAP_FAILED) _exit(98);
  shared_microseconds = mapping;
}

int clock_gettime(clockid_t clock, struct timespec *result) {
  int is_wall_clock = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  if (!is_wall_clock || shared_microseconds == NULL) return (int)syscall(SYS_clock_gettime, clock, result);
  int64_t now = __atomic_load_n(shared_microseconds, __ATOMIC_RELAXED);
  result->tv_sec = now / 1000000;
  result->tv_nsec = now % 1000000 * 1000;
  return 0;
}

int gettimeofday(struct timeval *restrict result, void *restrict zone) {
  (void)zone;
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
  result->tv_sec = now.tv_sec;
  result->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *result) {
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return (time_t)-1;
  if (result != NULL) *result = now.tv_sec;
  return now.tv_sec;
}
