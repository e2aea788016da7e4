/* Loaded before the C library (LD_PRELOAD), it makes a disk lag: each sync takes 50 ms longer. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static int after_a_while(const char *name, int file)
{
    struct timespec lag = { 0, 50 * 1000 * 1000 };
    int (*sync_file)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    nanosleep(&lag, 0);
    return sync_file(file);
}

int fsync(int file) { return after_a_while("fsync", file); }
int fdatasync(int file) { return after_a_while("fdatasync", file); }
