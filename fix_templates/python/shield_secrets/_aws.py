# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
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

from . import _errors
from ._adapter import ask, kind_of, path_of, token
from ._core import Fetched, setting

_TOKEN = "/var/run/awssmatoken"
# What AWS and boto3 call it when something is wrong.
_CODES: dict[type[_errors.SecretError], str] = {
    _errors.SecretNotFoundError: "ResourceNotFoundException",
    # The key that encrypts the secret may be denied, disabled, or gone.
    _errors.SecretAccessError: "AccessDeniedException AccessDenied DecryptionFailure",
    _errors.SecretUnauthenticatedError: "UnrecognizedClientException InvalidClientTokenId "
    "ExpiredToken ExpiredTokenException InvalidSignatureException SignatureDoesNotMatch "
    "IncompleteSignature MissingAuthenticationToken NoCredentialsError PartialCredentialsError "
    "CredentialRetrievalError TokenRetrievalError",
    _errors.SecretThrottledError: "ThrottlingException Throttling TooManyRequestsException "
    "RequestLimitExceeded LimitExceededException",
    _errors.SecretUnavailableError: "InternalServiceError",
    _errors.SecretConfigurationError: "NoRegionError ProfileNotFound ConfigParseError "
    "ParamValidationError",
}
_KINDS = {code: kind for kind, codes in _CODES.items() for code in codes.split()}


def _has_no_value(record: logging.LogRecord) -> bool:
    """Whether a line that boto3 logs at DEBUG may be seen."""
    text = record.getMessage()
    return "SecretString" not in text and "SecretBinary" not in text


class Adapter:
    """AWS Secrets Manager in the account and region of this program."""

    name = "aws"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._client: Any = None

    def fetch(self, name: str) -> Fetched:
        url = setting("AWS_SECRETS_AGENT_URL")
        answer = _ask_agent(url, path_of(name)) if url else self._ask_aws(path_of(name))
        value = answer.get("SecretString", answer.get("SecretBinary"))
        if value is None:
            raise _errors.SecretUnavailableError("its answer has no value")
        return Fetched(value, str(answer.get("VersionId", "")))

    def _ask_aws(self, path: str) -> Any:
        with self._lock:
            client = self._client = self._client or _connect()
        try:
            return client.get_secret_value(SecretId=path, VersionStage="AWSCURRENT")
        except Exception as error:
            failure = _translated(error)
        # Not as part of the other one: messages of AWS repeat what they were sent.
        raise failure


def _ask_agent(url: str, path: str) -> Any:
    # What is fetched here is cached here, so the agent must not add the age of its own.
    query = urllib.parse.urlencode({"secretId": path, "refreshNow": "true"})
    headers = {"X-Aws-Parameters-Secrets-Token": token("AWS_SECRETS_AGENT_TOKEN_FILE", _TOKEN)}
    status, answer = ask(url, f"/secretsmanager/get?{query}", headers)
    if status != 200:
        raise _error(str(answer.get("__type", "")), status, str(answer.get("message", "")))
    if isinstance(answer.get("SecretBinary"), str):
        answer["SecretBinary"] = base64.b64decode(answer["SecretBinary"])
    return {key: it for key, it in answer.items() if it is not None}


def _connect() -> Any:
    """A client that does not wait for long, and prints no values."""
    try:
        boto3: Any = importlib.import_module("boto3")
        config: Any = importlib.import_module("botocore.config")
    except ImportError:
        reason = "SECRETS_BACKEND is aws, which takes the package boto3 (`pip install boto3`)"
        raise _errors.SecretConfigurationError(reason) from None
    for logger in ("botocore.parsers", "botocore.endpoint"):
        logging.getLogger(logger).addFilter(_has_no_value)
    retries = {"mode": "standard", "total_max_attempts": 3}
    settings = config.Config(connect_timeout=2, read_timeout=5, retries=retries)
    try:
        # Lambda, ECS and the other SDKs say AWS_REGION, which boto3 does not read.
        region = setting("AWS_REGION") or None
        return boto3.session.Session(region_name=region).client("secretsmanager", config=settings)
    except Exception as error:
        raise _translated(error) from None


def _translated(error: Exception) -> _errors.SecretError:
    """An error of boto3 as one of ours."""
    answer: Any = getattr(error, "response", None)
    if not isinstance(answer, dict):
        return _error(type(error).__name__, 503)
    code, status = answer.get("Error", {}), answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return _error(str(code.get("Code", "")), status or 0, str(code.get("Message", "")))


def _error(code: str, status: int, message: str = "") -> _errors.SecretError:
    """The error for what AWS calls ``code``. Its message is looked at and not repeated."""
    code = code.rpartition("#")[2]
    if code == "InvalidRequestException" and "delet" in message:
        return _errors.SecretPendingDeletionError("it is scheduled for deletion")
    kind = _KINDS.get(code) or kind_of(status)
    return kind(f"AWS says {code}" if code.isidentifier() else f"AWS answered {status}")
