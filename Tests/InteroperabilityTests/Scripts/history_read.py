"""Prints a history's table as pandas reads it, column by column, as JSON; numbers as Python's shortest text."""

import json
import sys

import pandas

table = pandas.read_csv(sys.argv[1], float_precision="round_trip")
json.dump([[name] + [repr(float(value)) for value in table[name]] for name in table.columns], sys.stdout)
