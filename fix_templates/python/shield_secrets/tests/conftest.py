# Written by shield. It is yours: read it, change it, commit it.
# mypy: ignore-errors
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""What the tests of this package have in common."""

import os

import pytest

from .. import _core


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    """No variable of the machine, and nobody's own key, plays a part."""
    for name in list(os.environ):
        if name not in ("PATH", "SYSTEMROOT", "PYTHONPATH") and not name.startswith("COV"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SECRETS_STORE", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(_core, "configured", {})


@pytest.fixture
def choose(monkeypatch):
    """Sets what this package reads: ``choose(backend="local")`` sets ``SECRETS_BACKEND``."""

    def choose(**settings):
        for name, value in settings.items():
            monkeypatch.setenv(f"SECRETS_{name.upper()}", value)

    return choose
