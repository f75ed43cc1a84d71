"""Has infrastructure code checked for weak settings by checkov.

    python weak.py TARGET FOLDER
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FRAMEWORKS = {"terraform": "terraform", "cloudformation": "cloudformation", "cdk": "cloudformation"}

# What people rotate by hand has no function that does.
BY_HAND = ("CKV2_AWS_57", {"secret_key", "webhook_token"})


def main(target: str, folder: Path) -> None:
    framework = FRAMEWORKS.get(target, "cloudformation")
    command = [
        Path(sys.executable).with_name("checkov"),
        "--directory",
        folder,
        "--framework",
        framework,
        "--output",
        "json",
        "--skip-download",
        "--quiet",
    ]
    ended = subprocess.run([str(it) for it in command], capture_output=True, text=True)
    assert ended.stdout.strip(), ended.stderr
    report = json.loads(ended.stdout)
    assert report["summary"]["passed"] > 0 and not report["summary"]["parsing_errors"], report
    failed = report["results"]["failed_checks"]
    found = {(it["check_id"], it["resource"].rpartition(".")[2]) for it in failed}
    check, secrets = BY_HAND
    wanted = {(check, it) for it in secrets} if framework == "terraform" else set()
    assert found == wanted, found ^ wanted


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
