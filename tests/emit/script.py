"""Runs the script for the AWS CLI: values go to the store, once, and nowhere else.

    python script.py cli FOLDER
"""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import urllib.request
from pathlib import Path

import boto3
from servers import LOGIN, aws

# In the order of the paths; the third has no `=` to be split at, the last one what shells act on.
VALUES = [
    '{"apiKey": "made-up-1", "apiSecret": "made-up-2"}',
    '{"username": "app", "host": "made-up-3"}',
    "[]",
    "made-up-4 with  spaces $HOME `id` \\ ' \" é",
    "file:///etc/hostname",
]
PATHS = [
    f"/acme/production/{it}"
    for it in [
        "alpaca/credentials",
        "database/credentials",
        "reporting/credentials",
        "secret-key",
        "webhook/token",
    ]
]


def main(folder: Path) -> None:
    script = folder / "create-secrets.sh"
    shims, log = folder / "bin", folder / "arguments"
    shims.mkdir()
    shim = shims / "aws"
    real = Path(sys.executable).with_name("aws")
    shim.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>"{log}"\nexec "{real}" "$@"\n')
    shim.chmod(0o755)
    with aws() as (address, others):
        settings = {
            **LOGIN,
            "PATH": f"{shims}:{os.environ['PATH']}",
            "HOME": str(folder),
            "AWS_ENDPOINT_URL": others,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": address,
            "LC_ALL": "C.UTF-8",
        }

        def run(given: str, code: int = 0) -> str:
            ended = subprocess.run(
                [script], env=settings, input=given, capture_output=True, text=True
            )
            assert ended.returncode == code, f"{ended.returncode}\n{ended.stdout}{ended.stderr}"
            said = ended.stdout + ended.stderr
            assert "made-up" not in said, "a value was shown"
            return said

        def calls() -> dict[str, int]:
            with urllib.request.urlopen(f"{address}/_calls") as answer:
                return dict(json.load(answer))

        client = boto3.client(
            "secretsmanager",
            endpoint_url=address,
            region_name="eu-central-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        # What Terraform makes: a secret without a value.
        client.create_secret(Name=PATHS[1])
        assert "No value for database" in run(VALUES[0] + "\n", 1)
        said = run("".join(f"{it}\n" for it in VALUES[1:]))
        assert "alpaca/credentials: is there" in said and "database/credentials: has a value" in said
        before = calls()
        assert "No value" not in run("")
        after = calls()
        changed = {it for it in after if after[it] != before.get(it, 0)}
        assert changed == {"DescribeSecret"}, changed
        for path, value in zip(PATHS, VALUES):
            held = client.get_secret_value(SecretId=path)["SecretString"]
            assert held == value, path
        about = client.describe_secret(SecretId=PATHS[3])
        assert about["Description"].startswith("It's what Django \"signs\" with, $HOME and `date`")
        assert {"Key": "ManagedBy", "Value": "shield"} in about["Tags"]
        assert "made-up" not in log.read_text(), "a value was an argument"

        # At a terminal nothing is shown, either.
        copies = ["eu-west-1"]
        client.remove_regions_from_replication(SecretId=PATHS[4], RemoveReplicaRegions=copies)
        client.delete_secret(SecretId=PATHS[4], ForceDeleteWithoutRecovery=True)
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(script, [str(script)], settings)
        shown = b""
        while b"webhook/token:" not in shown:
            shown += os.read(terminal, 1024)
        os.write(terminal, b"made-up-5\n")
        try:
            while more := os.read(terminal, 1024):
                shown += more
        except OSError:
            pass  # It has ended.
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, shown.decode()
        assert b"made-up" not in shown
        assert client.get_secret_value(SecretId=PATHS[4])["SecretString"] == "made-up-5"

        # Another account is left alone.
        script.write_text(script.read_text().replace("123456789012", "210987654321"))
        before = calls()
        assert "Nothing was done" in run("", 1)
        assert calls() == before


if __name__ == "__main__":
    main(Path(sys.argv[2]))
