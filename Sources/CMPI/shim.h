// The part of MPI that Perceptron calls. Swift can't import it directly: its constants are macros, and its handles are
// pointers in Open MPI and integers in MPICH.
#ifndef CMPI_SHIM_H
#define CMPI_SHIM_H

#include <mpi.h>
#include <stdbool.h>

typedef struct {
    MPI_Comm handle;
} CMPICommunicator;

typedef enum { CMPI_BYTES, CMPI_FLOATS, CMPI_DOUBLES } CMPIType;

static inline MPI_Datatype cmpi_type(CMPIType type) {
    return type == CMPI_FLOATS ? MPI_FLOAT : type == CMPI_DOUBLES ? MPI_DOUBLE : MPI_BYTE;
}

static inline bool cmpi_is_initialized(void) {
    int flag = 0;
    MPI_Initialized(&flag);
    return flag != 0;
}

static inline bool cmpi_is_finalized(void) {
    int flag = 0;
    MPI_Finalized(&flag);
    return flag != 0;
}

// Any thread may call MPI, one at a time. `is_enough` tells whether the library supports that.
static inline int cmpi_initialize(bool *is_enough) {
    int provided = MPI_THREAD_SINGLE;
    int error = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
    *is_enough = provided >= MPI_THREAD_SERIALIZED;
    return error;
}

static inline int cmpi_finalize(void) { return MPI_Finalize(); }

// A communicator of all processes, separate from anything else that the program sends; errors are returned.
static inline int cmpi_duplicate_world(CMPICommunicator *result) {
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    int error = MPI_Comm_dup(MPI_COMM_WORLD, &result->handle);
    if (error == MPI_SUCCESS) error = MPI_Comm_set_errhandler(result->handle, MPI_ERRORS_RETURN);
    return error;
}

static inline int cmpi_free(CMPICommunicator *communicator) { return MPI_Comm_free(&communicator->handle); }

static inline int cmpi_rank(CMPICommunicator communicator, int *rank) {
    return MPI_Comm_rank(communicator.handle, rank);
}

static inline int cmpi_size(CMPICommunicator communicator, int *size) {
    return MPI_Comm_size(communicator.handle, size);
}

// The number of processes on this machine.
static inline int cmpi_local_size(CMPICommunicator communicator, int *size) {
    MPI_Comm local;
    int error = MPI_Comm_split_type(communicator.handle, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &local);
    if (error != MPI_SUCCESS) return error;
    error = MPI_Comm_size(local, size);
    MPI_Comm_free(&local);
    return error;
}

static inline int cmpi_exchange(
    CMPICommunicator communicator, CMPIType type, const void *values, const int *counts, const int *places, void *result,
    const int *result_counts, const int *result_places) {
    return MPI_Alltoallv(
        values, counts, places, cmpi_type(type), result, result_counts, result_places, cmpi_type(type),
        communicator.handle);
}

static inline int cmpi_gather(
    CMPICommunicator communicator, CMPIType type, const void *part, int count, void *result, const int *counts,
    const int *places) {
    return MPI_Allgatherv(part, count, cmpi_type(type), result, counts, places, cmpi_type(type), communicator.handle);
}

static inline int cmpi_sum(CMPICommunicator communicator, CMPIType type, void *values, int count) {
    return MPI_Allreduce(MPI_IN_PLACE, values, count, cmpi_type(type), MPI_SUM, communicator.handle);
}

static inline int cmpi_broadcast(CMPICommunicator communicator, void *bytes, int count, int root) {
    return MPI_Bcast(bytes, count, MPI_BYTE, root, communicator.handle);
}

static inline int cmpi_barrier(CMPICommunicator communicator) { return MPI_Barrier(communicator.handle); }

static inline void cmpi_abort(CMPICommunicator communicator, int code) { MPI_Abort(communicator.handle, code); }

enum { CMPI_TEXT_SIZE = MPI_MAX_ERROR_STRING > MPI_MAX_LIBRARY_VERSION_STRING
           ? MPI_MAX_ERROR_STRING : MPI_MAX_LIBRARY_VERSION_STRING };

// Writes the message of an error; `text` needs room for CMPI_TEXT_SIZE characters.
static inline void cmpi_error_text(int error, char *text) {
    int length = 0;
    text[0] = 0;
    MPI_Error_string(error, text, &length);
}

static inline void cmpi_version_text(char *text) {
    int length = 0;
    text[0] = 0;
    MPI_Get_library_version(text, &length);
}

static const int cmpi_success = MPI_SUCCESS;

#endif
