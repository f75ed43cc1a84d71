"""How stores are treated, as `policy.json` has it for the wrappers of all languages."""

from __future__ import annotations

import contextlib
import json
import os
import re
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import HERE, lines

import shield_secrets
from shield_secrets import Fetched, SecretError, _adapter
from shield_secrets._cache import Cache

POLICY = json.loads((HERE.parent.parent / "policy.json").read_text(encoding="utf-8"))
KINDS = [it for it in vars(shield_secrets).values() if isinstance(it, type)]
ERRORS = {it.code: it for it in KINDS if issubclass(it, SecretError)}


class Store:
    """A backend that says what a scenario says."""

    name = "memory"

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.calls = 0
        self.waiting: threading.Barrier | None = None

    def fetch(self, name: str) -> Fetched:
        self.calls += 1
        if self.waiting is not None:
            # Everybody else has asked before the first one gets an answer.
            self.waiting.wait(5)
            threading.Event().wait(0.02)
        answer = self.answers[name]
        if "fails" in answer:
            raise ERRORS[answer["fails"]]("as the scenario says", backend=self.name)
        if "bytes" in answer:
            return Fetched(answer["bytes"].encode(), answer["version"])
        return Fetched(answer["value"], answer["version"])


@pytest.mark.parametrize("case", POLICY["policy"], ids=lambda it: it["proves"].replace(" ", "-"))
def test_scenario(case: dict[str, Any]) -> None:
    store, now, jitter = Store(), [1000.0, 2e9], [1.0]
    cache = Cache(
        store, now=lambda: (now[0], now[1]), jitter=lambda: jitter[0], **case.get("settings", {})
    )
    for step in case["steps"]:
        if "store" in step:
            store.answers.update(step["store"])
        elif "jitter" in step:
            jitter[0] = step["jitter"]
        elif "refresh" in step:
            cache.expire(step["refresh"])
        elif "wait" in step:
            wait = step["wait"]
            both = wait if isinstance(wait, dict) else {"monotonic": wait, "wall": wait}
            now[0] += both["monotonic"]
            now[1] += both["wall"]
        else:
            _read(cache, store, step)


def _read(cache: Cache, store: Store, step: dict[str, Any]) -> None:
    options = {"force": step.get("force", False), "max_age": step.get("max_age")}
    readers, before = step.get("readers", 1), store.calls
    if readers > 1 and step["calls"]:
        store.waiting = threading.Barrier(readers)

    def read(number: int) -> Fetched | SecretError:
        # All but the one that asks are about to wait for it.
        try:
            if number and store.waiting is not None:
                store.waiting.wait(5)
            return cache.get(step["get"], **options)
        except SecretError as error:
            return error

    with ThreadPoolExecutor(readers) as pool:
        results = list(pool.map(read, range(readers)))
    store.waiting = None
    assert store.calls - before == step["calls"]
    for result in results:
        if "fails" in step:
            assert isinstance(result, SecretError)
            assert (result.code, result.outcome) == (step["fails"], step["outcome"])
        else:
            assert isinstance(result, Fetched)
            assert result.value == step["returns"]
    if "fails" not in step:
        asked = [it for it in results if isinstance(it, Fetched) and it.outcome == step["outcome"]]
        assert len(asked) == (readers if step["outcome"] == "hit" else 1)
        assert asked[0].replaced == step.get("replaced")


@pytest.mark.parametrize("case", POLICY["reads"], ids=lambda it: it["proves"].replace(" ", "-"))
def test_read(
    case: dict[str, Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for variable, value in case["environment"].items():
        monkeypatch.setenv(variable, value)
    if "store" in case:
        store = Store()
        store.answers = case["store"]
        shield_secrets.configure(backend=store)
    options = {key: it for key, it in case["read"].items() if key in ("default", "field")}
    caplog.set_level("DEBUG")

    def read() -> Any:
        return shield_secrets.get_secret(case["read"]["name"], **options)

    if "fails" in case:
        with pytest.raises(SecretError) as caught:
            read()
        error = caught.value
        assert error.code == case["fails"]
        shown = "".join(traceback.format_exception(type(error), error, None))
        assert "rosebud" not in shown + repr(error) + repr(vars(error))
    else:
        assert read() == case["returns"]
    if "audit" in case:
        accesses = [it for it in lines(caplog) if it["event"] == "access"]
        assert [f"{it['event']}:{it['outcome']}" for it in accesses] == case["audit"]
    assert "rosebud" not in caplog.text


@pytest.mark.parametrize("case", POLICY["log"], ids=lambda it: it["proves"].replace(" ", "-"))
def test_log(
    case: dict[str, Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = {"ENVIRONMENT": "production", "SECRETS_APP": "shop"}
    for variable, value in {**settings, **case.get("environment", {})}.items():
        monkeypatch.setenv(variable, value)
    store = Store()
    shield_secrets.configure(backend=store)
    caplog.set_level("INFO")

    def reader(step: dict[str, Any]) -> None:
        if "refresh" in step:
            shield_secrets.refresh_cache(step["refresh"])
            return
        default = {"default": step["default"]} if "default" in step else {}
        with contextlib.suppress(SecretError):
            shield_secrets.get_secret(
                step["read"], force_refresh=step.get("force", False), **default
            )

    for step in case["steps"]:
        if "store" in step:
            store.answers.update(step["store"])
        else:
            reader(step)
    found = lines(caplog)
    for line in found:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["ts"])
        assert line["pid"] == os.getpid()
        line.update(ts="{ts}", pid="{pid}", caller=line["caller"].replace(__name__, "{module}"))
        if "age_ms" in line:
            line["age_ms"] = "{age}"
        if "_aws" in line:
            line["_aws"]["Timestamp"] = "{timestamp}"
    assert [json.dumps(it) for it in found] == [json.dumps(it) for it in case["lines"]]


@pytest.mark.parametrize("case", POLICY["paths"], ids=lambda it: it["path"])
def test_path(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in case["environment"].items():
        monkeypatch.setenv(variable, value)
    assert _adapter.path_of(case["name"]) == case["path"]


@pytest.mark.parametrize("case", POLICY["unplaced"], ids=lambda it: it["mentions"][0])
def test_no_path(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in case["environment"].items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(shield_secrets.SecretConfigurationError, match=case["mentions"][0]):
        _adapter.path_of(case["name"])
