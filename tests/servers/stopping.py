"""Kills a client in the middle of its work, to see what it makes of that afterwards.

A server is told so by `{"stop": {"call": 3, "moment": "before", "pid_file": "/tmp/pid"}}`: at the
third call from then on, before or after it is carried out, the process whose number is in that
file ends as by `kill -9`, and hears nothing.
"""

from __future__ import annotations

import os
import signal
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any


def whole_body(handler: BaseHTTPRequestHandler) -> bytes | None:
    """What a call brings; nothing when whoever makes it was ended before all of it was sent."""
    length = int(handler.headers.get("Content-Length", 0))
    data = handler.rfile.read(length)
    return data if len(data) == length else None


class Stop:
    """Counts calls, and ends whoever makes one of them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.calls = 0
        self.wanted: dict[str, Any] = {}

    def set(self, wanted: dict[str, Any] | None) -> None:
        with self.lock:
            self.calls, self.wanted = 0, wanted or {}

    def count(self) -> int:
        """The number of a call that has come in."""
        with self.lock:
            self.calls += 1
            return self.calls

    def strikes(self, call: int, moment: str) -> bool:
        """Whether the client of a call has been ended: then nobody waits for an answer."""
        wanted = self.wanted
        if (wanted.get("call"), wanted.get("moment")) != (call, moment):
            return False
        os.kill(int(Path(wanted["pid_file"]).read_text()), signal.SIGKILL)
        return True
