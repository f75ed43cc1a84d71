# Written by shield. It is yours: read it, change it, commit it.
"""Secrets by name, from wherever they are kept::

    from shield_secrets import get_secret

    STRIPE_KEY = get_secret("stripe-key")

The name ``stripe-key`` stands for the environment variable ``STRIPE_KEY``: that is where
the value comes from unless you say otherwise. On the machine of a developer, a variable
that is not set is looked up in the encrypted file ``.shield/secrets.dev.age`` of the
project, so that a fresh checkout just runs.

Nothing happens on import: no file is read, no variable, no package is loaded. Everything
happens when a secret is asked for, and each time anew, so a changed variable is seen.

Settings, all of them environment variables:

``SECRETS_BACKEND``
    ``env``: the environment and nothing else. ``local``: the encrypted file and nothing
    else. Not set: the environment, then the file, but the file never in production.
``SECRETS_STORE``
    The encrypted file, when it is not ``.shield/secrets.dev.age`` in a folder above.
``SECRETS_IDENTITY_FILE``
    The key that opens it, when it is not ``~/.config/shield/identity.txt``.
``SECRETS_FORBID_DEFAULTS``
    ``1``: a default other than ``None`` is an error instead of a value.
``ENVIRONMENT``, else ``DJANGO_ENV``, else ``NODE_ENV``
    ``production`` keeps the encrypted file out.
"""

from ._core import (
    SecretDict,
    SecretText,
    get_secret,
    get_secret_dict,
    get_secret_json,
    variable_of,
)
from ._errors import (
    SecretAccessError,
    SecretConfigurationError,
    SecretError,
    SecretInvalidError,
    SecretNotFoundError,
    SecretStoreLockedError,
)

__all__ = [
    "SecretAccessError",
    "SecretConfigurationError",
    "SecretDict",
    "SecretError",
    "SecretInvalidError",
    "SecretNotFoundError",
    "SecretStoreLockedError",
    "SecretText",
    "get_secret",
    "get_secret_dict",
    "get_secret_json",
    "variable_of",
]
