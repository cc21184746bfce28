/* What a machine does to a process, in front of the C library (LD_PRELOAD): a clock that is wrong, a disk that
 * is full, and a power cut that keeps only what was synced.
 *
 * FAULTS_CONTROL names a file of two 64-bit integers that the test writes and every process reads as it goes:
 * how many nanoseconds the time of day is ahead, and whether the disk is full (1).
 * FAULTS_ROOT is the folder whose files are meant. Where FAULTS_SHADOW is given, every fsync of one of them
 * copies the file as it is then to the same place below that folder: after a kill -9 it holds what a disk would
 * hold that loses all that was not synced. A file that was removed or renamed is so there once its folder
 * was synced.
 *
 * A file is read through the descriptor that was synced: opening it anew and closing that would drop the locks
 * that the process holds on it (fcntl(2)).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct control {
    volatile int64_t clock_ahead_ns;
    volatile int64_t disk_full;
};

static struct control good;
static struct control *control = &good;
static char root[PATH_MAX], shadow[PATH_MAX];
static size_t root_length;

#define REAL(name, result, ...)                                             \
    static result (*real)(__VA_ARGS__);                                     \
    if (!real)                                                              \
        real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
    const char *place = getenv("FAULTS_CONTROL");
    if (place) {
        int file = open(place, O_RDONLY | O_CLOEXEC);
        if (file >= 0) {
            void *page = mmap(NULL, sizeof(struct control), PROT_READ, MAP_SHARED, file, 0);
            if (page != MAP_FAILED)
                control = page;
            close(file);
        }
    }
    if (getenv("FAULTS_ROOT") && realpath(getenv("FAULTS_ROOT"), root))
        root_length = strlen(root);
    if (root_length && getenv("FAULTS_SHADOW") && !realpath(getenv("FAULTS_SHADOW"), shadow))
        shadow[0] = 0;
}

/* The clock */

int clock_gettime(clockid_t clock, struct timespec *moment) {
    REAL(clock_gettime, int, clockid_t, struct timespec *);
    int result = real(clock, moment);
    int64_t ahead = control->clock_ahead_ns;
    if (!result && ahead && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        int64_t nanoseconds = moment->tv_nsec + ahead % 1000000000;
        moment->tv_sec += ahead / 1000000000;
        if (nanoseconds < 0) {
            nanoseconds += 1000000000;
            moment->tv_sec--;
        }
        moment->tv_sec += nanoseconds / 1000000000;
        moment->tv_nsec = nanoseconds % 1000000000;
    }
    return result;
}

int gettimeofday(struct timeval *restrict moment, void *restrict zone) {
    (void)zone;
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now))
        return -1;
    moment->tv_sec = now.tv_sec;
    moment->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *found) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (found)
        *found = now.tv_sec;
    return now.tv_sec;
}

/* Which file a descriptor is, below the root; 0 where it is none of ours */

static const char *ours(int file, char *path) {
    char link[64];
    if (!root_length)
        return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0)
        return NULL;
    path[length] = 0;
    if (strncmp(path, root, root_length) || (path[root_length] != '/' && path[root_length]))
        return NULL;
    if (length > 10 && !strcmp(path + length - 10, " (deleted)"))
        return NULL;
    return path + root_length;
}

/* The full disk, one that copies on write: nothing can be written, not even over what is there. Logs of the
 * tests are let through, so that they can say what a node says. */

static int refused(int file) {
    char path[PATH_MAX];
    struct stat found;
    if (!control->disk_full || !ours(file, path) || fstat(file, &found) || !S_ISREG(found.st_mode))
        return 0;
    size_t length = strlen(path);
    if (length > 4 && !strcmp(path + length - 4, ".log"))
        return 0;
    errno = ENOSPC;
    return 1;
}

ssize_t write(int file, const void *data, size_t count) {
    REAL(write, ssize_t, int, const void *, size_t);
    return refused(file) ? -1 : real(file, data, count);
}

ssize_t pwrite(int file, const void *data, size_t count, off_t place) {
    REAL(pwrite, ssize_t, int, const void *, size_t, off_t);
    return refused(file) ? -1 : real(file, data, count, place);
}

ssize_t pwrite64(int file, const void *data, size_t count, off64_t place) {
    return pwrite(file, data, count, place);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    REAL(writev, ssize_t, int, const struct iovec *, int);
    return refused(file) ? -1 : real(file, parts, count);
}

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t place) {
    REAL(pwritev, ssize_t, int, const struct iovec *, int, off_t);
    return refused(file) ? -1 : real(file, parts, count, place);
}

ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t place) {
    return pwritev(file, parts, count, place);
}

int ftruncate(int file, off_t length) {
    REAL(ftruncate, int, int, off_t);
    return refused(file) ? -1 : real(file, length);
}

int ftruncate64(int file, off64_t length) {
    return ftruncate(file, length);
}

int posix_fallocate(int file, off_t place, off_t length) {
    REAL(posix_fallocate, int, int, off_t, off_t);
    return refused(file) ? ENOSPC : real(file, place, length);
}

int posix_fallocate64(int file, off64_t place, off64_t length) {
    return posix_fallocate(file, place, length);
}

int fallocate(int file, int mode, off_t place, off_t length) {
    REAL(fallocate, int, int, int, off_t, off_t);
    return refused(file) ? -1 : real(file, mode, place, length);
}

int fallocate64(int file, int mode, off64_t place, off64_t length) {
    return fallocate(file, mode, place, length);
}

/* The power cut */

static void make_folders(char *path) {
    for (char *slash = path + strlen(shadow) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = 0;
        mkdir(path, 0700);
        *slash = '/';
    }
}

static int copy(int from, int to) {
    char block[65536];
    off_t place = 0;
    ssize_t count;
    while ((count = pread(from, block, sizeof block, place)) > 0) {
        for (ssize_t done = 0; done < count;) {
            ssize_t written = syscall(SYS_write, to, block + done, count - done);
            if (written < 0)
                return -1;
            done += written;
        }
        place += count;
    }
    return count < 0 ? -1 : 0;
}

static int keep_file(int file, const char *path, const char *inside) {
    char target[PATH_MAX * 2], draft[PATH_MAX * 2 + 64];
    snprintf(target, sizeof target, "%s%s", shadow, inside);
    snprintf(draft, sizeof draft, "%s.draft-%d-%ld", target, getpid(), syscall(SYS_gettid));
    make_folders(target);
    int flags = fcntl(file, F_GETFL), from = file;
    if ((flags & O_ACCMODE) == O_WRONLY && (from = open(path, O_RDONLY | O_CLOEXEC)) < 0)
        return -1;
    int to = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int result = to < 0 ? -1 : copy(from, to);
    if (to >= 0)
        close(to);
    if (from != file)
        close(from);
    return result ? result : rename(draft, target);
}

static int same_content(const char *one, const char *other) {
    char left[65536], right[65536];
    ssize_t count = -1, others = -1;
    int first = open(one, O_RDONLY | O_CLOEXEC), second = open(other, O_RDONLY | O_CLOEXEC);
    if (first >= 0 && second >= 0)
        do {
            count = read(first, left, sizeof left);
            others = read(second, right, sizeof right);
        } while (count > 0 && count == others && !memcmp(left, right, count));
    if (first >= 0)
        close(first);
    if (second >= 0)
        close(second);
    return count == 0 && others == 0;
}

/* The new name of a synced file that is gone under its old one: the file with its content, if there is one. */
static int renamed(const char *path, const char *target, const char *kept, char *name) {
    DIR *folder = opendir(path);
    struct dirent *entry;
    struct stat old, found;
    int known = stat(kept, &old);
    while (folder && !known && (entry = readdir(folder))) {
        char there[PATH_MAX * 3];
        snprintf(there, sizeof there, "%s/%s", path, entry->d_name);
        /* A database is not renamed, and must not be opened and closed here: see above. */
        if (!strstr(entry->d_name, "sqlite") && !stat(there, &found) && S_ISREG(found.st_mode)
            && found.st_size == old.st_size && same_content(there, kept)) {
            snprintf(name, PATH_MAX * 3, "%s/%s", target, entry->d_name);
            known = 1;
        }
    }
    if (folder)
        closedir(folder);
    return known == 1;
}

/* A folder was synced: what was removed from it is gone, what was renamed has its new name. */
static int keep_names(const char *path, const char *inside) {
    char target[PATH_MAX * 2], kept[PATH_MAX * 3], there[PATH_MAX * 3], name[PATH_MAX * 3];
    snprintf(target, sizeof target, "%s%s", shadow, inside);
    DIR *folder = opendir(target);
    if (!folder)
        return 0;
    struct dirent *entry;
    struct stat found;
    while ((entry = readdir(folder))) {
        snprintf(kept, sizeof kept, "%s/%s", target, entry->d_name);
        snprintf(there, sizeof there, "%s/%s", path, entry->d_name);
        if (!strstr(entry->d_name, ".draft-") && !stat(kept, &found) && S_ISREG(found.st_mode)
            && stat(there, &found) && errno == ENOENT) {
            if (renamed(path, target, kept, name))
                rename(kept, name);
            else
                unlink(kept);
        }
    }
    closedir(folder);
    return 0;
}

/* Copy what was synced; one process at a time, so that an older state never replaces a newer one. */
static int keep(int file) {
    char path[PATH_MAX], lock_path[PATH_MAX + 16];
    const char *inside = shadow[0] ? ours(file, path) : NULL;
    struct stat found;
    if (!inside || fstat(file, &found))
        return 0;
    snprintf(lock_path, sizeof lock_path, "%s.lock", shadow);
    int lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0)
        return -1;
    flock(lock, LOCK_EX);
    int result = 0;
    if (S_ISDIR(found.st_mode))
        result = keep_names(path, inside);
    else if (S_ISREG(found.st_mode))
        result = keep_file(file, path, inside);
    close(lock);
    return result;
}

int fsync(int file) {
    REAL(fsync, int, int);
    int result = shadow[0] ? 0 : real(file);
    return result ? result : keep(file);
}

int fdatasync(int file) {
    REAL(fdatasync, int, int);
    int result = shadow[0] ? 0 : real(file);
    return result ? result : keep(file);
}
