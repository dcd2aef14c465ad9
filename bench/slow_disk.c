/* A disk whose every sync takes LINLIBAN_BENCH_SYNC microseconds longer than this one's. Preloaded into a measure. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

typedef int (*sync_function)(int);

static int synced(const char *name, int file)
{
    const char *longer = getenv("LINLIBAN_BENCH_SYNC");
    int failed = ((sync_function)dlsym(RTLD_NEXT, name))(file);

    usleep(longer ? atoi(longer) : 0);
    return failed;
}

int fsync(int file) { return synced("fsync", file); }
int fdatasync(int file) { return synced("fdatasync", file); }
