# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
"""Secrets from AWS Secrets Manager.

Through the package ``boto3``, which is imported when it is first needed and finds credentials and
region as it always does; or, where ``AWS_SECRETS_AGENT_URL`` is set, through the AWS Secrets
Manager Agent on this machine, which takes no package. Either way the version that is labelled
AWSCURRENT is read, in one call that needs one permission: ``secretsmanager:GetSecretValue``.
"""

from __future__ import annotations

import base64
import importlib
import logging
import threading
import urllib.parse
from typing import Any

from . import _config, _errors
from ._errors import SecretConfigurationError, SecretError, SecretUnavailableError
from ._types import Fetched

_KINDS: dict[str, type[SecretError]] = {
    "ResourceNotFoundException": _errors.SecretNotFoundError,
    "AccessDeniedException": _errors.SecretAccessError,
    "AccessDenied": _errors.SecretAccessError,
    # The key that encrypts the secret is denied, disabled, or gone.
    "DecryptionFailure": _errors.SecretAccessError,
    "UnrecognizedClientException": _errors.SecretUnauthenticatedError,
    "InvalidClientTokenId": _errors.SecretUnauthenticatedError,
    "ExpiredTokenException": _errors.SecretUnauthenticatedError,
    "ExpiredToken": _errors.SecretUnauthenticatedError,
    "InvalidSignatureException": _errors.SecretUnauthenticatedError,
    "SignatureDoesNotMatch": _errors.SecretUnauthenticatedError,
    "IncompleteSignature": _errors.SecretUnauthenticatedError,
    "MissingAuthenticationToken": _errors.SecretUnauthenticatedError,
    "NoCredentialsError": _errors.SecretUnauthenticatedError,
    "PartialCredentialsError": _errors.SecretUnauthenticatedError,
    "CredentialRetrievalError": _errors.SecretUnauthenticatedError,
    "TokenRetrievalError": _errors.SecretUnauthenticatedError,
    "ThrottlingException": _errors.SecretThrottledError,
    "Throttling": _errors.SecretThrottledError,
    "TooManyRequestsException": _errors.SecretThrottledError,
    "RequestLimitExceeded": _errors.SecretThrottledError,
    "LimitExceededException": _errors.SecretThrottledError,
    "InternalServiceError": SecretUnavailableError,
}
_STATUSES = {
    401: _errors.SecretUnauthenticatedError,
    403: _errors.SecretAccessError,
    429: _errors.SecretThrottledError,
}


class _NoValues(logging.Filter):
    """Keeps what boto3 logs at DEBUG from having values in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        return "SecretString" not in text and "SecretBinary" not in text


_NO_VALUES = _NoValues()


class AwsBackend:
    """AWS Secrets Manager in the account and region of this program."""

    name = "aws"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._client: Any = None

    def fetch(self, name: str) -> Fetched:
        path = _config.path_of(name, self.name)
        url = _config.setting("AWS_SECRETS_AGENT_URL")
        return self._from_aws(name, path) if url is None else self._from_agent(name, path, url)

    def _from_aws(self, name: str, path: str) -> Fetched:
        client = self._connected(name)
        try:
            answer = client.get_secret_value(SecretId=path, VersionStage="AWSCURRENT")
        except Exception as error:
            # Without the cause: messages of AWS repeat what they were sent.
            raise _translated(name, error) from None
        value = answer["SecretString"] if "SecretString" in answer else answer["SecretBinary"]
        return Fetched(value, answer["VersionId"])

    def _connected(self, name: str) -> Any:
        with self._lock:
            if self._client is None:
                self._client = _connect(name)
            return self._client

    def _from_agent(self, name: str, path: str, url: str) -> Fetched:
        from ._http import Server

        token = _config.content(name, "AWS_SECRETS_AGENT_TOKEN_FILE", "/var/run/awssmatoken")
        server = Server(self.name, "AWS_SECRETS_AGENT_URL", url)
        # What is fetched here is cached here, so the agent must not add the age of its own.
        query = urllib.parse.urlencode({"secretId": path, "refreshNow": "true"})
        headers = {"X-Aws-Parameters-Secrets-Token": token}
        status, body = server.ask(name, f"/secretsmanager/get?{query}", headers)
        if status != 200:
            raise _error(name, str(body.get("__type", "")), status, str(body.get("message", "")))
        value = body.get("SecretString")
        if value is None:
            value = base64.b64decode(body.get("SecretBinary") or "")
        return Fetched(value, str(body.get("VersionId", "")))


def _connect(name: str) -> Any:
    """A client that does not wait for long, and prints no values."""
    try:
        boto3: Any = importlib.import_module("boto3")
        config: Any = importlib.import_module("botocore.config")
    except ImportError:
        reason = "SECRETS_BACKEND is aws, which takes the package boto3 (`pip install boto3`)"
        raise SecretConfigurationError(name, reason, backend="aws") from None
    for logger in ("botocore.parsers", "botocore.endpoint"):
        logging.getLogger(logger).addFilter(_NO_VALUES)
    retries = {"mode": "standard", "total_max_attempts": 3}
    settings = config.Config(connect_timeout=2, read_timeout=5, retries=retries)
    try:
        return boto3.session.Session().client("secretsmanager", config=settings)
    except Exception as error:
        raise _translated(name, error) from None


def _translated(name: str, error: Exception) -> SecretError:
    """An error of boto3 as one of ours."""
    answer: Any = getattr(error, "response", None)
    if not isinstance(answer, dict):
        kind = type(error).__name__
        if kind in ("NoRegionError", "ProfileNotFound", "ConfigParseError", "ParamValidationError"):
            return SecretConfigurationError(name, f"boto3 says {kind}", backend="aws")
        return _error(name, kind, 503)
    code = answer.get("Error", {})
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return _error(name, str(code.get("Code", "")), status, str(code.get("Message", "")))


def _error(name: str, code: str, status: int, message: str = "") -> SecretError:
    """The error for what AWS calls ``code``. Its message is looked at and not repeated."""
    code = code.rpartition("#")[2]
    kind = _KINDS.get(code) or _STATUSES.get(status)
    if code == "InvalidRequestException" and "delet" in message:
        kind, code = _errors.SecretPendingDeletionError, "it is scheduled for deletion"
    elif kind is None:
        kind = SecretUnavailableError if status >= 500 else SecretConfigurationError
    known = code.isidentifier() or " " in code
    return kind(name, f"AWS says {code}" if known else f"AWS answered {status}", backend="aws")
