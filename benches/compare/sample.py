"""Folders of a given size, made of the corpus."""

import hashlib
import os
from pathlib import Path

MB = 1_000_000


def files(whole: Path) -> list[tuple[str, int]]:
    """Every regular file below `whole` by its path, with its size, in an order that only the paths decide.

    The order mixes the packages, so that a small folder is like a large one.
    """
    found = []
    for folder, _, names in os.walk(whole):
        for name in names:
            path = Path(folder, name)
            if not path.is_symlink():
                found.append((path.relative_to(whole).as_posix(), path.stat().st_size))
    return sorted(found, key=lambda it: hashlib.sha256(os.fsencode(it[0])).digest())


def make(whole: Path, target: Path, size: int) -> None:
    """Links files of `whole` below `target` until `size` bytes are reached; a link takes no space."""
    if target.exists():
        return
    taken = 0
    for path, length in files(whole):
        if taken + length > size:
            continue
        link = target / path
        link.parent.mkdir(parents=True, exist_ok=True)
        os.link(whole / path, link)
        taken += length
        if taken > size * 0.999:
            return


def measure(tree: Path) -> dict[str, int]:
    """How many files and bytes there are at or below `tree`."""
    if tree.is_file():
        return {"files": 1, "bytes": tree.stat().st_size}
    found = files(tree)
    return {"files": len(found), "bytes": sum(size for _, size in found)}
