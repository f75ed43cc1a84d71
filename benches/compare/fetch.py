"""Downloads the corpus and unpacks it, each package into a folder of its own."""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from pins import CORPUS, Package


def corpus(folder: Path) -> Path:
    """The folder with every package of the corpus unpacked; what is there already stays."""
    whole = folder / "whole"
    for package in CORPUS:
        target = whole / package.registry / package.name
        if not target.exists():
            print(f"fetch {package.name} {package.version}", flush=True)
            unpack(package, folder / "get", target)
    return whole


def unpack(package: Package, downloads: Path, target: Path) -> None:
    """Fetches one package and moves the single folder that is in it to `target`."""
    shutil.rmtree(downloads, ignore_errors=True)
    downloads.mkdir(parents=True)
    FETCH[package.registry](package, downloads)
    packed = next(it for it in downloads.rglob("*.t*") if it.name.endswith((".tar.gz", ".tgz", ".tar.xz")))
    opened = downloads / "opened"
    with tarfile.open(packed) as archive:
        archive.extractall(opened, filter="data")
    target.parent.mkdir(parents=True, exist_ok=True)
    next(opened.iterdir()).rename(target)
    shutil.rmtree(downloads)


def pypi(package: Package, downloads: Path) -> None:
    """The source distribution, whatever this version of Python can install."""
    run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        + ["--ignore-requires-python", f"{package.name}=={package.version}"],
        downloads,
    )


def npm(package: Package, downloads: Path) -> None:
    """The package as it is published; none of its scripts run."""
    run(["npm", "pack", "--silent", "--ignore-scripts", f"{package.name}@{package.version}"], downloads)


def apt(package: Package, downloads: Path) -> None:
    """Debian's package, which holds an archive."""
    run(["apt-get", "download", f"{package.name}={package.version}"], downloads)
    run(["sh", "-c", "dpkg-deb -x ./*.deb ."], downloads)


FETCH = {"apt": apt, "npm": npm, "pypi": pypi}


def run(command: list[str], folder: Path) -> None:
    """Runs a client of a registry, and stops where it fails."""
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
