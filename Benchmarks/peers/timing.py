"""What the measurements of all peers share: the workloads, the clock, and one line of JSON per figure."""
import json
import statistics
import time

WORKLOADS = {  # name: (widths of the layers, rows of a batch)
    "tiny": ([8, 32, 32, 4], 32),
    "digits": ([64, 128, 10], 32),
    "mnist": ([784, 128, 10], 64),
    "deep": ([784, 512, 512, 10], 256),
    "wide": ([1024, 2048, 2048, 1024], 512),
}


def microseconds(call, quick=False):
    """Median and least time of a call: repetitions of at least so many seconds each, after a warm-up."""
    repetitions, seconds, warm_up = (3, 0.03, 0.1) if quick else (9, 0.12, 0.3)
    start, calls = time.perf_counter(), 0
    while calls < 3 or time.perf_counter() - start < warm_up:
        call()
        calls += 1
    start = time.perf_counter()
    call()
    count = max(1, int(seconds / max(time.perf_counter() - start, 1e-7)))
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        for _ in range(count):
            call()
        times.append((time.perf_counter() - start) / count * 1e6)
    return statistics.median(times), min(times)


def report(**figures):
    print(json.dumps({k: round(v, 2) if isinstance(v, float) else v for k, v in figures.items()}), flush=True)
