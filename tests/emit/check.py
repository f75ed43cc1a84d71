"""Has infrastructure code checked by the linters of what it is.

    python check.py TARGET FOLDER
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

BIN = Path(sys.executable).parent

# The list that parliament has is older than this key, which AWS documents for all uses of a key.
OLD_LIST = "Unknown condition kms:ResourceAliases"

READER = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:/acme/production/"


def run(*command: Any) -> str:
    ended = subprocess.run([str(it) for it in command], capture_output=True, text=True)
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, f"{command[0]}: {ended.returncode}\n{said}"
    return said


def allows(policy: Any, action: str, resource: str) -> bool:
    """Whether a policy lets this be done there, whatever its conditions: as AWS matches them."""

    def matches(pattern: str, text: str) -> bool:
        words = {"*": ".*", "?": "."}
        expression = "".join(words.get(it, re.escape(it)) for it in pattern)
        return re.fullmatch(expression, text, re.S) is not None

    def among(patterns: Any, text: str) -> bool:
        listed = [patterns] if isinstance(patterns, str) else patterns
        return any(matches(it, text) for it in listed)

    return any(
        it["Effect"] == "Allow" and among(it["Action"], action) and among(it["Resource"], resource)
        for it in policy["Statement"]
    )


def iam(folder: Path) -> None:
    for path in sorted(folder.rglob("*.json")):
        ended = subprocess.run(
            [BIN / "parliament", "--string", path.read_text()], capture_output=True, text=True
        )
        said = [it for it in ended.stdout.splitlines() if it and OLD_LIST not in it]
        assert not said and not ended.stderr, f"{path.name}: {said} {ended.stderr}"
    reader = json.loads((folder / "iam/reader.json").read_text())
    read = "secretsmanager:GetSecretValue"
    assert allows(reader, read, f"{READER}database/credentials-AbC123")
    for other in [
        f"{READER}database/credentials-old-AbC123",
        f"{READER}database/credentials",
        f"{READER}other-AbC123",
        f"{READER}database/credentials-AbC123".replace("production", "staging"),
        f"{READER}database/credentials-AbC123".replace("123456789012", "210987654321"),
        f"{READER}database/credentials-AbC123".replace("eu-central-1", "eu-central-2"),
    ]:
        assert not allows(reader, read, other), other
    assert not allows(reader, "secretsmanager:PutSecretValue", f"{READER}webhook/token-AbC123")
    rotator = json.loads((folder / "iam/rotator.json").read_text())
    assert allows(rotator, read, f"{READER}database/credentials-AbC123")
    assert not allows(rotator, read, f"{READER}webhook/token-AbC123")
    provisioner = json.loads((folder / "iam/provisioner.json").read_text())
    create = "secretsmanager:CreateSecret"
    assert allows(provisioner, create, f"{READER}new-AbC123")
    assert not allows(provisioner, create, f"{READER}new-AbC123".replace("production", "staging"))


def terraform(folder: Path) -> None:
    import hcl2

    (path,) = folder.glob("*.tf")
    text = path.read_text()
    with path.open() as file:
        hcl2.load(file)
    # Neither a value nor a place for one that the state would have.
    assert not re.search(r"secret_string\b", text)
    assert "ignore_changes" not in text and text.count("prevent_destroy = true") == 5
    if shutil.which("terraform"):
        run("terraform", "fmt", "-check", "-diff", path)


def cloudformation(folder: Path) -> None:
    (path,) = folder.glob("*.template.json")
    run(BIN / "cfn-lint", path)
    assert not re.search(r'"(SecretString|GenerateSecretString)"', path.read_text())


def cdk(folder: Path) -> None:
    # The compiler and its own test are run by Node.
    assert "SecretString:" not in (folder / "lib/constructs/secrets.ts").read_text()


def cli(folder: Path) -> None:
    run(BIN / "shellcheck", folder / "create-secrets.sh")
    run("bash", "-n", folder / "create-secrets.sh")


def k8s(folder: Path) -> None:
    import yaml

    text = (folder / "external-secrets.yaml").read_text()
    store, secret = yaml.safe_load_all(text)
    assert [it["kind"] for it in (store, secret)] == ["SecretStore", "ExternalSecret"]
    for it in (store, secret):
        assert it["apiVersion"] == "external-secrets.io/v1"
        assert re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", it["metadata"]["name"])
    assert secret["spec"]["secretStoreRef"]["name"] == store["metadata"]["name"]
    keys = [it["remoteRef"]["key"] for it in secret["spec"]["data"]]
    assert len(keys) == 5 and all("database/credentials" not in it or "acme/" in it for it in keys)
    assert set(secret["spec"]) == {"refreshInterval", "secretStoreRef", "target", "data"}


def compose(folder: Path) -> None:
    run(
        BIN / "check-jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        folder / "compose.secrets.yaml",
    )


def audit(folder: Path) -> None:
    import sqlglot

    queries = sqlglot.parse((folder / "audit/athena.sql").read_text(), dialect="athena")
    assert len(queries) == 5 and all(queries)
    run(BIN / "shellcheck", folder / "audit/lookup-events.sh")


def rotation_lambda(folder: Path) -> None:
    for path in sorted(folder.rglob("*.py")):
        compile(path.read_text(), str(path), "exec")
    functions = (folder / "rotation/rotation_steps.py").read_text()
    assert "acme-production-rotate-" in functions


CHECKS = {
    "iam": iam,
    "terraform": terraform,
    "cloudformation": cloudformation,
    "cdk": cdk,
    "cli": cli,
    "k8s": k8s,
    "compose": compose,
    "alarms": cloudformation,
    "audit": audit,
    "rotation-lambda": rotation_lambda,
}

if __name__ == "__main__":
    CHECKS[sys.argv[1]](Path(sys.argv[2]))
