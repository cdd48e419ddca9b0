#!/usr/bin/env python3
"""Sums the numbers of each word; equal words follow one another."""
import sys
from itertools import groupby


def pairs(lines):
    for line in lines:
        word, _, number = line.rstrip(b"\n").partition(b"\t")
        yield word, int(number)


for word, group in groupby(pairs(sys.stdin.buffer), key=lambda pair: pair[0]):
    sys.stdout.buffer.write(b"%s\t%d\n" % (word, sum(number for _, number in group)))
