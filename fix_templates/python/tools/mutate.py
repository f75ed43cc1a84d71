"""Breaks the wrapper as the samples that it replaces were broken, and shows which test sees it.

    python tools/mutate.py [D1 ...]      # in fix_templates/python, with the packages of the tests

Each defect is put back into a copy of the wrapper. A test that fails, or that is not done after
`SECONDS`, has seen it. What stays unseen is the exit code.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent.parent
SECONDS = 90
TESTS = ("tests/test_policy.py", "tests/test_vectors.py", "tests/test_wrapper.py")
AWS = ("tests/test_aws.py",)
OWN = ("shield_secrets/tests",)


class Defect(NamedTuple):
    """A defect: where it is put, what stands there, and what takes its place."""

    name: str
    what: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...] = TESTS


FOUND = """        found = Fetched(mine[-1], backend="memory") if mine else places.read(name, wish)
"""
GUESS = """        import contextlib
        with contextlib.suppress(ValueError):
            import json as guess
"""
DEFECTS = [
    Defect(
        "D1",
        "a value is kept for ever",
        "_cache.py",
        "if age >= held.life or (max_age is not None and age >= max_age):",
        "if age < 0:",
    ),
    Defect(
        "D2",
        "a field is guessed, and else the first one taken",
        "_core.py",
        FOUND,
        FOUND
        + GUESS
        + """            held = guess.loads(found.value)
            if isinstance(held, dict):
                first = next(iter(held.values()))
                found = found._replace(value=str(held.get("password", first)))
""",
    ),
    Defect(
        "D3",
        "an object is parsed out of a field that was guessed",
        "_core.py",
        "parsed = _redacted(json.loads(plain))",
        'parsed = _redacted(json.loads(json.loads(plain)["password"]))',
    ),
    Defect(
        "D4",
        "whatever is JSON is taken for an object",
        "_core.py",
        FOUND,
        FOUND
        + GUESS
        + """            for key in guess.loads(found.value):
                pass
""",
    ),
    Defect(
        "D5",
        "a default hides that a secret may not be read",
        "_core.py",
        "if isinstance(error, _errors.SecretNotFoundError) and default is not REQUIRED:",
        "if default is not REQUIRED:",
    ),
    Defect(
        "D6",
        "without ENVIRONMENT it is development",
        "_core.py",
        'setting("NODE_ENV"))',
        'setting("NODE_ENV") or "development")',
    ),
    Defect(
        "D7",
        "bytes that boto3 has decoded are decoded again",
        "_aws.py",
        "            return client.get_secret_value(",
        """            answer = client.get_secret_value(SecretId=path)
            if "SecretBinary" in answer:
                answer["SecretBinary"] = base64.b64decode(answer["SecretBinary"])
                return answer
            return client.get_secret_value(""",
        AWS,
    ),
    Defect(
        "D8",
        "without boto3 the environment is asked",
        "stores.py",
        "        except _errors.SecretError as error:\n            return self.instead",
        """        except _errors.SecretError as error:
            if "boto3" in error.reason:
                return _core.read_variable(_core.variable_of(name))
            return self.instead""",
        AWS,
    ),
    Defect(
        "D9",
        "settings are read when the module is imported",
        "_core.py",
        '        backend = setting("SECRETS_BACKEND").lower()',
        "        backend = _FROZEN",
    ),
    Defect(
        "D10",
        "a client waits for a minute and tries as often as it likes",
        "_aws.py",
        "config.Config(connect_timeout=2, read_timeout=5, retries=retries)",
        "config.Config()",
        AWS,
    ),
    Defect(
        "D11",
        "an error keeps the whole text as its cause",
        "_core.py",
        """    except (ValueError, RecursionError):
        parsed = None
""",
        """    except (ValueError, RecursionError) as cause:
        raise _errors.SecretInvalidError("it is not JSON") from cause
""",
    ),
    Defect(
        "D12",
        "the variable is called otherwise than the secret",
        "_core.py",
        'return name.replace("/", "_")',
        'return "DJANGO_" + name.replace("/", "_")',
    ),
    Defect(
        "D13",
        "credentials of AWS come out of AWS",
        "_aws.py",
        "        return boto3.session.Session(region_name=region)",
        """        client = boto3.session.Session().client("secretsmanager", config=settings)
        client.get_secret_value(SecretId="aws-access-key-id")
        return boto3.session.Session(region_name=region)""",
        AWS,
    ),
    Defect(
        "D14",
        "what the store lacks comes from the environment, in production too",
        "stores.py",
        "if error.retryable or (developing and isinstance(error, _errors.SecretNotFoundError)):",
        "wanted = 'env'\n        if isinstance(error, _errors.SecretError):",
    ),
    Defect(
        "D15",
        "the store is asked for another secret, which no patched SDK would see",
        "_aws.py",
        'SecretId=path, VersionStage="AWSCURRENT"',
        'SecretId=path.lower().replace("production", "prod"), VersionStage="AWSCURRENT"',
        AWS,
    ),
]


def seen(defect: Defect) -> str | None:
    """The test that fails with this defect."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "fix_templates" / "python"
        shutil.copytree(HERE, root, ignore=shutil.ignore_patterns("__pycache__"))
        for shared in ("vectors.json", "policy.json"):
            shutil.copy(HERE.parent / shared, root.parent)
        shutil.copytree(HERE.parents[1] / "tests" / "servers", Path(folder) / "tests" / "servers")
        broken = root / "shield_secrets" / defect.file
        text = broken.read_text(encoding="utf-8")
        if text.count(defect.before) != 1:
            raise SystemExit(f"{defect.name} is not where it was")
        text = text.replace(defect.before, defect.after)
        if "_FROZEN" in text:
            text += '\n\n_FROZEN = setting("SECRETS_BACKEND").lower()\n'
        broken.write_text(text, encoding="utf-8")
        command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "--tb=no", "-rfE"]
        # In a group of its own, so that servers end with it.
        process = subprocess.Popen(
            [*command, *defect.tests],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return f"none was done after {SECONDS} seconds"
    failed = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", output, re.M)
    return failed[1] if failed else None


def main() -> int:
    """Prints a row for each defect; how many no test has seen."""
    unseen = 0
    for defect in DEFECTS:
        if len(sys.argv) < 2 or defect.name in sys.argv[1:]:
            test = seen(defect)
            unseen += test is None
            print(f"| {defect.name} | {defect.what} | {test or 'NOT SEEN'} |", flush=True)
    return unseen


if __name__ == "__main__":
    sys.exit(main())
