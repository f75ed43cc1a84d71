"""Rotates the password of a user of a real PostgreSQL, as AWS would call the function.

    python rotate.py rotation-lambda FOLDER
"""

from __future__ import annotations

import io
import json
import os
import sys
import urllib.request
import zipfile
from pathlib import Path
from typing import Any, Callable

import boto3
import psycopg
from servers import LOGIN, postgres, running

STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]

# What has to be quoted everywhere.
USER = "o'br\"ien%s \\é"

OLD = "made-up %s ' \" \\ é"


def secrets_manager(address: str) -> tuple[Any, str]:
    """A client, and the ARN of a function that does nothing when AWS calls it."""
    body = json.dumps({"lambda": {"use_docker": False}}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{address}/moto-api/config", body)).close()
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}]}
    role = boto3.client("iam", endpoint_url=address).create_role(
        RoleName="rotator", AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]["Arn"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("stub.py", "def handler(event, context): pass\n")
    function = boto3.client("lambda", endpoint_url=address).create_function(
        FunctionName="acme-production-rotate-postgres",
        Runtime="python3.12",
        Role=role,
        Handler="stub.handler",
        Code={"ZipFile": packed.getvalue()},
    )["FunctionArn"]
    return boto3.client("secretsmanager", endpoint_url=address), function


def refused(call: Callable[[], object], words: str) -> None:
    """Asserts that a call is refused with these words, and tells no password."""
    try:
        call()
    except Exception as error:  # noqa: BLE001, whatever it is
        said = f"{error!r} {error.__cause__!r}"
        assert words in said, said
        assert "made-up" not in said, "an error has a value"
        return
    raise AssertionError(f"not refused: {words}")


def main(folder: Path) -> None:
    sys.path.insert(0, str(folder / "rotation"))
    os.environ.update(LOGIN, SSL_MODE="disable", SSL_ROOT_CERT="")
    with (
        running("-m", "moto.server", "-H", "127.0.0.1", "-p", "PORT") as moto,
        postgres(USER, OLD) as (port, log),
    ):
        address = f"http://127.0.0.1:{moto}"
        os.environ["AWS_ENDPOINT_URL"] = address
        from postgres_single_user import PostgresSingleUser, handler

        client, function = secrets_manager(address)
        fields = {
            "username": USER,
            "password": OLD,
            "host": "127.0.0.1",
            "port": port,
            "dbname": "postgres",
        }
        arn = client.create_secret(Name="/acme/production/db", SecretString=json.dumps(fields))[
            "ARN"
        ]

        def begin() -> str:
            rules = {"AutomaticallyAfterDays": 30}
            answer = client.rotate_secret(
                SecretId=arn, RotationLambdaARN=function, RotationRules=rules
            )
            return str(answer["VersionId"])

        def step(name: str, token: str) -> None:
            handler({"SecretId": arn, "ClientRequestToken": token, "Step": name}, None)

        def value(stage: str) -> dict[str, Any]:
            held = client.get_secret_value(SecretId=arn, VersionStage=stage)
            return dict(json.loads(held["SecretString"]))

        def works(password: str) -> bool:
            try:
                place = {"host": "127.0.0.1", "port": port, "dbname": "postgres"}
                psycopg.connect(user=USER, password=password, **place).close()
            except psycopg.OperationalError:
                return False
            return True

        passwords = [OLD]
        # Twice, each step twice: the second time nothing changes.
        for _ in range(2):
            token = begin()
            refused(lambda: step("setSecret", token), "ResourceNotFound")
            for name in STEPS:
                step(name, token)
                made = value("AWSPENDING" if name != "finishSecret" else "AWSCURRENT")
                step(name, token)
                assert value("AWSCURRENT" if name == "finishSecret" else "AWSPENDING") == made
                if name == "setSecret":
                    assert works(made["password"]) and not works(passwords[-1])
            assert made == {**fields, "password": made["password"]}
            passwords.append(made["password"])
            # AWS lets this label stay beside AWSCURRENT; moto takes that for an open rotation.
            client.update_secret_version_stage(
                SecretId=arn, VersionStage="AWSPENDING", RemoveFromVersionId=token
            )
            assert value("AWSCURRENT")["password"] == passwords[-1]
            assert value("AWSPREVIOUS")["password"] == passwords[-2]
        assert len(set(passwords)) == 3 and not set(passwords[1]) & set("/@\"'\\: ")

        # One that stopped after the database was changed, and was begun anew: the next one finds
        # the password that is valid, be it the current or the previous one.
        token = begin()
        step("createSecret", token)
        rotation = PostgresSingleUser()
        with psycopg.connect(
            user=USER, password=passwords[-1], host="127.0.0.1", port=port, dbname="postgres",
            autocommit=True,
        ) as connection:
            from postgres_single_user import change

            change(connection, {**fields, "password": passwords[-2]})
        assert works(passwords[-2]) and not works(passwords[-1])
        step("setSecret", token)
        step("testSecret", token)

        # Another user, another server: not by this function.
        pending = value("AWSPENDING")
        current = value("AWSCURRENT")
        for key, other in [("username", "postgres"), ("host", "localhost"), ("port", 1)]:
            changed = {**pending, key: other}
            refused(lambda: rotation.install(current, changed, None), "another user or database")
        broken = {**pending, "password": OLD}
        refused(lambda: rotation.install(broken, {**broken}, None), "neither the current")
        refused(lambda: rotation.test(broken), "not valid")
        gone = {**pending, "port": 1}
        refused(lambda: rotation.test(gone), "no connection")
        refused(lambda: rotation.create({"username": USER}), "no field password")
        refused(lambda: step("testSecret", "0" * 32), "has no version")
        refused(lambda: step("dropSecret", token), "there is no step")
        step("finishSecret", token)
        assert works(value("AWSCURRENT")["password"])
        client.cancel_rotate_secret(SecretId=arn)
        refused(lambda: step("createSecret", token), "not set to be rotated")
        fixed = client.create_secret(Name="/acme/production/text", SecretString="made-up")["ARN"]
        refused(lambda: rotation._read(fixed, "AWSCURRENT"), "not an object")

        said = log.read_text(errors="replace")
        assert "ALTER USER" in said and "SCRAM-SHA-256$" in said
        for password in [*passwords, value("AWSCURRENT")["password"]]:
            assert password not in said, "the log of the server has a password"


if __name__ == "__main__":
    main(Path(sys.argv[2]))
