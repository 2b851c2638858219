"""Writes names.txt: the names of the characters in the blocks below, from CPython's own tables."""
import unicodedata

BLOCKS = [(0x20, 0x530), (0x2000, 0x2800), (0x1F300, 0x1F700), (0x1F900, 0x1FA00)]

expected = 0
for first, end in BLOCKS:
    for number in range(first, end):
        name = unicodedata.name(chr(number), None)
        if name is None:
            continue
        if number != expected:
            print(f"@{number:X}")
        print(name)
        expected = number + 1
