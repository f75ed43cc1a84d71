"""What the wrappers of all languages do alike."""

from __future__ import annotations

import json
import traceback
from pathlib import Path
from typing import Any

import pytest
from conftest import HERE, Seal

from shield_secrets import SecretError, get_secret, get_secret_json, variable_of

VECTORS = json.loads((HERE.parent.parent / "vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "variable"), VECTORS["variables"].items())
def test_a_name_stands_for_a_variable(name: str, variable: str) -> None:
    assert variable_of(name) == variable


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda it: it["proves"].replace(" ", "-"))
def test_case(
    case: dict[str, Any], seal: Seal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in case.get("files", {}).items():
        (tmp_path / name).write_bytes(text.encode())
        (tmp_path / name).chmod(0o600)
    if "store" in case:
        seal(case["store"], sealed_for=case.get("sealed_for", "user"))
    elif "SECRETS_STORE" in case["environment"]:
        seal({})
    for variable, value in case["environment"].items():
        monkeypatch.setenv(variable, value.replace("{folder}", str(tmp_path)))

    read = case["read"]
    arguments = {"default": read["default"]} if "default" in read else {}
    if "variable" in read:
        arguments["env"] = read["variable"]
    function = get_secret_json if read.get("json") else get_secret

    if "fails" not in case:
        assert function(read["name"], **arguments) == case["returns"]
        return
    with pytest.raises(SecretError) as caught:
        function(read["name"], **arguments)
    error = caught.value
    assert error.code == case["fails"]
    for part in case.get("mentions", []):
        assert part in str(error)
    # Neither in the message nor in a cause that an error tracker would find.
    shown = "".join(traceback.format_exception(type(error), error, None))
    assert "rosebud" not in shown + repr(error) + repr(vars(error))
    assert error.__cause__ is None
