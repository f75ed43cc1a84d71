# Written by shield. It is yours: read it, change it, commit it.
# mypy: ignore-errors
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""What settings of pydantic get from a store."""

import pytest

from .. import MemoryBackend, SecretAccessError, SecretNotFoundError, configure, get_provider

pytest.importorskip("pydantic_settings")

from pydantic import Field, SecretStr

from ..pydantic_source import FromSecrets

CANARY = "made-up-canary"


class Settings(FromSecrets):
    database_url: SecretStr = Field(json_schema_extra={"secret": "database/url"})
    token: str = Field(default="none", alias="api_token", json_schema_extra={"secret": "api/token"})
    port: int = 80


@pytest.fixture(autouse=True)
def held(clean):
    backend = MemoryBackend({"database/url": CANARY})
    configure(backend=backend)
    yield backend.values
    configure()


def test_a_field_that_names_a_secret_has_it(held, monkeypatch):
    monkeypatch.setenv("PORT", "8080")
    monkeypatch.setenv("DATABASE_URL", "of the environment")
    settings = Settings()
    assert settings.database_url.get_secret_value() == CANARY
    assert (settings.token, settings.port) == ("none", 8080)
    assert CANARY not in repr(settings) + str(settings.model_dump())
    configure(backend=MemoryBackend({"database/url": "x", "api/token": "y"}))
    assert Settings().token == "y"
    assert Settings.from_secrets_manager(get_provider()).token == "y"


def test_a_secret_that_must_be_there_is_an_error():
    configure(backend=MemoryBackend({}))
    with pytest.raises(SecretNotFoundError):
        Settings()

    class Refusing(MemoryBackend):
        def fetch(self, name):
            raise SecretAccessError("denied")

    configure(backend=Refusing({}))
    with pytest.raises(SecretAccessError):
        Settings()
