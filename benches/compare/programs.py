"""The programs, how each is had, and the command with which it does the same work.

The same work is: read every file below a folder, ignore files or not, look for secrets by everything the
program knows, ask nobody whether a secret works, and write one report, which nobody reads.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from pins import PROGRAMS, Package

# Not the null device: whoever may do so puts a file in its place that is renamed there.
NOWHERE = os.path.join(tempfile.gettempdir(), "shield-compare-report.json")
CACHE = os.path.join(tempfile.gettempdir(), "shield-compare-cache")
# Letters that occur in no file of the corpus.
ABSENT = "XQZ_NO_SUCH" + "_WORD_ANYWHERE"


class Program(NamedTuple):
    """A program to be measured."""

    name: str
    version: str
    command: list[str]
    ends: tuple[int, ...]  # the exit codes that say that it did its work


def install(folder: Path) -> dict[str, Path]:
    """Installs the peers below `folder`; those that cannot be had are told, and left out."""
    found = {}
    for package in PROGRAMS:
        name = NAMES[package.name]
        program = folder / name / "bin" / name
        if name == "ripgrep":
            program = program.with_name("rg")
        if not program.exists():
            print(f"install {name} {package.version}", flush=True)
            try:
                INSTALL[package.registry](package, folder / name)
            except (OSError, subprocess.CalledProcessError) as error:
                print(f"left out: {name}: {error}", file=sys.stderr)
                continue
        found[name] = program
    return found


NAMES = {
    "ripgrep": "ripgrep",
    "kingfisher-bin": "kingfisher",
    "detect-secrets": "detect-secrets",
    "github.com/zricethezav/gitleaks/v8": "gitleaks",
    "ripsecrets": "ripsecrets",
}


def pypi(package: Package, folder: Path) -> None:
    """Into an environment of its own."""
    run([sys.executable, "-m", "venv", str(folder)])
    run([str(folder / "bin/pip"), "install", "--quiet", f"{package.name}=={package.version}"])


def go(package: Package, folder: Path) -> None:
    """Built by Go's own client."""
    environment = {**os.environ, "GOBIN": str(folder / "bin")}
    run(["go", "install", f"{package.name}@v{package.version}"], environment)


def crates(package: Package, folder: Path) -> None:
    """Built by Cargo, optimized as its authors say."""
    run(["cargo", "install", "--quiet", "--locked", "--root", str(folder), f"{package.name}@{package.version}"])


INSTALL = {"pypi": pypi, "go": go, "crates": crates}


def run(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Runs an installer."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)


def programs(shield: Path, peers: dict[str, Path]) -> list[Program]:
    """Everything that is measured, shield first; a folder or file is added to each command."""
    version = {NAMES[it.name]: it.version for it in PROGRAMS}
    own = subprocess.run([shield, "--version"], check=True, capture_output=True, text=True).stdout.split()[-1]
    scan = [str(shield), "scan", "--no-ignore", "--no-cache", "--fail-on", "never", "--format", "json"]
    scan += ["--output", NOWHERE]
    found = [Program("shield", own, scan, (0,))]
    # What it learnt in the round before, or in the first one, which does not count.
    again = ["/usr/bin/env", f"XDG_CACHE_HOME={CACHE}", *(it for it in scan if it != "--no-cache")]
    found.append(Program("shield, again", own, again, (0,)))
    for name, path in peers.items():
        arguments, ends = ARGUMENTS[name]
        found.append(Program(name, version[name], [str(path), *arguments], ends))
    return found


ARGUMENTS = {
    # The floor: every byte is read and looked at once.
    "ripgrep": (["--no-config", "-uu", "--no-messages", "--fixed-strings", "--count", ABSENT], (0, 1, 2)),
    "kingfisher": (
        ["scan", "--no-validate", "--no-update-check", "--git-history", "none", "--no-binary"]
        + ["--no-extract-archives", "--format", "json", "--output", NOWHERE],
        (0, 200, 205),
    ),
    "gitleaks": (
        ["dir", "--no-banner", "--log-level", "error", "--redact", "--exit-code", "0"]
        + ["--report-format", "json", "--report-path", NOWHERE],
        (0,),
    ),
    "ripsecrets": ([], (0, 1)),
    "detect-secrets": (["scan", "--all-files", "--no-verify"], (0,)),
}
