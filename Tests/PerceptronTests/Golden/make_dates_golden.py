"""Writes dates.json: dates as ISO 8601 and other formats have them, what Python's datetime makes of each, and texts that it
takes for no date. Run with Python 3.11.7.

    python make_dates_golden.py
"""

import calendar
import datetime
import json
import math
import pathlib
import random

here = pathlib.Path(__file__).parent
random.seed(1582)

# Unicode's letters, as the package takes them, and what strptime calls the same.
formats = {
    "yyyy-MM-dd": "%Y-%m-%d",
    "dd.MM.yyyy": "%d.%m.%Y",
    "d/M/yyyy H:m:s": "%d/%m/%Y %H:%M:%S",
    "M/d/yyyy h:mm a": "%m/%d/%Y %I:%M %p",
    "hh a, MM-dd-yyyy": "%I %p, %m-%d-%Y",
    "yyyyMMddHHmmss": "%Y%m%d%H%M%S",
    "d MMM yyyy": "%d %b %Y",
    "MMMM d, yyyy 'at' HH:mm": "%B %d, %Y at %H:%M",
    "dd-MMM-yy": "%d-%b-%y",
    "yyyy-MM": "%Y-%m",
    "yyyy/MM/dd HH:mm:ss.S Z": "%Y/%m/%d %H:%M:%S.%f %z",
}


def time_of(generator):
    """Some time from the year 1 to 9999, every third around today, and often at an edge."""
    year = generator.choice([1, 4, 100, 400, 1582, 1600, 1899, 1900, 1969, 1970, 1999, 2000, 2024, 2100, 9999,
                             *generator.choices(range(1, 10000), k=5), *generator.choices(range(1950, 2050), k=10)])
    month = generator.choice([1, 2, 2, 3, 12, generator.randint(1, 12)])
    last = calendar.monthrange(year, month)[1]
    day = generator.choice([1, last, generator.randint(1, last)])
    seconds = generator.choice([0, 86399, generator.randrange(86400)])
    time = datetime.datetime(year, month, day) + datetime.timedelta(seconds=seconds)
    return time.replace(microsecond=generator.choice([0, 0, 1, 999999, 500000, generator.randrange(10**6)]))


def iso_of(generator, time):
    date = f"{time.year:04}-{time.month:02}-{time.day:02}" if generator.random() < 0.6 else f"{time.year:04}{time.month:02}{time.day:02}"
    if generator.random() < 0.25:
        return date
    colon = generator.choice([":", ":", ""])
    parts = generator.randint(1, 4)
    text = colon.join(f"{part:02}" for part in (time.hour, time.minute, time.second)[: min(parts, 3)])
    if parts == 4:
        text += generator.choice([".", ","]) + f"{time.microsecond:06}"[: generator.randint(1, 6)]
    zone = generator.choice(["", "", "Z", "+01", "-03:30", "+0545", "+14:00", "-23:59", "+00:00"])
    return date + generator.choice(["T", " ", "t"]) + text + zone


def numbers(time):
    """Days, and sine and cosine of the parts of year, week and day that have passed."""
    local = time.replace(tzinfo=None)
    instant = time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    year = datetime.timedelta(days=366 if calendar.isleap(local.year) else 365)
    parts = [
        (local - datetime.datetime(local.year, 1, 1)) / year,
        (datetime.timedelta(days=local.weekday()) + (local - midnight)) / (7 * day),
        (local - midnight) / day,
    ]
    return [(instant - epoch) / day] + [f(2 * math.pi * part) for part in parts for f in (math.sin, math.cos)]


def case(text, pattern):
    parsed = datetime.datetime.fromisoformat(text.replace("t", "T")) if pattern is None else datetime.datetime.strptime(
        text, formats[pattern])
    return {"text": text, "format": pattern, "numbers": numbers(parsed)}


cases, refused = [], []
for _ in range(400):
    cases.append(case(iso_of(random, time_of(random)), None))
for pattern, letters in formats.items():
    for _ in range(25):
        time = time_of(random)
        if letters.endswith("%z"):
            minutes = random.choice([0, 60, -210, 345])
            time = time.replace(tzinfo=datetime.timezone(datetime.timedelta(minutes=minutes)))
        # C writes the first years without zeros.
        text = time.strftime(letters.replace("%Y", f"{time.year:04}"))
        if pattern.startswith("d/M") or pattern.startswith("M/d"):
            first, second, rest = text.split("/")
            text = "/".join([first.removeprefix("0"), second.removeprefix("0"), rest])
        cases.append(case(text, pattern))

# Each damaged in one place; those that Python still reads are left out.
for base in ["2024-02-29", "2023-03-31T23:59:59.5+01:00", "20240229", "2024-03-15T0830Z", "2024-03-15 08:30:15"]:
    for place in range(len(base)):
        for other in ["", "0", "9", "-", ":", "x", " "]:
            text = base[:place] + other + base[place + 1:]
            try:
                datetime.datetime.fromisoformat(text)
            except ValueError:
                refused.append({"text": text, "format": None})
for pattern, text in [
    ("dd.MM.yyyy", "29.02.2023"), ("dd.MM.yyyy", "29.02.1900"), ("dd.MM.yyyy", "31.04.2024"), ("dd.MM.yyyy", "00.04.2024"),
    ("dd.MM.yyyy", "01.13.2024"), ("dd.MM.yyyy", "01.00.2024"), ("dd.MM.yyyy", "01.01.0000"), ("dd.MM.yyyy", "01.01.24"),
    ("dd.MM.yyyy", "01/01/2024"), ("dd.MM.yyyy", "01.01.2024 "), ("d MMM yyyy", "1 Mrz 2024"), ("d MMM yyyy", "1 Ma 2024"),
    ("M/d/yyyy h:mm a", "3/1/2024 13:00 PM"), ("M/d/yyyy h:mm a", "3/1/2024 0:30 AM"), ("M/d/yyyy h:mm a", "3/1/2024 8:30"),
    ("M/d/yyyy h:mm a", "3/1/2024 8:60 AM"), ("yyyyMMddHHmmss", "20240315083060x"),
    ("yyyyMMddHHmmss", "20240315240000"), ("yyyy/MM/dd HH:mm:ss.S Z", "2024/03/15 08:30:00.5"),
    ("yyyy/MM/dd HH:mm:ss.S Z", "2024/03/15 08:30:00. +0100"), ("yyyy/MM/dd HH:mm:ss.S Z", "2024/03/15 08:30:00.5 +24:00"),
    ("yyyy/MM/dd HH:mm:ss.S Z", "2024/03/15 08:30:00.5 +01:60"),
]:
    try:
        datetime.datetime.strptime(text, formats[pattern])
    except ValueError:
        refused.append({"text": text, "format": pattern})
    else:
        raise SystemExit(f"Python reads {text!r}")

seen = set()
refused = [r for r in refused if not (r["text"], r["format"]) in seen and not seen.add((r["text"], r["format"]))]
lines = lambda rows: ",\n".join(json.dumps(row) for row in rows)
(here / "dates.json").write_text(f'{{"cases": [\n{lines(cases)}\n], "refused": [\n{lines(refused)}\n]}}\n')
print(len(cases), len(refused))
