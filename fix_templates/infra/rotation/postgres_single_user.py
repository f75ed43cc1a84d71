<<head>>"""Rotates the password of one user of PostgreSQL, who changes it himself.

The secret is an object: ``username``, ``password``, ``host``, and ``port`` and ``dbname`` if they
are not 5432 and postgres. A program that has a connection keeps it; one that makes a new one in the
moment between two steps may be refused once, and has to read the secret again.

The server is asked who it is: put the certificates of its authority into the zip, and their file
into SSL_ROOT_CERT (``global-bundle.pem`` of RDS).
"""

from __future__ import annotations

import os
from typing import Any

import psycopg
from psycopg import sql
from rotation_steps import LOG, Fields, Rotation, RotationError

# Whom a rotation may not change.
SAME = ("username", "host", "port", "dbname")


class PostgresSingleUser(Rotation):
    """A user who changes his own password."""

    def create(self, current: Fields) -> Fields:
        complete(current)
        return {**current, "password": self.password()}

    def install(self, current: Fields, pending: Fields, previous: Fields | None) -> None:
        complete(pending)
        if any(current.get(it) != pending.get(it) for it in SAME):
            raise RotationError("the pending value is for another user or database")
        # A step before this one may have come as far as here: then there is nothing to do.
        with connect(pending) as held:
            if held:
                LOG.info("setSecret: the pending password is valid already")
                return
        # After a rotation that went wrong, the database may be one behind.
        candidates = [current]
        if previous and all(previous.get(it) == pending.get(it) for it in SAME):
            candidates.append(previous)
        for candidate in candidates:
            with connect(candidate) as held:
                if held:
                    change(held.connection, pending)
                    return
        raise RotationError("neither the current nor the previous password is valid")

    def test(self, pending: Fields) -> None:
        with connect(pending) as held:
            if not held:
                raise RotationError("the pending password is not valid")
            held.connection.execute("SELECT 1")


class connect:  # noqa: N801, a function in all but name
    """A connection with these fields, or one that is not there when they are refused."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.connection: psycopg.Connection[Any]
        self.held = False

    def __bool__(self) -> bool:
        return self.held

    def __enter__(self) -> connect:
        fields = self.fields
        try:
            self.connection = psycopg.connect(
                user=fields["username"],
                password=fields["password"],
                host=fields["host"],
                port=int(fields.get("port") or 5432),
                dbname=fields.get("dbname") or "postgres",
                connect_timeout=5,
                autocommit=True,
                sslmode=os.environ.get("SSL_MODE", "verify-full"),
                sslrootcert=os.environ.get("SSL_ROOT_CERT", "system"),
            )
        except psycopg.OperationalError as error:
            # It has no code where the password is wrong. A server that is not there, or is
            # another one, is not told by trying the next password.
            refused = "authentication failed" in str(error)
        else:
            self.held = True
            return self
        if not refused:
            raise RotationError(f"there is no connection to {fields['host']}") from None
        return self

    def __exit__(self, *_: object) -> None:
        if self.held:
            self.connection.close()


def change(connection: psycopg.Connection[Any], pending: Fields) -> None:
    """Sets the pending password.

    Its verifier is made here: the password itself would be in the log of the server.
    """
    user = connection.execute("SELECT current_user").fetchone()
    if user is None or user[0] != pending["username"]:
        raise RotationError("the server knows this login by another name")
    verifier = connection.pgconn.encrypt_password(
        pending["password"].encode(), pending["username"].encode(), b"scram-sha-256"
    )
    statement = sql.SQL("ALTER USER {} PASSWORD {}").format(
        sql.Identifier(pending["username"]), sql.Literal(verifier.decode())
    )
    connection.execute(statement)


def complete(fields: Fields) -> None:
    """Fails unless a login can be made of these."""
    for key in ("username", "password", "host"):
        if not isinstance(fields.get(key), str) or not fields[key]:
            raise RotationError(f"the secret has no field {key}")


def handler(event: dict[str, Any], _context: object) -> None:
    """What AWS Lambda calls."""
    PostgresSingleUser().handle(event)
