# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""Secrets by name, from wherever they are kept::

    from shield_secrets import get_secret

    STRIPE_KEY = get_secret("stripe-key")

The name ``stripe-key`` stands for the environment variable ``STRIPE_KEY``: that is where
the value comes from unless you say otherwise. On the machine of a developer, a variable
that is not set is looked up in the encrypted file ``.shield/secrets.dev.age`` of the
project, so that a fresh checkout just runs.

Nothing is read on import. A variable is read each time that its secret is asked for, so a
change is seen. Settings, all of them environment variables:

``SECRETS_BACKEND``
    ``env``: the environment and nothing else. ``local``: the encrypted file and nothing
    else. ``aws``, ``vault``: that store, if ``stores.py`` and its adapter are here. Not
    set: the environment, then the file, but the file never in production.
``ENVIRONMENT``, else ``DJANGO_ENV``, else ``NODE_ENV``
    ``production`` keeps the encrypted file out.
``SECRETS_STORE``, ``SECRETS_IDENTITY_FILE``
    The encrypted file, when it is not ``.shield/secrets.dev.age`` in a folder above, and the
    key that opens it, when it is not ``~/.config/shield/identity.txt``.
``SECRETS_DOTENV``
    A file of lines ``NAME=value`` for what is no variable of this program; never in production.
``SECRETS_FORBID_DEFAULTS``
    ``1``: a default other than ``None`` is an error instead of a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, overload

from . import _core
from ._core import SecretDict as SecretDict
from ._core import SecretText as SecretText
from ._core import variable_of as variable_of
from ._errors import *

if TYPE_CHECKING:
    from typing_extensions import Unpack

T = TypeVar("T")


class Options(TypedDict, total=False):
    """What a read may say besides the name and the default."""

    env: str | None  # Another variable than the one that the name stands for.
    max_age: float | None  # In seconds; a store is asked again for a value that is older.
    force_refresh: bool  # Ask the store at once, but not more than once in five seconds.


class TextOptions(Options, total=False):
    """The same for a secret that is a text."""

    field: str | None  # One field of the JSON object that the secret is.
    plain: bool  # An ordinary str, for what takes nothing else: asyncpg, YAML.


@overload
def get_secret(name: str, **options: Unpack[TextOptions]) -> str: ...
@overload
def get_secret(name: str, default: None, **options: Unpack[TextOptions]) -> str | None: ...
@overload
def get_secret(name: str, default: T, **options: Unpack[TextOptions]) -> str | T: ...
def get_secret(
    name: str,
    default: Any = _core.REQUIRED,
    *,
    field: str | None = None,
    plain: bool = False,
    **options: Any,
) -> Any:
    """The value of the secret ``name``::

        get_secret("stripe-key")                    # must be there, else SecretNotFoundError
        get_secret("stripe-key", default=None)      # may be missing
        get_secret("stripe-key", env="STRIPE_SK")   # another variable than STRIPE_KEY
        get_secret("database", field="password")    # one field of a JSON object
        get_secret("stripe-key", plain=True)        # a str that would show itself in a repr

    A secret that is there but empty is ``""``, not the default. The default is returned only
    when there certainly is no such secret: a store that cannot be opened raises an error,
    since a program that goes on with the wrong value is worse than one that stops.
    """
    return _core.value(name, default, lambda it: _core.text(it, field, plain), **options)


@overload
def get_secret_json(name: str, **options: Unpack[Options]) -> SecretDict: ...
@overload
def get_secret_json(name: str, default: T, **options: Unpack[Options]) -> SecretDict | T: ...
def get_secret_json(name: str, default: Any = _core.REQUIRED, **options: Any) -> Any:
    """The fields of a secret that holds a JSON object, by their names."""
    return _core.value(name, default, _core.fields, **options)


get_secret_dict = get_secret_json


@contextmanager
def override(values: Mapping[str, str]) -> Iterator[None]:
    """Other values for a test, whatever the backend: ``with override({"api-key": "x"}): …``."""
    _core.overridden.append(values)
    try:
        yield
    finally:
        _core.overridden.remove(values)


try:
    # The rest, where this project reads a store: see there.
    from .stores import *  # type: ignore[import-not-found,unused-ignore]
except ModuleNotFoundError as error:
    if error.name != f"{__name__}.stores":
        raise
