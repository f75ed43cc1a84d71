"""Fixes a sample project, runs it with a backend, rotates what it reads, and puts it back.

    python run.py SHIELD PROJECT BACKEND [PACKAGES]

The project signs notes with two keys: one stood in its code, one it reads from the environment
at each request. SHIELD is the program, PROJECT a folder of `fixtures/projects`, BACKEND `env`,
`local`, `aws` or `vault`, PACKAGES a folder with the `node_modules` of the project.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
SERVERS = HERE.parent / "servers"
# What lies in a project and is not of it.
FOREIGN = {".git", ".next", "node_modules", "__pycache__"}
# The key in the code.
IN_CODE = "plum-harbor-1974-window-seat"
# Stores that `shield` fills itself.
PROVISIONED = ("aws", "vault")
READ, NOTE = "link-signing-key", "buy milk"
# How a project is built and started, and what the key in its code is called.
PROJECTS = {
    "django-notes": (
        "secret-key",
        [],
        [sys.executable, "manage.py", "runserver", "--noreload", "PORT"],
    ),
    "flask-notes": ("secret-key", [], [sys.executable, "-m", "flask", "run", "--port", "PORT"]),
    "fastapi-notes": (
        "note-signing-key",
        [],
        [sys.executable, "-m", "uvicorn", "notes.main:app", "--port", "PORT"],
    ),
    "express-notes": ("session-secret", [], ["node", "server.js"]),
    "next-notes": (
        "note-signing-key",
        ["node", "node_modules/next/dist/bin/next", "build"],
        ["node", "node_modules/next/dist/bin/next", "start", "--port", "PORT"],
    ),
}


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(command: list[str], place: Path, settings: dict[str, str], log: Path) -> Iterator[int]:
    """The port of a server, once it takes calls; `PORT` in its command is replaced."""
    port = free_port()
    command = [it.replace("PORT", str(port)) for it in command]
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, cwd=place, env={**settings, "PORT": str(port)}, stdout=out, stderr=out
        )
    try:
        for _ in range(1200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, f"{command} has ended:\n{log.read_text()}"
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def image(root: Path) -> dict[str, tuple[int, bytes]]:
    """Every file of a project, with its mode."""
    found = {}
    for path in sorted(root.rglob("*")):
        below = path.relative_to(root)
        if path.is_file() and not FOREIGN.intersection(below.parts):
            found[str(below)] = (path.stat().st_mode, path.read_bytes())
    return found


def signed(project: str, key: str) -> str:
    """What the project answers for a note that it has signed with the key in its code."""
    if project == "django-notes":
        import django.conf
        from django.core.signing import Signer

        django.conf.settings.configure()
        return str(Signer(key=key).signature(NOTE))
    return plainly(key)


def plainly(key: str) -> str:
    return hmac.new(key.encode(), NOTE.encode(), hashlib.sha256).hexdigest()


def ask(port: int) -> dict[str, str]:
    address = f"http://127.0.0.1:{port}/signature?note={NOTE.replace(' ', '%20')}"
    with urllib.request.urlopen(address, timeout=30) as answer:
        return dict(json.load(answer))


class Store:
    """Where the project reads its secrets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings: dict[str, str] = {}

    def put(self, name: str, value: str) -> None:
        raise NotImplementedError


class Environment(Store):
    """The one that is read at each request in a file, the other one in a variable."""

    def put(self, name: str, value: str) -> None:
        variable = name.upper().replace("-", "_")
        if name != READ:
            self.settings[variable] = value
            return
        file = self.folder / name
        staged = file.with_suffix(".new")
        staged.write_text(value)
        staged.replace(file)
        self.settings[f"{variable}_FILE"] = str(file)


class Local(Environment):
    """What was in the code is in the store that the fix has made, and nowhere else."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.settings = {"ENVIRONMENT": "development"}

    def put(self, name: str, value: str) -> None:
        if name == READ:
            super().put(name, value)


class Aws(Store):
    """A store that `shield` itself fills, at every step of its way."""

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(folder)
        self.settings = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
        }


class Vault(Store):
    """A store that `shield` itself fills, at every step of its way."""

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(folder)
        address = f"http://127.0.0.1:{port}"
        token = folder / "token"
        token.write_text("root")
        token.chmod(0o600)
        self.settings = {"VAULT_ADDR": address, "VAULT_TOKEN_FILE": str(token)}


class Provision:
    """The way of the store: what is missing is made, replaced, looked at, and undone."""

    def __init__(self, shield: str, run: Callable[..., str]) -> None:
        self.run = run
        self.command = [shield, "provision"]

    def fill(self, key: str) -> None:
        """What the code asks for and did not have in it is made; a second time nothing is."""
        plan = self.run([*self.command, "plan", "--format", "json"], (3,))
        blocked = [it for it in json.loads(plan)["steps"] if it["action"] == "no-value"]
        assert [it["at"]["name"] for it in blocked] == [READ], plan
        # What stood in the code was stored with all that the manifest says of it.
        done = {it["action"] for it in json.loads(plan)["steps"] if it not in blocked}
        assert done == {"in-sync"}, plan
        apply = [*self.command, "apply", "--yes", "--from-stdin"]
        variable = READ.upper().replace("-", "_")
        self.run(apply, given=f"{variable}={key}\n")
        again = self.run(apply, given=f"{variable}={key}\n")
        assert "Nothing is to be changed" in again, again

    def rotate(self, exposed: str, key: str) -> None:
        """All is well but for what was in the code; a new value takes the place of an old one."""
        verify = [*self.command, "verify", "--format", "json"]
        found = json.loads(self.run(verify, (1,)))["secrets"]
        faults = {it["name"]: [fault["code"] for fault in it["faults"]] for it in found}
        assert faults == {exposed: ["exposed"], READ: []}, faults
        self.run([*self.command, "rotate", READ, "--from-stdin"], given=key)
        self.run([self.command[0], "rotated", exposed])
        self.run(verify)

    def undo(self) -> None:
        """The new value goes, then what was made."""
        said = self.run([*self.command, "rollback"])
        assert "current again" in said, said
        said = self.run([*self.command, "rollback"])
        assert "taken away" in said, said


def store_of(backend: str, folder: Path, servers: ExitStack) -> Store:
    """The store for a backend, with its server running."""
    settings = {"PATH": os.environ["PATH"]}
    log = folder / "servers.log"
    if backend == "aws":
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "PORT"]
        moto = servers.enter_context(running(command, SERVERS, settings, log))
        command = [sys.executable, "quirk_proxy.py", f"http://127.0.0.1:{moto}", "PORT"]
        return Aws(folder, servers.enter_context(running(command, SERVERS, settings, log)))
    if backend == "vault":
        command = [sys.executable, "fake_vault.py", "PORT"]
        return Vault(folder, servers.enter_context(running(command, SERVERS, settings, log)))
    return Local(folder) if backend == "local" else Environment(folder)


def check(shield: str, project: str, backend: str, packages: Path | None) -> None:
    in_code, build, start = PROJECTS[project]
    with tempfile.TemporaryDirectory() as name, ExitStack() as servers:
        folder = Path(name)
        root, log = folder / "project", folder / "project.log"
        shutil.copytree(HERE.parents[1] / "fixtures" / "projects" / project, root)
        before = image(root)
        settings = {
            "PATH": os.environ["PATH"],
            "HOME": name,
            "XDG_CONFIG_HOME": str(folder / "config"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "NEXT_TELEMETRY_DISABLED": "1",
        }

        keys = [secrets.token_hex(16), secrets.token_hex(16)]

        def run(command: list[str], codes: tuple[int, ...] = (0,), given: str = "") -> str:
            ended = subprocess.run(
                command, cwd=root, env=settings, input=given.encode(), capture_output=True
            )
            said = (ended.stdout + ended.stderr).decode()
            assert ended.returncode in codes, f"{command}: {ended.returncode}\n{said}"
            assert not any(it in said for it in [IN_CODE, *keys]), f"{command} shows a value"
            return said

        run(["git", "init", "--quiet"])
        run(["git", "add", "."])
        run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "Notes"])
        store = store_of(backend, folder, servers)
        provision = Provision(shield, run) if backend in PROVISIONED else None
        if provision:
            settings.update(store.settings)
            stores = ["--provision", backend]
        else:
            stores = [] if backend == "env" else ["--backend", backend]
        # What was moved stays to be rotated, and fails the scan until it is.
        run([shield, "scan", ".", "--fix", *stores], (0, 1))
        fixed = image(root)
        assert IN_CODE.encode() not in b"".join(it for _, it in fixed.values()), "still in a file"
        if packages:
            shutil.copytree(
                packages / "node_modules",
                root / "node_modules",
                copy_function=os.link,
                symlinks=True,
            )

        remote = {"SECRETS_BACKEND": backend, "ENVIRONMENT": "production", "SECRETS_APP": "notes"}
        if provision:
            provision.fill(keys[0])
            remote = {**remote, "ENVIRONMENT": "development", "SECRETS_APP": "project"}
        else:
            store.put(in_code, IN_CODE)
            store.put(READ, keys[0])
        settings.update(store.settings)
        settings.update(remote if backend in ("aws", "vault") else {})
        settings["SECRETS_CACHE_TTL"] = "1"
        if build:
            run(build)
        with running(start, root, settings, log) as port:
            answer = ask(port)
            assert answer["note"] == signed(project, IN_CODE), "the key of the code is another one"
            assert answer["link"] == plainly(keys[0]), "the key that is read is another one"
            if provision:
                provision.rotate(in_code, keys[1])
            else:
                store.put(READ, keys[1])
            began = time.monotonic()
            while ask(port)["link"] != plainly(keys[1]):
                assert time.monotonic() - began < 15, "the new key is not used"
                time.sleep(0.1)
            print(f"{project} {backend}: a new key is used after {time.monotonic() - began:.1f} s")
        said = log.read_text()
        assert not any(it in said for it in [IN_CODE, *keys]), "the log has a key"

        if provision:
            provision.undo()
        # What was rotated since stands in the list of what was in the code, which stays.
        said = run([shield, "rollback", "--project", "."], (3,) if provision else (0,))
        after = image(root)
        if provision:
            assert said.count("left ") == 1, said
            after.pop(".shield/exposed.jsonl")
        # Building writes into the project, too.
        for made in ("next-env.d.ts", "tsconfig.tsbuildinfo") if build else ():
            before.pop(made, None)
            after.pop(made, None)
        assert after == before, sorted(set(after.items()) ^ set(before.items()))


if __name__ == "__main__":
    check(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]) if len(sys.argv) > 4 else None)
