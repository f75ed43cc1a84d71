"""Draws what was measured: `chart.py RESULTS.json STEM` writes STEM.svg and STEM.png.

It runs in an environment of its own, which has matplotlib.
"""

import json
import sys
from typing import Any

import matplotlib

matplotlib.use("agg")
# The same figures give the same bytes.
matplotlib.rcParams["svg.hashsalt"] = "shield"
from matplotlib import pyplot  # noqa: E402

OWN = "#0b6e4f"
OTHERS = {
    "ripgrep": "darkgray",
    "shield, again": "yellowgreen",
    "kingfisher": "steelblue",
    "gitleaks": "peru",
    "ripsecrets": "mediumpurple",
    "detect-secrets": "firebrick",
}


def color(name: str) -> str:
    """The colour of a program, on both sides the same."""
    return OTHERS.get(name, OWN)


def bars(axes: Any, measured: dict[str, Any]) -> None:
    """CPU time of each program on one input, with least and most."""
    names = [it for it in reversed(list(measured["figures"]))]
    spreads = [measured["figures"][it]["cpu"] for it in names]
    medians = [it["median"] for it in spreads]
    around = [[it["median"] - it["least"] for it in spreads], [it["most"] - it["median"] for it in spreads]]
    axes.barh(names, medians, xerr=around, color=[color(it) for it in names], ecolor="#444444", capsize=2)
    axes.set_xscale("log")
    axes.set_xlabel("CPU seconds (less is better)")
    axes.set_title(f"{measured['title']}: {measured['bytes'] / 1e6:,.0f} MB")
    for place, value in enumerate(medians):
        axes.annotate(f" {value:.2f}", (spreads[place]["most"], place), va="center", fontsize=8)
    axes.margins(x=0.15)


def lines(axes: Any, series: list[dict[str, Any]], names: list[str]) -> None:
    """CPU time for each byte, by size."""
    for name in names:
        points = [
            (it["bytes"] / 1e6, it["figures"][name]["cpu"]["median"] / it["bytes"] * 1e9)
            for it in series
            if name in it["figures"]
        ]
        if points:
            axes.plot(*zip(*points), marker="o", markersize=4, label=name, color=color(name))
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("MB scanned")
    axes.set_ylabel("CPU nanoseconds a byte")
    axes.set_title("Time for each byte, by size")
    axes.legend(fontsize=8, frameon=False)


def main() -> None:
    """Reads the figures, and writes the two pictures."""
    with open(sys.argv[1], encoding="utf-8") as file:
        results = json.load(file)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
    tree = next(it for it in results["inputs"] if it["key"] == "tree")
    bars(left, tree)
    lines(right, results["series"], list(results["programs"]))
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(f"{sys.argv[2]}.svg", metadata={"Date": None})
    figure.savefig(f"{sys.argv[2]}.png", dpi=130)


main()
