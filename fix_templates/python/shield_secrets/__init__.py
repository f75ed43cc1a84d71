# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
"""Secrets by name, from wherever they are kept::

    from shield_secrets import get_secret

    STRIPE_KEY = get_secret("stripe-key")

The name ``stripe-key`` stands for the environment variable ``STRIPE_KEY``: that is where
the value comes from unless you say otherwise. On the machine of a developer, a variable
that is not set is looked up in the encrypted file ``.shield/secrets.dev.age`` of the
project, so that a fresh checkout just runs.

Nothing happens on import: no file is read, no variable, no package is loaded. Everything
happens when a secret is asked for. A variable is read each time, so a change is seen; what a
store has told is kept for a while (``_cache.py`` says how long, and what happens in trouble).

Settings, all of them environment variables:

``SECRETS_BACKEND``
    ``env``: the environment and nothing else. ``local``: the encrypted file and nothing
    else. ``aws``, ``vault``: that store, if the adapter for it is in this package. Not set:
    the environment, then the file, but the file never in production.
``ENVIRONMENT``, else ``DJANGO_ENV``, else ``NODE_ENV``
    ``production`` keeps the encrypted file out. A store is never asked without it: its paths
    are ``/{app}/{environment}/{category}/{name}``, or as ``SECRETS_PATH_TEMPLATE`` says.
``SECRETS_APP``
    The first part of these paths.
``SECRETS_STORE``, ``SECRETS_IDENTITY_FILE``
    The encrypted file, when it is not ``.shield/secrets.dev.age`` in a folder above, and the
    key that opens it, when it is not ``~/.config/shield/identity.txt``.
``SECRETS_FORBID_DEFAULTS``
    ``1``: a default other than ``None`` is an error instead of a value.
``SECRETS_CACHE_TTL``, ``SECRETS_CACHE_SIZE``, ``SECRETS_MAX_STALE``
    How many seconds a value is kept (300), how many values are (128), and for how many more
    seconds an old value helps out while a store is in trouble (3600).
``SECRETS_FALLBACK``
    ``env``, ``local``: what stands in for a store in trouble (``none``; ``env`` in development).
``SECRETS_CACHE_PROTECTION``, ``SECRETS_HARDEN_PROCESS``, ``SECRETS_AUDIT``, ``SECRETS_METRICS``
    See ``_protect.py`` and ``_audit.py``.
"""

from ._api import (
    Health,
    SecretHealth,
    SecretsProvider,
    aget_secret,
    aget_secret_json,
    awith_secret,
    clear_secret_cache,
    get_provider,
    get_secret,
    get_secret_bytes,
    get_secret_dict,
    get_secret_json,
    health,
    refresh_cache,
    with_secret,
)
from ._core import configure, override
from ._env import variable_of
from ._errors import (
    SecretAccessError,
    SecretConfigurationError,
    SecretError,
    SecretInvalidError,
    SecretNotFoundError,
    SecretPendingDeletionError,
    SecretPlaceholderError,
    SecretStoreLockedError,
    SecretThrottledError,
    SecretUnauthenticatedError,
    SecretUnavailableError,
)
from ._rotation import RotationEvent, on_rotation
from ._types import Backend, Fetched, MemoryBackend, SecretDict, SecretText

__all__ = [
    "Backend",
    "Fetched",
    "Health",
    "MemoryBackend",
    "RotationEvent",
    "SecretAccessError",
    "SecretConfigurationError",
    "SecretDict",
    "SecretError",
    "SecretHealth",
    "SecretInvalidError",
    "SecretNotFoundError",
    "SecretPendingDeletionError",
    "SecretPlaceholderError",
    "SecretStoreLockedError",
    "SecretText",
    "SecretThrottledError",
    "SecretUnauthenticatedError",
    "SecretUnavailableError",
    "SecretsProvider",
    "aget_secret",
    "aget_secret_json",
    "awith_secret",
    "clear_secret_cache",
    "configure",
    "get_provider",
    "get_secret",
    "get_secret_bytes",
    "get_secret_dict",
    "get_secret_json",
    "health",
    "on_rotation",
    "override",
    "refresh_cache",
    "variable_of",
    "with_secret",
]
