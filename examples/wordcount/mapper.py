#!/usr/bin/env python3
"""Writes each word of its input and the number 1, parted by a TAB."""
import sys

for line in sys.stdin.buffer:
    for word in line.split():
        sys.stdout.buffer.write(word + b"\t1\n")
