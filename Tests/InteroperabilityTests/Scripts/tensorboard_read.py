"""Prints what TensorBoard's own reader finds in the folder of a run: its tags, points and histograms, as JSON."""

import json
import sys

from tensorboard.backend.event_processing import event_accumulator

accumulator = event_accumulator.EventAccumulator(
    sys.argv[1],
    size_guidance={event_accumulator.SCALARS: 0, event_accumulator.HISTOGRAMS: 0},
)
accumulator.Reload()
tags = accumulator.Tags()
json.dump(
    {
        "fileVersion": accumulator.file_version,
        "scalars": {
            tag: [
                {"step": event.step, "wallTime": event.wall_time, "value": str(event.value)}
                for event in accumulator.Scalars(tag)
            ]
            for tag in tags["scalars"]
        },
        "histograms": {
            tag: [
                {
                    "step": event.step,
                    "minimum": event.histogram_value.min,
                    "maximum": event.histogram_value.max,
                    "count": event.histogram_value.num,
                    "sum": event.histogram_value.sum,
                    "sumOfSquares": event.histogram_value.sum_squares,
                    "limits": list(event.histogram_value.bucket_limit),
                    "counts": list(event.histogram_value.bucket),
                }
                for event in accumulator.Histograms(tag)
            ]
            for tag in tags["histograms"]
        },
    },
    sys.stdout,
)
