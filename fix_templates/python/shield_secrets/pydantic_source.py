# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""Settings of pydantic whose secrets come from a store::

    class Settings(FromSecrets):
        database_url: SecretStr = Field(json_schema_extra={"secret": "database/url"})

    settings = Settings()

A field without a ``secret`` is read as ever. Settings are read once; what changes while the
program runs is asked for with ``get_secret`` where it is used.
"""

from __future__ import annotations

from typing import Any

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from typing_extensions import Self

from . import SecretNotFoundError, SecretsProvider, get_provider


class SecretsSettingsSource(PydanticBaseSettingsSource):
    """What fields that name a ``secret`` hold; the default of a field is one for its secret."""

    def __init__(self, settings: type[BaseSettings], secrets: SecretsProvider | None = None):
        super().__init__(settings)
        self._secrets = secrets or get_provider()

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        key, about = field.alias or field_name, field.json_schema_extra
        name = about.get("secret") if isinstance(about, dict) else None
        try:
            return name and self._secrets.get_secret(name), key, False
        except SecretNotFoundError:
            if field.is_required():
                raise
            return None, key, False

    def __call__(self) -> dict[str, Any]:
        fields = self.settings_cls.model_fields.items()
        found = [self.get_field_value(field, name) for name, field in fields]
        return {key: value for value, key, _ in found if value is not None}


class FromSecrets(BaseSettings):
    """Settings that ask for their secrets first, and then read whatever settings read anyway."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *sources: Any, **named: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        first, *others = (*sources, *named.values())
        return (first, SecretsSettingsSource(settings_cls), *others)

    @classmethod
    def from_secrets_manager(cls, secrets: SecretsProvider) -> Self:
        """Settings with the secrets of ``secrets``, as a test hands them in."""
        return cls(**SecretsSettingsSource(cls, secrets)())
