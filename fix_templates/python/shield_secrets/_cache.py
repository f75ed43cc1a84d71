# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
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
from typing import Callable, NamedTuple

from ._errors import SecretError, SecretUnavailableError
from ._protect import Sealed, Sealer
from ._types import Backend, Fetched

Now = tuple[float, float]

# A thread that waits for another one's answer gives up after so many seconds.
_DEADLINE = 10.0
# A store is forced to answer at most once in so many seconds, for each secret.
_FORCE_PAUSE = 5.0
_LONGEST_PAUSE = 60.0


def clocks() -> Now:
    """Two clocks: one stops while a container is paused, the other one is set by people."""
    return time.monotonic(), time.time()


def _age(since: Now, now: Now) -> float:
    """The seconds since then, by the clock that has seen more of them."""
    return max(now[0] - since[0], now[1] - since[1])


class Answer(NamedTuple):
    """A secret, and how it was come by: ``hit``, ``miss`` or ``stale``."""

    fetched: Fetched
    outcome: str
    age: float = 0
    replaced: str | None = None
    """The version that this one has just taken the place of."""
    backend: str = "env"


class _Held(NamedTuple):
    """A value as it is kept; replaced as a whole, so it can be read without a lock."""

    sealed: Sealed
    version: str
    at: Now
    life: float


class _Failure(NamedTuple):
    error: SecretError
    at: Now
    pause: float


class _Entry:
    """What is known of one secret. It changes under its lock only."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.held: _Held | None = None
        self.failure: _Failure | None = None
        self.version: str | None = None
        self.forced: Now | None = None


class Cache:
    """The secrets of one backend, as they were when they were last asked for."""

    def __init__(
        self,
        backend: Backend,
        *,
        ttl: float = 300,
        size: int = 128,
        max_stale: float = 3600,
        sealer: Sealer | None = None,
        now: Callable[[], Now] = clocks,
        jitter: Callable[[], float] = lambda: random.uniform(0.9, 1.1),
    ) -> None:
        self.backend = backend
        self.ttl, self.size, self.max_stale = ttl, size, max_stale
        self._sealer = sealer or Sealer()
        self._now, self._jitter = now, jitter
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    def get(self, name: str, *, max_age: float | None = None, force: bool = False) -> Answer:
        """The secret ``name``; no older than ``max_age`` seconds, as far as the store answers."""
        entry = self._entry(name)
        held = entry.held
        if held is not None and not force and self._is_fresh(held, max_age):
            return self._answer(name, held, "hit")
        if not entry.lock.acquire(timeout=_DEADLINE):
            reason = "another thread is still waiting for the store"
            raise SecretUnavailableError(name, reason, backend=self.backend.name)
        try:
            return self._ask(name, entry, max_age, force)
        finally:
            entry.lock.release()

    def expire(self, name: str | None = None) -> None:
        """Asks the store at the next read, of ``name`` or of every secret."""
        with self._lock:
            entries = list(self._entries.values()) if name is None else [self._entry_of(name)]
        for entry in entries:
            with entry.lock:
                entry.failure = None
                if entry.held is not None:
                    entry.held = entry.held._replace(life=0)

    def known(self) -> dict[str, tuple[str | None, float | None, str | None]]:
        """The version, the age and the code of the last error of each secret; no value."""
        now, known = self._now(), {}
        with self._lock:
            entries = [(name, it.held, it.failure) for name, it in self._entries.items()]
        for name, held, failure in entries:
            version, age = (held.version, _age(held.at, now)) if held else (None, None)
            known[name] = (version, age, failure.error.code if failure else None)
        return known

    def after_fork(self) -> None:
        """Makes the cache of a parent one of its child: whoever held a lock is not here."""
        self._lock = threading.Lock()
        old, self._sealer = self._sealer, self._sealer.another()
        for name, entry in self._entries.items():
            entry.lock = threading.RLock()
            if entry.held is not None:
                sealed = self._sealer.seal(name, old.open(name, entry.held.sealed))
                entry.held = entry.held._replace(sealed=sealed)

    def _entry(self, name: str) -> _Entry:
        with self._lock:
            return self._entry_of(name)

    def _entry_of(self, name: str) -> _Entry:
        entry = self._entries.get(name)
        if entry is None:
            entry = self._entries[name] = _Entry()
            while len(self._entries) > max(1, self.size):
                self._entries.popitem(last=False)
        self._entries.move_to_end(name)
        return entry

    def _is_fresh(self, held: _Held, max_age: float | None) -> bool:
        age = _age(held.at, self._now())
        return age < held.life and (max_age is None or age < max_age)

    def _answer(self, name: str, held: _Held, outcome: str) -> Answer:
        value = self._sealer.open(name, held.sealed)
        age = _age(held.at, self._now())
        return Answer(Fetched(value, held.version), outcome, age, None, self.backend.name)

    def _ask(self, name: str, entry: _Entry, max_age: float | None, force: bool) -> Answer:
        """The answer of the store, or what takes its place; under the lock of the entry."""
        now = self._now()
        held, failure = entry.held, entry.failure
        if entry.forced is not None and _age(entry.forced, now) < _FORCE_PAUSE:
            force = False
        if held is not None and not force and self._is_fresh(held, max_age):
            return self._answer(name, held, "hit")
        # Forcing does not wait until an error is forgotten, but spares a store in trouble.
        paused = failure is not None and _age(failure.at, now) < failure.pause
        if failure is not None and paused and (failure.error.retryable or not force):
            return self._without_store(name, entry, failure.error)
        if force:
            entry.forced = now
        try:
            fetched = self.backend.fetch(name)
        except SecretError as error:
            self._remember(entry, error)
            return self._without_store(name, entry, error)
        return self._keep(name, entry, fetched)

    def _keep(self, name: str, entry: _Entry, fetched: Fetched) -> Answer:
        previous, entry.version, entry.failure = entry.version, fetched.version, None
        if self.ttl > 0:
            sealed = self._sealer.seal(name, fetched.value)
            life = self.ttl * self._jitter()
            entry.held = _Held(sealed, fetched.version, self._now(), life)
        changed = previous is not None and previous != fetched.version
        replaced = previous if changed else None
        return Answer(fetched, "miss", 0, replaced, self.backend.name)

    def _remember(self, entry: _Entry, error: SecretError) -> None:
        pause = error.remembered
        if error.retryable:
            before = entry.failure.pause if entry.failure and entry.failure.error.retryable else 0
            pause = min(_LONGEST_PAUSE, before * 2 or 1)
        else:
            entry.held = None
        entry.failure = _Failure(error, self._now(), pause)

    def _without_store(self, name: str, entry: _Entry, error: SecretError) -> Answer:
        """The old value, if the trouble may pass and it is not too old; else the error."""
        held = entry.held
        if held is not None and error.retryable:
            # A value that was made to expire is as old as it is, not older.
            age = _age(held.at, self._now())
            if age <= self.ttl + self.max_stale:
                return self._answer(name, held, "stale")
        # Threads that share an error must not share its traceback.
        raise copy.copy(error) from None
