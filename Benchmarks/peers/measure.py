"""One figure of one peer, as a line of JSON.

usage: measure.py step PEER WORKLOAD f64|f32 THREADS [quick]
       measure.py predict PEER WORKLOAD f64|f32 THREADS ROWS [quick]
"""
import sys

import networks

quick = sys.argv[-1] == "quick"
kind, peer, workload, dtype, threads = sys.argv[1:6]
networks.limit_threads(int(threads))
from timing import WORKLOADS, microseconds, report  # noqa: E402  after the limit

widths, rows = WORKLOADS[workload]
name = {"f64": "float64", "f32": "float32"}[dtype]
if kind == "step":
    call = networks.STEP[peer](widths, rows, name, int(threads))
else:
    rows = int(sys.argv[6])
    call = networks.PREDICT[peer](widths, rows, name, int(threads))
median, least = microseconds(call, quick)
batches = getattr(call, "batches", 1)
report(
    kind=kind, workload=workload, dtype=dtype, peer=peer, version=networks.version(peer), threads=int(threads),
    rows=rows, us_median=median / batches, us_min=least / batches)
