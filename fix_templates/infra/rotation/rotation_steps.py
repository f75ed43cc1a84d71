<<head>>"""The four steps of a rotation, as AWS calls them; each may be called again after a failure.

Zip this module with one of those beside it and its packages, and make a function of it whose name
begins with ``<<functions>>-``: the policy of ``shield provision emit iam`` is for these. Let
secretsmanager.amazonaws.com call it, for this account alone.
"""

from __future__ import annotations

import json
import logging
from abc import ABC, abstractmethod
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

LOG = logging.getLogger("rotation")
LOG.setLevel(logging.INFO)

# At DEBUG these two print values.
for _name in ("botocore.parsers", "botocore.endpoint"):
    logging.getLogger(_name).setLevel(logging.INFO)

Fields = dict[str, Any]


class RotationError(Exception):
    """Why a step cannot be taken, in words without values."""


class Rotation(ABC):
    """What differs from one kind of secret to another."""

    def __init__(self, client: Any = None) -> None:
        retries: Any = {"mode": "standard", "total_max_attempts": 4}
        config = Config(connect_timeout=5, read_timeout=10, retries=retries)
        self.client = client or boto3.client("secretsmanager", config=config)

    @abstractmethod
    def create(self, current: Fields) -> Fields:
        """What comes after ``current``: other credentials for the same thing."""

    @abstractmethod
    def install(self, current: Fields, pending: Fields, previous: Fields | None) -> None:
        """Makes ``pending`` valid; nothing is to be done when it is valid already."""

    @abstractmethod
    def test(self, pending: Fields) -> None:
        """Fails unless ``pending`` is valid."""

    def handle(self, event: dict[str, Any]) -> None:
        """Takes the step that an event asks for."""
        arn, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
        steps = {
            "createSecret": self._create,
            "setSecret": self._set,
            "testSecret": self._test,
            "finishSecret": self._finish,
        }
        if step not in steps:
            raise RotationError(f"there is no step {step!r}")
        about = self.client.describe_secret(SecretId=arn)
        if not about.get("RotationEnabled"):
            raise RotationError(f"{arn} is not set to be rotated")
        stages = about.get("VersionIdsToStages", {}).get(token)
        if stages is None:
            raise RotationError(f"{arn} has no version {token}")
        if "AWSCURRENT" in stages:
            LOG.info("%s: %s is current already", step, arn)
            return
        if "AWSPENDING" not in stages:
            raise RotationError(f"version {token} of {arn} is not pending")
        steps[step](arn, token)
        LOG.info("%s: done for %s", step, arn)

    def _create(self, arn: str, token: str) -> None:
        current = self._read(arn, "AWSCURRENT")
        if self._read_if_there(arn, "AWSPENDING", token) is not None:
            LOG.info("createSecret: %s has a pending value already", arn)
            return
        value = json.dumps(self.create(current))
        self.client.put_secret_value(
            SecretId=arn,
            ClientRequestToken=token,
            SecretString=value,
            VersionStages=["AWSPENDING"],
        )

    def _set(self, arn: str, token: str) -> None:
        current = self._read(arn, "AWSCURRENT")
        pending = self._read(arn, "AWSPENDING", token)
        previous = self._read_if_there(arn, "AWSPREVIOUS")
        self.install(current, pending, previous)

    def _test(self, arn: str, token: str) -> None:
        self.test(self._read(arn, "AWSPENDING", token))

    def _finish(self, arn: str, token: str) -> None:
        about = self.client.describe_secret(SecretId=arn)
        versions = about["VersionIdsToStages"].items()
        old = next((it for it, stages in versions if "AWSCURRENT" in stages), None)
        # One version, not all of them: its name is a text.
        moved = {"RemoveFromVersionId": old} if old else {}
        self.client.update_secret_version_stage(
            SecretId=arn, VersionStage="AWSCURRENT", MoveToVersionId=token, **moved
        )

    def _read(self, arn: str, stage: str, token: str | None = None) -> Fields:
        version = {"VersionId": token} if token else {}
        answer = self.client.get_secret_value(SecretId=arn, VersionStage=stage, **version)
        try:
            fields = json.loads(answer["SecretString"])
        except (KeyError, ValueError):
            # Not as the cause: it has the whole value in it.
            fields = None
        if not isinstance(fields, dict):
            raise RotationError(f"the {stage} value of {arn} is not an object of JSON")
        return fields

    def _read_if_there(self, arn: str, stage: str, token: str | None = None) -> Fields | None:
        try:
            return self._read(arn, stage, token)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return None

    def password(self, length: int = 32) -> str:
        """A password without what breaks addresses, shells and XML."""
        answer = self.client.get_random_password(
            PasswordLength=length, ExcludeCharacters="/@\"'\\:`$&<>%#?; ", IncludeSpace=False
        )
        return str(answer["RandomPassword"])
