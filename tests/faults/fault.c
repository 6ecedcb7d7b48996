/* Lets chosen calls of a process fail, or kills it there. Loaded before the C library (LD_PRELOAD).
 *
 * KB_FAULT_CONTROL names a file that is shared with the test, struct control below; KB_FAULT_ROOT the folder below which
 * calls count. Calls are counted over all processes that were forked. Where `target` is reached, the call fails with
 * `action`, if that is positive; else the process group (-1) or the process (-2) is killed before the call. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { READ_OPEN = 1, OPEN = 2, WRITE = 4, FSYNC = 8, RENAME = 16, LINK = 32, MKDIR = 64, UNLINK = 128 };

struct control {
    long mask;        /* kinds of calls that count */
    long target;      /* the how manieth is hit; 0: none */
    long action;      /* number of an error, -1 or -2 */
    long sticky;      /* whether all calls after that one are hit too */
    long no_exchange; /* whether folders cannot be exchanged */
    long clock;       /* seconds by which the clock jumps back and forth */
    long count;       /* calls so far */
    long hits;        /* calls hit so far */
    long kinds[8];    /* calls so far by kind */
};

static struct control *control;
static char root[PATH_MAX];
static size_t root_length;

__attribute__((constructor)) static void begin(void)
{
    const char *file = getenv("KB_FAULT_CONTROL"), *folder = getenv("KB_FAULT_ROOT");
    if (!file || !folder)
        return;
    int handle = open(file, O_RDWR | O_CLOEXEC);
    if (handle < 0)
        return;
    void *memory = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
    close(handle);
    if (memory == MAP_FAILED)
        return;
    root_length = strlen(strncpy(root, folder, sizeof root - 1));
    control = memory;
}

static int below(const char *path)
{
    return strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0);
}

static int handle_below(int handle)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return below(path);
}

static int counts(int folder, const char *path)
{
    if (!path)
        return 0;
    if (path[0] == '/')
        return below(path);
    if (folder != AT_FDCWD)
        return handle_below(folder);
    char here[PATH_MAX];
    return getcwd(here, sizeof here) && below(here);
}

/* Returns whether the call is to fail; errno is set then. */
static int hit(long kind)
{
    if (!control || !(control->mask & kind))
        return 0;
    __atomic_add_fetch(&control->kinds[__builtin_ctzl(kind)], 1, __ATOMIC_SEQ_CST);
    long now = __atomic_add_fetch(&control->count, 1, __ATOMIC_SEQ_CST);
    if (!control->target || now < control->target || (now > control->target && !control->sticky))
        return 0;
    __atomic_add_fetch(&control->hits, 1, __ATOMIC_SEQ_CST);
    if (control->action == -1)
        kill(0, SIGKILL);
    if (control->action == -2)
        kill(getpid(), SIGKILL);
    if (control->action < 0)
        for (;;)
            pause();
    errno = (int)control->action;
    return 1;
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) \
        real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define MODE \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

#define ON_PATH(kind, folder, path) \
    if (control && counts(folder, path) && hit(kind)) \
        return -1
#define ON_HANDLE(kind, handle) \
    if (control && (control->mask & kind) && handle_below(handle) && hit(kind)) \
        return -1

static long open_kind(int flags) { return flags & (O_WRONLY | O_RDWR | O_CREAT) ? OPEN : READ_OPEN; }

int open(const char *path, int flags, ...) { MODE REAL(open); ON_PATH(open_kind(flags), AT_FDCWD, path); return real(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE REAL(open64); ON_PATH(open_kind(flags), AT_FDCWD, path); return real(path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE REAL(openat); ON_PATH(open_kind(flags), folder, path); return real(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE REAL(openat64); ON_PATH(open_kind(flags), folder, path); return real(folder, path, flags, mode); }
DIR *opendir(const char *path) { REAL(opendir); if (control && counts(AT_FDCWD, path) && hit(READ_OPEN)) return NULL; return real(path); }

ssize_t write(int handle, const void *data, size_t size) { REAL(write); ON_HANDLE(WRITE, handle); return real(handle, data, size); }
ssize_t pwrite(int handle, const void *data, size_t size, off_t at) { REAL(pwrite); ON_HANDLE(WRITE, handle); return real(handle, data, size, at); }
ssize_t pwrite64(int handle, const void *data, size_t size, off64_t at) { REAL(pwrite64); ON_HANDLE(WRITE, handle); return real(handle, data, size, at); }
ssize_t writev(int handle, const struct iovec *data, int count) { REAL(writev); ON_HANDLE(WRITE, handle); return real(handle, data, count); }
ssize_t copy_file_range(int from, off64_t *a, int to, off64_t *b, size_t size, unsigned flags) { REAL(copy_file_range); ON_HANDLE(WRITE, to); return real(from, a, to, b, size, flags); }
int ftruncate(int handle, off_t size) { REAL(ftruncate); ON_HANDLE(WRITE, handle); return real(handle, size); }
int ftruncate64(int handle, off64_t size) { REAL(ftruncate64); ON_HANDLE(WRITE, handle); return real(handle, size); }
ssize_t sendfile(int to, int from, off_t *at, size_t size);
ssize_t sendfile(int to, int from, off_t *at, size_t size) { REAL(sendfile); ON_HANDLE(WRITE, to); return real(to, from, at, size); }
ssize_t sendfile64(int to, int from, off64_t *at, size_t size);
ssize_t sendfile64(int to, int from, off64_t *at, size_t size) { REAL(sendfile64); ON_HANDLE(WRITE, to); return real(to, from, at, size); }

int fsync(int handle) { REAL(fsync); ON_HANDLE(FSYNC, handle); return real(handle); }
int fdatasync(int handle) { REAL(fdatasync); ON_HANDLE(FSYNC, handle); return real(handle); }
int syncfs(int handle) { REAL(syncfs); ON_HANDLE(FSYNC, handle); return real(handle); }

int rename(const char *from, const char *to) { REAL(rename); ON_PATH(RENAME, AT_FDCWD, from); return real(from, to); }
int renameat(int a, const char *from, int b, const char *to) { REAL(renameat); ON_PATH(RENAME, a, from); return real(a, from, b, to); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags)
{
    REAL(renameat2);
    if (flags && control && control->no_exchange) {
        errno = EINVAL;
        return -1;
    }
    ON_PATH(RENAME, a, from);
    return real(a, from, b, to, flags);
}

int link(const char *from, const char *to) { REAL(link); ON_PATH(LINK, AT_FDCWD, to); return real(from, to); }
int linkat(int a, const char *from, int b, const char *to, int flags) { REAL(linkat); ON_PATH(LINK, b, to); return real(a, from, b, to, flags); }
int symlink(const char *from, const char *to) { REAL(symlink); ON_PATH(LINK, AT_FDCWD, to); return real(from, to); }
int mkdir(const char *path, mode_t mode) { REAL(mkdir); ON_PATH(MKDIR, AT_FDCWD, path); return real(path, mode); }
int mkdirat(int folder, const char *path, mode_t mode) { REAL(mkdirat); ON_PATH(MKDIR, folder, path); return real(folder, path, mode); }
int unlink(const char *path) { REAL(unlink); ON_PATH(UNLINK, AT_FDCWD, path); return real(path); }
int unlinkat(int folder, const char *path, int flags) { REAL(unlinkat); ON_PATH(UNLINK, folder, path); return real(folder, path, flags); }
int rmdir(const char *path) { REAL(rmdir); ON_PATH(UNLINK, AT_FDCWD, path); return real(path); }

int clock_gettime(clockid_t id, struct timespec *now)
{
    static long calls;
    REAL(clock_gettime);
    int done = real(id, now);
    if (id == CLOCK_REALTIME && control && control->clock)
        now->tv_sec += __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) % 2 ? control->clock : -control->clock;
    return done;
}
