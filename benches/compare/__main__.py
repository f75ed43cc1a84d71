"""Measures shield beside other programs: `python3 benches/compare`; see benches/README.md."""

import argparse
import datetime
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import fetch
import programs
import sample
from figures import figures
from measure import Run, rounds
from pins import CHART, FILE, PROJECT, TREE
from table import table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def main() -> None:
    """Fetches, measures, writes."""
    asked = arguments()
    asked.work.mkdir(parents=True, exist_ok=True)
    whole = fetch.corpus(asked.work)
    measured = programs.programs(asked.shield, programs.install(asked.work / "programs"))
    if asked.only:
        measured = [it for it in measured if it.name in asked.only]
    results: dict[str, Any] = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "limit": asked.limit,
        "programs": {it.name: it.version for it in measured},
        "inputs": [],
        "series": [],
    }

    # Seconds a byte, as far as they are known.
    rates: dict[str, float] = {}

    def measure(title: str, tree: Path, count: int) -> dict[str, Any]:
        size = sample.measure(tree)
        taking = [it for it in measured if rates.get(it.name, 0) * size["bytes"] <= asked.limit]
        print(f"measure {title}: " + ", ".join(it.name for it in taking), flush=True)
        runs = rounds(taking, tree, count, asked.limit)
        if size["bytes"] > sample.MB / 2:
            rates.update(rate(taking, runs, size["bytes"], asked.limit))
        return {"title": title, **size, "figures": figures(runs)}

    # By size, so that who is too slow is spared the larger ones.
    inputs = [
        ("file", f"One file, {Path(FILE).name}", whole / FILE, asked.rounds * 2),
        ("series", "1 MB", series(asked.work, whole, 1), asked.rounds),
        ("series", "10 MB", series(asked.work, whole, 10), asked.rounds),
        ("project", "A project, ansible-core", whole / PROJECT, asked.rounds),
        ("tree", "Django's tree", whole / TREE, asked.rounds),
        ("series", "100 MB", series(asked.work, whole, 100), asked.rounds),
        ("series", "1 GB", series(asked.work, whole, 1000), asked.few),
        ("whole", "Everything", whole, asked.few),
    ]
    for key, title, tree, count in inputs:
        kept = results["series" if key == "series" else "inputs"]
        kept.append({"key": key, **measure(title, tree, count)})
        write(asked.out / "results.json", results)
    (asked.out / "results.md").write_text(table(results), encoding="utf-8")
    draw(asked.work / "chart", asked.out / "results.json", asked.chart)


def series(work: Path, whole: Path, size: int) -> Path:
    """A folder with `size` MB of the corpus."""
    tree = work / "series" / str(size)
    sample.make(whole, tree, size * sample.MB)
    return tree


def rate(
    taking: list[programs.Program], runs: dict[str, list[Run]], size: int, limit: float
) -> dict[str, float]:
    """Seconds a byte, by which who would need too long is spared larger inputs."""
    walls = {it.name: [run.wall for run in runs.get(it.name, [])] or [limit] for it in taking}
    return {name: median(those) / size for name, those in walls.items()}


def absolute(text: str) -> Path:
    """A path that holds in every folder."""
    return Path(text).resolve()


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="benches/compare", description=__doc__)
    parser.add_argument("--work", type=absolute, default=Path("/tmp/corpus"), help="where the corpus and the programs go")
    parser.add_argument("--shield", type=absolute, default=ROOT / "target/release/shield", help="the program to measure")
    parser.add_argument("--out", type=absolute, default=HERE, help="where the figures go")
    parser.add_argument("--chart", type=absolute, default=ROOT / "docs/speed", help="the pictures, without extension")
    parser.add_argument("--rounds", type=int, default=5, help="how often each program runs")
    parser.add_argument("--few", type=int, default=3, help="how often on inputs of a gigabyte")
    parser.add_argument("--limit", type=float, default=120, help="seconds after which a run is given up")
    parser.add_argument("--only", nargs="+", help="measure these programs alone")
    asked = parser.parse_args()
    if not asked.shield.exists():
        sys.exit(f"{asked.shield} is not there: cargo build --release --locked")
    return asked


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    named = (it.split(":", 1)[1].strip() for it in lines if it.startswith("model name"))
    return {
        "cores": os.cpu_count(),
        "processor": next(named, platform.machine()),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
    }


def draw(environment: Path, results: Path, stem: Path) -> None:
    """Draws the pictures, with matplotlib in an environment of its own."""
    python = environment / "bin/python"
    if not python.exists():
        shutil.rmtree(environment, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        pin = f"{CHART.name}=={CHART.version}"
        subprocess.run([environment / "bin/pip", "install", "--quiet", pin], check=True)
    subprocess.run([python, HERE / "chart.py", results, stem], check=True)


def write(path: Path, results: dict[str, Any]) -> None:
    """Writes the figures so far."""
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


main()
