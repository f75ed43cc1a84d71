# Written by shield. It is yours: read it, change it, commit it.
# mypy: ignore-errors
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""What a program without a store gets."""

import copy
import json
import os
import pickle
import sys

import pytest

from .. import (
    SecretAccessError,
    SecretConfigurationError,
    SecretError,
    SecretInvalidError,
    SecretNotFoundError,
    SecretPlaceholderError,
    SecretStoreLockedError,
    _core,
    get_secret,
    get_secret_json,
    override,
    variable_of,
)

CANARY = "made-up-canary"


@pytest.fixture
def seal(monkeypatch, tmp_path):
    """Writes an encrypted file, and a key for it."""
    pyrage = pytest.importorskip("pyrage")
    identity = pyrage.x25519.Identity.generate()

    def seal(content, key=None):
        store, file = tmp_path / "store.age", tmp_path / "identity.txt"
        file.write_text(f"# a comment\n{key or identity}\n")
        file.chmod(0o600)
        plain = content if isinstance(content, bytes) else json.dumps(content).encode()
        store.write_bytes(pyrage.encrypt(plain, [identity.to_public()], armored=True))
        monkeypatch.setenv("SECRETS_STORE", str(store))
        monkeypatch.setenv("SECRETS_IDENTITY_FILE", str(file))
        return store

    return seal


def content(environment="development", **secrets):
    return {"schema": 1, "environment": environment, "secrets": secrets}


def test_a_variable_is_read_each_time_and_empty_is_a_value(monkeypatch):
    for value in ("one", ""):
        monkeypatch.setenv("API_KEY", value)
        assert get_secret("api-key", "default") == value
    monkeypatch.setenv("OTHER", "x")
    assert get_secret("api-key", env="OTHER") == "x"


def test_a_missing_secret_is_a_key_error_or_the_default(monkeypatch, choose):
    with pytest.raises(KeyError, match="API_KEY"):
        get_secret("api-key")
    assert get_secret("api-key", default="x") == "x"
    assert get_secret_json("api-key", default=None) is None
    choose(forbid_defaults="1")
    with pytest.raises(SecretNotFoundError, match="FORBID"):
        get_secret("api-key", default="x")
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(SecretNotFoundError, match="production"):
        get_secret("api-key")


def test_a_file_is_read_without_its_last_line_break(monkeypatch, tmp_path):
    file = tmp_path / "key"
    monkeypatch.setenv("API_KEY_FILE", str(file))
    with pytest.raises(SecretConfigurationError):
        get_secret("api-key", default="x")
    for content, value in ((b"a\n", "a"), (b"a\r\n", "a"), (b"a", "a"), (b"a\n\n", "a\n")):
        file.write_bytes(content)
        assert get_secret("api-key") == value
    for content in (b"\xff", b"a" * 2_000_000):
        file.write_bytes(content)
        with pytest.raises(SecretInvalidError):
            get_secret("api-key")
    monkeypatch.setenv("API_KEY", "both")
    with pytest.raises(SecretConfigurationError, match="API_KEY_FILE"):
        get_secret("api-key")
    monkeypatch.delenv("API_KEY")

    def refuse(*_, **__):
        raise PermissionError(CANARY)

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(SecretAccessError):
        get_secret("api-key")


def test_a_dotenv_is_read_where_it_is_asked_for(monkeypatch, tmp_path, choose):
    file = tmp_path / ".env"
    file.write_bytes(b"\xef\xbb\xbf# a comment\n\nexport API_KEY='a $b'\r\nOTHER = c # d\n")
    with pytest.raises(SecretNotFoundError):
        get_secret("api-key")
    choose(dotenv=str(file))
    assert get_secret("api-key") == "a $b"
    assert get_secret("other") == "c # d"
    assert get_secret("nothing", default="x") == "x"
    monkeypatch.setenv("API_KEY", "mine")
    assert get_secret("api-key") == "mine"
    file.write_text(f"API_KEY=x\n{CANARY}\n")
    with pytest.raises(SecretConfigurationError, match="line 2") as caught:
        get_secret("other", default="x")
    assert CANARY not in str(caught.value)
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(SecretConfigurationError, match="SECRETS_DOTENV"):
        get_secret("other", default="x")


def test_nothing_shows_itself(monkeypatch):
    monkeypatch.setenv("LOGIN", json.dumps({"user": CANARY, "more": [CANARY, 1]}))
    fields = get_secret_json("login")
    assert fields["user"] == CANARY
    found = _core.read_variable(variable_of("login"))
    assert CANARY not in repr([fields, fields["more"], get_secret("login"), found])
    assert copy.deepcopy(fields["user"]) is fields["user"] is copy.copy(fields["user"])
    assert pickle.loads(pickle.dumps(fields["user"])) == CANARY


def test_fields_are_taken_where_they_are_named(monkeypatch):
    monkeypatch.setenv("LOGIN", '{"password": "x", "port": 1, "more": {}}')
    assert get_secret("login", field="password") == "x"
    assert get_secret("login", field="port") == "1"
    assert type(get_secret("login", field="password", plain=True)) is str
    for field in ("none", "more"):
        with pytest.raises(SecretInvalidError):
            get_secret("login", field=field, default="x")
    for text in (CANARY, "[1]"):
        monkeypatch.setenv("LOGIN", text)
        with pytest.raises(SecretInvalidError) as caught:
            get_secret_json("login")
        assert caught.value.__cause__ is None
        assert CANARY not in str(caught.value)


def test_settings_that_make_no_sense_are_errors(monkeypatch, choose):
    monkeypatch.setenv("API_KEY", CANARY)
    choose(backend="nowhere")
    with pytest.raises(SecretConfigurationError, match="SECRETS_BACKEND"):
        get_secret("api-key", default="x")
    monkeypatch.setenv("USE_AWS_SECRETS", "true")
    with pytest.raises(SecretConfigurationError, match="USE_AWS"):
        get_secret("api-key", default="x")


def test_a_backend_without_an_adapter_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, f"{_core.__package__}._aws", None)
    monkeypatch.setenv("API_KEY", CANARY)
    monkeypatch.setenv("USE_AWS_SECRETS", "true")
    monkeypatch.setattr(_core, "places", _core.Places())
    with pytest.raises(SecretConfigurationError, match="--backend aws"):
        get_secret("api-key", default="x")


def test_placeholders_are_no_values_and_tests_have_their_own(monkeypatch):
    with override({"api-key": "SHIELD_PLACEHOLDER_x"}):
        with pytest.raises(SecretPlaceholderError):
            get_secret("api-key", default="x")
        monkeypatch.setenv("ENVIRONMENT", "dev")
        assert get_secret("api-key") == "SHIELD_PLACEHOLDER_x"
        assert get_secret("other", default=None) is None


def test_the_encrypted_file_helps_out_and_never_in_production(seal, monkeypatch, choose):
    seal(content(a="of the file"))
    assert get_secret("a") == get_secret("a") == "of the file"
    assert get_secret("a", default=None) is None
    with pytest.raises(SecretNotFoundError, match="no such name"):
        get_secret("b")
    choose(backend="local")
    assert get_secret("a", default=None) == "of the file"
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(SecretConfigurationError):
        get_secret("a")


def test_an_encrypted_file_that_is_not_right_is_told(seal, monkeypatch, tmp_path, choose):
    import pyrage

    choose(backend="local")
    with pytest.raises(SecretConfigurationError, match="SECRETS_STORE"):
        get_secret("a")
    other = str(pyrage.x25519.Identity.generate())
    for wrong in (b"no json", b"[]", {}, content(a=1), content("production", a="x")):
        seal(wrong)
        with pytest.raises(SecretError) as caught:
            get_secret("a", default="x")
        assert not isinstance(caught.value, SecretNotFoundError)
    for key in (other, "no key"):
        seal(content(a="x"), key)
        with pytest.raises(SecretStoreLockedError):
            get_secret("a")
    store = seal(content(a="x"))
    (tmp_path / "identity.txt").chmod(0o644)
    with pytest.raises(SecretStoreLockedError, match="chmod"):
        get_secret("a")
    monkeypatch.delenv("SECRETS_IDENTITY_FILE")
    with pytest.raises(SecretStoreLockedError, match="no key"):
        get_secret("a")
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(SecretConfigurationError, match="pip install pyrage"):
        get_secret("a")
    store.rename(tmp_path / "moved")
    store.symlink_to(tmp_path / "moved")
    with pytest.raises(SecretConfigurationError, match="link"):
        get_secret("a")


def test_the_nearest_encrypted_file_is_found(seal, monkeypatch, tmp_path):
    store = seal(content(a="of the file"))
    monkeypatch.delenv("SECRETS_STORE")
    from .. import _local

    (tmp_path / "app" / ".shield").mkdir(parents=True)
    monkeypatch.setattr(_local, "__file__", str(tmp_path / "app" / "src" / "pkg" / "_local.py"))
    (tmp_path / ".git").mkdir()
    with pytest.raises(SecretNotFoundError, match="SECRETS_STORE"):
        get_secret("a")
    store.rename(tmp_path / "app" / ".shield" / "secrets.dev.age")
    assert get_secret("a") == "of the file"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_child_reads_even_if_its_parent_was_reading(seal):
    seal(content(a="of the file"))
    from .. import _local

    with _local._lock:
        child = os.fork()
        if child == 0:
            os._exit(0 if get_secret("a") == "of the file" else 1)
    assert os.waitpid(child, 0)[1] == 0
