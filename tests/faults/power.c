/* What a disk still has after the power went: of each database file, what stood in it when it was last synced.
 *
 * Preloaded into the program. Whatever was written and not synced is in nobody's copy; LINLIBAN_TEST_SURVIVES is the
 * folder of the copies.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int (*sync_function)(int);

static void keep(int file)
{
    char link[64], path[PATH_MAX], copy[PATH_MAX], unfinished[PATH_MAX], piece[65536];
    const char *folder = getenv("LINLIBAN_TEST_SURVIVES"), *name;
    ssize_t length, count;
    off_t at = 0;
    int target;

    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, path, sizeof path - 1);
    if (!folder || length <= 0)
        return;
    path[length] = 0;
    name = strrchr(path, '/');
    if (!name || !strstr(name, ".db"))
        return;
    snprintf(copy, sizeof copy, "%.2000s%.200s", folder, name);
    snprintf(unfinished, sizeof unfinished, "%.2200s.unfinished", copy);
    target = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    /* Read through the very descriptor: closing another one on the file would let go of SQLite's locks. */
    while ((count = pread(file, piece, sizeof piece, at)) > 0 && write(target, piece, count) == count)
        at += count;
    close(target);
    rename(unfinished, copy); /* whole or not at all, whenever we are killed */
}

int fsync(int file)
{
    int failed = ((sync_function)dlsym(RTLD_NEXT, "fsync"))(file);
    if (!failed)
        keep(file);
    return failed;
}

int fdatasync(int file)
{
    int failed = ((sync_function)dlsym(RTLD_NEXT, "fdatasync"))(file);
    if (!failed)
        keep(file);
    return failed;
}
