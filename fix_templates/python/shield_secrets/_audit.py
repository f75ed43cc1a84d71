# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
"""Who asked for which secret and how it went: lines of JSON on the logger below.

Nobody sees them until the program sets up logging::

    logging.getLogger("shield_secrets.audit").setLevel("INFO")

A line never has a value in it, nor its length, nor a hash of it.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from datetime import datetime, timezone
from typing import Any

from . import _config

_LOGGER = logging.getLogger("shield_secrets.audit")
_PACKAGE = __name__.rpartition(".")[0]
# What somebody should look at.
_LOUD = ("stale", "fallback", "denied", "unauthenticated", "unavailable", "placeholder")
_METRICS = {"hit": "Hits", "stale": "Stale", "fallback": "Fallbacks"}
_ERRORS = ("denied", "unauthenticated", "unavailable", "invalid", "placeholder")

# Where hits are not told one by one: how many there were, and since when.
_untold: dict[str, tuple[int, float]] = {}


def record(event: str, outcome: str, name: str, backend: str, **more: Any) -> None:
    """Writes a line; whatever goes wrong with that is not the business of the caller."""
    level = logging.WARNING if outcome in _LOUD else logging.INFO
    if not _LOGGER.isEnabledFor(level):
        return
    try:
        mode = _config.choice("SECRETS_AUDIT", "all", "changes", "off")
        if mode == "off":
            return
        if mode == "changes" and outcome in ("hit", "ok") and event == "access":
            count, since = _untold.get(name, (0, time.monotonic()))
            _untold[name] = (count + 1, since)
            if time.monotonic() - since < 60:
                return
            more["count"] = _untold.pop(name)[0]
        _LOGGER.log(level, "%s", json.dumps(_line(event, outcome, name, backend, more)))
    except Exception:
        _LOGGER.debug("the audit line of a secret was lost")


def _line(event: str, outcome: str, name: str, backend: str, more: dict[str, Any]) -> Any:
    line: dict[str, Any] = {
        "v": 1,
        "ts": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
        "event": event,
        "outcome": outcome,
        "secret": name,
        "backend": backend,
        "environment": _config.environment() or "",
        "app": _config.setting("SECRETS_APP") or "",
        "pid": os.getpid(),
        "caller": _caller(),
    }
    line.update((key, value) for key, value in more.items() if value not in (None, ""))
    if _config.setting("SECRETS_METRICS") == "emf" and event == "access":
        counts = {"Calls": line.get("count", 1), "Errors": int(outcome in _ERRORS)}
        counts.update(dict.fromkeys(_METRICS.values(), 0))
        if outcome in _METRICS:
            counts[_METRICS[outcome]] = line.get("count", 1)
        metrics = [{"Name": metric, "Unit": "Count"} for metric in counts]
        about = {"Namespace": "ShieldSecrets", "Dimensions": [["app", "environment", "backend"]]}
        stamp = int(time.time() * 1000)
        line["_aws"] = {"Timestamp": stamp, "CloudWatchMetrics": [{**about, "Metrics": metrics}]}
        line.update(counts)
    return line


def _caller() -> str:
    """The function that asked, as ``module:function``."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith(_PACKAGE):
        frame = frame.f_back
    return f"{frame.f_globals.get('__name__', '')}:{frame.f_code.co_name}"
