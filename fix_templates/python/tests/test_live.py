"""What the guide shows of values that change while a program runs, with real drivers and a real
PostgreSQL, where there is one."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import types
from collections.abc import Iterator
from glob import glob
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Callable

import pytest
from conftest import HERE

from shield_secrets import MemoryBackend, configure

psycopg = pytest.importorskip("psycopg")

GUIDE = (HERE.parent.parent / "guide" / "SECRETS.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE, re.S)
PROGRAMS = sorted(glob("/usr/lib/postgresql/*/bin"))
OWNER = "postgres" if hasattr(os, "geteuid") and os.geteuid() == 0 else None
PASSWORDS = {"old": "made-up-old", "new": "made-up-new"}


def shown(words: str) -> types.ModuleType:
    """The code of the guide with these words in it, as a module of a program."""
    (code,) = [it for it in BLOCKS if words in it]
    module = types.ModuleType("shown")
    exec(compile(code, "SECRETS.md", "exec"), vars(module))
    return module


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Where a PostgreSQL listens that asks for passwords."""
    if not PROGRAMS or (OWNER and not shutil.which("runuser")):
        pytest.skip("PostgreSQL is not installed")
    # Not in a folder of root's, where the owner of the server may not go.
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    if OWNER:
        shutil.chown(folder, OWNER)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    prefix = ["runuser", "-u", OWNER, "--"] if OWNER else []

    def run(program: str, *arguments: str) -> None:
        command = [*prefix, f"{PROGRAMS[-1]}/{program}", "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    (folder / "password").write_text(PASSWORDS["old"])
    (folder / "password").chmod(0o644)
    run("initdb", "-U", "app", "-A", "scram-sha-256", "--pwfile", str(folder / "password"), "-N")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
    yield {"host": "127.0.0.1", "port": port, "user": "app", "dbname": "postgres"}
    run("pg_ctl", "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.fixture
def rotate(server: dict[str, Any]) -> Iterator[Callable[[], None]]:
    """Gives the database another password, and the store the same."""
    backend = MemoryBackend({"database/password": PASSWORDS["old"]})
    configure(backend=backend, environment="production")
    with psycopg.connect(**server, password=PASSWORDS["old"], autocommit=True) as admin:

        def change(which: str) -> None:
            admin.execute(f"ALTER ROLE app PASSWORD '{PASSWORDS[which]}'")
            backend.values["database/password"] = PASSWORDS[which]

        yield lambda: change("new")
        change("old")
    configure()


Rotate = Callable[[], None]


def test_a_database_of_django(rotate: Rotate, server: dict[str, Any]) -> None:
    pytest.importorskip("django")
    from django.db.utils import ConnectionHandler

    package = types.ModuleType("live_engine")
    package.base = shown("class DatabaseWrapper")  # type: ignore[attr-defined]
    sys.modules.update({"live_engine": package, "live_engine.base": package.base})
    settings = {"ENGINE": "live_engine", "NAME": "postgres", "USER": "app"}
    settings.update(HOST=server["host"], PORT=str(server["port"]))
    connection = ConnectionHandler({"default": settings})["default"]

    def ask() -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone()

    from django.conf import settings as project

    if not project.configured:
        project.configure(USE_TZ=True)
    assert ask() == (1,)
    rotate()
    connection.close()
    assert ask() == (1,)
    connection.close()


def test_an_engine_of_sqlalchemy(rotate: Rotate, server: dict[str, Any]) -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy")
    address = f"postgresql+psycopg://app@{server['host']}:{server['port']}/postgres"
    engine = sqlalchemy.create_engine(address, poolclass=sqlalchemy.pool.NullPool)
    shown("do_connect").keep_current(engine)
    for change in (rotate, lambda: None):
        with engine.connect() as connection:
            assert connection.execute(sqlalchemy.text("SELECT 1")).scalar() == 1
        change()


def test_connections_of_a_pool_of_psycopg(rotate: Rotate, server: dict[str, Any]) -> None:
    pool = pytest.importorskip("psycopg_pool")
    live = shown("class LiveConnection").LiveConnection
    conninfo = psycopg.conninfo.make_conninfo(**server)
    kind = pool.ConnectionPool
    with kind(conninfo, connection_class=live, min_size=1, open=True, timeout=10) as connections:
        with connections.connection() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        rotate()
        # The pool makes a new one in its place.
        with connections.connection() as connection:
            connection.close()
        with connections.connection() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_connections_of_a_pool_of_asyncpg(rotate: Rotate, server: dict[str, Any]) -> None:
    asyncpg = pytest.importorskip("asyncpg")
    import asyncio

    async def run() -> None:
        place = {**server, "database": server["dbname"]}
        del place["dbname"]
        pool = await shown("asyncpg").live_pool(min_size=1, **place)
        async with pool.acquire() as connection:
            assert await connection.fetchval("SELECT 1") == 1
        rotate()
        from shield_secrets import refresh_cache

        refresh_cache("database/password")
        await pool.expire_connections()
        async with pool.acquire() as connection:
            assert await connection.fetchval("SELECT 1") == 1
        await pool.close()

    asyncio.run(run())
    assert asyncpg


def test_what_takes_nothing_but_a_plain_text(rotate: Rotate, server: dict[str, Any]) -> None:
    asyncpg = pytest.importorskip("asyncpg")
    import asyncio

    from shield_secrets import get_secret

    async def run() -> None:
        place = {"host": server["host"], "port": server["port"], "user": "app"}
        password = get_secret("database/password")
        with pytest.raises(asyncpg.InternalClientError, match="SecretText"):
            await asyncpg.connect(**place, database="postgres", password=password)
        # As the fixer writes it in a project that knows asyncpg.
        password = get_secret("database/password", plain=True)
        connection = await asyncpg.connect(**place, database="postgres", password=password)
        assert await connection.fetchval("SELECT $1::text", password) == PASSWORDS["old"]
        await connection.close()

    asyncio.run(run())


def test_a_token_of_requests() -> None:
    requests = pytest.importorskip("requests")
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers["Authorization"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    made = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=made.serve_forever, daemon=True).start()
    backend = MemoryBackend({"api-token": "one"})
    configure(backend=backend, environment="production", ttl=0.05)
    token = shown("class LiveToken").LiveToken()
    for value in ("one", "two"):
        backend.values["api-token"] = value
        time.sleep(0.1)
        requests.get(f"http://127.0.0.1:{made.server_port}", auth=token, timeout=5)
    made.shutdown()
    configure()
    assert seen == ["Bearer one", "Bearer two"]
