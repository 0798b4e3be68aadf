"""Decimal numbers that are hard to round, and the bits they must become: decimals.txt, one `text f64 f32` per line.

The bits are computed with whole numbers alone (Python 3.11.7), and those of f64 compared with Python's own float().
"""

import random
import struct
from decimal import Decimal, getcontext
from fractions import Fraction
from pathlib import Path

getcontext().prec = 1100


def round_to(value: Fraction, bits: int, least: int, largest: int) -> tuple[int, int]:
    """The nearest m * 2^e with m < 2^bits and e >= least, ties to even; e > largest stands for infinity."""
    exponent = max(value.numerator.bit_length() - value.denominator.bit_length() - bits, least)
    while value / Fraction(2) ** exponent >= 2**bits:
        exponent += 1
    mantissa = round(value / Fraction(2) ** exponent)  # to even
    if mantissa == 2**bits:
        mantissa, exponent = mantissa // 2, exponent + 1
    return mantissa, exponent


def bits_of(text: str, significand: int, exponent_bits: int) -> int:
    negative = text.startswith("-")
    value = abs(Fraction(text))
    bias = 2 ** (exponent_bits - 1) - 1
    least = 1 - bias - significand
    mantissa, exponent = round_to(value, significand + 1, least, bias - significand) if value else (0, least)
    if exponent > bias - significand:
        pattern = (2**exponent_bits - 1) << significand
    elif mantissa < 2**significand:
        pattern = mantissa
    else:
        pattern = ((exponent - least + 1) << significand) | (mantissa - 2**significand)
    return pattern | (negative << (significand + exponent_bits))


def expand(value: Fraction) -> str:
    return str(Decimal(value.numerator) / Decimal(value.denominator))


def main():
    rng = random.Random(20)
    texts = """0 -0 0.0 1 -1 .5 5. 1e5 1E+5 1e-5 0e999 00000000000000000000000001 1e23 8.5e22 9007199254740993
        9007199254740992.5 9007199254740991.5 123456789012345678901234567890 1e308 1.7976931348623157e308
        1.7976931348623158e308 1.7976931348623159e308 1.8e308 1e309 1e999 -1e999 2.2250738585072014e-308
        2.2250738585072011e-308 2.2250738585072012e-308 4.9e-324 2.4703282292062327e-324 2.4703282292062328e-324
        2.5e-324 1e-324 1e-999 3.4028234663852886e38 3.4028235677973366e38 3.4028235677973367e38
        3.5e38 1.1754943508222875e-38 1.1754942807573643e-38 1.401298464324817e-45 7.006492321624085e-46
        7.006492321624086e-46 7e-46 16777216 16777217 16777218.5 16777219 0.1 0.2 0.3 0.7 3.14159265358979323846
        18446744073709551615 18446744073709551616 9999999999999999999 99999999999999999999 1e22 1e-22
        9007199254740991e22 9007199254740993e22 0.000000000000000000000000000000000001e36 6.631236846766476e-316
        1.00000005960464477539062 1.000000059604644775390625 1.00000005960464477539063 7.2057594037927933e16
        104110013277974872254e-225 12345e-15 9.5367431640625e-7 89255.0e-22 4503599627370497.5e-1
        2.0e-1074 5e-324 1.0000000000000001 1.00000000000000011102230246251565404236316680908203125
        1.00000000000000011102230246251565404236316680908203124
        1.00000000000000011102230246251565404236316680908203126""".split()
    texts += ["0." + "0" * 400 + "1e400", "1" + "0" * 400 + "e-400", "1" * 400, "0." + "3" * 400, "9" * 30 + "e-340",
              "0." + "0" * 3000 + "1e3001", "12" + "0" * 3000 + "e-3001"]

    # The middle between two neighbours: all its digits, cut, and one off in the last.
    for bits, smallest, count in [(53, -1074, 60), (24, -149, 60)]:
        for index in range(count):
            exponent = rng.randrange(smallest, smallest + 40) if index % 4 == 0 else rng.randrange(-90, 60)
            mantissa = rng.randrange(1, 2**bits) if index % 4 == 0 else rng.randrange(2 ** (bits - 1), 2**bits)
            middle = expand(Fraction(2 * mantissa + 1, 2) * Fraction(2) ** exponent)
            digits, _, power = middle.partition("E")
            suffix = "e" + power if power else ""
            texts += [middle.replace("E", "e"), digits + "0000001" + suffix if "." in digits else middle]
            for length in (18, 19, 20, 21):
                texts.append(f"{Decimal(middle):.{length}e}")
    # What 17 digits give, and more.
    for _ in range(150):
        value = struct.unpack("<d", rng.randbytes(8))[0]
        if value == value and abs(value) != float("inf"):
            texts += [repr(value), f"{value:.17e}", f"{value:.25e}"]
    for _ in range(150):
        texts.append(f"{rng.choice(['', '-', '+'])}{rng.randrange(10 ** rng.randrange(1, 20))}e{rng.randrange(-360, 320)}")

    lines = []
    for text in dict.fromkeys(texts):
        double, single = bits_of(text.lstrip("+"), 52, 11), bits_of(text.lstrip("+"), 23, 8)
        assert struct.pack(">Q", double) == struct.pack(">d", float(text)), text
        lines.append(f"{text} {double:016x} {single:08x}\n")
    Path(__file__).with_name("decimals.txt").write_text("".join(lines))


main()
