# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
"""What secrets are, what they come from, and how they keep from showing themselves."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from ._errors import SecretNotFoundError


class SecretText(str):
    """A text that does not show itself when an object is printed.

    It is a ``str`` in every other way: drivers, ``json`` and f-strings get the value. Only
    ``repr`` is redacted, and with it tracebacks, debuggers and printed settings. What is made
    from it, ``key.strip()`` or ``key[4:]``, is an ordinary ``str`` again.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "SecretText('**********')"

    def __copy__(self) -> SecretText:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> SecretText:
        return self

    def __reduce__(self) -> tuple[type[SecretText], tuple[str]]:
        # In pickles as a call with a plain text, whatever the protocol.
        return (SecretText, (str(self),))


class SecretDict(dict[str, Any]):
    """A dictionary that shows its keys and not its values when it is printed."""

    def __repr__(self) -> str:
        return "SecretDict({" + ", ".join(f"{key!r}: '**********'" for key in self) + "})"


def redacted(value: Any) -> Any:
    """The same, parsed from JSON, with texts and objects that do not show themselves."""
    if isinstance(value, str):
        return SecretText(value)
    if isinstance(value, dict):
        return SecretDict((key, redacted(item)) for key, item in value.items())
    if isinstance(value, list):
        return [redacted(item) for item in value]
    return value


class Fetched(NamedTuple):
    """What a backend knows of a secret now."""

    value: str | bytes
    version: str = ""
    """What the backend calls this value. It changes when the value does; it is no hash of it."""

    def __repr__(self) -> str:
        return f"Fetched('**********', {self.version!r})"


class Backend(Protocol):
    """Where secrets are kept. An adapter is a class with these two, in a file of its own."""

    name: str

    def fetch(self, name: str) -> Fetched:
        """The secret ``name`` as it is now, or one of the errors of this package."""
        ...


class MemoryBackend:
    """Secrets of a test: ``configure(backend=MemoryBackend({"api-key": "made up"}))``."""

    name = "memory"

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def fetch(self, name: str) -> Fetched:
        if name not in self.values:
            raise SecretNotFoundError(name, "the test has not set it", backend=self.name)
        return Fetched(self.values[name])
