# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""When a store is asked, and what happens when it does not answer.

A value is fresh until it is ``ttl`` seconds old, a tenth more or less, so that the processes of
a program do not all ask at once. Then one thread asks the store while the others wait:

* The store answers: the value is fresh again. Another version than before is a rotation.
* There is no such secret, or it may not be read: the old value is dropped, since revoking must
  take effect. The error is remembered for seconds, so that a loop does not hammer the store.
* The store is in trouble: the old value helps out until it is ``ttl + max_stale`` old, and the
  store is asked again after 1, 2, 4 … 60 seconds.
"""

from __future__ import annotations

import copy
import random
import threading
import time
from collections import OrderedDict
from typing import Callable, NamedTuple, Protocol

from . import _errors
from ._core import Fetched
from ._protect import Opener, Sealer, unsealed

Now = tuple[float, float]

_DEADLINE = 10.0  # A thread that waits for another one's answer gives up after so many seconds.
_FORCE_PAUSE = 5.0  # A store is forced to answer once in so many seconds, for each secret.
_LONGEST_PAUSE = 60.0


class Backend(Protocol):
    """Where secrets are kept. An adapter is a class with these two, in a file of its own."""

    name: str

    def fetch(self, name: str) -> Fetched:
        """The secret ``name`` as it is now: ``Fetched(value, version)``, or a ``SecretError``."""
        ...


def clocks() -> Now:
    """Two clocks: one stops while a container is paused, the other one is set by people."""
    return time.monotonic(), time.time()


class SecretHealth(NamedTuple):
    """What is known of one cached secret: never its value."""

    version: str | None
    age: float | None
    trouble: str | None  # The code of the last error, if the store has not answered since.


class _Held(NamedTuple):
    """A value as it is kept; replaced as a whole, so it can be read without a lock."""

    open: Opener
    version: str
    at: Now
    life: float


class _Entry:
    """What is known of one secret. It changes under its lock only."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.held: _Held | None = None
        self.version: str | None = None
        self.forced: Now | None = None
        # The last error, when it came, and for how long nobody asks after it.
        self.failure: tuple[_errors.SecretError, Now, float] | None = None


class Cache:
    """The secrets of one backend, as they were when they were last asked for."""

    def __init__(
        self,
        backend: Backend,
        sealer: Callable[[], Sealer] = unsealed,
        ttl: float = 300,
        size: int = 128,
        max_stale: float = 3600,
        now: Callable[[], Now] = clocks,
        jitter: Callable[[], float] = lambda: random.uniform(0.9, 1.1),
    ) -> None:
        self.backend, self.ttl, self.size, self.max_stale = backend, ttl, size, max_stale
        self._sealer, self._seal, self._now, self._jitter = sealer, sealer(), now, jitter
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    def get(self, name: str, max_age: float | None = None, force: bool = False) -> Fetched:
        """The secret ``name``; no older than ``max_age`` seconds, as far as the store answers."""
        with self._lock:
            entry = self._entry(name)
        if not force and (found := self._fresh(entry, max_age)):
            return found
        if not entry.lock.acquire(timeout=_DEADLINE):
            reason = "another thread is still waiting for the store"
            raise _errors.SecretUnavailableError(reason, backend=self.backend.name)
        try:
            return self._ask(name, entry, max_age, force)
        finally:
            entry.lock.release()

    def expire(self, name: str | None = None) -> None:
        """Asks the store at the next read, of ``name`` or of every secret."""
        with self._lock:
            entries = list(self._entries.values()) if name is None else [self._entry(name)]
        for entry in entries:
            with entry.lock:
                entry.failure = None
                entry.held = entry.held and entry.held._replace(life=0)

    def known(self) -> list[tuple[str, SecretHealth]]:
        """What is known of each secret; no value."""
        with self._lock:
            known = [(name, it.held, it.failure) for name, it in self._entries.items()]
        return [
            (name, SecretHealth(it and it.version, it and self._age(it.at), bad and bad[0].code))
            for name, it, bad in known
        ]

    def after_fork(self) -> None:
        """Makes the cache of a parent one of its child: whoever held a lock is not here."""
        self._lock, self._seal = threading.Lock(), self._sealer()
        for name, entry in self._entries.items():
            entry.lock, held = threading.RLock(), entry.held
            if held is not None:
                sealed = self._seal(held.open(), f"{name}\n{held.version}")
                entry.held = held._replace(open=sealed)

    def _entry(self, name: str) -> _Entry:
        """The entry of a secret, made if need be; under the lock of the cache."""
        entry = self._entries.get(name)
        if entry is None:
            entry = self._entries[name] = _Entry()
            while len(self._entries) > max(1, self.size):
                self._entries.popitem(last=False)
        self._entries.move_to_end(name)
        return entry

    def _age(self, since: Now) -> float:
        """The seconds since then, by the clock that has seen more of them."""
        now = self._now()
        return max(now[0] - since[0], now[1] - since[1])

    def _fresh(self, entry: _Entry, max_age: float | None) -> Fetched | None:
        """The value that is kept, if it is young enough."""
        held = entry.held
        if held is None:
            return None
        age = self._age(held.at)
        if age >= held.life or (max_age is not None and age >= max_age):
            return None
        return Fetched(held.open(), held.version, self.backend.name, "hit", age)

    def _ask(self, name: str, entry: _Entry, max_age: float | None, force: bool) -> Fetched:
        """The answer of the store, or what takes its place; under the lock of the entry."""
        force = force and (entry.forced is None or self._age(entry.forced) >= _FORCE_PAUSE)
        if not force and (found := self._fresh(entry, max_age)):
            return found
        if entry.failure is not None:
            error, at, pause = entry.failure
            # Forcing does not wait until an error is forgotten, but spares a store in trouble.
            if self._age(at) < pause and (error.retryable or not force):
                return self._without_store(entry, error)
        if force:
            entry.forced = self._now()
        try:
            fetched = self.backend.fetch(name)
        except _errors.SecretError as error:
            error.backend = self.backend.name
            self._remember(entry, error)
            return self._without_store(entry, error)
        before, entry.version, entry.failure = entry.version, fetched.version, None
        if self.ttl > 0:
            sealed = self._seal(fetched.value, f"{name}\n{fetched.version}")
            entry.held = _Held(sealed, fetched.version, self._now(), self.ttl * self._jitter())
        replaced = None if before == fetched.version else before
        return Fetched(*fetched[:2], self.backend.name, "miss", 0, replaced)

    def _remember(self, entry: _Entry, error: _errors.SecretError) -> None:
        pause: float = error.remembered
        if error.retryable:
            before = entry.failure[2] if entry.failure and entry.failure[0].retryable else 0
            pause = min(_LONGEST_PAUSE, before * 2 or 1)
        else:
            entry.held = None
        entry.failure = (error, self._now(), pause)

    def _without_store(self, entry: _Entry, error: _errors.SecretError) -> Fetched:
        """The old value, if the trouble may pass and it is not too old; else the error."""
        held = entry.held
        if held is not None and error.retryable:
            # A value that was made to expire is as old as it is, not older.
            age = self._age(held.at)
            if age <= self.ttl + self.max_stale:
                return Fetched(held.open(), held.version, self.backend.name, "stale", age)
        # Threads that share an error must not share its traceback.
        raise copy.copy(error) from None
