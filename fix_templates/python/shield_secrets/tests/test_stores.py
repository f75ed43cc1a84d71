# Written by shield. It is yours: read it, change it, commit it.
# mypy: ignore-errors
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""What a program gets that reads a store."""

import asyncio
import json
import logging
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from .. import (
    Fetched,
    MemoryBackend,
    SecretAccessError,
    SecretConfigurationError,
    SecretError,
    SecretInvalidError,
    SecretNotFoundError,
    SecretPlaceholderError,
    SecretThrottledError,
    SecretUnavailableError,
    _adapter,
    _audit,
    _cache,
    _core,
    _protect,
    aget_secret,
    aget_secret_json,
    awith_secret,
    configure,
    get_provider,
    get_secret,
    get_secret_bytes,
    health,
    on_rotation,
    refresh_cache,
    stores,
    with_secret,
)

CANARY = "made-up-canary"
NAME = _core.__package__


class Store:
    """A backend that answers, or fails, as a test wants it to."""

    name = "memory"

    def __init__(self, answer):
        self.answer, self.calls = answer, 0

    def fetch(self, name):
        self.calls += 1
        if isinstance(self.answer, type):
            raise self.answer("as the test wants it")
        return self.answer


@pytest.fixture(autouse=True)
def anew(clean):
    configure()
    yield
    configure()


@pytest.fixture
def store(monkeypatch):
    """A store in production, and a clock that the test moves."""
    made, clock = Store(Fetched(CANARY, "1")), [0.0]
    monkeypatch.setenv("ENVIRONMENT", "production")
    made.clock = clock

    def cache(*arguments):
        return _cache.Cache(*arguments, now=lambda: (clock[0], clock[0]))

    monkeypatch.setattr(stores, "Cache", cache)
    configure(backend=made)
    return made


def test_a_file_that_is_replaced_is_a_rotation(monkeypatch, tmp_path):
    events = []
    stop = on_rotation("api-*", events.append)
    monkeypatch.setenv("API_KEY_FILE", str(tmp_path / "key"))
    for value in ("one", "two"):
        (tmp_path / "new").write_text(value)
        (tmp_path / "new").replace(tmp_path / "key")
        assert get_secret("api-key") == value
    assert [it.name for it in events] == ["api-key"]
    stop()
    stop()


def test_a_path_has_the_environment_in_it(monkeypatch, choose):
    path_of = _adapter.path_of
    with pytest.raises(SecretConfigurationError, match="ENVIRONMENT"):
        path_of("api-key")
    monkeypatch.setenv("ENVIRONMENT", "stage")
    with pytest.raises(SecretConfigurationError, match="SECRETS_APP"):
        path_of("api-key")
    choose(app="shop")
    assert path_of("database/url") == "/shop/staging/database/url"


def test_a_value_is_kept_until_it_is_too_old(store):
    assert [get_secret("api-key") for _ in range(3)] == [CANARY] * 3
    assert store.calls == 1
    store.clock[0] += 400
    get_secret("api-key")
    assert store.calls == 2
    get_secret("api-key", max_age=0)
    get_secret("api-key", force_refresh=True)
    get_secret("api-key", force_refresh=True)
    assert store.calls == 4


def test_trouble_is_bridged_and_refusal_is_not(store):
    get_secret("api-key")
    store.answer = SecretThrottledError
    store.clock[0] += 400
    assert get_secret("api-key") == CANARY
    assert get_secret("api-key") == CANARY
    assert store.calls == 2
    assert not health().ok
    store.clock[0] += 4000
    with pytest.raises(SecretUnavailableError):
        get_secret("api-key", default="x")
    store.answer = SecretAccessError
    store.clock[0] += 100
    for _ in range(2):
        with pytest.raises(SecretAccessError):
            get_secret("api-key", default="x")
    assert store.calls == 4


def test_something_stands_in_where_that_is_wanted(store, monkeypatch, choose):
    monkeypatch.setenv("API_KEY", "of the environment")
    store.answer = SecretUnavailableError
    choose(fallback="env")
    assert get_secret("api-key") == "of the environment"
    monkeypatch.delenv("API_KEY")
    with pytest.raises(SecretUnavailableError):
        get_secret("api-key")
    choose(fallback="local")
    with pytest.raises(SecretConfigurationError):
        get_secret("api-key")
    monkeypatch.setenv("ENVIRONMENT", "development")
    with pytest.raises(SecretError):
        get_secret("api-key")


def test_a_crowd_asks_once_and_few_are_kept(store):
    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(lambda _: get_secret("api-key"), range(20))) == {CANARY}
    assert store.calls == 1
    for number in range(200):
        get_secret(f"key-{number}")
    assert len(health().secrets) == 128


def test_nobody_waits_for_ever(store, monkeypatch):
    monkeypatch.setattr(_cache, "_DEADLINE", 0.01)
    entry = stores._STORES.caches["memory"]._entry("api-key")
    taken, done = threading.Event(), threading.Event()

    def hold():
        with entry.lock:
            taken.set()
            done.wait(5)

    threading.Thread(target=hold).start()
    taken.wait(5)
    with pytest.raises(SecretUnavailableError):
        get_secret("api-key")
    done.set()


def test_a_rotation_is_told_and_a_rejected_value_replaced(store):
    events = []

    def broken(event):
        raise ValueError(CANARY)

    stops = [on_rotation("*", it) for it in (events.append, broken)]
    get_secret("api-key")
    store.answer = Fetched("new", "2")

    def use(secret):
        if secret != "new":
            raise PermissionError
        return "in"

    def rejected(error):
        return isinstance(error, PermissionError)

    assert with_secret("api-key", use, is_auth_error=rejected) == "in"
    assert [(it.previous, it.version) for it in events] == [("1", "2")]
    for error in (ValueError, PermissionError):

        def fail(_, error=error):
            raise error

        with pytest.raises(error):
            with_secret("api-key", fail, is_auth_error=rejected)
    [stop() for stop in stops]


def test_programs_that_await_do_the_same(store):
    async def use(secret):
        if secret != "new":
            raise PermissionError
        return secret

    async def run():
        assert await aget_secret("api-key") == CANARY
        with pytest.raises(PermissionError):
            await awith_secret("api-key", use, is_auth_error=lambda _: True)
        store.answer = Fetched('{"a": 1}', "2")
        refresh_cache("api-key")
        assert await aget_secret_json("api-key") == {"a": 1}
        with pytest.raises(PermissionError):
            await awith_secret("api-key", use, is_auth_error=lambda _: False)
        store.clock[0] += 10
        store.answer = Fetched("new", "3")
        got = await awith_secret("api-key", use, is_auth_error=lambda _: True)
        assert got == "new"

    asyncio.run(run())


def test_bytes_are_no_text_and_placeholders_no_values(store):
    store.answer = Fetched(b"\xff", "1")
    assert get_secret_bytes("keystore") == b"\xff"
    with pytest.raises(SecretInvalidError, match="get_secret_bytes"):
        get_secret("keystore")
    store.answer = Fetched("SHIELD_PLACEHOLDER_x", "1")
    with pytest.raises(SecretPlaceholderError):
        get_secret("api-key", default="x")
    assert get_secret_bytes("api-key") == b"SHIELD_PLACEHOLDER_x"


def test_tests_have_values_of_their_own():
    configure(backend=MemoryBackend({"api-key": "x"}), environment="test")
    provider = get_provider()
    assert provider.get_secret("api-key") == "x"
    provider.refresh_cache()
    with pytest.raises(SecretNotFoundError):
        provider.get_secret_json("other")
    assert health().environment == "test"


def test_settings_that_make_no_sense_are_errors(monkeypatch, choose):
    for name, value in (("SECRETS_CACHE_TTL", "soon"), ("SECRETS_CACHE_PROTECTION", "much")):
        monkeypatch.setenv(name, value)
        with pytest.raises(SecretConfigurationError, match=name):
            configure(backend=MemoryBackend({}))
        monkeypatch.delenv(name)
    with pytest.raises(SecretConfigurationError, match="colour"):
        configure(colour="red")
    choose(backend="nothing")
    with pytest.raises(SecretConfigurationError, match="SECRETS_BACKEND"):
        get_secret("api-key", default="x")


def test_a_backend_without_an_adapter_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, f"{NAME}._vault", None)
    with pytest.raises(SecretConfigurationError, match="--backend vault"):
        configure(backend="vault")
        get_secret("api-key", default="x")


@pytest.mark.parametrize("protection", ["none", "auto", "aead"])
def test_values_that_are_kept_are_sealed(store, monkeypatch, protection):
    monkeypatch.setenv("SECRETS_CACHE_PROTECTION", protection)
    if protection == "aead":
        pytest.importorskip("cryptography")
    configure(backend=store)
    get_secret("api-key")
    stores._STORES.after_fork()
    assert get_secret("api-key") == CANARY
    assert store.calls == 1
    opener = stores._STORES.caches["memory"]._entries["api-key"].held.open
    kept = [cell.cell_contents for cell in opener.__closure__]
    if protection != "auto":
        assert (CANARY in kept) == (protection == "none")
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers.aead", None)
    if protection == "aead":
        with pytest.raises(SecretConfigurationError, match="pip install cryptography"):
            _protect.sealer()
    else:
        _protect.sealer()


@pytest.mark.skipif(sys.platform != "linux", reason="there is less to switch off elsewhere")
def test_core_dumps_can_be_switched_off(monkeypatch, choose):
    code = (
        f"import os, resource; from {NAME} import _protect;"
        "os.environ['SECRETS_HARDEN_PROCESS'] = '1'; _protect.harden();"
        "print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    place = os.path.dirname(os.path.dirname(_core.__file__))
    done = subprocess.run([sys.executable, "-c", code], cwd=place, stdout=subprocess.PIPE)
    assert done.stdout.strip() == b"(0, 0)"
    _protect.harden()
    choose(harden_process="1")
    monkeypatch.setitem(sys.modules, "resource", None)
    with pytest.raises(SecretConfigurationError):
        _protect.harden()


def test_every_access_leaves_a_line_without_a_value(store, caplog, choose):
    caplog.set_level(logging.INFO, "shield_secrets.audit")
    choose(metrics="emf")
    get_secret("api-key")
    get_secret("api-key")
    store.answer = SecretAccessError
    with pytest.raises(SecretAccessError):
        get_secret("api-key", force_refresh=True)
    lines = [json.loads(it.getMessage()) for it in caplog.records]
    seen = [(it["event"], it["outcome"]) for it in lines]
    assert seen == [("access", "miss"), ("access", "hit"), ("refresh", "denied")]
    assert lines[0]["caller"].endswith("test_every_access_leaves_a_line_without_a_value")
    assert lines[1]["Hits"] == 1
    assert CANARY not in caplog.text


def test_hits_can_be_counted_and_lines_left_out(store, monkeypatch, caplog, choose):
    caplog.set_level(logging.INFO, "shield_secrets.audit")
    choose(audit="changes")
    clock = [0.0]
    monkeypatch.setattr(_audit.time, "monotonic", lambda: clock[0])
    for seconds in (0, 1, 30, 40):
        clock[0] += seconds
        get_secret("api-key")
    counts = [json.loads(it.getMessage()).get("count") for it in caplog.records]
    assert counts == [None, 3]
    for mode in ("off", "nonsense"):
        monkeypatch.setenv("SECRETS_AUDIT", mode)
        get_secret("api-key")
    assert len(caplog.records) == 2
