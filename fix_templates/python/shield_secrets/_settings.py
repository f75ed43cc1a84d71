# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""The settings that stores have besides those in ``_core.py``."""

from __future__ import annotations

import re

from . import _errors
from ._core import SecretText, environment, read_file, setting


def number(name: str, default: float) -> float:
    """A setting that is a number, and not below zero."""
    try:
        value = float(setting(name) or default)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise _errors.SecretConfigurationError("", f"{name} must be a number, 0 or more")
    return value


def choice(name: str, *choices: str) -> str:
    """A setting that is one of a few words; the first is the default."""
    value = setting(name).lower() or choices[0]
    if value not in choices:
        raise _errors.SecretConfigurationError("", f"{name} must be one of {', '.join(choices)}")
    return value


def token(variable: str, default: str = "") -> SecretText:
    """What is in the file that a setting names: a token that something else keeps fresh."""
    what = f"the file of {variable}"
    content, _ = read_file(setting(variable) or default, what)
    return SecretText(content.decode("utf-8", "replace").strip())


def path_of(name: str) -> str:
    """Where a store keeps ``name``: ``database/url`` is ``/shop/production/database/url``.

    ``SECRETS_PATH_TEMPLATE`` says so, with ``{app}``, ``{environment}``, ``{category}`` (what
    stands before the last ``/`` of a name, if anything) and ``{name}`` (the rest).
    """
    template = setting("SECRETS_PATH_TEMPLATE") or "/{app}/{environment}/{category}/{name}"
    category, _, last = name.rpartition("/")
    parts = {"app": setting("SECRETS_APP"), "environment": environment()}
    # Without it, the credentials of one environment could be those of another.
    if not parts["environment"]:
        reason = "set ENVIRONMENT (development, staging, production …)"
        raise _errors.SecretConfigurationError(name, reason)
    if "{app}" in template and not parts["app"]:
        reason = "set SECRETS_APP, the first part of the paths of this program's secrets"
        raise _errors.SecretConfigurationError(name, reason)
    parts.update(category=category, name=last)
    path = re.sub(r"\{(\w+)\}", lambda word: parts.get(word[1], word[0]), template)
    return re.sub(r"([/.])\1+", r"\1", path)
