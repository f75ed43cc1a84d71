"""Medians, and ratios within a round."""

from statistics import median
from typing import Any

from measure import Run

BASES = ("ripgrep", "kingfisher")


def figures(runs: dict[str, list[Run]]) -> dict[str, Any]:
    """What is told of each program on one input; a program that took too long has nothing."""
    return {name: of(name, those, runs) for name, those in runs.items() if those}


def of(name: str, those: list[Run], runs: dict[str, list[Run]]) -> dict[str, Any]:
    """What is told of one program."""
    return {
        "runs": len(those),
        "wall": spread([it.wall for it in those]),
        "cpu": spread([it.cpu for it in those]),
        "memory": max(it.memory for it in those),
        "to": {
            base: {
                "wall": paired([it.wall for it in those], [it.wall for it in runs[base]]),
                "cpu": paired([it.cpu for it in those], [it.cpu for it in runs[base]]),
            }
            for base in BASES
            if runs.get(base) and base != name
        },
    }


def spread(values: list[float]) -> dict[str, float]:
    """The median, with the least and the most."""
    return {"median": median(values), "least": min(values), "most": max(values)}


def paired(values: list[float], base: list[float]) -> dict[str, float]:
    """How often the base's figure of the same round each figure is."""
    return spread([value / other for value, other in zip(values, base, strict=False)])
