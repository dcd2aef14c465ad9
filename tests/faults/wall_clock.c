/* A machine whose wall clock somebody sets while the program runs. Clocks that only count seconds go on as they were.
 *
 * Preloaded into the program. LINLIBAN_TEST_WALL_CLOCK is a file of eight bytes: by how many seconds it is ahead.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

typedef int (*clock_function)(clockid_t, struct timespec *);

static volatile const int64_t *ahead;
static clock_function honest;

__attribute__((constructor)) static void look(void)
{
    const char *path = getenv("LINLIBAN_TEST_WALL_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *seen = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);

    honest = (clock_function)dlsym(RTLD_NEXT, "clock_gettime");
    if (seen != MAP_FAILED)
        ahead = seen;
    if (file >= 0)
        close(file);
}

int clock_gettime(clockid_t clock, struct timespec *at)
{
    int failed = (honest ? honest : (clock_function)dlsym(RTLD_NEXT, "clock_gettime"))(clock, at);
    if (!failed && ahead && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        at->tv_sec += *ahead;
    return failed;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    struct timespec now;

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (at)
        *at = now.tv_sec;
    return now.tv_sec;
}
