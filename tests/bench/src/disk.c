/* Loaded before the C library (LD_PRELOAD), it makes syncs take longer: all by DISK_LAGS_MS milliseconds, those in one
 * second of ten by DISK_STALLS_MS. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static long milliseconds(const char *variable)
{
    const char *said = getenv(variable);
    return said ? atol(said) : 0;
}

static int after_a_while(const char *name, int file)
{
    long lag = milliseconds("DISK_LAGS_MS") + (time(0) % 10 == 0 ? milliseconds("DISK_STALLS_MS") : 0);
    struct timespec while_it_lags = { lag / 1000, lag % 1000 * 1000000 };
    int (*sync_file)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    nanosleep(&while_it_lags, 0);
    return sync_file(file);
}

int fsync(int file) { return after_a_while("fsync", file); }
int fdatasync(int file) { return after_a_while("fdatasync", file); }
