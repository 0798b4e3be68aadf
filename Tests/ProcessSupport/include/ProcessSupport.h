// What tests of the whole process need, and Swift can't do.
#ifndef PROCESS_SUPPORT_H
#define PROCESS_SUPPORT_H

/// How many blocks of heap memory the process has asked for since this was called first, on all threads, OpenBLAS's own
/// left out; -1 where that can't be counted (other C libraries than glibc, sanitizers).
long allocation_count(void);

/// How many multiply-adds `cblas_?gemm` and `cblas_?gemv` have been asked for so far, by all threads; -1 where that can't
/// be counted (other C libraries than glibc).
long multiply_add_count(void);

/// The processor time that all threads of the process have used so far, in seconds.
double processor_seconds(void);

/// Runs `body` in a forked child, which ends with its result. Returns that, or -1 if the child has not ended after
/// `seconds` (it is killed then) or ended by a signal.
int run_in_child(int (*_Nonnull body)(void), int seconds);

/// Runs `body` in a forked child and kills it some microseconds after its start or, if a folder is given, after that has so
/// many files. Returns 0, or -1 if it had ended before.
int kill_child_after(int (*_Nonnull body)(void), const char *_Nullable folder, int files, long microseconds);

/// From now on no file that the process writes can become longer: writing more fails, as on a full disk. Returns 0, or
/// -1 if there are no such limits.
int limit_file_size(long bytes);

#endif
