"""Starts what infrastructure code is tried with."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

SERVERS = Path(__file__).parents[1] / "servers"

# What the servers take for credentials.
LOGIN = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(*command: object) -> Iterator[int]:
    """The port of a server of Python, once it takes calls; `PORT` in its command is replaced."""
    port = free_port()
    words = [sys.executable, *(str(it).replace("PORT", str(port)) for it in command)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(words, cwd=SERVERS, stdout=quiet, stderr=quiet)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, f"{words} has ended"
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


@contextmanager
def aws() -> Iterator[tuple[str, str]]:
    """The addresses of a Secrets Manager that answers as that of AWS does, and of all else."""
    with running("-m", "moto.server", "-H", "127.0.0.1", "-p", "PORT") as moto:
        with running("quirk_proxy.py", f"http://127.0.0.1:{moto}", "PORT") as port:
            yield f"http://127.0.0.1:{port}", f"http://127.0.0.1:{moto}"


@contextmanager
def postgres(user: str, password: str) -> Iterator[tuple[int, Path]]:
    """The port and the log of a PostgreSQL with one user, who logs in with a password."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    owner = "postgres" if os.geteuid() == 0 else None
    # Not in a folder of root's, where the owner of the server may not go.
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    if owner:
        shutil.chown(folder, owner)
    prefix = ["runuser", "-u", owner, "--"] if owner else []
    port = free_port()

    def run(program: str, *arguments: str) -> None:
        command = [*prefix, str(programs / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    secret = folder / "password"
    secret.write_text(password)
    secret.chmod(0o644)
    run("initdb", "-U", "owner", "-A", "scram-sha-256", "--pwfile", str(secret), "-N", "-E", "UTF8")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    # Everything that is said to it is in its log.
    options += " -c log_statement=all -c log_connections=on"
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        made = sql.SQL("CREATE USER {} PASSWORD {}")
        with psycopg.connect(
            host="127.0.0.1", port=port, user="owner", password=password, dbname="postgres"
        ) as connection:
            connection.execute("SET log_statement = none")
            connection.execute(made.format(sql.Identifier(user), sql.Literal(password)))
        yield port, folder / "log"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder)
