"""torch.distributed's all_reduce over gloo, between processes of this machine: beside `Benchmarks --filter mpi/sum`.

usage: gloo.py [PROCESSES…]
"""

import os
import statistics
import sys
import time

import torch
import torch.distributed as distributed
import torch.multiprocessing as multiprocessing


def measure(rank, size, port):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port), GLOO_SOCKET_IFNAME="lo")
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", rank=rank, world_size=size)
    for dtype, name in ((torch.float32, "Float"), (torch.float64, "Double")):
        for count in (10_000, 1_000_000, 10_000_000):
            vector = torch.zeros(count, dtype=dtype)
            calls = max(2, 10_000_000 // count)
            distributed.all_reduce(vector)
            seconds = []
            for _ in range(7):
                distributed.barrier()
                start = time.perf_counter()
                for _ in range(calls):
                    distributed.all_reduce(vector)
                seconds.append((time.perf_counter() - start) / calls)
            if rank == 0:
                print(f"{size} processes  {name:6} {count:>11,} {1e6 * statistics.median(seconds):12.1f} µs", flush=True)
    distributed.destroy_process_group()


if __name__ == "__main__":
    print(f"torch {torch.__version__}, gloo")
    for number in [int(argument) for argument in sys.argv[1:]] or [2, 3, 4]:
        multiprocessing.spawn(measure, args=(number, 29511 + number), nprocs=number)
