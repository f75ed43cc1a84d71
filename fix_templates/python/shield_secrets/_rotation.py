# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
"""Secrets change while a program runs: who wants to know is told, and who failed tries again."""

from __future__ import annotations

import fnmatch
import logging
from typing import Callable, NamedTuple

from . import _audit


class RotationEvent(NamedTuple):
    """A secret has another value now; ask for it to have it."""

    name: str
    version: str
    previous: str


_Listener = Callable[[RotationEvent], object]
_listeners: list[tuple[str, _Listener]] = []
# The versions of files, which nothing else remembers.
_versions: dict[str, str] = {}


def on_rotation(names: str, tell: _Listener) -> Callable[[], None]:
    """Calls ``tell`` when a read has found another version: ``on_rotation("database/*", …)``.

    What is returned ends that. Nothing is watched in the background: a rotation is seen at the
    first read after the time to live, or after ``refresh_cache``.
    """
    listener = (names, tell)
    _listeners.append(listener)
    return lambda: _listeners.remove(listener) if listener in _listeners else None


def replaced(name: str, version: str) -> str | None:
    """The version that was there before, if it was another one."""
    if not version:
        return None
    previous = _versions.get(name, version)
    _versions[name] = version
    return previous if previous != version else None


def forget() -> None:
    """Starts anew, with no version seen."""
    _versions.clear()


def tell(name: str, version: str, previous: str, backend: str) -> None:
    """Tells everybody; holding no lock, so that they can read secrets."""
    _audit.record("rotation", "ok", name, backend, version=version, previous_version=previous)
    for names, listener in list(_listeners):
        if fnmatch.fnmatchcase(name, names):
            try:
                listener(RotationEvent(name, version, previous))
            except Exception as error:
                # Whoever only wanted to read a secret is not to blame. The error itself stays
                # out of the log: it may have the secret in it.
                kind = type(error).__name__
                logging.getLogger(__package__).error("a listener to %s failed: %s", name, kind)
