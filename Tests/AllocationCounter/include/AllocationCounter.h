#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

/// How many blocks of heap memory the process has asked for since it started, on all threads; -1 where that can't be
/// counted (other C libraries than glibc, sanitizers).
long allocation_count(void);

#endif
