# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""Who asked for which secret and how it went: lines of JSON on the logger below.

Nobody sees them until the program sets up logging::

    logging.getLogger("shield_secrets.audit").setLevel("INFO")

A line never has a value in it, nor its length, nor a hash of it. ``SECRETS_AUDIT`` is ``all``,
``changes`` (hits are counted, and told once a minute) or ``off``. With ``SECRETS_METRICS=emf``,
CloudWatch makes metrics of the lines.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from datetime import datetime, timezone
from typing import Any

from ._core import choice, environment, setting

_LOGGER = logging.getLogger("shield_secrets.audit")
_TROUBLE = ("denied", "unauthenticated", "unavailable", "placeholder")
_METRICS = {"hit": "Hits", "stale": "Stale", "fallback": "Fallbacks", "invalid": "Errors"}
_METRICS.update(dict.fromkeys(_TROUBLE, "Errors"))

# Where hits are not told one by one: how many there were, and since when.
_untold: dict[str, tuple[int, float]] = {}


def record(event: str, outcome: str, name: str, backend: str, **more: Any) -> None:
    """Writes a line; whatever goes wrong with that is not the business of the caller."""
    # What somebody should look at is a warning.
    loud = outcome in ("stale", "fallback", *_TROUBLE)
    level = logging.WARNING if loud else logging.INFO
    if not _LOGGER.isEnabledFor(level):
        return
    try:
        if "age" in more:
            more["age_ms"] = round(more.pop("age") * 1000)
        mode = choice("SECRETS_AUDIT", "all", "changes", "off")
        if mode == "changes" and outcome in ("hit", "ok") and event == "access":
            count, since = _untold.get(name, (0, time.monotonic()))
            _untold[name] = (count + 1, since)
            if time.monotonic() - since < 60:
                return
            more["count"] = _untold.pop(name)[0]
        if mode != "off":
            line = _line(event, outcome, name, backend, more)
            _LOGGER.log(level, "%s", json.dumps(line))
    except Exception:
        _LOGGER.debug("the audit line of a secret was lost")


def _line(event: str, outcome: str, name: str, backend: str, more: dict[str, Any]) -> Any:
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__package__") == __package__:
        frame = frame.f_back
    line: dict[str, Any] = {
        "v": 1,
        "ts": datetime.now(timezone.utc).isoformat(timespec="milliseconds")[:-6] + "Z",
        "event": event,
        "outcome": outcome,
        "secret": name,
        "backend": backend,
        "environment": environment(),
        "app": setting("SECRETS_APP"),
        "pid": os.getpid(),
        "caller": f"{frame.f_globals.get('__name__', '')}:{frame.f_code.co_name}",
    }
    line.update((key, value) for key, value in more.items() if value not in (None, ""))
    if setting("SECRETS_METRICS") == "emf" and event == "access":
        counts = dict.fromkeys(["Calls", *_METRICS.values()], 0)
        counts["Calls"] = line.get("count", 1)
        if outcome in _METRICS:
            counts[_METRICS[outcome]] = counts["Calls"]
        metrics = [{"Name": metric, "Unit": "Count"} for metric in counts]
        about = {"Namespace": "ShieldSecrets", "Dimensions": [["app", "environment", "backend"]]}
        stamp = int(time.time() * 1000)
        line["_aws"] = {"Timestamp": stamp, "CloudWatchMetrics": [{**about, "Metrics": metrics}]}
        line.update(counts)
    return line
