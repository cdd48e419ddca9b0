#!/usr/bin/env python3
"""Counts the words of a file in one process: what a cluster's count is compared with."""
import sys
from collections import Counter

counts = Counter()
with open(sys.argv[1], "rb") as text:
    for line in text:
        counts.update(line.split())
for word, count in counts.items():
    sys.stdout.buffer.write(b"%s\t%d\n" % (word, count))
