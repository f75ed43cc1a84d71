# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
"""The settings: environment variables, and what ``configure`` has said instead."""

from __future__ import annotations

import os
import re
from typing import Any

from ._errors import SecretConfigurationError

# What `configure` has set, by the name of the variable that it takes the place of.
configured: dict[str, Any] = {}

_ENVIRONMENTS = {
    "dev": "development",
    "local": "development",
    "testing": "test",
    "stage": "staging",
    "stg": "staging",
}
_PRODUCTION = ("prod", "prd", "live")
_OFF = ("", "0", "false", "no", "off")


def setting(name: str) -> str | None:
    """A setting of this package; ``None`` when it is not set or empty."""
    value = configured[name] if name in configured else os.environ.get(name, "")
    return str(value).strip() or None


def flag(name: str) -> bool:
    """Whether a setting is switched on."""
    return (setting(name) or "").lower() not in _OFF


def number(name: str, default: float) -> float:
    """A setting that is a number, and not below zero."""
    text = setting(name)
    try:
        value = default if text is None else float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise SecretConfigurationError("", f"{name} must be a number, 0 or more")
    return value


def choice(name: str, *choices: str) -> str:
    """A setting that is one of a few words; the first is the default."""
    value = (setting(name) or choices[0]).lower()
    if value not in choices:
        raise SecretConfigurationError("", f"{name} must be one of {', '.join(choices)}")
    return value


def is_production(environment: str) -> bool:
    """Whether ``environment`` is a name for production: ``prod``, ``Production``, ``live``."""
    return environment.strip().lower().startswith(_PRODUCTION)


def environment() -> str | None:
    """Where this program runs, as far as it was told: ``development``, ``production`` …"""
    named = setting("ENVIRONMENT") or setting("DJANGO_ENV") or setting("NODE_ENV")
    if named is None:
        return None
    return "production" if is_production(named) else _ENVIRONMENTS.get(named.lower(), named.lower())


def in_production() -> bool:
    """Whether this program runs in production, as far as it was told."""
    return environment() == "production"


def path_of(name: str, backend: str) -> str:
    """Where a store keeps ``name``: ``database/url`` is ``/shop/production/database/url``.

    ``SECRETS_PATH_TEMPLATE`` says so, with ``{app}``, ``{environment}``, ``{category}`` (what
    stands before the last ``/`` of a name, if anything) and ``{name}`` (the rest).
    """
    template = setting("SECRETS_PATH_TEMPLATE") or "/{app}/{environment}/{category}/{name}"
    place = environment()
    # Without it, the credentials of one environment could be those of another.
    if place is None:
        reason = "set ENVIRONMENT (development, staging, production …)"
        raise SecretConfigurationError(name, reason, backend=backend)
    app = setting("SECRETS_APP") or ""
    if "{app}" in template and not app:
        reason = "set SECRETS_APP, the first part of the paths of this program's secrets"
        raise SecretConfigurationError(name, reason, backend=backend)
    category, _, last = name.rpartition("/")
    parts = {"app": app, "environment": place, "category": category, "name": last}
    path = re.sub(r"\{(\w+)\}", lambda word: parts.get(word[1], word[0]), template)
    return re.sub(r"([/.])\1+", r"\1", path)


def content(name: str, variable: str, default: str = "") -> str:
    """The text of the file that a setting names: a token that something else keeps fresh."""
    path = setting(variable) or default
    try:
        with open(path, encoding="utf-8") as file:
            return file.read(65536).strip()
    except (OSError, ValueError):
        reason = f"the file of {variable} cannot be read"
        raise SecretConfigurationError(name, reason) from None
