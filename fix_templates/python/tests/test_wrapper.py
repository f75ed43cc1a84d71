"""What the wrapper does in Python."""

from __future__ import annotations

import copy
import json
import os
import pickle
import pprint
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyrage
import pytest
from conftest import HERE, Seal, store_of

import shield_secrets
from shield_secrets import (
    SecretAccessError,
    SecretDict,
    SecretInvalidError,
    SecretNotFoundError,
    SecretStoreLockedError,
    SecretText,
    get_secret,
    get_secret_dict,
    get_secret_json,
)

posix = pytest.mark.skipif(os.name != "posix", reason="files have no mode here")


def test_a_missing_secret_is_caught_where_a_missing_variable_was() -> None:
    for kind in (KeyError, ValueError, LookupError):
        with pytest.raises(kind):
            get_secret("api-key")
    with pytest.raises(KeyError) as caught:
        get_secret("api-key")
    assert caught.value.args == ("api-key",)


def test_a_default_is_returned_as_it_is() -> None:
    default = object()
    assert get_secret("api-key", default=default) is default
    assert get_secret_json("api-key", default=default) is default


def test_a_variable_is_read_anew_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("one", "two"):
        monkeypatch.setenv("API_KEY", value)
        assert get_secret("api-key") == value


def test_a_secret_is_text_that_does_not_show_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "rosebud")
    secret = get_secret("api-key")
    for shown in (repr(secret), f"{secret!r}", pprint.pformat([secret]), repr({"it": secret})):
        assert "rosebud" not in shown
    assert f"{secret} {secret:>8}" == "rosebud  rosebud"
    assert str(secret) == "rosebud"
    assert type(str(secret)) is str
    assert json.dumps(secret) == '"rosebud"'
    assert "%s" % secret == "rosebud"  # noqa: UP031
    assert {secret: 1}["rosebud"] == 1
    assert secret.encode() == b"rosebud"


def test_a_secret_survives_copies_and_pickles() -> None:
    secret = SecretText("rosebud")
    assert copy.copy(secret) is secret
    assert copy.deepcopy([secret])[0] is secret
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(secret, protocol))
        assert again == "rosebud"
        assert type(again) is SecretText


def test_fields_do_not_show_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGIN", '{"user": "rosebud", "more": {"a": ["rosebud", 1, null]}}')
    fields = get_secret_dict("login")
    assert isinstance(fields, SecretDict)
    assert "rosebud" not in repr(fields) + pprint.pformat(fields) + repr(fields["more"]["a"])
    assert "user" in repr(fields)
    assert fields == {"user": "rosebud", "more": {"a": ["rosebud", 1, None]}}
    assert "rosebud" not in repr(copy.deepcopy(fields))


def test_deep_json_is_an_error_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGIN", "[" * 100_000)
    with pytest.raises(SecretInvalidError):
        get_secret_json("login")


def test_an_error_survives_a_pickle() -> None:
    error = SecretNotFoundError("it is not there", backend="local")
    error.name = "api-key"
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) == "secret 'api-key' not found: it is not there"
    assert (again.name, again.code, again.backend) == ("api-key", "secret_not_found", "local")


def test_nothing_happens_on_import() -> None:
    code = (
        "import os, sys\n"
        "def refuse(*_): raise AssertionError('read on import')\n"
        "class Closed(dict):\n"
        "    __getitem__ = get = __contains__ = refuse\n"
        "os.environ = Closed()\n"
        "import shield_secrets\n"
        "assert 'pyrage' not in sys.modules\n"
    )
    environment = {"PYTHONPATH": str(HERE.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-S", "-c", code], check=True, env=environment)


def test_the_nearest_encrypted_file_above_the_package_is_found(seal: Seal, tmp_path: Path) -> None:
    seal(store_of(api_key="rosebud"))  # shield: allow made up
    app = tmp_path / "src" / "app"
    shutil.copytree(HERE.parent / "shield_secrets", app / "shield_secrets")
    environment = {
        "PYTHONPATH": str(app),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SECRETS_IDENTITY_FILE": os.environ["SECRETS_IDENTITY_FILE"],
    }

    def run() -> str:
        code = "from shield_secrets import get_secret; print(get_secret('api-key') == 'rosebud')"
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, env=environment, cwd="/", capture_output=True, text=True, check=False
        )
        return done.stdout.strip() or done.stderr

    assert run() == "True"
    # A repository of its own does not look into the one around it.
    (tmp_path / "src" / ".git").mkdir()
    assert "SecretNotFoundError" in run()


def test_a_missing_package_is_named_beside_the_variable(
    seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal(store_of(missing_package="rosebud"))
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(SecretNotFoundError) as caught:
        get_secret("missing-package")
    assert "pip install pyrage" in str(caught.value)
    assert "MISSING_PACKAGE" in str(caught.value)
    # A read with a default is what it was before.
    assert get_secret("missing-package", default=None) is None


def test_the_encrypted_file_is_opened_once_until_it_changes(
    seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    decrypt = pyrage.decrypt

    def counted(*arguments: object) -> bytes:
        opened.append(threading.get_ident())
        time.sleep(0.05)
        return bytes(decrypt(*arguments))

    monkeypatch.setattr(pyrage, "decrypt", counted)
    seal(store_of(api_key="one"))
    results: list[str] = []
    threads = [
        threading.Thread(target=lambda: results.append(get_secret("api-key"))) for _ in range(50)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["one"] * 50
    assert len(opened) == 1
    seal(store_of(api_key="two"))
    assert get_secret("api-key") == "two"
    assert len(opened) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_child_reads_even_if_its_parent_was_reading(seal: Seal) -> None:
    seal(store_of(api_key="rosebud"))  # shield: allow made up
    get_secret("api-key")
    from shield_secrets import _local

    with _local._lock:
        child = os.fork()
        if child == 0:
            # Whoever waits for a lock for ever is ended.
            signal.alarm(10)
            os._exit(0 if get_secret("api-key") == "rosebud" else 1)
    assert os.waitpid(child, 0)[1] == 0


@posix
def test_a_key_that_others_can_read_is_not_used(
    seal: Seal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal(store_of(api_key="rosebud"))  # shield: allow made up
    (tmp_path / "identity.txt").chmod(0o640)
    monkeypatch.setenv("SECRETS_BACKEND", "local")
    with pytest.raises(SecretStoreLockedError, match="chmod 600"):
        get_secret("api-key")


@posix
def test_links_are_not_followed(
    seal: Seal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = seal(store_of(api_key="rosebud"))  # shield: allow made up
    store.rename(tmp_path / "elsewhere")
    store.symlink_to(tmp_path / "elsewhere")
    monkeypatch.setenv("SECRETS_BACKEND", "local")
    with pytest.raises(shield_secrets.SecretConfigurationError, match="link"):
        get_secret("api-key")


def test_a_file_without_permission_is_denied_whatever_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("rosebud")

    # Root may read anything, so the mode of a file would prove nothing.
    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setenv("API_KEY_FILE", "rosebud")
    with pytest.raises(SecretAccessError) as caught:
        get_secret("api-key", default=None)
    assert "rosebud" not in str(caught.value)


def test_a_file_that_is_no_text_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "key"
    monkeypatch.setenv("API_KEY_FILE", str(key))
    for content in (b"rosebud\xff", b"rosebud" * 200_000):
        key.write_bytes(content)
        with pytest.raises(SecretInvalidError) as caught:
            get_secret("api-key", default=None)
        assert caught.value.__cause__ is None
        assert "rosebud" not in str(caught.value)
