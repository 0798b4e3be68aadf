"""Prints the histograms of arrays of numbers, as PyTorch's SummaryWriter makes them of TensorFlow's limits, as JSON.

Runs of empty buckets are taken together, as TensorFlow's histogram.cc does.
"""

import json
import sys

import numpy

positive = []
limit = 1e-12
while limit < 1e20:
    positive.append(limit)
    limit *= 1.1
limits = numpy.array([-limit for limit in reversed(positive)] + [0] + positive)

histograms = []
for values in json.load(open(sys.argv[1])):
    values = numpy.array(values)
    counts, _ = numpy.histogram(values, bins=limits)
    used = counts.nonzero()[0]
    # The limit on the left has an empty bucket.
    buckets = [[float(limits[used[0]]), 0]]
    for index in range(used[0], used[-1] + 1):
        bucket = [float(limits[index + 1]), float(counts[index])]
        if bucket[1] == 0 and buckets[-1][1] == 0:
            buckets[-1] = bucket
        else:
            buckets.append(bucket)
    histograms.append({"limits": [bucket[0] for bucket in buckets], "counts": [bucket[1] for bucket in buckets]})
json.dump(histograms, sys.stdout)
