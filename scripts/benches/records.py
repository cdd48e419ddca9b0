"""Records of 100 bytes to be sorted: 10 random letters, a TAB, 88 bytes, a newline. The same for a seed on every host."""
import itertools
import operator
import os
import random
import zlib

LENGTH = 100
KEY_LENGTH = 10
BLOCK = 10_000
LETTERS = bytes(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[byte % 64] for byte in range(256))


def make(path, count, seed=42):
    """Writes so many records: a block again and again, with other keys in it each time."""
    source = random.Random(seed)
    block = bytearray((b" " * KEY_LENGTH + b"\t" + b"x" * 88 + b"\n") * BLOCK)
    with open(path, "wb") as file:
        for start in range(0, count, BLOCK):
            keys = source.randbytes(BLOCK * KEY_LENGTH).translate(LETTERS)
            for place in range(KEY_LENGTH):
                block[place::LENGTH] = keys[place * BLOCK:(place + 1) * BLOCK]
            file.write(block[:min(BLOCK, count - start) * LENGTH])


def summary(paths, is_sorted=False):
    """How many records, and a sum that does not depend on their order; each file sorted, if it must be."""
    count = total = 0
    for path in paths:
        with open(path, "rb") as file:
            lines = file.readlines()
        # Keys are unique, so whole records are in order where their keys are.
        if is_sorted and not all(map(operator.lt, lines, itertools.islice(lines, 1, None))):
            raise ValueError(f"{path} is not sorted")
        count += len(lines)
        total += sum(map(zlib.crc32, lines))
    return count, total


def check(folder, parts, expected):
    """What a sort of the records must have left: every part, sorted, and together the records that went in."""
    names = sorted(os.listdir(folder))
    wanted = ["_SUCCESS"] + [f"part-{number:05}" for number in range(parts)]
    if names != wanted:
        raise ValueError(f"{folder} holds {names}")
    found = summary([f"{folder}/{name}" for name in wanted[1:]], is_sorted=True)
    if found != expected:
        raise ValueError(f"{folder} holds (records, sum) {found}, not {expected}")
