#include <dirent.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ProcessSupport.h"

double processor_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

int run_in_child(int (*body)(void), int seconds) {
    pid_t child = fork();
    if (child < 0) return -1;
    if (child == 0) _exit(body());
    for (int waited = 0; waited < seconds * 100; waited++) {
        int status = 0;
        if (waitpid(child, &status, WNOHANG) == child) return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        struct timespec pause = {0, 10000000};
        nanosleep(&pause, NULL);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return -1;
}

static int count_files(const char *folder) {
    DIR *directory = opendir(folder);
    if (!directory) return 0;
    int count = 0;
    for (const struct dirent *entry; (entry = readdir(directory));) {
        // "." and ".." are no files; temporary ones may begin with a dot too.
        const char *name = entry->d_name;
        if (!(name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0)))) count++;
    }
    closedir(directory);
    return count;
}

int kill_child_after(int (*body)(void), const char *folder, int files, long microseconds) {
    pid_t child = fork();
    if (child < 0) return -1;
    if (child == 0) _exit(body());
    if (folder) {
        while (count_files(folder) < files && waitpid(child, NULL, WNOHANG) == 0) continue;
    }
    struct timespec pause = {microseconds / 1000000, microseconds % 1000000 * 1000};
    nanosleep(&pause, NULL);
    kill(child, SIGKILL);
    int status = 0;
    if (waitpid(child, &status, 0) != child) return -1;
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : -1;
}

int limit_file_size(long bytes) {
    struct rlimit limit = {(rlim_t)bytes, (rlim_t)bytes};
    signal(SIGXFSZ, SIG_IGN);
    return setrlimit(RLIMIT_FSIZE, &limit);
}
