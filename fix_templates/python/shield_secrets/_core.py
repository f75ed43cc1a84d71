# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""How a name becomes a value: the settings, the places that are asked, and what is returned."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any, Callable, NamedTuple, Union

from . import _errors

ADAPTERS = ("aws", "vault")  # The stores that there are adapters for, each in a file of its own.
REQUIRED: Any = object()  # Tells "no default" from "the default is None".
_NAMES = {"dev": "development", "local": "development", "testing": "test", "stage": "staging"}
_NAMES["stg"] = "staging"

configured: dict[str, str] = {}  # What the program has set in place of environment variables.
overridden: list[Mapping[str, str]] = []  # The values of tests.


class SecretText(str):
    """A text that does not show itself when an object is printed.

    It is a ``str`` in every other way: drivers, ``json`` and f-strings get the value. Only
    ``repr`` is redacted, and with it tracebacks, debuggers and printed settings. What is made
    from it, ``key.strip()`` or ``key[4:]``, is an ordinary ``str`` again. A few packages want
    that and nothing like it (asyncpg, orjson, msgspec, YAML): ``get_secret(…, plain=True)``.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "SecretText('**********')"

    def __deepcopy__(self, memo: object = None) -> SecretText:
        return self

    __copy__ = __deepcopy__


class SecretDict(dict[str, Any]):
    """A dictionary that shows its keys and not its values when it is printed."""

    def __repr__(self) -> str:
        return "SecretDict({" + ", ".join(f"{key!r}: '**********'" for key in self) + "})"


class Wish(NamedTuple):
    """How a secret is asked for."""

    required: bool  # Whether it must be there; else there is a default for it.
    env: str | None = None
    max_age: float | None = None
    force_refresh: bool = False


_USUAL = (Wish(required=False), Wish(required=True))  # Most reads; made once, since they are many.


class Fetched(NamedTuple):
    """What a place knows of a secret, and how it was come by."""

    value: str | bytes
    version: str = ""  # Changes when the value does, and is no hash of it.
    backend: str = "env"
    outcome: str = "ok"  # From a cache: "hit", "miss", "stale" or "fallback".
    age: float = 0  # In seconds.
    replaced: str | None = None  # The version that this one has just taken the place of.

    def __repr__(self) -> str:
        return f"Fetched('**********', {self.version!r})"


Answer = Union[Fetched, _errors.SecretError]


def setting(name: str) -> str:
    """A setting of this package; empty when it is not set."""
    return (configured.get(name) or os.environ.get(name, "")).strip()


def flag(name: str) -> bool:
    """Whether a setting is switched on."""
    return setting(name).lower() not in ("", "0", "false", "no", "off")


def choice(name: str, *choices: str) -> str:
    """A setting that is one of a few words; the first is the default."""
    value = setting(name).lower() or choices[0]
    if value not in choices:
        raise _errors.SecretConfigurationError(f"{name} must be one of {', '.join(choices)}")
    return value


def normal(environment: str) -> str:
    """One name for each environment: ``prod``, ``Production`` and ``live`` are ``production``."""
    name = environment.strip().lower()
    return "production" if name.startswith(("prod", "prd", "live")) else _NAMES.get(name, name)


def environment() -> str:
    """Where this program runs, as far as it was told: ``development``, ``production`` …"""
    return normal(setting("ENVIRONMENT") or setting("DJANGO_ENV") or setting("NODE_ENV"))


def variable_of(name: str) -> str:
    """The environment variable of a secret: ``database/url`` is ``DATABASE_URL``."""
    return name.replace("/", "_").replace("-", "_").replace(".", "_").upper()


def read_file(path: str, what: str, limit: int = 1024 * 1024) -> tuple[bytes, str]:
    """The content of a file, and a text that changes when the file is replaced."""
    # Messages say what it is, not where: somebody may have put the value in place of the path.
    try:
        with open(path, "rb") as file:
            status, content = os.fstat(file.fileno()), file.read(limit + 1)
    except PermissionError:
        raise _errors.SecretAccessError(f"this user may not read {what}") from None
    except (OSError, ValueError):
        raise _errors.SecretConfigurationError(f"{what} cannot be read") from None
    if len(content) > limit:
        raise _errors.SecretInvalidError(f"{what} is too large")
    return content, f"{status.st_ino}-{status.st_mtime_ns}"


def read_variable(variable: str) -> Fetched:
    """The value of ``variable``, or of the file that ``<variable>_FILE`` names.

    Docker and Kubernetes put secrets into files; the second form is how images are told where.
    The last line break of a file does not count. Both are read each time, so a change is seen.
    Where this program has neither, the file counts that ``SECRETS_DOTENV`` names.
    """
    pointer = f"{variable}_FILE"
    value, path = os.environ.get(variable), os.environ.get(pointer)
    if value is None and path is None and setting("SECRETS_DOTENV"):
        lines = _dotenv()
        value, path = lines.get(variable), lines.get(pointer)
    if not path:
        if value is None:
            raise _errors.SecretNotFoundError(f"the environment variable {variable} is not set")
        return Fetched(value)
    if value:
        raise _errors.SecretConfigurationError(f"both {variable} and {pointer} are set; unset one")
    text, version = _read_text(path, f"the file of {pointer}")
    return Fetched(re.sub(r"\r?\n\Z", "", text), version)


def _read_text(path: str, what: str) -> tuple[str, str]:
    content, version = read_file(path, what)
    try:
        return content.decode("utf-8"), version
    except UnicodeDecodeError:
        # Without the cause: it holds the bytes.
        raise _errors.SecretInvalidError(f"{what} is not text in UTF-8") from None


def _dotenv() -> dict[str, str]:
    """The lines of a ``.env``: ``NAME=value``, as they are written, and nothing is expanded.

    Blanks around a value go, and then one pair of quotes, of one kind. ``export`` may stand before
    a name. Empty lines and those that begin with ``#`` do not count, and of two for one name the
    last does.
    """
    values, what = {}, "the file of SECRETS_DOTENV"
    if environment() == "production":
        reason = "SECRETS_DOTENV is set, which is for development, and this is production"
        raise _errors.SecretConfigurationError(reason)
    text = _read_text(setting("SECRETS_DOTENV"), what)[0].removeprefix("\ufeff")
    for number, line in enumerate(re.split(r"\r?\n", text), 1):
        if not re.match(r"\s*(#|$)", line):
            found = re.match(r"\s*(?:export\s+)?(\w+)\s*=(.*)$", line, re.ASCII)
            if not found:
                raise _errors.SecretConfigurationError(f"line {number} of {what} is not NAME=value")
            values[found[1]] = re.sub(r"^([\"'])(.*)\1$", r"\2", found[2].strip())
    return values


class Places:
    """Where secrets are looked for: the environment, and the encrypted file of developers."""

    def chosen(self) -> str:
        """The backend; empty for the environment, and then the encrypted file."""
        backend = setting("SECRETS_BACKEND").lower()
        if not flag("USE_AWS_SECRETS"):
            return backend
        if backend not in ("", "aws"):
            raise _errors.SecretConfigurationError("USE_AWS_SECRETS contradicts SECRETS_BACKEND")
        return "aws"

    def read(self, name: str, wish: Wish) -> Fetched:
        """The secret as the chosen place has it now."""
        backend = self.chosen()
        if backend in ADAPTERS:
            reason = f"no adapter for {backend}; `shield scan --fix --backend {backend}` writes it"
            raise _errors.SecretConfigurationError(f"{__package__} of this project has {reason}")
        if backend not in ("", "env", "local"):
            reason = "SECRETS_BACKEND must be one of env, local, aws, vault, or unset"
            raise _errors.SecretConfigurationError(reason)
        from . import _local

        if backend == "local":
            return _local.fetch(name)
        try:
            return read_variable(wish.env or variable_of(name))
        except _errors.SecretNotFoundError as missing:
            # A read with a default has its answer: the default.
            if backend == "env" or not wish.required:
                raise
            reason = missing.reason
        if environment() == "production":
            raise _errors.SecretNotFoundError(f"{reason}, and in production nothing else is asked")
        try:
            return _local.fetch(name)
        except _errors.SecretError as error:
            more = f"{reason}, and the encrypted file is of no help: {error.reason}"
            raise _errors.SecretNotFoundError(more) from None

    def tell(self, event: str, name: str, outcome: str, about: Answer) -> None:
        """Says how a read went; to nobody here."""


places = Places()  # `stores.py`, where it is part of this package, puts one here that knows more.


def value(name: str, default: Any, view: Callable[[Fetched], Any], **options: Any) -> Any:
    """What ``view`` makes of the secret ``name``, or the default if there certainly is none."""
    required = default is REQUIRED
    wish = Wish(required, **options) if options else _USUAL[required]
    found = None
    event = "refresh" if wish.force_refresh else "access"
    try:
        mine = [it[name] for it in overridden if name in it] if overridden else None
        found = Fetched(mine[-1], backend="memory") if mine else places.read(name, wish)
        result = view(found)
    except _errors.SecretError as error:
        error.name, error.args = name, (name,)
        error.backend = found.backend if found else error.backend
        if isinstance(error, _errors.SecretNotFoundError) and default is not REQUIRED:
            if default is None or not flag("SECRETS_FORBID_DEFAULTS"):
                places.tell(event, name, "default", error)
                return default
            error.reason += ", and SECRETS_FORBID_DEFAULTS forbids its default"
        places.tell(event, name, error.outcome, error)
        raise
    places.tell(event, name, found.outcome, found)
    return result


def text(found: Fetched, field: str | None = None, plain: bool = False) -> str:
    """The value, or one field of the JSON object that it holds."""
    value: Any = found.value
    if field is not None:
        value = fields(found).get(field, REQUIRED)
        if value is REQUIRED:
            raise _errors.SecretInvalidError(
                f"it has no field {field!r}", code="secret_field_missing"
            )
        if isinstance(value, (int, float)):
            value = json.dumps(value)
        elif not isinstance(value, str):
            raise _errors.SecretInvalidError(f"its field {field!r} is not a text")
    if isinstance(value, bytes):
        raise _errors.SecretInvalidError(
            "get_secret_bytes reads what is no text", code="secret_binary"
        )
    if value.startswith("SHIELD_PLACEHOLDER_") and environment() not in ("development", "test"):
        raise _errors.SecretPlaceholderError("the store still has a placeholder")
    return str(value) if plain else SecretText(value)


def fields(found: Fetched) -> SecretDict:
    """The JSON object that the value holds; nothing in it shows itself."""
    plain = text(found)
    try:
        parsed = _redacted(json.loads(plain))
    except (ValueError, RecursionError):
        parsed = None
    # Not as part of that error, which holds the whole text.
    if not isinstance(parsed, SecretDict):
        raise _errors.SecretInvalidError("it is not a JSON object")
    return parsed


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return SecretText(value)
    if isinstance(value, dict):
        return SecretDict((key, _redacted(item)) for key, item in value.items())
    return [_redacted(item) for item in value] if isinstance(value, list) else value
