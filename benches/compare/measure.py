"""Runs programs in turn, and measures each run."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from programs import Program

ONCE = Path(__file__).resolve().with_name("once.py")


class Run(NamedTuple):
    """What one run cost."""

    wall: float  # seconds
    cpu: float  # seconds, user and system, of every process it started
    memory: int  # bytes, the most that one process of it held at once


def one(program: Program, tree: Path, limit: float) -> Run | None:
    """Runs a program once; `None` when it takes longer than `limit` seconds."""
    once = [sys.executable, "-S", "-E", str(ONCE), str(limit), *program.command, str(tree)]
    # From beside the tree: detect-secrets passes over everything outside of the folder it is run in.
    told = json.loads(subprocess.run(once, check=True, stdout=subprocess.PIPE, cwd=tree.parent).stdout)
    if told["code"] == -signal.SIGKILL and told["wall"] >= limit:
        return None
    if told["code"] not in program.ends:
        raise RuntimeError(f"{program.name} ended with {told['code']} on {tree}")
    return Run(told["wall"], told["cpu"], told["memory"])


def rounds(programs: list[Program], tree: Path, count: int, limit: float) -> dict[str, list[Run]]:
    """Runs every program `count` times, one after the other in each round, so that noise meets all.

    A first round is not counted: it brings the files into memory. Who needs longer than `limit`
    seconds in it takes no part.
    """
    taking = [it for it in programs if one(it, tree, limit) is not None]
    runs: dict[str, list[Run]] = {it.name: [] for it in taking}
    for turn in range(count):
        # Who goes first changes.
        for program in taking[turn % len(taking) :] + taking[: turn % len(taking)]:
            run = one(program, tree, limit * 4)
            if run is not None:
                runs[program.name].append(run)
    return runs
