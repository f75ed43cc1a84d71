#!/usr/bin/env python3
"""Makes the dictionary of the model: the words that programs and their comments are made of.

    python3 training/words.py --out src/detect/classifier/words.bin DIR...

Each DIR is one project; a word counts when several projects use it often. The file is a filter
of 2^18 bits, two for each word and for what words open with; src/detect/classifier/features/dictionary.rs reads it.
"""

import argparse
import collections
import pathlib
import re

BITS = 18
SHORTEST, LONGEST = 4, 14
OPENING = "*"
ENDINGS = {".py", ".js", ".ts", ".tsx", ".rs", ".go", ".rb", ".md", ".rst", ".txt", ".java", ".yml"}
WORD = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}")


def words_of(project: pathlib.Path) -> collections.Counter:
    """How often each word stands in the texts of a project."""
    counts: collections.Counter = collections.Counter()
    size = 0
    for path in sorted(project.rglob("*")):
        if path.suffix not in ENDINGS or not path.is_file() or path.name.endswith(".min.js"):
            continue
        if path.stat().st_size > 500_000 or size > 60_000_000:
            continue
        size += path.stat().st_size
        text = path.read_text(encoding="utf-8", errors="ignore")
        counts.update(it.lower() for it in WORD.findall(text))
    return counts


def fnv(word: str) -> int:
    """FNV-1a in 32 bits."""
    value = 0x811C9DC5
    for byte in word.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def bits_of(word: str) -> list[int]:
    """The two bits of a word."""
    one = fnv(word)
    two = ((one << 15 | one >> 17) & 0xFFFFFFFF) * 0x9E3779B1 & 0xFFFFFFFF
    return [one >> (32 - BITS), two >> (32 - BITS)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("projects", nargs="+", type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--words", type=int, default=8000)
    args = parser.parse_args()
    projects: collections.Counter = collections.Counter()
    score: collections.Counter = collections.Counter()
    for project in args.projects:
        counts = words_of(project)
        total = max(1, sum(counts.values()))
        for word, count in counts.items():
            if SHORTEST <= len(word) <= LONGEST and count >= 3:
                projects[word] += 1
                score[word] += count / total
    known = [it for it in score if projects[it] >= 3]
    known.sort(key=lambda it: (-projects[it], -score[it], it))
    filter_ = bytearray(1 << BITS >> 3)
    listed = known[: args.words]
    openings = sorted({it[:SHORTEST] + OPENING for it in listed})
    for word in listed + openings:
        for bit in bits_of(word):
            filter_[bit // 8] |= 1 << bit % 8
    args.out.write_bytes(filter_)
    share = sum(it.bit_count() for it in filter_) / (1 << BITS)
    print(f"{len(listed)} words of {len(known)}, {share:.1%} of the bits set")


if __name__ == "__main__":
    main()
